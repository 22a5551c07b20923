from chancela.adapters.postgres import clients


def made(here, *words):
    said = here("client", "create", "--operator", "999003", "--name", "Billing", *words)
    assert said.status == 0, said.err
    lines = dict(line.split() for line in said.out.splitlines())
    return lines["client_id"], lines["client_secret"]


def test_a_client_lives_from_its_creation_to_its_revocation(here):
    client, secret = made(here)
    assert client.startswith("999003.")
    listed = here("client", "list", "--operator", "999003").out
    assert client in listed
    assert secret not in listed
    assert here("client", "revoke", client).status == 0
    again = here("client", "revoke", client)
    assert again.status == 1
    assert "revoked already" in again.err


async def test_its_secret_is_good_until_then(here, app):
    client, secret = await in_thread(made, here, "--provider", "10003")
    found = await clients.find(app.pool, client)
    assert found.provider == "10003"
    assert clients.proven(found, secret)
    assert not clients.proven(found, secret[:-1])


def test_a_client_of_nobody_is_refused_in_one_sentence(here):
    said = here("client", "create", "--operator", "123456", "--name", "x")
    assert (said.status, said.out) == (1, "")
    assert said.err == "chancela: There is no operator or provider 123456.\n"


async def in_thread(deed, *words):
    import asyncio

    return await asyncio.to_thread(deed, *words)

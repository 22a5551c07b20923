"""Passkeys over PostgreSQL, with an authenticator in software: enrolling, coming in, and what is refused."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from fido2.cose import CoseKey
from fido2.utils import websafe_decode, websafe_encode

from chancela.adapters.postgres import passkeys as store
from chancela.bootstrap import door, passkey_ceremony as ceremony, passkeys
from chancela.bootstrap.passkey_ceremony import Site
from chancela.bootstrap.passkeys import Asked
from chancela.domain.passkey import Passkey
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.enter import Opened
from tests.authenticator import SEEN, Authenticator
from tests.bootstrap import test_door as doors

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.bootstrap.door import Session
    from tests.cast import Tenant

SITE = Site("https://app.example.com")
PLACE, DEVICE = doors.PLACE, doors.DEVICE
OLDER = """
UPDATE chancela.passkey_challenge SET asked_at = asked_at - interval '5 min', expires_at = asked_at
WHERE id = (SELECT min(id::text)::uuid FROM chancela.passkey_challenge)
"""


@pytest.fixture(autouse=True)
def no_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "FLOOR_S", 0.0)


def authenticator(**more: Any) -> Authenticator:
    return Authenticator(**{"origin": SITE.origin, "host": SITE.host, **more})


@dataclass
class Held:
    """A person signed in, with the passkey that they have just enrolled."""

    session: Session
    key: Authenticator
    passkey: Passkey


async def asked(app: App, session: Session) -> Asked:
    found = await passkeys.ask_to_enrol(app, session, SITE, PLACE)
    assert isinstance(found, Asked), found
    return found


async def try_to_enrol(app: App, session: Session, key: Authenticator, **told: Any) -> Any:
    found = await asked(app, session)
    return await passkeys.enrol(app, session, SITE, found.slip, key.create(found.options, **told), DEVICE)


async def held(app: App, tenant: Tenant, **more: Any) -> Held:
    session, _ = await doors.signed_in(app, tenant)
    key = authenticator(**more)
    made = await try_to_enrol(app, session, key)
    assert isinstance(made, Passkey), made
    return Held(session, key, made)


async def enter(app: App, tenant: Tenant, key: Authenticator, at: Session | None = None, **told: Any) -> Any:
    found = await passkeys.ask_to_enter(app, tenant.ans, SITE, PLACE, at)
    assert isinstance(found, Asked), found
    answer = key.get(found.options, **told)
    return await passkeys.enter(app, tenant.ans, SITE, found.slip, answer, DEVICE, at)


def refused(outcome: Any) -> bool:
    return bool(outcome == Refused(Refusal.PASSKEY_REFUSED))


async def test_a_passkey_is_asked_for_discoverable_verified_and_of_nobody_one_can_read(app: App, cambui: Tenant):
    session, _ = await doors.signed_in(app, cambui)
    options = (await asked(app, session)).options
    assert options["rp"]["id"] == "app.example.com" and options["timeout"] == 300_000
    wish = options["authenticatorSelection"]
    assert (wish["residentKey"], wish["requireResidentKey"], wish["userVerification"]) == ("required", True, "required")
    assert [each["alg"] for each in options["pubKeyCredParams"]] == [-7, -8, -257]
    assert len(websafe_decode(options["challenge"])) == 32 and options["excludeCredentials"] == []
    me, handle = cambui.first, websafe_decode(options["user"]["id"])
    assert len(handle) == 32 and handle == websafe_decode((await asked(app, session)).options["user"]["id"])
    assert me.card_number not in json.dumps(options) and me.cpf not in json.dumps(options)
    json.dumps(options)


async def test_who_comes_in_is_asked_for_any_passkey(app: App, cambui: Tenant):
    await held(app, cambui)
    found = await passkeys.ask_to_enter(app, cambui.ans, SITE, PLACE)
    assert isinstance(found, Asked)
    assert set(found.options) <= {"challenge", "timeout", "rpId", "userVerification"}
    assert (found.options["rpId"], found.options["userVerification"]) == ("app.example.com", "required")


async def test_an_enrolled_passkey_opens_sessions_without_a_code(app: App, cambui: Tenant):
    kept = await held(app, cambui)
    opened = await enter(app, cambui, kept.key)
    assert isinstance(opened, Opened)
    session = await door.session(app, cambui.ans, opened.secret)
    assert session is not None and session.fresh and not session.stays
    assert session.person.beneficiary.id == kept.session.person.beneficiary.id
    (own,) = await passkeys.listed(app, session)
    assert (own.id, own.used_at is None, own.sign_count) == (kept.passkey.id, False, 2)
    told = doors.run(app, "SELECT kind, data FROM chancela.trail ORDER BY seq")
    assert [each[0].split(":", 1)[1] for each in told] == ["session:opened", "passkey:enrolled", "session:opened"]
    assert ['"way":"passkey"' in each[1] for each in told] == [False, False, True]


async def test_an_authenticator_that_never_counts_comes_in_again_and_again(app: App, cambui: Tenant):
    kept = await held(app, cambui, step=0)
    assert [isinstance(await enter(app, cambui, kept.key), Opened) for _ in range(2)] == [True, True]


async def test_a_replayed_answer_opens_nothing(app: App, cambui: Tenant):
    kept = await held(app, cambui, step=0)
    found = await passkeys.ask_to_enter(app, cambui.ans, SITE, PLACE)
    assert isinstance(found, Asked)
    answer = kept.key.get(found.options)
    tries = [passkeys.enter(app, cambui.ans, SITE, found.slip, answer, DEVICE) for _ in range(5)]
    outcomes = await asyncio.gather(*tries)
    assert sorted(type(each).__name__ for each in outcomes) == ["Opened", *["Refused"] * 4]
    assert refused(await passkeys.enter(app, cambui.ans, SITE, found.slip, answer, DEVICE))
    assert doors.run(app, "SELECT 1 FROM chancela.passkey_challenge") == []


async def test_an_answer_to_another_browsers_challenge_opens_nothing(app: App, cambui: Tenant):
    kept = await held(app, cambui)
    ours, theirs = [await passkeys.ask_to_enter(app, cambui.ans, SITE, PLACE) for _ in range(2)]
    assert isinstance(ours, Asked) and isinstance(theirs, Asked)
    answer = kept.key.get(theirs.options)
    assert refused(await passkeys.enter(app, cambui.ans, SITE, ours.slip, answer, DEVICE))
    for slip in (None, "", "x", "é", "A" * 43):
        assert refused(await passkeys.enter(app, cambui.ans, SITE, slip, answer, DEVICE))
    assert isinstance(await passkeys.enter(app, cambui.ans, SITE, theirs.slip, answer, DEVICE), Opened)


async def test_a_challenge_for_one_ceremony_serves_no_other(app: App, cambui: Tenant):
    kept = await held(app, cambui)
    to_enrol = await asked(app, kept.session)
    answer = kept.key.get(to_enrol.options)
    assert refused(await passkeys.enter(app, cambui.ans, SITE, to_enrol.slip, answer, DEVICE, kept.session))
    to_enter = await passkeys.ask_to_enter(app, cambui.ans, SITE, PLACE, kept.session)
    assert isinstance(to_enter, Asked)
    made = authenticator().create({**to_enrol.options, "challenge": to_enter.options["challenge"]})
    assert refused(await passkeys.enrol(app, kept.session, SITE, to_enter.slip, made, DEVICE))


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://sub.app.example.com",
        "https://example.com",
        "https://app.example.com.evil.example",
    ],
)
async def test_an_answer_from_another_place_is_none(app: App, cambui: Tenant, origin: str):
    kept = await held(app, cambui)
    assert refused(await enter(app, cambui, kept.key, origin=origin))
    assert refused(await try_to_enrol(app, kept.session, authenticator(), origin=origin))
    assert isinstance(await enter(app, cambui, kept.key), Opened)


async def test_an_answer_for_another_host_from_a_frame_or_without_its_user_is_none(app: App, cambui: Tenant):
    kept = await held(app, cambui)
    wrongs: list[dict[str, Any]] = [
        {"host": "evil.example"},
        {"flags": SEEN & ~SEEN.UV},
        {"flags": SEEN & ~SEEN.UP},
        {"cross_origin": True},
    ]
    for wrong in wrongs:
        was = {name: getattr(kept.key, name) for name in wrong}
        vars(kept.key).update(wrong)
        assert refused(await enter(app, cambui, kept.key)), wrong
        vars(kept.key).update(was)
        assert refused(await try_to_enrol(app, kept.session, authenticator(**wrong))), wrong
    assert isinstance(await enter(app, cambui, kept.key), Opened)


async def test_a_signature_of_another_key_or_of_another_owner_opens_nothing(app: App, cambui: Tenant):
    kept = await held(app, cambui)
    forged = authenticator(credential_id=kept.key.credential_id, handle=kept.key.handle, counter=9)
    assert refused(await enter(app, cambui, forged))
    for handle in (None, websafe_encode(b"x" * 32)):
        kept.key.handle, was = handle, kept.key.handle
        assert refused(await enter(app, cambui, kept.key))
        kept.key.handle = was
    assert isinstance(await enter(app, cambui, kept.key), Opened)


async def test_a_counter_that_went_back_is_of_a_copy(app: App, cambui: Tenant):
    kept = await held(app, cambui)
    assert isinstance(await enter(app, cambui, kept.key), Opened)
    kept.key.counter = 0
    assert refused(await enter(app, cambui, kept.key))


async def test_a_removed_passkey_opens_nothing_and_only_its_owner_removes_it(app: App, cambui: Tenant):
    kept = await held(app, cambui)
    stranger = await doors.other(app, cambui)
    assert await passkeys.end(app, stranger, kept.passkey.id) == Refused(Refusal.NOT_FOUND)
    assert isinstance(await enter(app, cambui, kept.key), Opened)
    assert isinstance(await passkeys.end(app, kept.session, kept.passkey.id), Passkey)
    assert refused(await enter(app, cambui, kept.key))
    assert await passkeys.listed(app, kept.session) == ()


async def test_a_passkey_opens_nothing_at_another_operator(app: App, cambui: Tenant, aurora: Tenant):
    kept = await held(app, cambui)
    assert refused(await enter(app, aurora, kept.key))


async def test_a_passkey_makes_a_session_fresh_again(app: App, cambui: Tenant):
    kept = await held(app, cambui)
    _, secret = await doors.signed_in(app, cambui, stays=True)
    doors.run(app, "UPDATE chancela.person_session SET assured_at = assured_at - interval '15 min'")
    stale = await door.session(app, cambui.ans, secret)
    assert stale is not None and not stale.fresh
    kept.key.handle = None  # who is asked for one of their own need not be told whose it is
    renewed = await enter(app, cambui, kept.key, stale)
    assert isinstance(renewed, Opened)
    fresh = await door.session(app, cambui.ans, renewed.secret)
    assert fresh is not None and fresh.fresh and fresh.stays
    assert await door.session(app, cambui.ans, secret) is None


async def test_who_is_signed_in_is_asked_for_their_own_passkeys(app: App, cambui: Tenant):
    kept = await held(app, cambui)
    found = await passkeys.ask_to_enter(app, cambui.ans, SITE, PLACE, kept.session)
    assert isinstance(found, Asked)
    own = [{"type": "public-key", "id": websafe_encode(kept.key.credential_id)}]
    assert found.options["allowCredentials"] == own
    assert (await asked(app, kept.session)).options["excludeCredentials"] == own


async def test_nobody_renews_their_session_by_the_passkey_of_somebody_else(app: App, cambui: Tenant):
    kept = await held(app, cambui)
    assert refused(await enter(app, cambui, kept.key, await doors.other(app, cambui)))


async def test_a_stale_session_is_asked_to_confirm_before_it_enrols(app: App, cambui: Tenant):
    _, secret = await doors.signed_in(app, cambui)
    doors.run(app, "UPDATE chancela.person_session SET assured_at = assured_at - interval '15 min'")
    stale = await door.session(app, cambui.ans, secret)
    assert stale is not None
    assert await passkeys.ask_to_enrol(app, stale, SITE, PLACE) == Refused(Refusal.CONFIRM_YOURSELF)


async def test_a_place_that_asks_without_end_is_refused(app: App, cambui: Tenant):
    asks = [await passkeys.ask_to_enter(app, cambui.ans, SITE, PLACE) for _ in range(61)]
    assert [isinstance(each, Asked) for each in asks] == [True] * 60 + [False]
    assert isinstance(await passkeys.ask_to_enter(app, cambui.ans, SITE, "198.51.100.8"), Asked)


NONSENSE = ["", "null", "[]", "{}", '{"rawId":"x"}', "{" * 5000, "[" * 5000 + "]" * 5000, "é", '"' + "x" * 20_000 + '"']


@pytest.mark.parametrize("answer", NONSENSE)
async def test_nonsense_is_refused(app: App, cambui: Tenant, answer: str):
    session, _ = await doors.signed_in(app, cambui)
    found = await asked(app, session)
    assert refused(await passkeys.enrol(app, session, SITE, found.slip, answer, DEVICE))
    assert refused(await passkeys.enter(app, cambui.ans, SITE, found.slip, answer, DEVICE))


async def test_whatever_byte_of_an_answer_is_changed_nothing_opens(app: App, cambui: Tenant):
    kept = await held(app, cambui)
    found = await passkeys.ask_to_enter(app, cambui.ans, SITE, PLACE)
    assert isinstance(found, Asked)
    answer = kept.key.get(found.options)
    for part in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        for place in (0, 20, 33):
            told = json.loads(answer)
            raw = bytearray(websafe_decode(told["response"][part]))
            raw[place % len(raw)] ^= 1
            told["response"][part] = websafe_encode(bytes(raw))
            assert refused(await passkeys.enter(app, cambui.ans, SITE, found.slip, json.dumps(told), DEVICE)), part


async def test_a_key_of_an_algorithm_that_was_not_asked_for_is_refused(app: App, cambui: Tenant):
    session, _ = await doors.signed_in(app, cambui)
    odd = CoseKey.parse({1: 2, 3: -47, -1: 8, -2: b"x" * 32, -3: b"y" * 32})
    assert refused(await try_to_enrol(app, session, authenticator(cose=odd)))
    assert isinstance(await try_to_enrol(app, session, authenticator()), Passkey)


async def test_challenges_that_nobody_answered_are_forgotten(app: App, cambui: Tenant):
    for _ in range(2):
        await passkeys.ask_to_enter(app, cambui.ans, SITE, PLACE)
    doors.run(app, OLDER)
    await store.forget(app.pool, cambui.ans)
    assert len(doors.run(app, "SELECT 1 FROM chancela.passkey_challenge")) == 1


async def test_no_secret_and_no_credential_lies_in_the_trail_or_in_clear(app: App, cambui: Tenant):
    kept = await held(app, cambui)
    found = await passkeys.ask_to_enter(app, cambui.ans, SITE, PLACE)
    assert isinstance(found, Asked)
    rows = str(doors.run(app, "SELECT row_to_json(c)::text FROM chancela.passkey_challenge c"))
    secret = websafe_decode(found.options["challenge"])
    assert secret.hex() not in rows and found.options["challenge"] not in rows
    assert kept.key.credential_id.hex() not in str(doors.run(app, "SELECT data FROM chancela.trail"))
    assert found.options["challenge"] not in repr(found)


@pytest.mark.parametrize(
    ("public_url", "called", "origin", "named"),
    [
        ("https://app.example.com", "evil.example", "https://app.example.com", True),
        ("https://App.Example.com/x", "localhost", "https://app.example.com", True),
        ("http://127.0.0.1:8000", "localhost:8000", "http://localhost:8000", True),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", "http://127.0.0.1:8000", False),
        ("http://localhost:8000", "evil.example", "http://localhost:8000", True),
        ("http://[::1]:8000", "[::1]:8000", "http://[::1]:8000", False),
    ],
)
def test_where_the_pages_are_is_the_installations_word(public_url: str, called: str, origin: str, named: bool):
    found = ceremony.site(public_url, called)
    assert (found.origin, found.named) == (origin, named)

"""E-mail is a real SMTP conversation: what is taken, what passes, what is permanent, and who may read along."""

import asyncio
import ssl
import uuid

import pytest

from chancela.adapters.channels.contract import ChannelFailure, Letter
from chancela.adapters.channels.email.carrier import EmailCarrier
from chancela.adapters.channels.email.relay import relay
from chancela.domain.delivery import Channel
from chancela.domain.message import Message
from tests import relays
from tests.relays import RelayServer

SENDER = "codigos@aurora.example"


def letter(address: str | None = "ana@example.com") -> Letter:
    message = Message(Channel.EMAIL, "Código do atendimento", "Seu código é 482913.\n\n@aurora.example #482913\n")
    return Letter(uuid.uuid4(), "999001", "Aurora Saúde", "001", "a***@example.com", message, address)


def carrier(
    server: RelayServer, *, user: str = "", options: str = "", trust: ssl.SSLContext | None = None
) -> EmailCarrier:
    there = relay(f"smtp://{user}127.0.0.1:{server.port}{options}")
    return EmailCarrier(there, SENDER, trust) if trust else EmailCarrier(there, SENDER)


async def failure(sending: EmailCarrier, what: Letter | None = None) -> ChannelFailure:
    with pytest.raises(ChannelFailure) as caught:
        await sending.send(what or letter())
    await sending.close()
    return caught.value


async def test_a_letter_arrives_as_it_was_written():
    async with relays.listening(RelayServer()) as server:
        sending, written = carrier(server), letter()
        carrier_id = await sending.send(written)
        await sending.close()
    (mail,) = server.taken
    assert mail.get_content().replace("\r\n", "\n") == written.message.text
    assert str(mail["From"]) == "Aurora Saúde <codigos@aurora.example>"
    assert (mail["To"], mail["Subject"]) == ("ana@example.com", "Código do atendimento")
    assert (mail["Auto-Submitted"], mail["Content-Type"]) == ("auto-generated", 'text/plain; charset="utf-8"')
    assert mail["Message-ID"] == carrier_id == f"<{written.id}@aurora.example>"
    assert mail["Content-Language"] == "pt-BR"
    assert mail["Date"].datetime.tzinfo is not None


async def test_letters_share_a_connection_and_at_most_one_is_opened_for_each_at_once():
    async with relays.listening(RelayServer()) as server:
        sending = carrier(server)
        for _ in range(5):
            await sending.send(letter())
        assert server.connections == 1
        await asyncio.gather(*[sending.send(letter()) for _ in range(4)])
        assert server.connections <= 4
        await sending.close()
    assert len(server.taken) == 9


async def test_a_connection_that_the_relay_closed_meanwhile_is_not_used_again():
    server = RelayServer()
    async with relays.listening(server):
        sending = carrier(server)
        await sending.send(letter())
        since, client = sending._idle[0]
        sending._idle[0] = (since - 3600, client)
        assert client.transport is not None
        client.transport.abort()
        await sending.send(letter())
        await sending.close()
    assert server.connections == 2
    assert len(server.taken) == 2


async def test_a_connection_that_was_idle_for_long_is_asked_before_it_is_used():
    async with relays.listening(RelayServer()) as server:
        sending = carrier(server)
        await sending.send(letter())
        since, client = sending._idle[0]
        sending._idle[0] = (since - 3600, client)
        await sending.send(letter())
        await sending.close()
    assert server.connections == 1


@pytest.mark.parametrize(
    ("answer", "permanent", "reason"),
    [
        ("450 4.2.1 mailbox busy", False, "smtp 450 4.2.1"),
        ("451 greylisted, come back later", False, "smtp 451"),
        ("550 5.1.1 <ana@example.com>: no such person", True, "smtp 550 5.1.1"),
        ("553 bad address", True, "smtp 553"),
        ("530 5.7.0 authenticate first", False, "smtp 530 5.7.0"),
    ],
)
async def test_a_refused_recipient_passes_or_not(answer: str, permanent: bool, reason: str):
    async with relays.listening(RelayServer(rcpt={"ana@example.com": answer})) as server:
        told = await failure(carrier(server))
    assert (told.permanent, told.reason) == (permanent, reason)


async def test_a_refusal_ends_nothing_for_the_next_letter():
    async with relays.listening(RelayServer(rcpt={"ana@example.com": "550 5.1.1 no"})) as server:
        sending = carrier(server)
        with pytest.raises(ChannelFailure):
            await sending.send(letter())
        await sending.send(letter("rui@example.com"))
        await sending.close()
    assert server.connections == 1
    assert len(server.taken) == 1


@pytest.mark.parametrize(("answer", "permanent"), [("452 4.3.1 no room", False), ("554 5.6.0 not wanted", True)])
async def test_a_refused_text_passes_or_not(answer: str, permanent: bool):
    async with relays.listening(RelayServer(data=answer)) as server:
        told = await failure(carrier(server))
    assert told.permanent is permanent


async def test_a_relay_that_hangs_up_in_the_middle_is_asked_again():
    async with relays.listening(RelayServer(drop=True)) as server:
        told = await failure(carrier(server))
    assert (told.permanent, told.reason) == (False, "smtp: no connection")


async def test_a_relay_that_is_not_there_is_asked_again():
    async with relays.listening(RelayServer()) as server:
        pass
    told = await failure(carrier(server))
    assert (told.permanent, told.reason) == (False, "smtp: no connection")


async def test_a_letter_that_is_given_up_leaves_no_connection_in_the_middle_of_a_conversation():
    async with relays.listening(RelayServer(delay_s=5)) as server:
        sending = carrier(server)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await sending.send(letter())
        assert sending._idle == []


@pytest.mark.parametrize(
    "address", [None, "", "ana", "ana@", "@example.com", "ana@exa\r\nmple.com", "josé@example.com", "a b@c"]
)
async def test_an_address_that_cannot_be_one_is_permanent(address: str | None):
    async with relays.listening(RelayServer()) as server:
        told = await failure(carrier(server), letter(address))
    assert (told.permanent, told.reason) == (True, "no address")
    assert server.connections == 0


async def test_no_failure_repeats_an_address():
    server = RelayServer(rcpt={"ana@example.com": "550 5.1.1 <ana@example.com> is unknown"})
    async with relays.listening(server):
        told = await failure(carrier(server))
    assert "ana" not in f"{told!r} {told} {told.__cause__!r}"
    assert told.__suppress_context__


async def test_starttls_is_used_when_it_is_offered(tmp_path):
    offered, trusting = relays.certificate(tmp_path)
    async with relays.listening(RelayServer(), offered) as server:
        sending = carrier(server, trust=trusting)
        await sending.send(letter())
        await sending.close()
    assert server.encrypted == [True]


async def test_a_relay_that_requires_starttls_gets_it(tmp_path):
    offered, trusting = relays.certificate(tmp_path)
    async with relays.listening(RelayServer(), offered, require_starttls=True) as server:
        sending = carrier(server, trust=trusting)
        await sending.send(letter())
        await sending.close()
    assert server.encrypted == [True]


async def test_a_certificate_of_nobody_we_trust_carries_nothing(tmp_path):
    offered, _ = relays.certificate(tmp_path)
    async with relays.listening(RelayServer(), offered) as server:
        told = await failure(carrier(server))
    assert not told.permanent
    assert server.taken == []


async def test_where_tls_is_required_a_relay_without_it_carries_nothing():
    async with relays.listening(RelayServer()) as server:
        told = await failure(carrier(server, options="?tls=required"))
    assert not told.permanent
    assert server.taken == []


async def test_the_password_is_given_over_tls(tmp_path):
    offered, trusting = relays.certificate(tmp_path)
    server = RelayServer()
    async with relays.listening(server, offered, auth_required=True, authenticator=server.authenticate):
        sending = carrier(server, user="chancela:right@", trust=trusting)
        await sending.send(letter())
        await sending.close()
    assert server.logins == [("chancela", "right")]
    assert server.encrypted == [True]


async def test_a_wrong_password_is_our_fault_and_not_the_letters(tmp_path):
    offered, trusting = relays.certificate(tmp_path)
    server = RelayServer()
    async with relays.listening(server, offered, auth_required=True, authenticator=server.authenticate):
        told = await failure(carrier(server, user="chancela:wrong@", trust=trusting))
    assert (told.permanent, told.reason.startswith("smtp 535")) == (False, True)

"""The texts that carry a code: short, plain, bound to our origin, and silent about the care."""

import inspect
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from chancela.domain import message as messages
from chancela.domain.delivery import Channel

LONGEST_HOST = "atendimento.operadora-de-exemplo.com.br.br"
HOSTS = ["a.br", "localhost", "chancela.operadora.com.br", LONGEST_HOST]
EXPIRIES = [
    datetime(2026, month, day, hour, 59, tzinfo=UTC) for month in (1, 12) for day in (1, 31) for hour in (0, 23)
]
NUMBER = "2026000000123"


def written(channel: Channel, host: str = "chancela.example", expires_at: datetime = EXPIRIES[0]) -> str:
    return messages.compose(channel, "048291", NUMBER, expires_at, host).text


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("expires_at", EXPIRIES, ids=str)
def test_an_sms_is_one_gsm_7_segment(host: str, expires_at: datetime):
    septets = messages.septets(written(Channel.SMS, host, expires_at))
    assert septets is not None
    assert septets <= messages.SEGMENT


@pytest.mark.parametrize("width", range(1, 43))
def test_an_sms_is_one_segment_for_every_host_up_to_42_characters(width: int):
    host = ("abcdefghi." * 5)[: width - 1] + "b"
    text = written(Channel.SMS, host, EXPIRIES[-1])
    assert text.isascii()
    assert messages.septets(text) == len(text) <= messages.SEGMENT


@given(st.integers(0, 10**6 - 1), st.integers(0, 10**9 - 1), st.datetimes(timezones=st.just(UTC)))
def test_an_sms_is_as_long_whatever_its_code_number_and_hour(code: int, number: int, expires_at: datetime):
    text = messages.compose(Channel.SMS, f"{code:06d}", f"2026{number:09d}", expires_at, LONGEST_HOST).text
    assert len(text) == len(written(Channel.SMS, LONGEST_HOST))


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL])
def test_the_last_line_binds_the_code_to_our_origin(channel: Channel):
    assert written(channel).rstrip("\n").splitlines()[-1] == "@chancela.example #048291"


@pytest.mark.parametrize("channel", Channel)
def test_a_text_says_what_until_when_and_what_to_do_if_one_did_not_ask(channel: Channel):
    text = written(channel, expires_at=datetime(2026, 11, 22, 14, 5, tzinfo=UTC))
    assert "048291" in text
    assert NUMBER in text
    assert "22/11 14:05" in text
    assert any(said in text for said in ("Diga so", "Informe-o", "Não informe"))
    assert "o pediu" in text


@pytest.mark.parametrize("channel", Channel)
def test_no_text_could_name_a_person_or_a_procedure(channel: Channel):
    """Whoever composes is told neither."""
    assert list(inspect.signature(messages.compose).parameters) == ["channel", "code", "number", "expires_at", "host"]
    assert not any(word in written(channel).lower() for word in ("procedimento", "consulta", "dente", "exame", "cpf"))


def test_only_what_has_a_subject_has_one_and_it_never_holds_the_code():
    subjects = {each: messages.compose(each, "048291", NUMBER, EXPIRIES[0], "a.br").subject for each in Channel}
    assert subjects[Channel.SMS] is None
    assert not any("048291" in (subject or "") for subject in subjects.values())


def test_a_message_does_not_show_its_text_in_logs():
    assert "048291" not in repr(messages.compose(Channel.SMS, "048291", NUMBER, EXPIRIES[0], "a.br"))


@pytest.mark.parametrize(
    ("text", "septets"),
    [("", 0), ("Codigo", 6), ("é", 1), ("[", 2), ("€1", 3), ("ã", None), ("ç", None), ("Ç", 1), ("\n", 1)],
)
def test_septets_are_counted_as_in_3gpp_23_038(text: str, septets: int | None):
    assert messages.septets(text) == septets


def test_the_alphabet_has_its_127_characters_and_the_escape():
    assert len(messages.GSM7) == 127
    assert len(messages.GSM7_EXTENDED) == 10

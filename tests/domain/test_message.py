"""The texts that people receive: short, plain, bound to our origin, and silent about the care."""

import dataclasses
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st

from chancela.domain import message as messages
from chancela.domain.delivery import Channel, Purpose
from chancela.domain.message import Language, Message, Occasion

LONGEST_HOST = "atendimento.operadora-de-exemplo.com.br.br"
HOSTS = ["a.br", "localhost", "chancela.operadora.com.br", LONGEST_HOST]
EXPIRIES = [
    datetime(2026, month, day, hour, 59, tzinfo=UTC) for month in (1, 12) for day in (1, 31) for hour in (0, 23)
]
NUMBER, CODE, DENY = "2026000000123", "048291", "https://chancela.example/nao-pedi/c2xpcA"
LANGUAGES, REPLIES = pytest.mark.parametrize("language", Language), pytest.mark.parametrize("replies", [False, True])
TEXTS = (Channel.SMS, Channel.WHATSAPP, Channel.VOICE)


def composed(channel: Channel, purpose: Purpose = Purpose.CODE, **more: Any) -> Message:
    about = {"purpose": purpose, "number": NUMBER, "until": EXPIRIES[0], "host": "chancela.example", "code": CODE}
    return messages.compose(channel, Occasion(**{**about, **more}))


def written(channel: Channel, **more: Any) -> str:
    return composed(channel, **more).text


def noticed(channel: Channel, **more: Any) -> Message:
    return composed(channel, Purpose.CONTACT_TYPED, **more)


# one segment


@REPLIES
@LANGUAGES
@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("until", EXPIRIES, ids=str)
def test_an_sms_is_one_gsm_7_segment(host: str, until: datetime, language: Language, replies: bool):
    septets = messages.septets(written(Channel.SMS, host=host, until=until, language=language, replies=replies))
    assert septets is not None
    assert septets <= messages.SEGMENT


@REPLIES
@LANGUAGES
@pytest.mark.parametrize("width", range(1, 43))
def test_an_sms_is_one_segment_for_every_host_up_to_42_characters(width: int, language: Language, replies: bool):
    host = ("abcdefghi." * 5)[: width - 1] + "b"
    text = written(Channel.SMS, host=host, until=EXPIRIES[-1], language=language, replies=replies)
    assert text.isascii()
    assert messages.septets(text) == len(text) <= messages.SEGMENT


@LANGUAGES
@given(st.integers(0, 10**6 - 1), st.integers(0, 10**9 - 1), st.datetimes(timezones=st.just(UTC)))
def test_an_sms_is_as_long_whatever_its_code_number_and_hour(
    language: Language, code: int, number: int, until: datetime
):
    about = {"code": f"{code:06d}", "number": f"2026{number:09d}", "until": until}
    longest = {"host": LONGEST_HOST, "language": language}
    assert len(written(Channel.SMS, **about, **longest)) == len(written(Channel.SMS, **longest))


@REPLIES
@LANGUAGES
@pytest.mark.parametrize("channel", TEXTS)
def test_a_notice_by_text_is_one_segment_without_accents(channel: Channel, language: Language, replies: bool):
    text = noticed(channel, language=language, replies=replies).text
    assert text.isascii()
    assert messages.septets(text) == len(text) <= messages.SEGMENT


# what the code's message says


@LANGUAGES
@pytest.mark.parametrize("channel", [*TEXTS, Channel.EMAIL])
def test_the_last_line_binds_the_code_to_our_origin(channel: Channel, language: Language):
    text = written(channel, language=language, deny_url=DENY)
    assert text.rstrip("\n").splitlines()[-1] == "@chancela.example #048291"


@pytest.mark.parametrize("channel", [*TEXTS, Channel.EMAIL])
def test_a_text_says_what_until_when_and_what_to_do_if_one_did_not_ask(channel: Channel):
    text = written(channel, until=datetime(2026, 11, 22, 14, 5, tzinfo=UTC))
    assert all(said in text for said in (CODE, NUMBER, "22/11 14:05"))
    assert any(said in text for said in ("Diga so", "Informe-o"))
    assert "o pediu" in text


@pytest.mark.parametrize("channel", [*TEXTS, Channel.EMAIL])
def test_in_english_it_says_the_same(channel: Channel):
    text = written(channel, language=Language.ENGLISH, until=datetime(2026, 11, 22, 14, 5, tzinfo=UTC))
    assert all(said in text for said in (CODE, NUMBER, "22/11 14:05"))
    assert any(said in text for said in ("Not you?", "did not ask"))
    assert text.isascii()


@pytest.mark.parametrize(
    ("language", "said"), [(Language.PORTUGUESE, "Responda NAO"), (Language.ENGLISH, "Answer NAO")]
)
def test_the_answer_nao_is_asked_for_only_where_answers_reach_us(language: Language, said: str):
    assert said in written(Channel.SMS, language=language, replies=True)
    assert "NAO" not in written(Channel.SMS, language=language)


@LANGUAGES
def test_an_email_has_the_deny_link_where_there_is_one(language: Language):
    assert DENY in written(Channel.EMAIL, language=language, deny_url=DENY).splitlines()
    assert "http" not in written(Channel.EMAIL, language=language)


@LANGUAGES
@given(st.integers(0, 10**6 - 1))
def test_a_push_holds_no_digit_of_the_code(language: Language, code: int):
    """A locked screen shows it: whatever the code is, the words are the same."""
    shown = composed(Channel.APP, language=language, code=f"{code:06d}")
    other = composed(Channel.APP, language=language, code="999999")
    assert (shown.subject, shown.text) == (other.subject, other.text)
    assert NUMBER in shown.text


@LANGUAGES
@pytest.mark.parametrize("channel", Channel)
def test_the_code_stands_beside_the_text_for_channels_with_words_of_their_own(channel: Channel, language: Language):
    message = composed(channel, language=language)
    assert (message.code, message.purpose, message.language) == (CODE, Purpose.CODE, language)


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("channel", Channel)
def test_so_does_the_deny_link_but_a_tap_on_a_push_is_for_seeing(channel: Channel, purpose: Purpose):
    message = composed(channel, purpose, deny_url=DENY)
    assert message.link == (None if channel is Channel.APP else DENY)


# notices


@REPLIES
@LANGUAGES
@pytest.mark.parametrize("channel", Channel)
def test_a_notice_holds_no_digit_of_a_code_even_where_one_is_at_hand(
    channel: Channel, language: Language, replies: bool
):
    message = noticed(channel, language=language, replies=replies)
    assert message.code is None
    assert re.findall(r"[0-9]+", f"{message.subject} {message.text}") == [NUMBER]
    assert message == noticed(channel, language=language, replies=replies, code=None)


def test_a_notice_says_that_another_contact_was_given_and_what_to_do():
    assert noticed(Channel.SMS, replies=True).text == (
        f"Um prestador informou outro contato para o codigo da guia {NUMBER}. Nao foi voce? "
        "Responda NAO ou ligue para o plano."
    )
    assert noticed(Channel.SMS, language=Language.ENGLISH).text == (
        f"A provider gave another contact for the code of guia {NUMBER}. Not you? Call your plan."
    )


@LANGUAGES
@REPLIES
@pytest.mark.parametrize("purpose", [Purpose.VALIDATED, Purpose.RECORDED])
@pytest.mark.parametrize("channel", TEXTS)
def test_a_recorded_attendance_is_told_in_one_segment_that_asks_whether_it_was_not_you(
    channel: Channel, purpose: Purpose, language: Language, replies: bool
):
    text = composed(channel, purpose, language=language, replies=replies).text
    assert text.isascii() and messages.septets(text) == len(text) <= messages.SEGMENT
    assert NUMBER in text and ("Nao foi voce?" in text or "Not you?" in text)
    assert ("NAO" in text) is replies


def test_an_attendance_without_a_code_is_told_as_such():
    assert composed(Channel.SMS, Purpose.RECORDED, replies=True).text == (
        f"O atendimento da guia {NUMBER} foi registrado sem o codigo. Nao foi voce? Responda NAO ou ligue para o plano."
    )
    assert composed(Channel.SMS, Purpose.RECORDED, language=Language.ENGLISH).text == (
        f"The attendance of guia {NUMBER} was recorded without its code. Not you? Call your plan."
    )
    assert composed(Channel.EMAIL, Purpose.RECORDED, deny_url=DENY).text.splitlines()[-1] == DENY


def test_where_accents_cost_nothing_a_notice_has_them():
    assert "código" in noticed(Channel.EMAIL).text
    assert "Não foi você?" in noticed(Channel.APP).text


def test_a_notice_by_email_has_the_deny_link_where_there_is_one():
    assert DENY in noticed(Channel.EMAIL, deny_url=DENY).text.splitlines()
    assert "http" not in noticed(Channel.EMAIL).text


LINES = ("Central: 0800 000 0022 (7h às 22h)", "Acessível: 0800 000 0023")


@LANGUAGES
def test_the_notice_of_a_changed_contact_brings_the_operators_telephones_by_email_and_no_link(language: Language):
    told = {"purpose": Purpose.CONTACT_CHANGED, "language": language, "lines": LINES}
    text = composed(Channel.EMAIL, **told).text
    assert text.splitlines()[-3:] == ["", *LINES] and "http" not in text
    assert composed(Channel.EMAIL, **{**told, "lines": ()}).text.count("\n") == 1
    assert "0800" not in composed(Channel.SMS, **told).text


# what no text may say or show


@LANGUAGES
@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("channel", Channel)
def test_no_text_could_name_a_person_or_a_procedure(channel: Channel, purpose: Purpose, language: Language):
    """Whoever composes is told neither."""
    told = {field.name for field in dataclasses.fields(Occasion)}
    more = {"deny_url", "replies", "lines", "visit_date"}
    assert told == {"purpose", "number", "until", "host", "language", "code"} | more
    text = composed(channel, purpose, language=language).text.lower()
    assert not any(word in text for word in ("procedimento", "consulta", "dente", "exame", "cpf"))


@pytest.mark.parametrize("purpose", Purpose)
def test_only_what_has_a_subject_has_one_and_it_never_holds_the_code(purpose: Purpose):
    subjects = {each: composed(each, purpose).subject for each in Channel}
    assert {each for each, subject in subjects.items() if subject} == {Channel.APP, Channel.EMAIL}
    assert not any(CODE in (subject or "") for subject in subjects.values())


@pytest.mark.parametrize("channel", Channel)
def test_a_message_shows_neither_text_nor_code_nor_link_in_logs(channel: Channel):
    shown = repr(composed(channel, deny_url=DENY)).replace(NUMBER, "")
    assert not any(each in shown for each in (CODE, DENY, "vale"))


def test_neither_does_what_it_is_made_from():
    shown = repr(Occasion(Purpose.CODE, NUMBER, EXPIRIES[0], "a.br", code=CODE, deny_url=DENY))
    assert not any(each in shown for each in (CODE, DENY))


@pytest.mark.parametrize(
    ("text", "septets"),
    [("", 0), ("Codigo", 6), ("é", 1), ("[", 2), ("€1", 3), ("ã", None), ("ç", None), ("Ç", 1), ("\n", 1)],
)
def test_septets_are_counted_as_in_3gpp_23_038(text: str, septets: int | None):
    assert messages.septets(text) == septets


def test_the_alphabet_has_its_127_characters_and_the_escape():
    assert len(messages.GSM7) == 127
    assert len(messages.GSM7_EXTENDED) == 10


# to sign in


def to_sign_in(channel: Channel, **more: Any) -> Message:
    return composed(channel, Purpose.SIGN_IN, number="", **more)


@LANGUAGES
@pytest.mark.parametrize("channel", TEXTS)
def test_a_code_to_sign_in_fits_one_segment_with_the_longest_host(channel: Channel, language: Language):
    text = to_sign_in(channel, host=LONGEST_HOST, language=language).text
    assert (messages.septets(text) or 999) <= messages.SEGMENT
    assert text.splitlines()[-1] == f"@{LONGEST_HOST} #{CODE}"


@LANGUAGES
@pytest.mark.parametrize("channel", Channel)
def test_a_code_to_sign_in_speaks_of_no_guia_and_asks_to_tell_nobody(channel: Channel, language: Language):
    message = to_sign_in(channel, language=language)
    assert message.purpose is Purpose.SIGN_IN and message.code == CODE and message.link is None
    assert "guia" not in message.text and "10 minut" in message.text
    assert ("nobody" if language is Language.ENGLISH else "a ningu") in message.text


@LANGUAGES
def test_the_app_shows_no_digit_of_a_code_to_sign_in(language: Language):
    message = to_sign_in(Channel.APP, language=language)
    assert CODE not in message.text + str(message.subject)


@LANGUAGES
def test_an_email_says_in_its_subject_what_the_code_is_for(language: Language):
    message = to_sign_in(Channel.EMAIL, language=language)
    assert message.subject and CODE not in message.subject and CODE in message.text


# a late code


DAY = date(2026, 11, 18)


@REPLIES
@LANGUAGES
@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("until", EXPIRIES, ids=str)
@pytest.mark.parametrize("channel", TEXTS)
def test_a_late_codes_text_is_one_segment_too(
    channel: Channel, host: str, until: datetime, language: Language, replies: bool
):
    text = written(channel, visit_date=DAY, host=host, until=until, language=language, replies=replies)
    assert text.isascii()
    assert messages.septets(text) == len(text) <= messages.SEGMENT


@REPLIES
@LANGUAGES
def test_at_its_longest_it_just_fits(language: Language, replies: bool):
    text = written(Channel.SMS, visit_date=DAY, host=LONGEST_HOST, language=language, replies=replies)
    assert len(text) <= messages.SEGMENT
    assert text.splitlines()[-1] == f"@{LONGEST_HOST} #{CODE}"


@LANGUAGES
@pytest.mark.parametrize("channel", Channel)
def test_a_late_code_says_of_which_days_visit_and_what_to_do_if_one_was_not_there(channel: Channel, language: Language):
    message = composed(channel, visit_date=DAY, language=language, deny_url=DENY)
    assert all(said in message.text for said in (NUMBER, "18/11"))
    assert any(
        said in message.text for said in ("Nao foi voce?", "Não foi você?", "não foi atendido", "Not you?", "were not")
    )
    assert (message.visit_date, message.code) == (DAY, CODE)
    assert (CODE in message.text) is (channel is not Channel.APP)


@LANGUAGES
def test_by_email_one_contests_with_the_link_or_else_by_the_plan(language: Language):
    linked = written(Channel.EMAIL, visit_date=DAY, language=language, deny_url=DENY)
    assert DENY in linked.splitlines()
    assert any(said in written(Channel.EMAIL, visit_date=DAY, language=language) for said in ("operadora", "your plan"))


def test_a_notice_about_it_says_nothing_of_a_late_code():
    assert composed(Channel.SMS, Purpose.VALIDATED, visit_date=DAY).visit_date is None

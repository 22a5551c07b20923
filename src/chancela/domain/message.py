"""The texts that people receive: one GSM-7 segment for SMS, no procedure, no name, a last line bound to our origin."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, assert_never

from chancela.domain import late_words, notice
from chancela.domain.delivery import Channel, Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
PLAIN = str.maketrans("áéíóúâêôãõàçÁÉÍÓÚÂÊÔÃÕÀÇ", "aeiouaeoaoacAEIOUAEOAOAC")
GSM7_EXTENDED = frozenset("\f^{}\\[~]|€")
SEGMENT = 160
BEARING: Final = frozenset({Purpose.CODE, Purpose.SIGN_IN, Purpose.CONTACT_CODE})


class Language(StrEnum):
    """In which language a person is written to."""

    PORTUGUESE = "pt-br"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a text is made from: the guia's number, an hour (local), our host without scheme or port.

    `until` is until when the code lives; of a notice, when it happened.
    `visit_date` is the day of an attendance that already was: then the code is a late one.
    `deny_url` is where one says "não pedi"; `replies` tells that the answer NAO reaches us; `lines` are telephones.
    """

    purpose: Purpose
    number: str
    until: datetime
    host: str
    language: Language = Language.PORTUGUESE
    code: str | None = field(default=None, repr=False)
    deny_url: str | None = field(default=None, repr=False)
    replies: bool = False
    lines: tuple[str, ...] = ()
    visit_date: date | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What a person receives; `subject` only where the channel has one.

    `code` stands beside the text for channels that have their own words around it (a voice, a carrier's template);
    `link` is where a tap on it leads, `visit_date` the day of the attendance whose late code it brings.
    """

    channel: Channel
    subject: str | None
    text: str = field(repr=False)
    purpose: Purpose = Purpose.CODE
    language: Language = Language.PORTUGUESE
    code: str | None = field(default=None, repr=False)
    link: str | None = field(default=None, repr=False)
    visit_date: date | None = None


def septets(text: str) -> int | None:
    """Return the length of a text in GSM-7 septets (3GPP TS 23.038), or None where it cannot be written in it."""
    if any(each not in GSM7 and each not in GSM7_EXTENDED for each in text):
        return None
    return len(text) + sum(each in GSM7_EXTENDED for each in text)


def compose(channel: Channel, occasion: Occasion) -> Message:
    """Return the message of an occasion for a channel, in the person's language."""
    subject, text = _WORDS[occasion.purpose](channel, occasion)
    code = occasion.code if occasion.purpose in BEARING else None
    link = None if channel is Channel.APP else occasion.deny_url  # a tap on a push is for seeing, not for denying
    late = occasion.visit_date if occasion.purpose is Purpose.CODE else None
    return Message(channel, subject, text, occasion.purpose, occasion.language, code, link, late)


def _code(channel: Channel, occasion: Occasion) -> tuple[str | None, str]:
    english, late = occasion.language is Language.ENGLISH, occasion.visit_date
    if late is not None:
        return _late(channel, occasion, late, english=english)
    match channel:
        case Channel.SMS | Channel.WHATSAPP | Channel.VOICE:
            return None, _sms_english(occasion) if english else _sms(occasion)
        case Channel.APP:
            return _app_english(occasion) if english else _app(occasion)
        case Channel.EMAIL:
            return _email_english(occasion) if english else _email(occasion)
        case _:
            assert_never(channel)


def _late(channel: Channel, at: Occasion, day: date, *, english: bool) -> tuple[str | None, str]:
    """Bring the code of an attendance that already was: it says of which day."""
    match channel:
        case Channel.APP:
            return late_words.app_english(at, day) if english else late_words.app(at, day)
        case Channel.EMAIL:
            return late_words.email_english(at, day) if english else late_words.email(at, day)
        case _:
            return None, late_words.sms_english(at, day) if english else late_words.sms(at, day)


def _sms(at: Occasion) -> str:
    doubt = "Responda NAO." if at.replies else "Nao diga."
    body = f"Codigo {at.code} da guia {at.number}, vale ate {notice.until(at.until)}. "
    return f"{body}Diga so no atendimento. Nao pediu? {doubt}\n@{at.host} #{at.code}"


def _sms_english(at: Occasion) -> str:
    doubt = "Answer NAO." if at.replies else "Keep it."
    body = f"Code {at.code} for guia {at.number}, valid to {notice.until(at.until)}. "
    return f"{body}Tell it only at the visit. Not you? {doubt}\n@{at.host} #{at.code}"


def _app(at: Occasion) -> tuple[str, str]:
    until = notice.until(at.until)
    return "Código do atendimento", f"Chegou o código da guia {at.number}. Toque para ver; vale até {until}."


def _app_english(at: Occasion) -> tuple[str, str]:
    until = notice.until(at.until)
    return "Attendance code", f"The code of guia {at.number} is here. Tap to see it; valid until {until}."


def _email(at: Occasion) -> tuple[str, str]:
    doubt = (
        f"Se você não pediu atendimento, não informe este código e avise aqui:\n{at.deny_url}\n\n"
        if at.deny_url
        else "Se você não pediu atendimento, não informe este código e avise a sua operadora.\n\n"
    )
    return f"Código do atendimento da guia {at.number}", (
        f"Seu código do atendimento (token) é {at.code}.\n\n"
        f"Ele confirma a guia {at.number} e vale até {notice.until(at.until)}. "
        "Informe-o apenas a quem está atendendo você.\n\n"
        "Se chegou outro código para esta mesma guia, vale o último recebido.\n"
        f"{doubt}@{at.host} #{at.code}\n"
    )


def _email_english(at: Occasion) -> tuple[str, str]:
    doubt = (
        f"If you did not ask for care, tell nobody this code and let us know here:\n{at.deny_url}\n\n"
        if at.deny_url
        else "If you did not ask for care, tell nobody this code and let your plan know.\n\n"
    )
    return f"Attendance code of guia {at.number}", (
        f"Your attendance code (token) is {at.code}.\n\n"
        f"It confirms guia {at.number} and is valid until {notice.until(at.until)}. "
        "Tell it only to those who are caring for you.\n\n"
        "If another code came for this same guia, the latest one counts.\n"
        f"{doubt}@{at.host} #{at.code}\n"
    )


def _sign_in(channel: Channel, at: Occasion) -> tuple[str | None, str]:
    """Bring a code that opens the app: it is nobody else's business, and no attendance is confirmed by it."""
    subject, text = _sign_in_english(at) if at.language is Language.ENGLISH else _sign_in_portuguese(at)
    return _bound(channel, at, subject, text)


def _sign_in_portuguese(at: Occasion) -> tuple[str, str]:
    return "Código para entrar", (
        f"Código {at.code} para entrar no app do plano. Vale 10 minutos. Não diga a ninguém. Não pediu? Ignore."
    )


def _sign_in_english(at: Occasion) -> tuple[str, str]:
    return "Code to sign in", (
        f"Code {at.code} to sign in to your plan's app. Valid for 10 minutes. Tell nobody. Not you? Ignore it."
    )


def _contact_code(channel: Channel, at: Occasion) -> tuple[str | None, str]:
    """Bring a code that proves a new contact: it confirms no attendance and opens no session."""
    subject, text = _contact_code_english(at) if at.language is Language.ENGLISH else _contact_code_portuguese(at)
    return _bound(channel, at, subject, text)


def _bound(channel: Channel, at: Occasion, subject: str, text: str) -> tuple[str | None, str]:
    """Return a text with a code that is about no guia, and the line that binds the code to our origin."""
    bound = f"@{at.host} #{at.code}"
    match channel:
        case Channel.EMAIL:
            return subject, f"{text}\n\n{bound}\n"
        case Channel.APP:
            return subject, text.replace(f" {at.code}", "")
        case _:
            return None, f"{text.translate(PLAIN)}\n{bound}"


def _contact_code_portuguese(at: Occasion) -> tuple[str, str]:
    return "Confirme o seu contato", (
        f"Código {at.code} para confirmar este contato no plano. Vale 10 minutos. Não pediu? Não diga a ninguém."
    )


def _contact_code_english(at: Occasion) -> tuple[str, str]:
    return "Confirm your contact", (
        f"Code {at.code} to confirm this contact with your plan. Valid for 10 minutes. Not you? Tell nobody."
    )


def _notice(
    portuguese: Callable[[Occasion], tuple[str, str]], english: Callable[[Occasion], tuple[str, str]]
) -> Callable[[Channel, Occasion], tuple[str | None, str]]:
    """Return the words of a notice without a code: one GSM-7 segment for SMS, with link and telephones by e-mail."""

    def words(channel: Channel, at: Occasion) -> tuple[str | None, str]:
        subject, text = (english if at.language is Language.ENGLISH else portuguese)(at)
        match channel:
            case Channel.EMAIL:
                more = [*([at.deny_url] if at.deny_url else []), *at.lines]
                return subject, "\n".join([text, *(["", *more] if more else []), ""])
            case Channel.APP:
                return subject, text
            case _:
                return None, text.translate(PLAIN)

    return words


_WORDS: Final[Mapping[Purpose, Callable[[Channel, Occasion], tuple[str | None, str]]]] = {
    Purpose.CODE: _code,
    Purpose.SIGN_IN: _sign_in,
    Purpose.CONTACT_CODE: _contact_code,
    **{purpose: _notice(*pair) for purpose, pair in notice.WORDS.items()},
}

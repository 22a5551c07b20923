"""The texts that carry a code: one GSM-7 segment for SMS, no procedure, no name, a last line bound to our origin."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, assert_never

from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from datetime import datetime

GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_EXTENDED = frozenset("\f^{}\\[~]|€")
SEGMENT = 160


@dataclass(frozen=True, slots=True)
class Message:
    """What a person receives; `subject` only where the channel has one."""

    channel: Channel
    subject: str | None
    text: str = field(repr=False)


def septets(text: str) -> int | None:
    """Return the length of a text in GSM-7 septets (3GPP TS 23.038), or None where it cannot be written in it."""
    if any(each not in GSM7 and each not in GSM7_EXTENDED for each in text):
        return None
    return len(text) + sum(each in GSM7_EXTENDED for each in text)


def _until(expires_at: datetime) -> str:
    return f"{expires_at:%d/%m %H:%M}"


def compose(channel: Channel, code: str, number: str, expires_at: datetime, host: str) -> Message:
    """Return the message for a channel; `expires_at` already in local time, `host` without scheme or port."""
    origin = f"@{host} #{code}"
    match channel:
        case Channel.SMS:
            return Message(channel, None, _sms(code, number, expires_at, origin))
        case Channel.APP:
            return Message(channel, "Código do atendimento", _app(code, number, expires_at))
        case Channel.EMAIL:
            return Message(channel, f"Código do atendimento da guia {number}", _email(code, number, expires_at, origin))
        case _:
            assert_never(channel)


def _sms(code: str, number: str, expires_at: datetime, origin: str) -> str:
    body = f"Codigo {code} da guia {number}, vale ate {_until(expires_at)}. "
    return f"{body}Diga so no atendimento. Nao pediu? Nao diga.\n{origin}"


def _app(code: str, number: str, expires_at: datetime) -> str:
    return f"{code} é o código da guia {number}. Vale até {_until(expires_at)}. Não pediu? Não informe a ninguém."


def _email(code: str, number: str, expires_at: datetime, origin: str) -> str:
    return (
        f"Seu código do atendimento (token) é {code}.\n\n"
        f"Ele confirma a guia {number} e vale até {_until(expires_at)}. "
        "Informe-o apenas a quem está atendendo você.\n\n"
        "Se chegou outro código para esta mesma guia, vale o último recebido.\n"
        "Se você não pediu atendimento, não informe este código e avise a sua operadora.\n\n"
        f"{origin}\n"
    )

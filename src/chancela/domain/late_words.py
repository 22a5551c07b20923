"""What a late code's message says, in Portuguese and in English: of which day it is, so that one can contest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chancela.domain import notice

if TYPE_CHECKING:
    from datetime import date

    from chancela.domain.message import Occasion


def short(day: date) -> str:
    """Return a day as messages name it: day and month."""
    return f"{day:%d/%m}"


def sms(at: Occasion, day: date) -> str:
    """Return one GSM-7 segment."""
    doubt = "Responda NAO." if at.replies else "Nao diga."
    body = f"Codigo {at.code} do atendimento de {short(day)}, guia {at.number}, vale ate {notice.until(at.until)}. "
    return f"{body}Nao foi voce? {doubt}\n@{at.host} #{at.code}"


def sms_english(at: Occasion, day: date) -> str:
    """Return the same in English."""
    doubt = "Answer NAO." if at.replies else "Keep it."
    body = f"Code {at.code} of your attendance on {short(day)}, guia {at.number}, valid to {notice.until(at.until)}. "
    return f"{body}Not you? {doubt}\n@{at.host} #{at.code}"


def app(at: Occasion, day: date) -> tuple[str, str]:
    """Return a push's title and line, without a digit of the code."""
    return f"Código do atendimento de {short(day)}", (
        f"Falta o código da guia {at.number}, do atendimento de {short(day)}. "
        f"Toque para ver até {notice.until(at.until)}. Não foi você? Avise ali mesmo."
    )


def app_english(at: Occasion, day: date) -> tuple[str, str]:
    """Return the same in English."""
    return f"Code of your attendance on {short(day)}", (
        f"The code of guia {at.number}, of your attendance on {short(day)}, is missing. "
        f"Tap to see it until {notice.until(at.until)}. Not you? Say so there."
    )


def email(at: Occasion, day: date) -> tuple[str, str]:
    """Return an e-mail's subject and text."""
    where = f"avise aqui:\n{at.deny_url}" if at.deny_url else "avise a sua operadora."
    return f"Código do atendimento de {short(day)}, guia {at.number}", (
        f"Seu código do atendimento (token) é {at.code}.\n\n"
        f"Ele é de um atendimento que já aconteceu, em {short(day)}: confirma a guia {at.number} e vale até "
        f"{notice.until(at.until)}. Informe-o apenas a quem atendeu você.\n\n"
        f"Se você não foi atendido nesse dia, não informe este código e {where}\n\n"
        f"@{at.host} #{at.code}\n"
    )


def email_english(at: Occasion, day: date) -> tuple[str, str]:
    """Return the same in English."""
    where = f"say so here:\n{at.deny_url}" if at.deny_url else "let your plan know."
    return f"Code of your attendance on {short(day)}, guia {at.number}", (
        f"Your attendance code (token) is {at.code}.\n\n"
        f"It is of an attendance that took place already, on {short(day)}: it confirms guia {at.number} and is valid "
        f"until {notice.until(at.until)}. Tell it only to those who cared for you.\n\n"
        f"If you were not there that day, tell nobody this code and {where}\n\n"
        f"@{at.host} #{at.code}\n"
    )

"""What notices without a code say, in Portuguese and in English: a subject and one GSM-7 segment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.domain.delivery import Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from chancela.domain.message import Occasion

    Words = Callable[[Occasion], tuple[str, str]]


def until(at: datetime) -> str:
    """Return an instant as messages name it: day, month and hour."""
    return f"{at:%d/%m %H:%M}"


def denying(at: Occasion) -> str:
    """Return how one says that it was somebody else."""
    return "Responda NÃO ou ligue para o plano." if at.replies else "Ligue para o plano."


def denying_english(at: Occasion) -> str:
    """Return the same in English."""
    return "Answer NAO or call your plan." if at.replies else "Call your plan."


def _changed_portuguese(at: Occasion) -> tuple[str, str]:
    return "Um contato seu foi trocado", (
        f"Um contato do seu cadastro no plano foi trocado em {until(at.until)}. Não foi você? Ligue para o plano."
    )


def _changed_english(at: Occasion) -> tuple[str, str]:
    return "A contact of yours was changed", (
        f"A contact on your plan's file was changed on {until(at.until)}. Not you? Call your plan."
    )


def _access_portuguese(at: Occasion) -> tuple[str, str]:
    return "Um acesso novo à sua conta", (
        f"Um aparelho ou uma chave de acesso foi ligado à sua conta no plano em {until(at.until)}. "
        "Não foi você? Ligue para o plano."
    )


def _access_english(at: Occasion) -> tuple[str, str]:
    return "A new way into your account", (
        f"A device or a passkey was added to your account with your plan on {until(at.until)}. Not you? Call your plan."
    )


def _ward_portuguese(at: Occasion) -> tuple[str, str]:
    return "Pediram um código para quem você representa", (
        f"Pediram um código da guia {at.number} para alguém que você representa. Ele foi só para essa pessoa."
    )


def _ward_english(at: Occasion) -> tuple[str, str]:
    return "A code was asked for somebody you represent", (
        f"A code of guia {at.number} was asked for somebody you represent. It went to them alone."
    )


def _validated_portuguese(at: Occasion) -> tuple[str, str]:
    return "Atendimento confirmado", (
        f"O atendimento da guia {at.number} foi confirmado com o código. Não foi você? {denying(at)}"
    )


def _validated_english(at: Occasion) -> tuple[str, str]:
    return "Attendance confirmed", (
        f"The attendance of guia {at.number} was confirmed with its code. Not you? {denying_english(at)}"
    )


def _recorded_portuguese(at: Occasion) -> tuple[str, str]:
    return "Atendimento registrado sem código", (
        f"O atendimento da guia {at.number} foi registrado sem o código. Não foi você? {denying(at)}"
    )


def _recorded_english(at: Occasion) -> tuple[str, str]:
    return "Attendance recorded without a code", (
        f"The attendance of guia {at.number} was recorded without its code. Not you? {denying_english(at)}"
    )


def _typed_portuguese(at: Occasion) -> tuple[str, str]:
    return "Outro contato foi informado para o seu código", (
        f"Um prestador informou outro contato para o código da guia {at.number}. Não foi você? {denying(at)}"
    )


def _typed_english(at: Occasion) -> tuple[str, str]:
    return "Another contact was given for your code", (
        f"A provider gave another contact for the code of guia {at.number}. Not you? {denying_english(at)}"
    )


def _proposed_portuguese(at: Occasion) -> tuple[str, str]:
    return "Pediram a troca de um contato seu", (
        f"Pediram à central a troca de um contato do seu cadastro em {until(at.until)}. Não foi você? {denying(at)}"
    )


def _proposed_english(at: Occasion) -> tuple[str, str]:
    return "A change of your contact was asked for", (
        f"The call centre was asked to change a contact on your file on {until(at.until)}. "
        f"Not you? {denying_english(at)}"
    )


def _decision_portuguese(at: Occasion) -> tuple[str, str]:
    return "Seu plano respondeu sobre uma guia", (
        f"O plano respondeu sobre a guia {at.number}. Veja a resposta e o motivo no app do plano ou ligue para o plano."
    )


def _decision_english(at: Occasion) -> tuple[str, str]:
    return "Your plan answered about a guia", (
        f"The plan answered about guia {at.number}. See the answer and its reason in your plan's app or call your plan."
    )


def _dispute_portuguese(at: Occasion) -> tuple[str, str]:
    return "Resposta sobre o atendimento contestado", (
        f"O plano respondeu sobre o atendimento da guia {at.number} que foi contestado. "
        "Veja a resposta no app do plano ou ligue para o plano."
    )


def _dispute_english(at: Occasion) -> tuple[str, str]:
    return "An answer about the disputed attendance", (
        f"The plan answered about the disputed attendance of guia {at.number}. "
        "See the answer in your plan's app or call your plan."
    )


WORDS: Final[Mapping[Purpose, tuple[Words, Words]]] = {
    Purpose.CONTACT_TYPED: (_typed_portuguese, _typed_english),
    Purpose.CONTACT_CHANGED: (_changed_portuguese, _changed_english),
    Purpose.CONTACT_PROPOSED: (_proposed_portuguese, _proposed_english),
    Purpose.ACCESS_ADDED: (_access_portuguese, _access_english),
    Purpose.WARD_CODE: (_ward_portuguese, _ward_english),
    Purpose.VALIDATED: (_validated_portuguese, _validated_english),
    Purpose.RECORDED: (_recorded_portuguese, _recorded_english),
    Purpose.DECISION: (_decision_portuguese, _decision_english),
    Purpose.DISPUTE: (_dispute_portuguese, _dispute_english),
}

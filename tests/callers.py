"""Whoever rings: an invented person who knows the right answer to each question that an agent asks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chancela.domain.caller import QuestionKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chancela.adapters.demo.invented import Invented

WAYS_OF_ASKING = {
    "data de nascimento": QuestionKind.BIRTH_DATE,
    "números do CPF": QuestionKind.CPF_END,
    "números da carteirinha": QuestionKind.CARD_END,
    "celular cadastrado": QuestionKind.MOBILE_END,
    "fixo cadastrado": QuestionKind.LANDLINE_END,
    "e-mail cadastrado": QuestionKind.EMAIL_NAME,
    "nome do plano": QuestionKind.PLAN,
    "mês e ano entrou": QuestionKind.JOINED_MONTH,
    "nome do titular": QuestionKind.HOLDER_NAME,
    "um dependente": QuestionKind.DEPENDANT_NAME,
}


def kind_of(page: str) -> QuestionKind:
    """Which question the words of a page ask."""
    (found,) = {kind for words, kind in WAYS_OF_ASKING.items() if re.search(rf"{words}[^.]*\?", page)}
    return found


def answer(kind: QuestionKind, person: Invented, everybody: Iterable[Invented]) -> str:
    """What this person says, as an agent types it."""
    known = tuple(everybody)
    holder = next((each.name for each in known if each.card_number == person.holder_card), "")
    dependants = [each.name for each in known if each.holder_card == person.card_number]
    return {
        QuestionKind.BIRTH_DATE: f"{person.birth_date:%d%m%Y}",
        QuestionKind.CPF_END: person.cpf[-4:],
        QuestionKind.CARD_END: person.card_number[-4:],
        QuestionKind.MOBILE_END: (person.mobile or "")[-4:],
        QuestionKind.LANDLINE_END: (person.landline or "")[-4:],
        QuestionKind.EMAIL_NAME: (person.email or "").partition("@")[0],
        QuestionKind.PLAN: person.plan,
        QuestionKind.JOINED_MONTH: f"{person.joined_date:%m%Y}",
        QuestionKind.HOLDER_NAME: " ".join(holder.split()[:2]),
        QuestionKind.DEPENDANT_NAME: dependants[0].split()[0] if dependants else "",
    }[kind]

"""What an auditor fills in: the filters of the queue, and an answer for each procedure that waits."""

from dataclasses import dataclass, field
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from chancela.adapters.postgres.audit_queue import Asked, Place
from chancela.domain import decision as decisions
from chancela.domain.guia import Authorisation, ItemState, Kind, Procedure
from chancela.portals.operator import audit_words
from chancela.usecases.review_guia import Decision

KINDS = {each.value: each for each in Kind}
STATES = {each.value: each for each in audit_words.STATE}
DAYS = {str(days): days for days, _word in audit_words.DAYS}
CHOICES = {each.value: each for each in (ItemState.AUTHORISED, ItemState.DENIED, ItemState.AWAITING_DOCUMENT)}


def asked(data: QueryDict) -> Asked:
    """The filters of an address; what is unknown filters nothing."""
    state: Authorisation | None = STATES.get(data.get("situacao", ""))
    return Asked(
        kind=KINDS.get(data.get("tipo", "")),
        state=state,
        days=DAYS.get(data.get("espera", ""), 0),
        urgent_first="ordem" not in data,
        after=_place(data.get("depois", "")),
    )


def _place(text: str) -> Place | None:
    urgent, _dash, last = text.partition("-")
    try:
        return Place(urgent == "u", UUID(last)) if last else None
    except ValueError:
        return None


def written(place: Place) -> str:
    """The same place as an address has it."""
    return f"{'u' if place.urgent else 'n'}-{place.guia_id}"


@dataclass(frozen=True, slots=True)
class Answer:
    """One procedure with what was typed for it; `choice` is empty where it is left for later."""

    procedure: Procedure
    choice: str = ""
    code: str = decisions.DENIALS[0].code
    why: str = ""
    need: str = ""
    error: str = ""

    @property
    def typed(self) -> str:
        """The words, whichever of the two fields they stand in."""
        return self.why if self.choice == ItemState.DENIED.value else self.need


@dataclass(frozen=True, slots=True)
class Answers:
    """The whole form; `lost` is what was typed for procedures that somebody else answered meanwhile."""

    answers: tuple[Answer, ...]
    lost: tuple[Answer, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What is asked of the deed: a decision for each procedure that is answered."""
        return tuple(
            Decision(each.procedure.item, CHOICES[each.choice], each.typed, each.code)
            for each in self.answers
            if each.choice
        )


def read(procedures: tuple[Procedure, ...], waiting: frozenset[ItemState], data: QueryDict | None = None) -> Answers:
    """The form for what waits, with what was typed, and what has to be put right before it is sent."""
    typed = data if data is not None else QueryDict()
    found = [_answer(each, typed) for each in procedures]
    open_ones = tuple(each for each in found if each.procedure.authorisation in waiting)
    shut = (each for each in found if each.procedure.authorisation not in waiting)
    errors = {f"id_{_field(each)}-{each.procedure.item}": each.error for each in open_ones if each.error}
    if data is not None and open_ones and not any(each.choice for each in open_ones):
        errors[f"id_answer-{open_ones[0].procedure.item}"] = _("Escolha uma resposta para ao menos um procedimento.")
    return Answers(open_ones, tuple(each for each in shut if each.why or each.need), errors)


def _field(answer: Answer) -> str:
    return "why" if answer.choice == ItemState.DENIED.value else "need"


def _answer(procedure: Procedure, data: QueryDict) -> Answer:
    item = procedure.item
    choice = data.get(f"answer-{item}", "")
    found = Answer(
        procedure,
        choice if choice in CHOICES else "",
        data.get(f"code-{item}", decisions.DENIALS[0].code)[:10],
        data.get(f"why-{item}", "").strip()[: decisions.LONGEST_TEXT],
        data.get(f"need-{item}", "").strip()[: decisions.LONGEST_TEXT],
    )
    return _judged(found)


def _judged(answer: Answer) -> Answer:
    silent = sum(each.isalpha() for each in answer.typed) < decisions.FEWEST_LETTERS
    error = ""
    if answer.choice == ItemState.DENIED.value and silent:
        error = _("Escreva o motivo da negativa: a pessoa o recebe por escrito.")
    elif answer.choice == ItemState.AWAITING_DOCUMENT.value and silent:
        error = _("Escreva o que falta, por exemplo a radiografia periapical do dente 36.")
    return Answer(answer.procedure, answer.choice, answer.code, answer.why, answer.need, error)

"""The analysis of a guia: rules that are data, each answering with a TISS table 38 code and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from chancela.domain import teeth
from chancela.domain.guia import ItemState, Kind, Procedure, Reason
from chancela.domain.people import Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from chancela.domain.guia import RequestedProcedure
    from chancela.domain.people import Beneficiary, Provider


class RuleKind(StrEnum):
    """The questions that an operator may ask of a procedure."""

    CARD_ACTIVE = "card_active"
    KNOWN_PROCEDURE = "known_procedure"
    FITTING_GUIA = "fitting_guia"
    PLACE = "place"
    COVERAGE = "coverage"
    WAITING_PERIOD = "waiting_period"
    SPECIALTY = "specialty"
    TOOTH = "tooth"
    FACES = "faces"
    REGION = "region"
    REPETITION = "repetition"
    AUDIT = "audit"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Rule:
    """One question, for the procedures whose code begins with one of `codes` (all where it is empty).

    `days` is the waiting period or the time within which a repetition is refused; `specialties` those of which the
    provider needs one.
    """

    kind: RuleKind
    codes: tuple[str, ...] = ()
    days: int = 0
    specialties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A procedure of TUSS table 22."""

    code: str
    name: str
    dental: bool
    table: str = "22"


@dataclass(frozen=True, slots=True)
class PastProcedure:
    """A procedure that an earlier guia of the same person authorised."""

    code: str
    tooth: str | None
    region: str | None
    on_date: date


@dataclass(frozen=True, slots=True)
class Question:
    """All that a rule may look at."""

    kind: Kind
    beneficiary: Beneficiary
    provider: Provider
    asked: RequestedProcedure
    entry: CatalogueEntry | None
    past: tuple[PastProcedure, ...]
    today: date


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule says where it has something to say."""

    state: ItemState
    reason: Reason


def _denied(code: str, text: str) -> Answer:
    return Answer(ItemState.DENIED, Reason(code, text))


NO_SUCH_TOOTH = _denied("1432", "Informe o dente pelo número FDI, por exemplo 26.")
NO_SUCH_FACES = _denied("1431", "Informe de 1 a 5 faces válidas para o dente (O, L, M, V, D, I ou P).")
NO_SUCH_REGION = _denied("1432", "Informe a região (por exemplo AS, AI, HASD ou S1).")


def _card_active(rule: Rule, question: Question) -> Answer | None:
    del rule
    person = question.beneficiary
    if person.standing is Standing.SUSPENDED:
        return _denied("1016", "O atendimento desta pessoa está suspenso. Ela deve falar com a operadora.")
    if person.standing is Standing.ENDED or (person.ended_date and person.ended_date < question.today):
        return _denied("1006", "O plano desta pessoa foi encerrado antes desta data.")
    if person.card_valid_until and person.card_valid_until < question.today:
        return _denied("1017", "A carteira está vencida. Peça o cartão novo à pessoa.")
    return None


def _known_procedure(rule: Rule, question: Question) -> Answer | None:
    del rule
    if question.entry is None or question.asked.table != question.entry.table:
        return _denied("1801", "Procedimento não encontrado na tabela TUSS 22. Confira o código.")
    return None


def _fitting_guia(rule: Rule, question: Question) -> Answer | None:
    del rule
    if question.entry is None or question.entry.dental is (question.kind is Kind.ODONTO):
        return None
    return _denied("1301", "Este procedimento pede outro tipo de guia.")


def _place(rule: Rule, question: Question) -> Answer | None:
    """What was given is written right, also where no rule asks for it."""
    asked = question.asked
    given = ((asked.tooth, _tooth), (asked.region, _region), (asked.faces, _faces))
    found = (ask(rule, question) for value, ask in given if value is not None)
    return next((answer for answer in found if answer is not None), None)


def _coverage(rule: Rule, question: Question) -> Answer | None:
    del rule
    person, dental = question.beneficiary, question.kind is Kind.ODONTO
    if dental and not person.covers_dental:
        return _denied("1025", "O plano desta pessoa não cobre assistência odontológica.")
    if not dental and not person.covers_medical:
        return _denied("3287", "O plano desta pessoa não cobre este procedimento.")
    return None


def _waiting_period(rule: Rule, question: Question) -> Answer | None:
    joined = question.beneficiary.joined_date
    if joined is None or joined + timedelta(days=rule.days) <= question.today:
        return None
    ready = joined + timedelta(days=rule.days)
    return _denied("3171", f"Ainda em carência: este procedimento fica disponível em {ready:%d/%m/%Y}.")


def _specialty(rule: Rule, question: Question) -> Answer | None:
    if question.provider.specialties & set(rule.specialties):
        return None
    return _denied("1217", "O prestador não tem cadastrada a especialidade que este procedimento pede.")


def _tooth(rule: Rule, question: Question) -> Answer | None:
    del rule
    if question.asked.tooth in teeth.TEETH:
        return None
    return NO_SUCH_TOOTH


def _faces(rule: Rule, question: Question) -> Answer | None:
    del rule
    if teeth.valid_faces(question.asked.faces, question.asked.tooth):
        return None
    return NO_SUCH_FACES


def _region(rule: Rule, question: Question) -> Answer | None:
    del rule
    if question.asked.region in teeth.REGIONS:
        return None
    return NO_SUCH_REGION


def _repetition(rule: Rule, question: Question) -> Answer | None:
    since = question.today - timedelta(days=rule.days)
    asked = question.asked
    for past in question.past:
        same = (past.code, past.tooth, past.region) == (asked.code, asked.tooth, asked.region)
        if same and past.on_date > since:
            return _denied(
                "3289", f"Procedimento já autorizado em {past.on_date:%d/%m/%Y}; aguarde o prazo para repetir."
            )
    return None


def _audit(rule: Rule, question: Question) -> Answer | None:
    del rule, question
    return Answer(
        ItemState.UNDER_AUDIT, Reason("1425", "Este procedimento passa por um auditor antes de ser liberado.")
    )


def _document(rule: Rule, question: Question) -> Answer | None:
    del rule, question
    text = "Ato complementar: envie a imagem ou o laudo deste procedimento."
    return Answer(ItemState.AWAITING_DOCUMENT, Reason("3047", text))


RULES: Mapping[RuleKind, Callable[[Rule, Question], Answer | None]] = {
    RuleKind.CARD_ACTIVE: _card_active,
    RuleKind.KNOWN_PROCEDURE: _known_procedure,
    RuleKind.FITTING_GUIA: _fitting_guia,
    RuleKind.PLACE: _place,
    RuleKind.COVERAGE: _coverage,
    RuleKind.WAITING_PERIOD: _waiting_period,
    RuleKind.SPECIALTY: _specialty,
    RuleKind.TOOTH: _tooth,
    RuleKind.FACES: _faces,
    RuleKind.REGION: _region,
    RuleKind.REPETITION: _repetition,
    RuleKind.AUDIT: _audit,
    RuleKind.DOCUMENT: _document,
}

BASE = (
    Rule(RuleKind.CARD_ACTIVE),
    Rule(RuleKind.KNOWN_PROCEDURE),
    Rule(RuleKind.FITTING_GUIA),
    Rule(RuleKind.PLACE),
    Rule(RuleKind.COVERAGE),
)

WEIGHT = {ItemState.AUTHORISED: 0, ItemState.AWAITING_DOCUMENT: 1, ItemState.UNDER_AUDIT: 2, ItemState.DENIED: 3}


def answers(rules: Iterable[Rule], question: Question) -> tuple[Answer, ...]:
    """Return what the rules that concern this procedure have to say, in their order."""
    concerned = (rule for rule in rules if not rule.codes or question.asked.code.startswith(rule.codes))
    return tuple(said for rule in concerned if (said := RULES[rule.kind](rule, question)) is not None)


def judge(item: int, rules: Iterable[Rule], question: Question) -> Procedure:
    """Return the procedure with its answer: the gravest state, with the reasons that led to it."""
    said = answers((*BASE, *rules), question)
    state = max((each.state for each in said), key=WEIGHT.__getitem__, default=ItemState.AUTHORISED)
    asked = question.asked
    return Procedure(
        item=item,
        table=asked.table,
        code=asked.code,
        name=question.entry.name if question.entry else "",
        quantity=asked.quantity,
        authorisation=state,
        tooth=asked.tooth,
        region=asked.region,
        faces=asked.faces,
        reasons=tuple(dict.fromkeys(each.reason for each in said if each.state is state)),
    )

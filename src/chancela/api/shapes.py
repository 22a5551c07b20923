"""From facts to the shapes of the contract: times at the offset of Brasília, addresses masked, no digit of a code."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import msgspec

from chancela.api import wire, wire_care
from chancela.domain import (
    analysis,
    delivery as deliveries,
    denied_session,
    guia as guias,
    ladder,
    people,
    token as tokens,
)
from chancela.domain.analysis import Question, Rule, RuleKind
from chancela.domain.delivery import DeliveryState, Purpose
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.people import Provider
from chancela.domain.policy_proviso import of_guia
from chancela.domain.report import ReportOutcome

if TYPE_CHECKING:
    from datetime import date

    from chancela.domain.absence import Absence
    from chancela.domain.case import Case
    from chancela.domain.delivery import Channel, Delivery
    from chancela.domain.guia import Procedure
    from chancela.domain.people import Operator, Person
    from chancela.domain.policy import Policy
    from chancela.domain.report import Report
    from chancela.domain.series import Session
    from chancela.domain.token import Token, Validation

_JSON: Final = msgspec.json.Encoder()
BRAZIL: Final = ZoneInfo("America/Sao_Paulo")
DISPUTES: Final[dict[ReportOutcome, Any]] = {
    ReportOutcome.MISTAKEN: "happened",
    ReportOutcome.UPHELD: "did_not_happen",
}
SHOWN: Final[dict[DeliveryState, Any]] = {each: deliveries.shown(each) for each in DeliveryState}


def guia(case: Case, operator: Operator) -> wire.Guia:
    """Return a guia as the contract shows it."""
    found = case.guia
    return wire.Guia(
        found.id,
        found.number,
        found.provider_number,
        found.kind,
        found.card_number,
        found.provider,
        instant(found.created_at),
        found.urgent,
        found.authorisation,
        guias.status(found, today()),
        tuple([_procedure(each) for each in found.procedures]),
        None if case.token is None else _token(case, case.token, of_guia(operator, case.guia)),
        None if case.validation is None else validation(case.validation),
        None if case.absence is None else absence(case.absence),
        late=None if case.late is None else wire_care.Late(case.late.visit_date, case.late.due_date),
        sessions=None if found.sessions == 1 else series(case),
        dispute=None if case.report is None or case.report.was is None else dispute(case.report),
    )


def dispute(found: Report) -> wire_care.Dispute:
    """Return what a person said of an attendance, and how it was decided."""
    outcome = None if found.outcome is None else DISPUTES[found.outcome]
    closed_at = None if found.closed_at is None else instant(found.closed_at)
    was: Any = found.was
    due_date: Any = found.due_date
    said = (found.protocol, instant(found.opened_at), was, due_date)
    return wire_care.Dispute(*said, outcome, found.text, closed_at, found.sessions)


def encoded(case: Case, operator: Operator) -> bytes:
    """Return a guia as JSON, as the contract shows it."""
    return _JSON.encode(guia(case, operator))


def today() -> date:
    """Return the day in Brazil."""
    return datetime.now(BRAZIL).date()


@lru_cache(maxsize=2048)  # what is done in one set happens at one instant
def instant(at: datetime) -> datetime:
    """Return the instant at the offset of Brasília, to the second."""
    return at.astimezone(BRAZIL).replace(microsecond=0)


def _procedure(found: Procedure) -> wire.Procedure:
    return wire.Procedure(
        found.item,
        found.table,
        found.code,
        found.tooth,
        found.region,
        found.faces,
        found.quantity,
        found.authorisation,
        tuple([wire.Reason(each.code, each.text) for each in found.reasons]),
    )


def _token(case: Case, token: Token, policy: Policy) -> wire.Token:
    return wire.Token(
        token.generation,
        instant(token.expires_at),
        tokens.attempts_left(policy, case.guia, token),
        tuple([delivery(each) for each in of_the_code(case)]),
    )


def of_the_code(case: Case) -> list[Delivery]:
    """Return the messages that carry the code; a notice beside them is nobody's business but its reader's."""
    return [each for each in case.deliveries if each.purpose is Purpose.CODE]


def delivery(found: Delivery) -> wire.Delivery:
    """Return a delivery, to its masked address."""
    return wire.Delivery(found.channel, found.to, SHOWN[found.state], instant(found.changed_at))


def validation(found: Validation) -> wire.Validation:
    """Return a validation."""
    then = None if found.taken_at is None else instant(found.taken_at)
    return wire.Validation(instant(found.at), found.window, found.method, found.code, found.visit_date, then)


def absence(found: Absence) -> wire_care.Absence:
    """Return why care went on without a code; `tiss` is one of table 74 as the database has it checked."""
    tiss: Any = found.tiss
    return wire_care.Absence(
        tiss,
        found.reason,
        instant(found.at),
        found.detail,
        found.protocol,
        found.call_protocol,
        found.second_person,
        found.owes,
        found.owes_until,
        found.missed,
        found.review,
        found.review_text,
        found.outage_id,
    )


def series(case: Case) -> wire_care.Series:
    """Return the sessions of a guia."""
    return wire_care.Series(case.guia.sessions, tuple(_session(case, each) for each in case.sessions))


def _session(case: Case, found: Session) -> wire_care.Session:
    tiss: Any = found.tiss
    why = wire_care.SessionAbsence(tiss, found.reason, found.protocol or "") if found.reason else None
    at = instant(found.taken_at or found.at)
    told = (found.place, at, found.by, found.method, found.window, found.upon, why)
    return wire_care.Session(*told, denied_session.disowned(case, found), denied_session.denied(case, found))


def beneficiary(person: Person, policy: Policy, carried: frozenset[Channel]) -> wire.Beneficiary:
    """Return a person as a provider may see them: whether the plan answers today, and how the code can reach them."""
    found = person.beneficiary
    said = analysis.answers((Rule(RuleKind.CARD_ACTIVE),), _question(person))
    usual = ladder.default_channel(policy, person, carried)
    return wire.Beneficiary(
        found.card_number,
        people.masked_name(found.name),
        found.relation,
        not said,
        tuple(wire.Reason(each.reason.code, each.reason.text) for each in said),
        found.covers_dental,
        found.covers_medical,
        tuple(wire.Way(each.channel, each.to, each.channel is usual) for each in ladder.ways(policy, person, carried)),
    )


def _question(person: Person) -> Question:
    """Ask for the card alone: of no procedure, for no provider."""
    nothing = RequestedProcedure("22", "")
    return Question(Kind.CONSULTA, person.beneficiary, Provider("", ""), nothing, None, (), today())

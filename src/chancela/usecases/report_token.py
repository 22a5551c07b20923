"""Report tokens: «não pedi este código» stops the code, «não fui eu» disputes a visit or sessions; one case a guia."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import (
    denied_session,
    dispute as disputes,
    permissions,
    policy_proviso as provisos,
    token as tokens,
)
from chancela.domain.call import Doing
from chancela.domain.case import Case, Step
from chancela.domain.contact import ContactState
from chancela.domain.guia import Attendance
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import Report, ReportWay
from chancela.domain.token import TokenEnd
from chancela.domain.trail import Event, EventKind
from chancela.usecases import calling

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from chancela.domain.contact import Contact
    from chancela.domain.people import Person
    from chancela.domain.token import Token
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class ReportToken:
    """Tell that a guia's code was not asked for; `contact_id` is where the message that was answered had gone.

    `sessions` are the places of those of a series that were not the person's; none where they mean all of it.
    """

    actor: Actor
    guia_id: UUID
    way: ReportWay
    contact_id: UUID | None = None
    sessions: tuple[int, ...] = ()


async def report_token(commands: Sequence[ReportToken], world: World) -> list[Case | Refused]:
    """Open each report, or refuse: unknown, or naming a session that did not take place.

    One that repeats another of its guia gets that one, and at most contests where it came from; one that names more
    sessions while they are in question widens it.
    """
    line = await calling.line([each.actor for each in commands], world)
    cases = await world.cases.load({command.guia_id for command in commands})
    people = dict(await world.people.by_id({case.guia.beneficiary_id for case in cases.values()}))
    fresh = {each.guia_id for each in commands if (case := _allowed(each, cases)) and _first(each, case)}
    protocols = iter(await world.cases.protocols(len(fresh)))
    outcomes: list[Case | Refused] = []
    steps: list[Step] = []
    for command in commands:
        case = _allowed(command, cases)
        refused = line.refused(command.actor)
        if case is None or refused is not None:
            outcomes.append((case and refused) or Refused(Refusal.NOT_FOUND))
            continue
        if not denied_session.took_place(case, command.sessions):
            outcomes.append(Refused(Refusal.GUIA_CHANGED))
            continue
        person = people[case.guia.beneficiary_id]
        step = _decide(command, case, person, protocols, world)
        if step is not None:
            steps.append(line.noted(step, command.actor, Doing.REPORTED))
            cases[command.guia_id] = case = step.after
            people[case.guia.beneficiary_id] = _with(person, step.contacts)
        outcomes.append(case)
    await line.close()
    await world.cases.save(steps)
    return outcomes


def _allowed(command: ReportToken, cases: Mapping[UUID, Case]) -> Case | None:
    case = cases.get(command.guia_id)
    return case if case is not None and permissions.may(command.actor, Permission.REPORT_TOKEN, case.guia) else None


def _first(command: ReportToken, case: Case) -> bool:
    """Tell whether a report is the first that is heard of its guia: it takes a protocol number."""
    return case.report is None and denied_session.took_place(case, command.sessions)


def _decide(command: ReportToken, case: Case, person: Person, protocols: Iterator[str], world: World) -> Step | None:
    contested = tuple(
        replace(each, state=ContactState.CONTESTED) for each in person.contacts if _disowned(each, command)
    )
    guia, known = case.guia, case.report
    asked = denied_session.in_question(case, command.sessions)
    if asked is not None and known is not None and disputes.is_open(known):
        return replace(_widened(command, case, disputes.widened(known, asked)), contacts=contested)
    if asked is None and (stands := disputes.standing(guia, known)) is not None:
        return Step(case, case, _told(command, case, stands), contacts=contested) if contested else None
    number = known.protocol if known else next(protocols)
    report = Report(guia.id, guia.beneficiary_id, guia.provider, command.way, number, guia.generation, world.now)
    if asked is not None:
        said = replace(report, sessions=asked, former=disputes.sides(known))
        return replace(_disputed(command, case, said, world), contacts=contested)
    step = Step(case, replace(case, report=report), _told(command, case, report), contacts=contested, report=report)
    return step if case.token is None or case.token.end is not None else _stopped(step, case.token, world)


def _disputed(command: ReportToken, case: Case, said: Report, world: World) -> Step:
    """Let the attendance that was recorded be disputed: from here on it waits for a decision in writing."""
    report = disputes.opened(said, case.guia, provisos.of_guia(world.operator, case.guia).dispute_days, world.today)
    data = {
        "protocol": report.protocol,
        "way": command.way.value,
        "was": case.guia.attendance.value,
        "until": report.due_date.isoformat() if report.due_date else None,
        **denied_session.places(report),
    }
    event = Event(EventKind.ATTENDANCE_DISPUTED, case.guia.id, command.actor.name, data)
    after = replace(case, guia=replace(case.guia, attendance=Attendance.DISPUTED), report=report)
    return Step(case, after, event, report=report)


def _widened(command: ReportToken, case: Case, report: Report) -> Step:
    """Let a dispute that is open be about more sessions, or all of them, under its protocol and to its day."""
    data = {"protocol": report.protocol, "way": command.way.value, **denied_session.places(report)}
    event = Event(EventKind.DISPUTE_WIDENED, case.guia.id, command.actor.name, data)
    return Step(case, replace(case, report=report), event, report=report)


def _told(command: ReportToken, case: Case, report: Report) -> Event:
    data = {
        "generation": case.guia.generation,
        "way": command.way.value,
        "protocol": report.protocol,
        "validated": case.validation is not None,
    }
    return Event(EventKind.TOKEN_REPORTED, case.guia.id, command.actor.name, data)


def _with(person: Person, changed: tuple[Contact, ...]) -> Person:
    now = {each.id: each for each in changed}
    return replace(person, contacts=tuple(now.get(each.id, each) for each in person.contacts))


def _stopped(step: Step, token: Token, world: World) -> Step:
    """End the live code with the report that stops it; one that is past its time has expired before."""
    end = TokenEnd.REPORTED if tokens.alive(token, world.now) else TokenEnd.EXPIRED
    gone = tokens.ended(token, end, world.now)
    guia = replace(step.after.guia, last_end=end.value)
    after = replace(step.after, guia=guia, token=gone, secret=None, climb=None)
    return replace(step, after=after, closed=(gone,))


def _disowned(contact: Contact, command: ReportToken) -> bool:
    """Tell whether the answer came from a number that a provider typed: it says that it is not the person's own."""
    return contact.id == command.contact_id and contact.state is ContactState.PROVISIONAL

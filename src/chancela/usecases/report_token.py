"""Report tokens: «não pedi este código» stops the live code and opens one case with a protocol."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import permissions, token as tokens
from chancela.domain.case import Case, Step
from chancela.domain.contact import ContactState
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import Report, ReportWay
from chancela.domain.token import TokenEnd
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.contact import Contact
    from chancela.domain.people import Person
    from chancela.domain.token import Token
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class ReportToken:
    """Tell that a guia's code was not asked for; `contact_id` is where the message that was answered had gone."""

    actor: Actor
    guia_id: UUID
    way: ReportWay
    contact_id: UUID | None = None


async def report_token(commands: Sequence[ReportToken], world: World) -> list[Case | Refused]:
    """Open each report; one that repeats another of its guia gets that one, and changes nothing."""
    cases = await world.cases.load({command.guia_id for command in commands})
    people = await world.people.by_id({case.guia.beneficiary_id for case in cases.values()})
    protocols = iter(await world.cases.protocols(len(commands)))
    outcomes: list[Case | Refused] = []
    steps: list[Step] = []
    for command in commands:
        case = cases.get(command.guia_id)
        if case is None or not permissions.may(command.actor, Permission.REPORT_TOKEN, case.guia):
            outcomes.append(Refused(Refusal.NOT_FOUND))
            continue
        if case.report is None:
            step = _opened(command, case, people[case.guia.beneficiary_id], next(protocols), world)
            steps.append(step)
            cases[command.guia_id] = case = step.after
        outcomes.append(case)
    await world.cases.save(steps)
    return outcomes


def _opened(command: ReportToken, case: Case, person: Person, protocol: str, world: World) -> Step:
    guia = case.guia
    report = Report(guia.id, guia.beneficiary_id, guia.provider, command.way, protocol, guia.generation, world.now)
    data = {
        "generation": guia.generation,
        "way": command.way.value,
        "protocol": protocol,
        "validated": case.validation is not None,
    }
    event = Event(EventKind.TOKEN_REPORTED, guia.id, command.actor.name, data)
    contested = tuple(
        replace(each, state=ContactState.CONTESTED) for each in person.contacts if _disowned(each, command)
    )
    if case.token is None or case.token.end is not None:
        return Step(case, replace(case, report=report), event, contacts=contested, report=report)
    return _stopped(case, case.token, Step(case, case, event, contacts=contested, report=report), world)


def _disowned(contact: Contact, command: ReportToken) -> bool:
    """Tell whether the answer came from a number that a provider typed: it says that it is not the person's own."""
    return contact.id == command.contact_id and contact.state is ContactState.PROVISIONAL


def _stopped(case: Case, token: Token, step: Step, world: World) -> Step:
    """End the live code with the report that stops it; one that is past its time has expired before."""
    end = TokenEnd.REPORTED if tokens.alive(token, world.now) else TokenEnd.EXPIRED
    gone = tokens.ended(token, end, world.now)
    guia = replace(case.guia, last_end=end.value)
    after = replace(case, guia=guia, token=gone, secret=None, climb=None, report=step.report)
    return replace(step, after=after, closed=(gone,))

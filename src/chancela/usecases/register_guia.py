"""Register guias: analyse what is asked, give each guia its number, and say whether it awaits a code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from chancela.domain import analysis, guia as guias, permissions, policy as policies, policy_proviso as provisos, series
from chancela.domain.analysis import PastProcedure, Question, RuleKind
from chancela.domain.case import Case, Step
from chancela.domain.guia import Attendance, Guia, ItemState, Kind, Procedure, RequestedProcedure
from chancela.domain.permissions import Actor, Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from chancela.domain.analysis import CatalogueEntry
    from chancela.domain.people import Operator, Person, Provider
    from chancela.ports import World

MOST_PROCEDURES = 50
MOST_QUANTITY = 99


@dataclass(frozen=True, slots=True)
class RegisterGuia:
    """Ask for a guia: 1 to 50 procedures of TUSS table 22, each 1 to 99 times."""

    actor: Actor
    kind: Kind
    card_number: str
    provider: str
    procedures: tuple[RequestedProcedure, ...]
    provider_number: str | None = None
    requester: str | None = None
    notes: str | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class When:
    """The instant of which a guia is, its day, and the operator with the rules that held on it."""

    at: datetime
    day: date
    operator: Operator


@dataclass(frozen=True, slots=True)
class Known:
    """What guias are judged by, for a whole set; what one of it authorises or presents is known to those after it."""

    people: Mapping[str, Person]
    providers: Mapping[str, Provider]
    entries: Mapping[str, CatalogueEntry]
    past: dict[UUID, tuple[PastProcedure, ...]]
    presented: set[tuple[str, str]]


async def register_guia(commands: Sequence[RegisterGuia], world: World) -> list[Case | Refused]:
    """Register each guia, or refuse it: unknown card, a provider unknown or out, no procedures, a number known."""
    known, when = await look(commands, world.today, world), When(world.now, world.today, world.operator)
    fits = [refusal(command, known) for command in commands]
    numbers = iter(await world.cases.numbers(sum(refused is None for refused in fits)))
    outcomes: list[Case | Refused] = []
    steps: list[Step] = []
    for command, refused in zip(commands, fits, strict=True):
        if refused is None:
            step = registered(command, next(numbers), known, when, world)
            steps.append(step)
            outcomes.append(step.after)
        else:
            outcomes.append(refused)
    await world.cases.save(steps)
    return outcomes


async def look(commands: Sequence[RegisterGuia], day: date, world: World) -> Known:
    """Return what these guias are judged by, the first of them being of this day."""
    people = await world.people.by_card({command.card_number for command in commands})
    days = [rule.days for rule in world.operator.rules if rule.kind is RuleKind.REPETITION]
    past: dict[UUID, tuple[PastProcedure, ...]] = {}
    if days:
        since = day - timedelta(days=max(days))
        past = await world.cases.past({each.beneficiary.id for each in people.values()}, since)
    pairs = {(command.provider, command.provider_number) for command in commands if command.provider_number}
    return Known(
        people,
        await world.network.by_code({command.provider for command in commands}),
        await world.catalogue.entries({asked.code for command in commands for asked in command.procedures}),
        past,
        await world.cases.presented({(provider, number) for provider, number in pairs if number}) if pairs else set(),
    )


def refusal(command: RegisterGuia, known: Known, *, afterwards: bool = False) -> Refused | None:
    """Tell why a guia cannot be registered; what it presents is presented from then on.

    `afterwards` is for care that was given before: a provider that left the network since may still tell of it.
    """
    provider = known.providers.get(command.provider)
    if provider is None or not permissions.may_for(command.actor, Permission.REGISTER_GUIA, command.provider):
        return Refused(Refusal.PROVIDER_UNKNOWN)
    if not provider.active and not afterwards:
        return Refused(Refusal.PROVIDER_INACTIVE)
    if command.card_number not in known.people:
        return Refused(Refusal.CARD_UNKNOWN)
    counted = all(1 <= asked.quantity <= MOST_QUANTITY for asked in command.procedures)
    if not 1 <= len(command.procedures) <= MOST_PROCEDURES or not counted:
        return Refused(Refusal.PROCEDURES_MISSING)
    if command.provider_number and (command.provider, command.provider_number) in known.presented:
        return Refused(Refusal.GUIA_PRESENTED)
    if command.provider_number:
        known.presented.add((command.provider, command.provider_number))
    return None


def registered(command: RegisterGuia, number: str, known: Known, when: When, world: World) -> Step:
    """Return the step by which a guia that nothing speaks against is registered under a number."""
    person = known.people[command.card_number].beneficiary
    procedures = tuple(_judged(item, asked, command, known, when) for item, asked in enumerate(command.procedures, 1))
    states = [each.authorisation for each in procedures]
    operator, codes = when.operator, [each.code for each in procedures]
    policy = provisos.in_force(operator.policy, operator.provisos, person.plan, command.provider, codes)
    awaits = policies.needs_code(policy, states)
    guia = Guia(
        operator=operator.ans,
        id=world.chance.id(),
        number=number,
        kind=command.kind,
        beneficiary_id=person.id,
        card_number=command.card_number,
        provider=command.provider,
        created_at=when.at,
        valid_until=when.day + timedelta(days=policy.guia_days),
        procedures=procedures,
        authorisation=guias.authorisation_of(states),
        attendance=Attendance.AWAITING_TOKEN if awaits else Attendance.NONE,
        provider_number=command.provider_number or None,
        requester=command.requester,
        notes=command.notes,
        urgent=command.urgent,
        plan=person.plan,
        sessions=series.length(policy.series, procedures),
    )
    data = {
        "number": number,
        "provider": guia.provider,
        "kind": guia.kind.value,
        "authorisation": guia.authorisation.value,
    }
    return Step(None, Case(guia), Event(EventKind.GUIA_REGISTERED, guia.id, command.actor.name, data))


def _judged(item: int, asked: RequestedProcedure, command: RegisterGuia, known: Known, when: When) -> Procedure:
    """Judge one item, and let what is authorised here be the past of all that follows in this set."""
    person = known.people[command.card_number].beneficiary
    provider, entry = known.providers[command.provider], known.entries.get(asked.code)
    past = known.past.get(person.id, ())
    before = tuple(each for each in past if each.on_date <= when.day)
    question = Question(command.kind, person, provider, asked, entry, before, when.day)
    judged = analysis.judge(item, when.operator.rules, question)
    if judged.authorisation is ItemState.AUTHORISED:
        known.past[person.id] = (*past, PastProcedure(asked.code, asked.tooth, asked.region, when.day))
    return judged

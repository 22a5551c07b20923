"""What issuing and sending share: the desk with its cases, people and counts, and the planning of messages."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chancela.domain import ladder, policy as policies, tally
from chancela.domain.case import Case, Step
from chancela.domain.delivery import Delivery
from chancela.domain.people import Person, Provider
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from chancela.domain.delivery import Channel
    from chancela.domain.guia import Guia
    from chancela.domain.ladder import Route, Wish
    from chancela.domain.policy import Policy
    from chancela.domain.tally import Day
    from chancela.ports import World

HOUR_S = 3600
DAY_S = 24 * HOUR_S


@dataclass(slots=True)
class Desk:
    """One set at work: each decision sees what the one before it left."""

    world: World
    cases: dict[UUID, Case]
    people: dict[UUID, Person]
    providers: dict[str, Provider]
    days: dict[str, Day]
    sends: dict[UUID, dict[UUID, int]]
    steps: list[Step] = field(default_factory=list)

    def person(self, case: Case) -> Person:
        """Return the person of a guia."""
        return self.people[case.guia.beneficiary_id]

    def route(self, case: Case, wish: Wish) -> Route | Refused:
        """Decide to whom this guia's code goes."""
        person, provider = self.people[case.guia.beneficiary_id], self.providers[case.guia.provider]
        new_id = self.world.chance.id()
        return ladder.route(self.world.operator.policy, person, provider, wish, self.world.carried, new_id)

    def too_many(self, case: Case, count: int) -> Refused | None:
        """Tell whether more messages would pass a limit of the guia, the person or the provider."""
        policy, guia = self.world.operator.policy, case.guia
        by_guia = self.sends.get(guia.beneficiary_id, {})
        if by_guia.get(guia.id, 0) + count > policy.sends_per_guia_hour:
            return Refused(Refusal.TOO_MANY_SENDS, retry_after_s=HOUR_S)
        if sum(by_guia.values()) + count > policy.sends_per_person_hour:
            return Refused(Refusal.TOO_MANY_SENDS, retry_after_s=HOUR_S)
        day = self.days[guia.provider]
        if day.sends + count > policies.sends_allowed(policy, day.guias):
            return Refused(Refusal.TOO_MANY_SENDS, retry_after_s=DAY_S)
        return None

    def take(self, step: Step) -> Case:
        """Remember a step, so that the next decision stands on it."""
        guia, count = step.after.guia, len(step.planned)
        self.steps.append(step)
        self.cases[guia.id] = step.after
        self.days[guia.provider] = tally.after_sends(self.days[guia.provider], count)
        by_guia = self.sends.setdefault(guia.beneficiary_id, {})
        by_guia[guia.id] = by_guia.get(guia.id, 0) + count
        person = self.people[guia.beneficiary_id]
        kept = tuple(each for each in person.contacts if each.id not in {new.id for new in step.contacts})
        usual = step.prefers or person.beneficiary.preferred_channel
        known = replace(person.beneficiary, preferred_channel=usual)
        self.people[guia.beneficiary_id] = Person(known, (*kept, *step.contacts))
        return step.after

    async def close(self) -> None:
        """Save every step."""
        await self.world.cases.save(self.steps)


async def open_desk(guia_ids: Sequence[UUID], world: World) -> Desk:
    """Load the cases of a set and all that its decisions look at."""
    cases = await world.cases.load(guia_ids)
    people = {case.guia.beneficiary_id for case in cases.values()}
    providers = {case.guia.provider for case in cases.values()}
    sends = await world.tallies.sends(people)
    return Desk(
        world,
        cases,
        await world.people.by_id(people),
        await world.network.by_code(providers),
        await world.tallies.days(providers),
        {person: dict(by_guia) for person, by_guia in sends.items()},
    )


def planned(guia: Guia, generation: int, route: Route, world: World) -> tuple[Delivery, ...]:
    """Return the messages that a route means for a generation of the guia's code."""
    return tuple(
        Delivery(
            id=world.chance.id(),
            guia_id=guia.id,
            beneficiary_id=guia.beneficiary_id,
            generation=generation,
            channel=each.channel,
            to=each.to,
            planned_at=world.now,
            changed_at=world.now,
            contact_id=each.contact.id if each.contact else None,
        )
        for each in route.recipients
    )


def again(case: Case, person: Person, route: Route, actor: str, world: World) -> Step:
    """Send the live code once more: the same code, whatever the way."""
    guia = case.guia
    more = planned(guia, guia.generation, route, world)
    data: dict[str, str | int | bool | None] = {"generation": guia.generation, "channels": channels(more)}
    return Step(
        case,
        replace(case, deliveries=case.deliveries + more),
        Event(EventKind.TOKEN_SENT, guia.id, actor, data),
        planned=more,
        contacts=route.learnt,
        prefers=preferred(route, person, world.operator.policy),
    )


def channels(deliveries: Sequence[Delivery]) -> str:
    """Return the channels of messages as one text for the trail."""
    return ",".join(each.channel.value for each in deliveries)


def preferred(route: Route, person: Person, policy: Policy) -> Channel | None:
    """Return the channel to remember, where the policy remembers one and another than the known one was used."""
    if not policy.remembers_channel or len(route.recipients) != 1:
        return None
    used = route.recipients[0].channel
    return used if used is not person.beneficiary.preferred_channel else None

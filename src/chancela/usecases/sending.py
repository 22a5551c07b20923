"""What issuing, sending and climbing share: the desk with its cases, people and counts, and the messages planned."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chancela.domain import family, ladder, people, permissions, policy as policies, report, route as routes, tally
from chancela.domain.case import Case, Step
from chancela.domain.delivery import Delivery, DeliveryState, Purpose
from chancela.domain.ladder import Scene
from chancela.domain.people import Person, Provider
from chancela.domain.policy_proviso import of_guia
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.route import Asking, Sharing
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from chancela.domain.delivery import Channel
    from chancela.domain.guia import Guia
    from chancela.domain.ladder import Recipient
    from chancela.domain.permissions import Actor, Permission
    from chancela.domain.policy import Policy
    from chancela.domain.route import Route, Wish
    from chancela.domain.tally import Day
    from chancela.ports import World

HOUR_S = 3600
DAY_S = 24 * HOUR_S


@dataclass(slots=True)
class Desk:
    """One set at work: each decision sees what the one before it left.

    `numbers` and `sharing` are as they were found; `went` are this set's messages by address in small letters, `homes`
    the families for which an address was learnt in it.
    """

    world: World
    cases: dict[UUID, Case]
    people: dict[UUID, Person]
    providers: dict[str, Provider]
    days: dict[str, Day]
    sends: dict[UUID, dict[UUID, int]]
    numbers: Mapping[UUID, int]
    reports: Mapping[UUID, Mapping[str, int]]
    sharing: Mapping[tuple[UUID, str], Sharing] = field(default_factory=dict)
    went: Counter[str] = field(default_factory=Counter)
    homes: defaultdict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    steps: list[Step] = field(default_factory=list)

    def person(self, case: Case) -> Person:
        """Return the person of a guia."""
        return self.people[case.guia.beneficiary_id]

    def policy(self, case: Case) -> Policy:
        """Return the rules of a guia."""
        return of_guia(self.world.operator, case.guia)

    def scene(self, case: Case) -> Scene:
        """Return what a rung is looked at with."""
        world, guia = self.world, case.guia
        return Scene(self.person(case), world.carried, world.hour, guia.id, guia.urgent)

    def stopped(self, case: Case) -> Refused | None:
        """Tell whether the person's own word stops codes: of this guia, or of this provider after two reports."""
        guia = case.guia
        if report.stops(case.report):
            return Refused(Refusal.CODE_REPORTED)
        if self.reports.get(guia.beneficiary_id, {}).get(guia.provider, 0) >= report.PAUSING:
            return Refused(Refusal.PAIR_PAUSED)
        return None

    def route(self, case: Case, wish: Wish, *, anew: bool = False) -> Route | Refused:
        """Decide to whom this guia's code goes, within the limits of each way, of the guia, person and provider.

        A code made `anew` ends the one before: it waits until that one had its time on every way it would take.
        """
        provider, new_id = self.providers[case.guia.provider], self.world.chance.id()
        shared = self._shared(case, wish.phone or wish.email)
        found = routes.route(Asking(self.policy(case), provider, self.scene(case), wish, new_id, shared))
        if isinstance(found, Refused) or found.held:
            return found
        allowed = self._free(case, found.recipients, shared, anew=anew)
        if isinstance(allowed, Refused):
            return allowed
        refused = self.too_many(case, len(allowed) + len(found.told))
        return refused or (found if allowed == found.recipients else replace(found, recipients=allowed))

    def _shared(self, case: Case, address: str | None) -> Sharing:
        """Return who else has an address, with what this set learnt of it."""
        person = self.person(case).beneficiary
        found = self.sharing.get((person.id, address), Sharing()) if address else Sharing()
        learnt = self.homes[address.lower()] - {people.family(person)} if address else None
        return replace(found, families=found.families | learnt) if learnt else found

    def _free(
        self, case: Case, recipients: tuple[Recipient, ...], shared: Sharing, *, anew: bool
    ) -> tuple[Recipient, ...] | Refused:
        """Leave out ways that were used a moment ago, and numbers that received too much; refuse where none is left."""
        waits = {each.key: self._cooling(case, each) for each in recipients}
        if all(waits.values()) or (anew and any(waits.values())):
            return Refused(Refusal.JUST_SENT, retry_after_s=max(waits.values()) if anew else min(waits.values()))
        free = tuple(each for each in recipients if not waits[each.key] and not self.full(each, shared.sends))
        return free or Refused(Refusal.TOO_MANY_SENDS, retry_after_s=HOUR_S)

    def full(self, way: Recipient, known: int = 0) -> bool:
        """Tell whether an address received as much as it may in an hour, whoever it was for; `known` went before."""
        if way.contact is None:
            return False
        before = max(known, self.numbers.get(way.contact.id, 0))
        return before + self.went[way.contact.address.lower()] >= self.world.operator.policy.sends_per_number_hour

    def full_ways(self, case: Case) -> set[ladder.Way]:
        """Return the ways by which an address received as much as it may."""
        policy, world, guia = self.policy(case), self.world, case.guia
        ways = ladder.ways(policy, self.person(case), world.carried, guia.id)
        return {each.key for each in ways if self.full(each)}

    def _cooling(self, case: Case, way: Recipient) -> int:
        """Return the seconds until this way may be used again for the guia; a message that failed cools nothing."""
        last = max(
            (
                each.planned_at
                for each in case.deliveries
                if (each.reader_id, each.channel) == way.key
                and each.purpose is Purpose.CODE
                and each.state is not DeliveryState.FAILED
                and each.to == way.to
            ),
            default=None,
        )
        if last is None:
            return 0
        left = last + timedelta(seconds=self.policy(case).cool_down_s) - self.world.now
        return max(0, -(-left // timedelta(seconds=1)))

    def too_many(self, case: Case, count: int) -> Refused | None:
        """Tell whether more messages would pass a limit of the guia, the person or the provider."""
        policy, guia = self.world.operator.policy, case.guia
        by_guia = self.sends.get(guia.beneficiary_id, {})
        if by_guia.get(guia.id, 0) + count > self.policy(case).sends_per_guia_hour:
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
        if step.prefers or step.contacts:
            person = self.people[guia.beneficiary_id] = _with(person, step)
            for new in step.contacts:
                self.homes[new.address.lower()].add(people.family(person.beneficiary))
        around = (person, *person.readers, *person.told)
        addresses = {each.id: each.address.lower() for one in around for each in one.contacts}
        self.went.update(addresses[each.contact_id] for each in step.planned if each.contact_id in addresses)
        return step.after

    async def close(self) -> None:
        """Save every step."""
        await self.world.cases.save(self.steps)


def _with(person: Person, step: Step) -> Person:
    """Return the person with what a step learnt."""
    kept = tuple(each for each in person.contacts if each.id not in {new.id for new in step.contacts})
    usual = step.prefers or person.beneficiary.preferred_channel
    return replace(
        person,
        beneficiary=replace(person.beneficiary, preferred_channel=usual),
        contacts=(*kept, *step.contacts),
    )


async def open_desk(
    asks: Sequence[tuple[Actor, UUID]],
    permission: Permission,
    world: World,
    typed: Iterable[tuple[UUID, str]] = (),
) -> Desk:
    """Load the cases of a set and all that its decisions look at; `typed` are addresses given for guias.

    Around a guia that nobody of the set may touch nothing is looked at: it takes no more work than one that is not.
    """
    cases = await world.cases.load([guia_id for _, guia_id in asks])
    allowed = {each for actor, each in asks if each in cases and permissions.may(actor, permission, cases[each].guia)}
    persons = {case.guia.beneficiary_id for case in cases.values()}
    providers = {case.guia.provider for case in cases.values()}
    sends = await world.tallies.sends(persons)
    reached = await _reached({cases[each].guia.beneficiary_id for each in allowed}, world)
    around = {each.beneficiary.id for one in reached.values() for each in (*one.readers, *one.told)}
    given = {(cases[guia].guia.beneficiary_id, address) for guia, address in typed if guia in allowed}
    return Desk(
        world,
        cases,
        reached,
        await world.network.by_code(providers),
        await world.tallies.days(providers),
        {person: dict(by_guia) for person, by_guia in sends.items()},
        await world.tallies.numbers(persons | around),
        await world.tallies.reports(persons),
        await world.people.sharing(given) if given else {},
    )


async def _reached(persons: set[UUID], world: World) -> dict[UUID, Person]:
    """Return each person as codes go to them."""
    policy, circles = world.operator.policy, await world.families.circles(persons)
    return {key: family.reached(policy, each, world.today, world.now) for key, each in circles.items()}


def planned(guia: Guia, generation: int, route: Route, world: World) -> tuple[Delivery, ...]:
    """Return the messages that a route means for a generation of the guia's code, and the notices beside them."""
    kinds = [(Purpose.CODE, each) for each in route.recipients] + [(Purpose.CONTACT_TYPED, each) for each in route.told]
    return tuple(message(guia, generation, each, purpose, world, route.rung) for purpose, each in kinds)


def message(
    guia: Guia, generation: int, to: Recipient, purpose: Purpose, world: World, rung: int = ladder.CHOSEN
) -> Delivery:
    """Return one message about a guia that is to go out."""
    return replace(about(guia.id, guia.beneficiary_id, to, purpose, world), generation=generation, rung=rung)


def about(subject: UUID, person: UUID, to: Recipient, purpose: Purpose, world: World) -> Delivery:
    """Return one message to a person, or to who reads for them, about a guia or whatever stands in its place."""
    return Delivery(
        id=world.chance.id(),
        guia_id=subject,
        beneficiary_id=person,
        generation=0,
        channel=to.channel,
        to=to.to,
        planned_at=world.now,
        changed_at=world.now,
        contact_id=to.contact.id if to.contact else None,
        purpose=purpose,
        reader_id=to.reader,
    )


def again(case: Case, person: Person, route: Route, actor: str, world: World) -> Step:
    """Send the live code once more: the same code, whatever the way."""
    guia, policy = case.guia, of_guia(world.operator, case.guia)
    more = planned(guia, guia.generation, route, world)
    return Step(
        case,
        replace(case, deliveries=case.deliveries + more, climb=ladder.started(policy, route.rung, world.now)),
        Event(EventKind.TOKEN_SENT, guia.id, actor, told(guia.generation, more)),
        planned=more,
        contacts=route.learnt,
        prefers=preferred(route, person, policy),
    )


def held(case: Case, route: Route, actor: str) -> tuple[Step, Refused]:
    """Keep a contact that must be looked at first; nothing goes out."""
    contact = route.learnt[0]
    data = {"kind": contact.kind.value, "provider": case.guia.provider}
    event = Event(EventKind.CONTACT_HELD, case.guia.id, actor, data)
    return Step(case, case, event, contacts=route.learnt), Refused(Refusal.CONTACT_IN_REVIEW)


def told(generation: int, messages: Sequence[Delivery]) -> dict[str, str | int | bool | None]:
    """Return what the trail tells of messages: the code's channels and, where there are any, those of notices."""
    notices = channels(messages, Purpose.CONTACT_TYPED, Purpose.WARD_CODE)
    more = {"notices": notices} if notices else {}
    return {"generation": generation, "channels": channels(messages, Purpose.CODE), **more}


def channels(messages: Sequence[Delivery], *purposes: Purpose) -> str:
    """Return the channels of the messages of some purposes as one text for the trail."""
    return ",".join(each.channel.value for each in messages if each.purpose in purposes)


def preferred(route: Route, person: Person, policy: Policy) -> Channel | None:
    """Return the channel to remember, where the policy remembers one and another than the known one was used."""
    ways = {each.channel for each in route.recipients}
    if not policy.remembers_channel or len(ways) != 1:
        return None
    (used,) = ways
    return used if used is not person.beneficiary.preferred_channel else None

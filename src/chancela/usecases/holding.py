"""What deciding on held contacts shares: one set at work, each decided over what the one before it left."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import change as changes, family, hold as holds, people as persons
from chancela.domain.change import ChangeStep
from chancela.domain.delivery import Purpose
from chancela.domain.hold import Hold, HoldEnd, HoldStep
from chancela.domain.people import Person
from chancela.domain.refusal import Refusal
from chancela.domain.route import Sharing
from chancela.domain.trail import Event, EventKind
from chancela.usecases import sending

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from chancela.domain.delivery import Delivery
    from chancela.ports import World


@dataclass(slots=True)
class Desk:
    """Held contacts with their people; `homes` are the families that got an address in this set.

    `orphans` were asked for by somebody who does not answer for the person any more.
    """

    world: World
    holds: dict[UUID, Hold]
    people: dict[UUID, Person]
    sharing: Mapping[tuple[UUID, str], Sharing]
    orphans: frozenset[UUID]
    homes: defaultdict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    steps: list[HoldStep] = field(default_factory=list)

    def why_not(self, hold: Hold) -> Refusal | None:
        """Return what speaks against an address by now: whoever asked for it, or whose it became."""
        if hold.id in self.orphans:
            return Refusal.FORBIDDEN
        person = self.people[hold.beneficiary_id]
        found = self.sharing[hold.beneficiary_id, hold.address]
        others = self.homes[hold.address.lower()] - {persons.family(person.beneficiary)}
        known = changes.known(person, hold.kind, hold.address)
        most = self.world.operator.policy.families_per_number
        return changes.refused(known, replace(found, families=found.families | others), most)

    def take(self, hold: Hold, *told: Event, change: ChangeStep | None = None) -> Hold:
        """Remember what became of a held contact, with what is told of it."""
        change = change or ChangeStep(hold.beneficiary_id)
        self.steps.append(HoldStep(hold, replace(change, events=(*told, *change.events))))
        self.holds[hold.id] = hold
        return hold

    def end(self, hold: Hold, end: HoldEnd, by: str) -> Hold:
        """Let an address be nobody's: it was refused, or nobody decided in time."""
        return self.take(holds.ended(hold, end, by, self.world.now), decided(hold, by, accepted=False))

    def apply(self, hold: Hold, by: str, *told: Event) -> Hold:
        """Put the contact in the place of those of its kind, which hear of it."""
        person = self.people[hold.beneficiary_id]
        new, ways, notices = holds.contacts(hold, person), holds.ways(hold, person), self._notices(hold, person)
        data = {
            "kind": hold.kind.value,
            "protocol": hold.protocol,
            "retired": len(new) - 1,
            "notices": ",".join(each.channel.value for each in notices) or None,
        }
        applied = Event(EventKind.CONTACT_APPLIED, hold.beneficiary_id, by, data)
        ways_told = (changes.told_ways(hold.beneficiary_id, ways, by),) if ways else ()
        others = [each for each in person.contacts if each.id not in {one.id for one in new}]
        self.people[hold.beneficiary_id] = replace(changes.with_ways(person, ways), contacts=(*others, *new))
        self.homes[hold.address.lower()].add(persons.family(person.beneficiary))
        change = ChangeStep(hold.beneficiary_id, None, new, ways, notices, (applied, *ways_told))
        return self.take(holds.ended(hold, HoldEnd.APPLIED, by, self.world.now), *told, change=change)

    def _notices(self, hold: Hold, person: Person) -> tuple[Delivery, ...]:
        heard = changes.told(self.world.operator.policy, self.world.carried, person, hold.kind)
        whose, purpose = hold.beneficiary_id, Purpose.CONTACT_CHANGED
        return tuple(sending.about(hold.id, whose, each, purpose, self.world) for each in heard)


async def open_desk(hold_ids: Collection[UUID], world: World) -> Desk:
    """Load held contacts and all that deciding on them looks at."""
    found = await world.holds.load(hold_ids)
    people = await world.changes.people({each.beneficiary_id for each in found.values()})
    sharing = await world.people.sharing({(each.beneficiary_id, each.address) for each in found.values()})
    return Desk(world, found, people, sharing, await _orphans(found, world))


async def _orphans(found: Mapping[UUID, Hold], world: World) -> frozenset[UUID]:
    """Return what was asked for by a guardian who is none by now, or from whom the person was protected."""
    askers = await world.holds.askers(found)
    circles = await world.families.circles({each.beneficiary_id for each in found.values()})
    policy, today, now = world.operator.policy, world.today, world.now
    managed = {
        key
        for key, asker in askers.items()
        if family.powers(policy, circles[found[key].beneficiary_id], asker, today, now).manages
    }
    return frozenset(found.keys() - managed)


def decided(hold: Hold, by: str, *, accepted: bool) -> Event:
    """Return what the trail tells of a decision."""
    data = {"kind": hold.kind.value, "protocol": hold.protocol, "accepted": accepted}
    return Event(EventKind.CONTACT_DECIDED, hold.beneficiary_id, by, data)

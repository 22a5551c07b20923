"""Confirm a contact: the code that came to a new address makes it the person's own, in the place of the old one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import change as changes, people as persons, permissions, short_code, token as tokens
from chancela.domain.change import ChangeStep, ContactChange, Ways
from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.delivery import Purpose
from chancela.domain.permissions import Actor
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.route import Sharing
from chancela.domain.trail import Event, EventKind
from chancela.usecases import sending

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chancela.domain.delivery import Delivery
    from chancela.domain.people import Person
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class ConfirmContact:
    """Enter the code of a change."""

    actor: Actor
    change_id: UUID
    code: str = field(repr=False)


@dataclass(slots=True)
class Desk:
    """One set at work: each entry is judged over what the one before it left.

    `homes` are the families that got an address in this set.
    """

    world: World
    changes: dict[UUID, ContactChange]
    people: dict[UUID, Person]
    sharing: Mapping[tuple[UUID, str], Sharing]
    homes: defaultdict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    steps: list[ChangeStep] = field(default_factory=list)

    def shared(self, change: ContactChange) -> Sharing:
        """Return who else has the address of a change by now."""
        found = self.sharing[change.beneficiary_id, change.address]
        own = persons.family(self.people[change.beneficiary_id].beneficiary)
        return replace(found, families=found.families | self.homes[change.address.lower()] - {own})

    def take(self, step: ChangeStep, change: ContactChange) -> ContactChange:
        """Remember a step, so that the next entry is judged over it."""
        self.steps.append(step)
        self.changes[change.id] = change
        if step.contacts:
            person = changes.with_ways(self.people[change.beneficiary_id], step.ways)
            others = [each for each in person.contacts if each.id not in {new.id for new in step.contacts}]
            self.people[change.beneficiary_id] = replace(person, contacts=(*others, *step.contacts))
            self.homes[change.address.lower()].add(persons.family(person.beneficiary))
        return change


async def confirm_contact(commands: Sequence[ConfirmContact], world: World) -> list[ContactChange | Refused]:
    """Judge each entry; a change that somebody else asked for is like none, one that is over is told so."""
    found = await world.changes.load({each.change_id for each in commands})
    own = {each.change_id: found[each.change_id] for each in commands if _asked(each, found.get(each.change_id))}
    desk = Desk(
        world,
        own,
        await world.changes.people({each.beneficiary_id for each in own.values()}),
        await world.people.sharing({(each.beneficiary_id, each.address) for each in own.values()}),
    )
    outcomes = [_judge(command, desk) for command in commands]
    await world.changes.save(desk.steps)
    return outcomes


def _asked(command: ConfirmContact, change: ContactChange | None) -> bool:
    """Tell whether the actor asked for this change, and may still make it."""
    if change is None or change.asked_by != command.actor.person:
        return False
    return permissions.may_change(command.actor, change.beneficiary_id)


def _judge(command: ConfirmContact, desk: Desk) -> ContactChange | Refused:
    change, world = desk.changes.get(command.change_id), desk.world
    if change is None or not _asked(command, change):
        return Refused(Refusal.NOT_FOUND)
    digits = tokens.digits(command.code)
    if digits is None:
        return Refused(Refusal.CODE_MALFORMED)
    if not short_code.alive(change, world.now):
        return Refused(Refusal.NO_LIVE_CODE)
    if not _right(change, digits, world):
        return _missed(change, desk)
    over = short_code.ended(change, world.now)
    held = changes.known(desk.people[change.beneficiary_id], change.kind, change.address)
    why = changes.refused(held, desk.shared(change), world.operator.policy.families_per_number)
    if why is not None:
        desk.take(ChangeStep(change.beneficiary_id, over), over)
        return Refused(why)
    return desk.take(_confirmed(command, over, held, desk), over)


def _right(change: ContactChange, digits: str, world: World) -> bool:
    ans = world.operator.ans
    bound = changes.context(ans, change.id, change.beneficiary_id, change.address)
    return change.secret is not None and world.vault.matches(ans, change.secret, bound, digits)


def _missed(change: ContactChange, desk: Desk) -> Refused:
    spent = short_code.missed(change, desk.world.now)
    desk.take(ChangeStep(change.beneficiary_id, spent), spent)
    left = short_code.left(spent)
    return Refused(Refusal.CODE_REFUSED if left else Refusal.CODE_LOCKED, attempts_left=left)


def _confirmed(command: ConfirmContact, over: ContactChange, held: Contact | None, desk: Desk) -> ChangeStep:
    """Return the new contact with those that it replaces, who hear of it, and what the trail tells."""
    person, whose = desk.people[over.beneficiary_id], over.beneficiary_id
    new = replace(held, state=ContactState.CONFIRMED, typed_by=None, guia_id=None) if held else None
    new = new or Contact(over.contact_id, whose, over.kind, over.address)
    gone = tuple(replace(each, state=ContactState.RETIRED) for each in changes.former(person, over.kind))
    notices = _notices(over, person, desk.world)
    data = {
        "kind": over.kind.value,
        "retired": len(gone),
        "notices": ",".join(each.channel.value for each in notices) or None,
    }
    told = (Event(EventKind.CONTACT_CONFIRMED, whose, command.actor.name, data),)
    ways = _ways(over, person)
    return ChangeStep(whose, over, (*gone, new), ways, notices, (*told, *_told_of_ways(command, whose, ways)))


def _notices(change: ContactChange, person: Person, world: World) -> tuple[Delivery, ...]:
    heard = changes.told(world.operator.policy, world.carried, person, change.kind)
    whose, purpose = change.beneficiary_id, Purpose.CONTACT_CHANGED
    return tuple(sending.about(change.id, whose, each, purpose, world) for each in heard)


def _ways(change: ContactChange, person: Person) -> Ways | None:
    """Return the person's ways where the change is about them: who proves a mobile uses one."""
    one = person.beneficiary
    proves = change.kind is ContactKind.MOBILE and one.uses_no_mobile
    return Ways(uses_no_mobile=False, preferred=one.preferred_channel) if proves else None


def _told_of_ways(command: ConfirmContact, whose: UUID, ways: Ways | None) -> tuple[Event, ...]:
    return () if ways is None else (changes.told_ways(whose, ways, command.actor.name),)

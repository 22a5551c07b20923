"""Propose contacts: in a call whose caller is identified somebody asks for another contact, which waits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import call as calls, change as changes, family, hold as holds, permissions
from chancela.domain.call import CallStep, Doing
from chancela.domain.change import ChangeStep
from chancela.domain.contact import ContactKind
from chancela.domain.delivery import Purpose
from chancela.domain.hold import Hold, HoldStep
from chancela.domain.permissions import Actor, Permission
from chancela.domain.policy import ContactDoor
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.sign_in import DAY
from chancela.domain.trail import Event, EventKind
from chancela.usecases import sending

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chancela.domain.call import Call
    from chancela.domain.people import Person
    from chancela.domain.route import Sharing
    from chancela.ports import World

MOST_A_DAY = 3  # of one person: each tells the old contact


@dataclass(frozen=True, slots=True)
class ProposeContact:
    """Ask, in the actor's call, for a new mobile, landline or e-mail of a person; `address` is as it was typed."""

    actor: Actor
    beneficiary_id: UUID
    kind: ContactKind
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Wish:
    """An address that may be asked for: in which call, and whose it would be."""

    call_id: UUID
    whose: UUID
    address: str = field(repr=False)

    @property
    def place(self) -> tuple[UUID, str]:
        """Return the person and the address."""
        return self.whose, self.address


@dataclass(slots=True)
class _Desk:
    """One set at work: calls, and how much was proposed for whom, follow what was decided before."""

    world: World
    calls: dict[UUID, Call]
    people: Mapping[UUID, Person]
    asked: Counter[UUID]
    waiting: set[tuple[UUID, ContactKind]]
    steps: list[HoldStep] = field(default_factory=list)


async def propose_contact(commands: Sequence[ProposeContact], world: World) -> list[Hold | Refused]:
    """Hold each for a second person, or for its hours; the old contacts hear of it at once, the new one of nothing."""
    desk = await _open_desk(commands, world)
    wishes = [_wish(command, desk) for command in commands]
    sharing = await world.people.sharing({each.place for each in wishes if isinstance(each, _Wish)})
    outcomes = [
        wish if isinstance(wish, Refused) else _judge(command, wish, sharing[wish.place], desk)
        for command, wish in zip(commands, wishes, strict=True)
    ]
    if desk.steps:
        used = {each.hold.call_id for each in desk.steps}
        await world.calls.save([CallStep(desk.calls[each]) for each in sorted(used)])
        await world.holds.save(desk.steps)
    return outcomes


async def _open_desk(commands: Sequence[ProposeContact], world: World) -> _Desk:
    """Load the calls, then those people alone whom their callers manage."""
    found = dict(await world.calls.load({each.actor.call for each in commands if each.actor.call is not None}))
    circles = await world.families.circles({each.beneficiary_id for each in commands if _call(each, found, world)})
    managed = set()
    for command in commands:
        call, circle = _call(command, found, world), circles.get(command.beneficiary_id)
        if call is not None and call.person_id is not None and circle is not None:
            can = family.powers(world.operator.policy, circle, call.person_id, world.today, world.now)
            managed |= {command.beneficiary_id} if can.manages else set()
    people = await world.changes.people(managed)
    waiting = await world.holds.waiting(people)
    asked = Counter(dict(await world.holds.asked(people)))
    return _Desk(world, found, people, asked, {(key, each.kind) for key, own in waiting.items() for each in own})


def _call(command: ProposeContact, found: Mapping[UUID, Call], world: World) -> Call | None:
    """Return the actor's own call where its caller is identified."""
    call = found.get(command.actor.call) if command.actor.call is not None else None
    return call if _unready(command, call, world) is None else None


def _unready(command: ProposeContact, call: Call | None, world: World) -> Refusal | None:
    if not permissions.may_for(command.actor, Permission.TAKE_CALL, ""):
        return Refusal.NOT_FOUND
    return calls.unready(call, command.actor.name, world.now)


def _wish(command: ProposeContact, desk: _Desk) -> _Wish | Refused:
    """Return what is asked for, or why nothing is asked for in this call."""
    call = desk.calls.get(command.actor.call) if command.actor.call is not None else None
    why = _unready(command, call, desk.world)
    if why is not None or call is None:
        return Refused(why or Refusal.NOT_FOUND)
    if ContactDoor.CALL_CENTRE not in desk.world.operator.policy.contact_doors:
        return Refused(Refusal.FORBIDDEN)
    if command.beneficiary_id not in desk.people:
        return Refused(Refusal.NOT_FOUND)
    address = _address(command, desk.world)
    return Refused(Refusal.CONTACT_INVALID) if address is None else _Wish(call.id, command.beneficiary_id, address)


def _address(command: ProposeContact, world: World) -> str | None:
    match command.kind:
        case ContactKind.EMAIL:
            return world.formats.email(command.address.strip().lower())
        case ContactKind.LANDLINE:
            return world.formats.landline(command.address)
        case _:
            return world.formats.mobile(command.address)


def _judge(command: ProposeContact, wish: _Wish, sharing: Sharing, desk: _Desk) -> Hold | Refused:
    person, whose, policy = desk.people[wish.whose], wish.whose, desk.world.operator.policy
    if not calls.may_change(desk.calls[wish.call_id]):
        return Refused(Refusal.NOT_IN_THE_SAME_CALL)
    known = changes.known(person, command.kind, wish.address)
    why = changes.refused(known, sharing, policy.families_per_number)
    if why is not None and holds.impossible(why):
        return Refused(why)
    if (whose, command.kind) in desk.waiting:
        return Refused(Refusal.CONTACT_IN_REVIEW)
    if desk.asked[whose] >= MOST_A_DAY:
        return Refused(Refusal.TOO_MANY_SENDS, retry_after_s=int(DAY.total_seconds()))
    desk.asked[whose] += 1
    desk.waiting.add((whose, command.kind))
    return _held(command, wish, known.id if known else desk.world.chance.id(), desk, shared=why is not None)


def _held(command: ProposeContact, wish: _Wish, contact_id: UUID, desk: _Desk, *, shared: bool) -> Hold:
    """Hold the address, tell the old contacts, and note it in the call: no code is read out in it from now on."""
    world, whose, call = desk.world, wish.whose, desk.calls[wish.call_id]
    policy, now, id_, by = world.operator.policy, world.now, world.chance.id(), command.actor.name
    heard = changes.told(policy, world.carried, desk.people[whose], command.kind)
    awaited = holds.care(policy, shared=shared, heard=bool(heard))
    notices = tuple(sending.about(id_, whose, each, Purpose.CONTACT_PROPOSED, world) for each in heard)
    until = holds.due(policy, awaited, now)
    asked = (command.kind, wish.address, awaited, by, now, until)
    hold = Hold(id_, whose, call.id, call.protocol, contact_id, *asked)
    data = {
        "kind": command.kind.value,
        "protocol": call.protocol,
        "care": awaited.value,
        "notices": ",".join(each.channel.value for each in notices) or None,
    }
    told = (Event(EventKind.CONTACT_PROPOSED, whose, by, data),)
    desk.steps.append(HoldStep(hold, ChangeStep(whose, planned=notices, events=told)))
    desk.calls[call.id] = calls.with_done(call, Doing.CONTACT_PROPOSED, now)
    return hold

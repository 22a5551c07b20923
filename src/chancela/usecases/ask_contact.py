"""Ask for a new contact: a code goes to the address itself, and nothing on file changes until it comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import change as changes, contact as contacts, permissions, session as sessions, short_code
from chancela.domain.change import ChangeStep, ContactChange
from chancela.domain.contact import ContactKind
from chancela.domain.delivery import Channel, Delivery, Purpose
from chancela.domain.permissions import Actor
from chancela.domain.policy import ContactDoor
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.sign_in import LATELY, Asked
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.domain.people import Person
    from chancela.domain.route import Sharing
    from chancela.ports import World


@dataclass(frozen=True, slots=True)
class AskContact:
    """Ask for a code to a new mobile or e-mail of a person; `address` is as it was typed."""

    actor: Actor
    beneficiary_id: UUID
    kind: ContactKind
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wish:
    """A new address that may be asked for: whose it will be, and which way its code takes."""

    person: Person
    address: str = field(repr=False)
    channel: Channel

    @property
    def place(self) -> tuple[UUID, str]:
        """Return the person and the address."""
        return self.person.beneficiary.id, self.address


async def ask_contact(commands: Sequence[AskContact], world: World) -> list[UUID | Refused]:
    """Return the id of each change; it waits ten minutes for its code."""
    named = {each.beneficiary_id for each in commands if permissions.may_change(each.actor, each.beneficiary_id)}
    people = await world.changes.people(named)
    asked = dict(await world.changes.asked(named))
    wishes = [_wish(command, people.get(command.beneficiary_id), world) for command in commands]
    sharing = await world.people.sharing({each.place for each in wishes if isinstance(each, Wish)})
    outcomes: list[UUID | Refused] = []
    steps: list[ChangeStep] = []
    for command, wish in zip(commands, wishes, strict=True):
        made = wish if isinstance(wish, Refused) else _made(command, wish, sharing[wish.place], asked, world)
        if isinstance(made, Refused):
            outcomes.append(made)
            continue
        change, step = made
        outcomes.append(change.id)
        steps.append(step)
    await world.changes.save(steps)
    return outcomes


def _wish(command: AskContact, person: Person | None, world: World) -> Wish | Refused:
    """Return what is asked for, or why this person, session or policy asks for nothing here."""
    policy = world.operator.policy
    if person is None or not permissions.may_change(command.actor, command.beneficiary_id):
        return Refused(Refusal.NOT_FOUND)
    if ContactDoor.APP not in policy.contact_doors or command.kind is ContactKind.LANDLINE:
        return Refused(Refusal.CHANGED_BY_CALL)
    if not sessions.assured(command.actor.assured_at, world.now):
        return Refused(Refusal.CONFIRM_YOURSELF)
    address = _address(command, world)
    if address is None:
        return Refused(Refusal.CONTACT_INVALID)
    channel = changes.way(policy, world.carried, command.kind)
    return Refused(Refusal.CHANNEL_UNAVAILABLE) if channel is None else Wish(person, address, channel)


def _address(command: AskContact, world: World) -> str | None:
    if command.kind is ContactKind.EMAIL:
        return world.formats.email(command.address.strip().lower())
    return world.formats.mobile(command.address)


def _made(
    command: AskContact, wish: Wish, sharing: Sharing, asked: dict[UUID, Asked], world: World
) -> tuple[ContactChange, ChangeStep] | Refused:
    policy, whose = world.operator.policy, command.beneficiary_id
    held = changes.known(wish.person, command.kind, wish.address)
    why = changes.refused(held, sharing, policy.families_per_number)
    if why is not None:
        return Refused(why)
    before = asked.get(whose, Asked())
    if not changes.allowed(before):
        return Refused(Refusal.TOO_MANY_SENDS, retry_after_s=int(LATELY.total_seconds()))
    asked[whose] = Asked(before.lately + 1, before.today + 1)
    change = _change(command, held.id if held else world.chance.id(), wish.address, world)
    return change, _step(command, change, wish.channel, world)


def _change(command: AskContact, contact_id: UUID, address: str, world: World) -> ContactChange:
    ans, whose, id_, now = world.operator.ans, command.beneficiary_id, world.chance.id(), world.now
    bound = changes.context(ans, id_, whose, address)
    secret = world.vault.seal(ans, now.astimezone(UTC).date(), bound, world.chance.code())
    asker = command.actor.person or whose
    return ContactChange(id_, whose, asker, contact_id, command.kind, address, secret, now, now + short_code.LIFE)


def _step(command: AskContact, change: ContactChange, channel: Channel, world: World) -> ChangeStep:
    """Return the change with its message: its subject is the change, in the place of a guia; it has no contact yet."""
    whose, now = change.beneficiary_id, world.now
    to = contacts.masked(change.kind, change.address)
    code = Delivery(world.chance.id(), change.id, whose, 0, channel, to, now, now, purpose=Purpose.CONTACT_CODE)
    data = {"kind": change.kind.value, "by": str(change.asked_by)}
    told = Event(EventKind.CONTACT_ASKED, whose, command.actor.name, data)
    return ChangeStep(whose, change, planned=(code,), events=(told,))

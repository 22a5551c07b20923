"""Who hears that an attendance was recorded, with a code or without; and how guardians hear of a code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.domain import ladder
from chancela.domain.delivery import Channel, DeliveryState, Purpose
from chancela.domain.trail import EventKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from uuid import UUID

    from chancela.domain.case import Step
    from chancela.domain.delivery import Delivery
    from chancela.domain.ladder import Recipient
    from chancela.domain.people import Person
    from chancela.domain.policy import Policy

WENT: Final = frozenset({DeliveryState.SENDING, DeliveryState.HANDED_OVER, DeliveryState.DELIVERED})
# In this order; a voice would read out what is nobody else's business, and a business messenger asks for templates.
WRITTEN: Final = (Channel.EMAIL, Channel.SMS, Channel.APP)

RECORDING: Final[Mapping[EventKind, Purpose]] = {
    EventKind.GUIA_VALIDATED: Purpose.VALIDATED,
    EventKind.SESSION_CONFIRMED: Purpose.VALIDATED,
    EventKind.ABSENCE_RECORDED: Purpose.RECORDED,
}


def of_step(step: Step) -> Purpose | None:
    """Return what the person is to hear of a step, or None where it records no attendance.

    Of a series each session is told for itself, and its end is none.
    """
    return RECORDING.get(step.event.kind) if step.after.guia.sessions == 1 or step.sessions else None


def hearer(
    policy: Policy, person: Person, carried: frozenset[Channel], deliveries: Iterable[Delivery]
) -> Recipient | None:
    """Return who is told of a validation (security.md, after the fact), or None where no other contact is there.

    `deliveries` are those of the code that was given; one that waits or failed brought nothing. A code that went
    nowhere was shown in the app, or came from a device or from paper: then any contact is another one than the app.
    """
    sent = [each for each in deliveries if each.purpose is Purpose.CODE and each.state in WENT]
    contacts = {each.contact_id for each in sent if each.contact_id is not None}
    apps = {each.reader_id for each in sent if each.channel is Channel.APP}
    ways = (way for way in _ways(policy, person, carried) if way.contact is None or way.contact.id not in contacts)
    return next((way for way in ways if way.contact is not None or (sent and way.reader not in apps)), None)


def hearer_without_code(
    policy: Policy, person: Person, carried: frozenset[Channel], deliveries: Iterable[Delivery]
) -> Recipient | None:
    """Return who is told of an attendance without a code; None where nothing written reaches anybody.

    Another contact than the one to which a code went, or else that one: nobody used the code. To ask for one and then
    go on without it is no way to keep the person from hearing.
    """
    return hearer(policy, person, carried, deliveries) or way(policy, person, carried)


def way(policy: Policy, person: Person, carried: frozenset[Channel]) -> Recipient | None:
    """Return how a person, or else whoever stands in for them, is told in writing; None where nothing reaches them."""
    return next(_ways(policy, person, carried), None)


def _ways(policy: Policy, person: Person, carried: frozenset[Channel]) -> Iterator[Recipient]:
    """Give the written ways: the person's own before those of whoever stands in for them."""
    yield from _written(policy, person, carried, None)
    for each in (*person.readers, *person.told):
        yield from _written(policy, each, carried, each.beneficiary.id)


def guardian_way(policy: Policy, guardian: Person, carried: frozenset[Channel]) -> Recipient | None:
    """Return how a guardian hears of a code that they do not get, or None where nothing written reaches them."""
    return next(_written(policy, guardian, carried, guardian.beneficiary.id), None)


def own_ways(policy: Policy, person: Person, carried: frozenset[Channel]) -> tuple[Recipient, ...]:
    """Return every written way to a contact of a person's own."""
    return tuple(way for way in _written(policy, person, carried, None) if way.contact is not None)


def _written(policy: Policy, person: Person, carried: frozenset[Channel], reader: UUID | None) -> Iterator[Recipient]:
    for channel in WRITTEN:
        if channel in policy.channels and channel in carried:
            found = ladder.recipient(person, channel, None, reader)
            if found is not None:
                yield found

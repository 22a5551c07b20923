"""Who hears that an attendance was confirmed, by another contact than the code's; and how guardians hear of a code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chancela.domain import ladder
from chancela.domain.delivery import Channel, DeliveryState, Purpose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from chancela.domain.delivery import Delivery
    from chancela.domain.ladder import Recipient
    from chancela.domain.people import Person
    from chancela.domain.policy import Policy

WENT: Final = frozenset({DeliveryState.SENDING, DeliveryState.HANDED_OVER, DeliveryState.DELIVERED})
# In this order; a voice would read out what is nobody else's business, and a business messenger asks for templates.
WRITTEN: Final = (Channel.EMAIL, Channel.SMS, Channel.APP)


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

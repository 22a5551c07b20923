"""Who hears that an attendance was confirmed: a contact other than the one that got the code, so that theft is seen."""

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
    app = not sent or any(each.channel is Channel.APP for each in sent)
    return next(_others(policy, person, carried, contacts, app=app), None)


def _others(
    policy: Policy, person: Person, carried: frozenset[Channel], used: set[UUID], *, app: bool
) -> Iterator[Recipient]:
    """Give the ways that the code did not take: the person's own before those of whoever stands in for them."""
    for each in (person, *person.readers, *person.told):
        for channel in WRITTEN:
            if channel not in policy.channels or channel not in carried:
                continue
            found = ladder.recipient(each, channel, None)
            if found is None or (found.contact is None and app) or (found.contact and found.contact.id in used):
                continue
            yield found

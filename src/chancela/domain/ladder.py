"""The ladder: by which ways a code goes out, what follows when no receipt comes, and where it stands now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.domain import contact as contacts
from chancela.domain.contact import Contact, ContactKind
from chancela.domain.delivery import Channel, DeliveryState, Purpose
from chancela.domain.policy import Need

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from chancela.domain.delivery import Delivery
    from chancela.domain.people import Person
    from chancela.domain.policy import Policy, Rung

Way = tuple[UUID | None, Channel]

APP_MASK = "app"
CHOSEN = -1
USUAL_WAIT_S = 60


@dataclass(frozen=True, slots=True)
class Recipient:
    """A channel with the contact that it reaches; the app needs none.

    `reader` is whose it is, where that is not the person of the guia: a guardian, or a helper.
    """

    channel: Channel
    contact: Contact | None
    to: str
    reader: UUID | None = None

    @property
    def key(self) -> Way:
        """Return by what this way is known: a new number of the same person is no other way."""
        return self.reader, self.channel


@dataclass(frozen=True, slots=True)
class Climb:
    """How far a live code's ladder has gone: its last rung (-1: a chosen way) and when the next one is looked at."""

    rung: int
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Scene:
    """What a rung is looked at with: the person, the guia, what is carried, and the local hour (0 to 23)."""

    person: Person
    carried: frozenset[Channel]
    hour: int
    guia_id: UUID | None = None
    urgent: bool = False


class Standing(StrEnum):
    """Where the sending of a code stands for those who wait at the desk."""

    NONE = "none"
    UNDER_WAY = "under_way"
    ARRIVED = "arrived"
    USE_ANOTHER_WAY = "use_another_way"


def ways(
    policy: Policy, person: Person, carried: frozenset[Channel], guia_id: UUID | None = None
) -> tuple[Recipient, ...]:
    """Return every way by which this person, or who reads for them, can be reached now, in the policy's order."""
    open_ways = (channel for channel in policy.channels if channel in carried)
    return tuple(each for channel in open_ways for each in recipients(person, channel, guia_id))


def recipients(person: Person, channel: Channel, guia_id: UUID | None) -> tuple[Recipient, ...]:
    """Return whom a channel reaches: the person, and each who reads the codes for them."""
    found = (recipient(each, channel, guia_id, reader) for reader, each in _everyone(person))
    return tuple(each for each in found if each is not None)


def recipient(person: Person, channel: Channel, guia_id: UUID | None, reader: UUID | None = None) -> Recipient | None:
    """Return how a channel reaches somebody, or None where they have no such contact, or use no mobile phone.

    `reader` is set where that is not the person of the guia.
    """
    if channel is Channel.APP:
        return Recipient(channel, None, APP_MASK, reader) if person.beneficiary.has_app else None
    found = _contact(person, channel, guia_id)
    return Recipient(channel, found, contacts.masked(found.kind, found.address), reader) if found else None


def _everyone(person: Person) -> Iterable[tuple[UUID | None, Person]]:
    return [(None, person), *((each.beneficiary.id, each) for each in person.readers)]


def _contact(person: Person, channel: Channel, guia_id: UUID | None) -> Contact | None:
    known = person.contacts
    if person.beneficiary.uses_no_mobile:  # a number that is on file all the same is not asked for, nor called
        known = tuple(each for each in known if each.kind is not ContactKind.MOBILE)
    return contacts.reachable_by(known, channel, guia_id)


def default_channel(
    policy: Policy, person: Person, carried: frozenset[Channel], guia_id: UUID | None = None
) -> Channel | None:
    """Return the channel to offer first: the person's preferred or remembered one, else the first that reaches."""
    preferred = person.beneficiary.preferred_channel
    open_ways = tuple(channel for channel in policy.channels if channel in carried)
    if preferred in open_ways and recipients(person, preferred, guia_id):
        return preferred
    return next((channel for channel in open_ways if recipients(person, channel, guia_id)), None)


def first(policy: Policy, scene: Scene) -> tuple[int, tuple[Recipient, ...]] | None:
    """Return what goes out at once: by everyone's own first rung, so that a helper waits for nobody; None for no way.

    The lowest of these rungs is where the ladder stands.
    """
    found = _next(policy, scene, CHOSEN, ())
    return (min(rung for rung, _ in found), tuple(way for _, ways in found for way in ways)) if found else None


def above(policy: Policy, scene: Scene, rung: int, used: Collection[Way]) -> tuple[int, tuple[Recipient, ...]] | None:
    """Return the next rung that reaches anybody by a way that was not used yet, or None where there is none."""
    found = _next(policy, scene, rung, used)
    lowest = min((rung for rung, _ in found), default=None)
    return None if lowest is None else (lowest, tuple(way for at, ways in found for way in ways if at == lowest))


def _next(policy: Policy, scene: Scene, rung: int, used: Collection[Way]) -> list[tuple[int, tuple[Recipient, ...]]]:
    """Return everyone's next rung with the ways by which it reaches them."""
    of_each = ((who, scene if who is None else replace(scene, person=each)) for who, each in _everyone(scene.person))
    found = (_above(policy, own, rung, used, who) for who, own in of_each)
    return [each for each in found if each is not None]


def _above(
    policy: Policy, scene: Scene, rung: int, used: Collection[Way], reader: UUID | None
) -> tuple[int, tuple[Recipient, ...]] | None:
    for index, each in enumerate(policy.ladder):
        if index > rung and all(_so(need, scene) for need in each.needs):
            found = tuple(_reached(policy, each, scene, used, reader))
            if found:
                return index, found
    return None


def _reached(
    policy: Policy, rung: Rung, scene: Scene, used: Collection[Way], reader: UUID | None
) -> Iterable[Recipient]:
    for channel in rung.channels:
        open_way = channel in policy.channels and channel in scene.carried
        if open_way and (reader, channel) not in used and not _quiet(policy, scene, channel):
            found = recipient(scene.person, channel, scene.guia_id, reader)
            if found is not None:
                yield found


def awake(policy: Policy, scene: Scene) -> frozenset[Channel]:
    """Return the channels that may go out by themselves now: what is carried, less what is quiet at this hour."""
    return frozenset(each for each in scene.carried if not _quiet(policy, scene, each))


def _quiet(policy: Policy, scene: Scene, channel: Channel) -> bool:
    return not scene.urgent and policy.quiet.covers(channel, scene.hour)


def _so(need: Need, scene: Scene) -> bool:
    kinds = {each.kind for each in scene.person.contacts if contacts.usable(each, scene.guia_id)}
    uses_no_mobile = scene.person.beneficiary.uses_no_mobile
    return {
        Need.HAS_MOBILE: ContactKind.MOBILE in kinds and not uses_no_mobile,
        Need.HAS_APP: scene.person.beneficiary.has_app,
        Need.LANDLINE_ONLY: ContactKind.LANDLINE in kinds and ContactKind.MOBILE not in kinds,
        Need.USES_NO_MOBILE: uses_no_mobile,
        Need.URGENT: scene.urgent,
    }[need]


def started(policy: Policy, rung: int, now: datetime) -> Climb:
    """Return the climb after a rung went out, or a chosen way (-1); without a ladder nothing follows by itself."""
    if not policy.ladder:
        return Climb(rung, None)
    wait_s = policy.ladder[rung].wait_s if rung > CHOSEN else USUAL_WAIT_S
    return Climb(rung, now + timedelta(seconds=wait_s))


def standing(deliveries: Iterable[Delivery], climb: Climb | None, now: datetime) -> Standing:
    """Return where the sending stands: another way is offered at once when nothing more follows by itself."""
    sent = [each for each in deliveries if each.purpose is Purpose.CODE]
    if not sent:
        return Standing.NONE
    if arrived(sent):
        return Standing.ARRIVED
    follows = climb is not None and climb.at is not None
    latest = max(each.planned_at for each in sent)
    waited = now - latest >= timedelta(seconds=USUAL_WAIT_S)
    if not follows and (lost(sent) or waited):
        return Standing.USE_ANOTHER_WAY
    return Standing.UNDER_WAY


def lost(deliveries: Iterable[Delivery]) -> bool:
    """Tell whether all that went out last of a code failed, so that nothing more is worth waiting for.

    What went out before had its time; its late receipt still counts.
    """
    sent = [each for each in deliveries if each.purpose is Purpose.CODE]
    latest = max((each.planned_at for each in sent), default=None)
    return bool(sent) and all(each.state is DeliveryState.FAILED for each in sent if each.planned_at == latest)


def arrived(deliveries: Iterable[Delivery]) -> bool:
    """Tell whether a message of a code is known to have arrived."""
    return any(each.state is DeliveryState.DELIVERED for each in deliveries if each.purpose is Purpose.CODE)

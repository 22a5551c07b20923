"""What the core asks of the outside world about people in their own right: doors, keys, families, what they carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from chancela.domain.change import ChangeStep, ContactChange
    from chancela.domain.family import Circle, Tie
    from chancela.domain.offline import Device
    from chancela.domain.paper import PaperCode, PocketStep
    from chancela.domain.passkey import Challenge, Passkey, PasskeyStep
    from chancela.domain.people import Person
    from chancela.domain.session import PersonSession
    from chancela.domain.sign_in import Asked, Claim, DoorStep, SignIn
    from chancela.domain.tie import FamilyStep


class Doors(Protocol):
    """The way in of beneficiaries; who is not known takes as much work as who is."""

    async def known(self, claims: Sequence[Claim]) -> dict[Claim, Person]:
        """Return, for each claim that is somebody's, the person with every contact."""
        ...

    async def hold(self, people: Collection[UUID]) -> None:
        """Let whoever asks for these people wait until this transaction ends."""
        ...

    async def asked(self, people: Collection[UUID]) -> Mapping[tuple[UUID, bool], Asked]:
        """Return how often codes went out to these people lately and within a day; apart where the place is known."""
        ...

    async def asked_from(self, origins: Collection[bytes]) -> Mapping[bytes, int]:
        """Return how often codes were asked for from these places lately."""
        ...

    async def load(self, sign_in_ids: Collection[UUID]) -> dict[UUID, SignIn]:
        """Return the sign-ins that exist, locked in key order."""
        ...

    async def sessions(self, session_ids: Collection[UUID]) -> dict[UUID, PersonSession]:
        """Return the sessions that exist, locked in key order."""
        ...

    async def save(self, steps: Sequence[DoorStep]) -> None:
        """Write the changes with their messages and events."""
        ...


class Passkeys(Protocol):
    """Passkeys of beneficiaries, and the challenges that they answer."""

    async def asked_from(self, origins: Collection[bytes]) -> Mapping[bytes, int]:
        """Return how many challenges that were not answered were asked for from these places lately."""
        ...

    async def put(self, challenges: Sequence[Challenge]) -> None:
        """Keep new challenges."""
        ...

    async def take(self, challenge_ids: Collection[UUID]) -> dict[UUID, Challenge]:
        """Return the challenges that exist, and forget them: each is taken once, whatever becomes of it."""
        ...

    async def of(self, people: Collection[UUID]) -> dict[UUID, tuple[Passkey, ...]]:
        """Return the live passkeys of these people, locked in key order."""
        ...

    async def by_credential(self, credential_ids: Collection[bytes]) -> dict[bytes, Passkey]:
        """Return the passkeys with these credentials, ended ones too, locked in key order."""
        ...

    async def load(self, passkey_ids: Collection[UUID]) -> dict[UUID, Passkey]:
        """Return the passkeys that exist, locked in key order."""
        ...

    async def save(self, steps: Sequence[PasskeyStep]) -> None:
        """Write the changes with their sessions and events."""
        ...


class Pocket(Protocol):
    """What people carry where there is no signal: devices that compute codes, and sheets of codes on paper."""

    async def hold(self, people: Collection[UUID]) -> None:
        """Let whoever changes what these people carry wait until this transaction ends."""
        ...

    async def load(self, device_ids: Collection[UUID]) -> dict[UUID, Device]:
        """Return the devices that exist, ended ones too, locked in key order."""
        ...

    async def devices(self, people: Collection[UUID]) -> Mapping[UUID, tuple[Device, ...]]:
        """Return the live devices of each of these people who has any, the oldest first; none ends meanwhile."""
        ...

    async def sheets(self, people: Collection[UUID]) -> Mapping[UUID, tuple[PaperCode, ...]]:
        """Return the unused codes of each of these people who has any, locked, in key order."""
        ...

    async def save(self, steps: Sequence[PocketStep]) -> None:
        """Write the changes and their events; a code on paper that ended meanwhile ends no second time, and raises."""
        ...


class Ties(Protocol):
    """What people let each other do, and what they hide; whoever loads a tie holds it until the transaction ends."""

    async def load(self, tie_ids: Collection[UUID]) -> dict[UUID, Tie]:
        """Return the ties that exist, locked in key order."""
        ...

    async def by_hash(self, hashes: Collection[bytes]) -> dict[bytes, Tie]:
        """Return the ties that links with these hashes stand for, locked in key order."""
        ...

    async def standing(self, people: Collection[UUID]) -> Mapping[UUID, tuple[Tie, ...]]:
        """Return the ties of these people that are not over; nobody else gives one more until this transaction ends."""
        ...

    async def save(self, steps: Sequence[FamilyStep]) -> None:
        """Write the changes with their events."""
        ...


class Families(Protocol):
    """People with those around them, of whom somebody may have a power (domain/family.py)."""

    async def circles(self, ids: Collection[UUID]) -> dict[UUID, Circle]:
        """Return each of these people who exists in their circle, with every contact of everybody in it."""
        ...


class Changes(Protocol):
    """New contacts of people; whoever loads a change holds it until the transaction ends."""

    async def people(self, ids: Collection[UUID]) -> dict[UUID, Person]:
        """Return the people with these ids, with every contact; who changes theirs waits until the transaction ends."""
        ...

    async def asked(self, people: Collection[UUID]) -> Mapping[UUID, Asked]:
        """Return how often codes went out for new contacts of these people lately and within a day."""
        ...

    async def load(self, change_ids: Collection[UUID]) -> dict[UUID, ContactChange]:
        """Return the changes that exist, locked in key order."""
        ...

    async def save(self, steps: Sequence[ChangeStep]) -> None:
        """Write the changes, contacts and ways with their messages and events."""
        ...

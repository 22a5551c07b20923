"""Everything the core asks of the outside world, on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from chancela.domain.analysis import CatalogueEntry, PastProcedure
    from chancela.domain.case import Case, Step
    from chancela.domain.change import ChangeStep, ContactChange
    from chancela.domain.delivery import Channel
    from chancela.domain.family import Circle, Tie
    from chancela.domain.offline import Agreed, Device
    from chancela.domain.paper import PaperCode, PocketStep
    from chancela.domain.passkey import Challenge, Passkey, PasskeyStep
    from chancela.domain.people import Operator, Person, Provider
    from chancela.domain.route import Sharing
    from chancela.domain.session import PersonSession
    from chancela.domain.sign_in import Asked, Claim, DoorStep, SignIn
    from chancela.domain.tally import Day, Fleet
    from chancela.domain.tie import FamilyStep
    from chancela.domain.token import Secret


class Cases(Protocol):
    """Guias with all that belongs to them; whoever loads them holds them until the transaction ends."""

    async def load(self, guia_ids: Collection[UUID]) -> dict[UUID, Case]:
        """Return the cases that exist, locked in key order so that no two sets wait for each other in a circle."""
        ...

    async def save(self, steps: Sequence[Step]) -> None:
        """Write the changes and their events, in order; several steps of one guia end in the last one's state."""
        ...

    async def numbers(self, count: int) -> list[str]:
        """Return the next numbers of the operator's guias, 13 digits beginning with the year."""
        ...

    async def presented(self, numbers: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return which pairs of provider and provider's number already belong to a guia."""
        ...

    async def past(self, beneficiary_ids: Collection[UUID], since: date) -> dict[UUID, tuple[PastProcedure, ...]]:
        """Return what was authorised for these people since a day, in guias that were not cancelled."""
        ...

    async def stale(self, limit: int) -> list[UUID]:
        """Return guias whose live code is past its time."""
        ...

    async def climbing(self, limit: int) -> list[UUID]:
        """Return guias whose ladder is to be looked at by now, the longest waiting first."""
        ...

    async def untold(self, limit: int) -> list[UUID]:
        """Return validated guias of whose validation nobody was told yet, the longest waiting first."""
        ...

    async def protocols(self, count: int) -> list[str]:
        """Return the operator's next protocol numbers of today."""
        ...

    async def holding(self, contact_ids: Collection[UUID]) -> dict[UUID, UUID]:
        """Return, for each of these contacts that exists and was typed for a guia, that guia."""
        ...


class People(Protocol):
    """The operator's beneficiaries."""

    async def by_card(self, cards: Collection[str]) -> dict[str, Person]:
        """Return the people with these card numbers, with their contacts."""
        ...

    async def by_id(self, ids: Collection[UUID]) -> dict[UUID, Person]:
        """Return the people of cases that this transaction holds, with their contacts."""
        ...

    async def sharing(self, asked: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], Sharing]:
        """Return, for each person and address, who else has that address and how much went to it in the last hour.

        Nobody else learns such an address for anyone until this transaction ends.
        """
        ...


class Network(Protocol):
    """The operator's providers."""

    async def by_code(self, codes: Collection[str]) -> dict[str, Provider]:
        """Return the providers with these codes."""
        ...


class Catalogue(Protocol):
    """Procedures of TUSS table 22."""

    async def entries(self, codes: Collection[str]) -> dict[str, CatalogueEntry]:
        """Return the entries with these codes."""
        ...


class Tallies(Protocol):
    """What was counted, for the limits; counts follow from the steps that are saved."""

    async def days(self, providers: Collection[str]) -> dict[str, Day]:
        """Return today's counts of the providers of cases that this transaction holds."""
        ...

    async def fleet(self) -> Fleet:
        """Return this hour's and the usual hour's entries over all providers of the operator."""
        ...

    async def sends(self, beneficiary_ids: Collection[UUID]) -> Mapping[UUID, Mapping[UUID, int]]:
        """Return, for each person of the cases held, how many messages were planned in the last hour, by guia."""
        ...

    async def numbers(self, beneficiary_ids: Collection[UUID]) -> Mapping[UUID, int]:
        """Return, for each contact of these people, the last hour's messages to its address, to whomever they were.

        They are those of the cases held, and whoever reads their codes.
        """
        ...

    async def reports(self, beneficiary_ids: Collection[UUID]) -> Mapping[UUID, Mapping[str, int]]:
        """Return, for each person, by provider, the last seven days' reports that were not found to be mistakes."""
        ...


class Doors(Protocol):
    """The way in of beneficiaries; who is not known takes as much work as who is."""

    async def known(self, claims: Sequence[Claim]) -> dict[Claim, Person]:
        """Return, for each claim that is somebody's, the person with every contact."""
        ...

    async def hold(self, people: Collection[UUID]) -> None:
        """Let whoever asks for these people wait until this transaction ends."""
        ...

    async def asked(self, people: Collection[UUID]) -> Mapping[UUID, Asked]:
        """Return how often codes went out to these people lately and within a day."""
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


class Vault(Protocol):
    """The keys' side of a code: nothing here gives a code back to the core."""

    def seal(self, operator: str, day: date, context: bytes, code: str) -> Secret:
        """Return what is kept of a code, under the operator's key of the day."""
        ...

    def matches(self, operator: str, secret: Secret, context: bytes, code: str) -> bool:
        """Tell in constant time whether this is the code; never where its day key is destroyed."""
        ...

    def validation_code(self, operator: str, guia_id: UUID, generation: int) -> str:
        """Return the ten characters for TISS codValidacao."""
        ...

    def agree(self, operator: str, person: UUID, device: UUID, point: bytes) -> Agreed | None:
        """Agree on a key with a person's device by its public point; None for what is no point of the curve."""
        ...

    def computes(self, operator: str, device: Device, challenge: str, code: str) -> bool:
        """Tell in constant time whether the device computes this code for a challenge; never once it is ended."""
        ...

    def paper(self, context: bytes, code: str) -> bytes:
        """Return what is kept of a code on paper."""
        ...

    def is_paper(self, context: bytes, digest: bytes, code: str) -> bool:
        """Tell in constant time whether this is the code on paper of which that is kept."""
        ...


class Chance(Protocol):
    """Randomness."""

    def code(self) -> str:
        """Return six digits, each of the 10^6 codes equally likely."""
        ...

    def id(self) -> UUID:
        """Return a new UUIDv7 (RFC 9562)."""
        ...

    def secret(self) -> str:
        """Return 32 random bytes as URL-safe text."""
        ...


class Formats(Protocol):
    """How the country writes its addresses and numbers."""

    def mobile(self, text: str) -> str | None:
        """Return a Brazilian mobile as E.164, or None where it is none."""
        ...

    def email(self, text: str) -> str | None:
        """Return an e-mail address with its domain in lower case, or None where it is none."""
        ...

    def cpf(self, text: str) -> str | None:
        """Return the 11 digits of a CPF, or None where it is none."""
        ...


class World(Protocol):
    """One transaction of one operator, with everything that a deed may reach."""

    operator: Operator
    today: date
    carried: frozenset[Channel]
    cases: Cases
    people: People
    network: Network
    catalogue: Catalogue
    tallies: Tallies
    doors: Doors
    changes: Changes
    passkeys: Passkeys
    pocket: Pocket
    ties: Ties
    families: Families
    vault: Vault
    chance: Chance
    formats: Formats

    @property
    def hour(self) -> int:
        """Return the hour of the day where the people are (0 to 23)."""
        ...

    @property
    def now(self) -> datetime:
        """Return the time by the database's clock; loading cases brings it up to the moment they were held."""
        ...

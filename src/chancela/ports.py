"""Everything the core asks of the outside world; what it asks about people in their own right has a page beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from chancela.domain.analysis import CatalogueEntry, PastProcedure
    from chancela.domain.case import Case, Step
    from chancela.domain.delivery import Channel, Purpose
    from chancela.domain.offline import Agreed, Device
    from chancela.domain.people import Operator, Person, Provider
    from chancela.domain.route import Sharing
    from chancela.domain.tally import Day, Fleet
    from chancela.domain.token import Secret
    from chancela.office_ports import (
        Attachments,
        Blocks,
        Calls,
        Decisions,
        Disputes,
        Holds,
        NetworkDesk,
        Outages,
        Policies,
        Records,
        Slips,
        Webhooks,
    )
    from chancela.person_ports import Changes, Doors, Families, Passkeys, Pocket, Ties


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

    async def untold(self, limit: int) -> list[tuple[UUID, Purpose]]:
        """Return guias of whose recorded attendance nobody was told yet, and what is told of it, oldest first."""
        ...

    async def late_over(self, limit: int) -> list[UUID]:
        """Return guias whose late code did not come by its last day, the longest ago first."""
        ...

    async def late_to_remind(self, limit: int) -> list[UUID]:
        """Return guias of whose late code the provider is to be reminded by now and was not yet, the soonest first."""
        ...

    async def owing(self, limit: int) -> list[UUID]:
        """Return guias without a code that still owe something whose day has passed, the longest overdue first."""
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

    def lot(self, operator: str, context: bytes) -> bytes:
        """Return 32 bytes that look like chance and are the same for the same; only our keys give them."""
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

    def landline(self, text: str) -> str | None:
        """Return a Brazilian landline as E.164, or None where it is none."""
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
    policies: Policies
    ties: Ties
    families: Families
    calls: Calls
    attachments: Attachments
    slips: Slips
    decisions: Decisions
    disputes: Disputes
    webhooks: Webhooks
    holds: Holds
    records: Records
    network_desk: NetworkDesk
    outages: Outages
    blocks: Blocks
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

"""What the core asks of the outside world about the operator's own work: calls, held contacts, documents, rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence, Set as AbstractSet
    from datetime import date, datetime
    from uuid import UUID

    from chancela.domain.attachment import Attachment
    from chancela.domain.block import Block, BlockStep
    from chancela.domain.call import Call, CallStep
    from chancela.domain.caller import File, Search
    from chancela.domain.delivery import Channel
    from chancela.domain.hold import Hold, HoldStep
    from chancela.domain.network import House, NetworkStep
    from chancela.domain.outage import Outage, OutageStep
    from chancela.domain.people import Beneficiary
    from chancela.domain.policy_version import PolicyStep, PolicyVersion, Rules
    from chancela.domain.printed import Slip
    from chancela.domain.reconcile import Brought, BroughtStep
    from chancela.domain.record import Record, RecordStep
    from chancela.domain.webhook import Webhook, WebhookStep


class Calls(Protocol):
    """Calls of the call centre; whoever loads one holds it until the transaction ends."""

    async def load(self, call_ids: Collection[UUID]) -> dict[UUID, Call]:
        """Return the calls that exist, locked in key order; they are loaded before any guia."""
        ...

    async def open_of(self, agents: Collection[str]) -> dict[str, Call]:
        """Return the call of each of these agents that did not end; nobody opens one for them meanwhile."""
        ...

    async def known(self, searches: Sequence[Search]) -> dict[Search, tuple[Beneficiary, ...]]:
        """Return whom each search may mean: by card or CPF whoever has it, by name everybody born that day."""
        ...

    async def files(self, people: Collection[UUID]) -> dict[UUID, File]:
        """Return what is on file of the people that exist; nobody takes as much work as somebody."""
        ...

    async def failures(self, people: Collection[UUID]) -> Mapping[UUID, int]:
        """Return the wrong answers of today's calls about these people; who judges more of them waits meanwhile."""
        ...

    async def reveals_today(self, agents: Collection[str]) -> Mapping[str, int]:
        """Return how many codes each of these agents, whose calls this transaction holds, read out today."""
        ...

    async def save(self, steps: Sequence[CallStep]) -> None:
        """Write the last of each call with the events, in order."""
        ...


class Records(Protocol):
    """Files of people; whoever loads some holds them, and their contacts, until the transaction ends."""

    async def load(self, ids: Collection[UUID]) -> dict[UUID, Record]:
        """Return the files that exist, those that were merged too, with every contact."""
        ...

    async def alive(self, ids: Collection[UUID]) -> AbstractSet[UUID]:
        """Return which of these people have a live code; none of their guias changes meanwhile."""
        ...

    async def save(self, steps: Sequence[RecordStep]) -> None:
        """Write the changes with their events."""
        ...


class Holds(Protocol):
    """Contacts that somebody asked for by telephone; whoever loads one changes its person's contacts alone."""

    async def load(self, hold_ids: Collection[UUID]) -> dict[UUID, Hold]:
        """Return the held contacts that exist, those that ended too."""
        ...

    async def waiting(self, people: Collection[UUID]) -> Mapping[UUID, tuple[Hold, ...]]:
        """Return what waits for each of these people of whom anything does; their contacts are held already."""
        ...

    async def asked(self, people: Collection[UUID]) -> Mapping[UUID, int]:
        """Return how many contacts were proposed for these people within a day."""
        ...

    async def askers(self, hold_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
        """Return who asked for each of these in its call; whose file was merged since asks as the one that goes on."""
        ...

    async def due(self, limit: int) -> list[UUID]:
        """Return held contacts whose time has come, the longest waiting first."""
        ...

    async def save(self, steps: Sequence[HoldStep]) -> None:
        """Write the changes with what they make of people's contacts; one that ended stays as it is."""
        ...


class NetworkDesk(Protocol):
    """Files of providers; whoever loads some holds them, with their professionals, until the transaction ends."""

    async def load(self, codes: Collection[str]) -> dict[str, House]:
        """Return the files that exist, of those out of the network too, with every professional."""
        ...

    async def save(self, steps: Sequence[NetworkStep]) -> None:
        """Write the changes with their events; what is an address of a professional is one of the provider."""
        ...


class Policies(Protocol):
    """Versions of the operator's rules; whoever loads one holds it until the transaction ends."""

    async def load(self, numbers: Collection[int]) -> dict[int, PolicyVersion]:
        """Return the versions that exist, locked in key order."""
        ...

    async def last(self) -> int:
        """Return the last version's number, 0 where there is none; nobody else gives another until the end."""
        ...

    async def rules(self, days: Collection[date]) -> Mapping[date, Rules]:
        """Return what held on each of these days; before there were versions, what the operator began with."""
        ...

    async def save(self, steps: Sequence[PolicyStep]) -> None:
        """Write the changes with their events."""
        ...


class Blocks(Protocol):
    """Contingency numbers and what became of them; whoever loads a block holds it, before any guia, until the end."""

    async def load(self, block_ids: Collection[UUID]) -> dict[UUID, Block]:
        """Return the blocks that exist, locked in key order."""
        ...

    async def of_numbers(self, numbers: Collection[str]) -> dict[str, Block]:
        """Return the block to which each of these numbers may belong, locked in key order."""
        ...

    async def of_providers(self, providers: Collection[str]) -> Mapping[str, tuple[Block, ...]]:
        """Return the blocks of each of these providers that did not end; nobody hands them another meanwhile."""
        ...

    async def brought(self, numbers: Collection[str]) -> dict[str, Brought]:
        """Return what was brought under each of these numbers under which anything was."""
        ...

    async def counted(self, count: int) -> list[int]:
        """Return the next numbers of the operator's blocks."""
        ...

    async def save(self, blocks: Sequence[BlockStep], brought: Sequence[BroughtStep] = ()) -> None:
        """Write the changes with their events; what a number was used for stays as it is."""
        ...


class Attachments(Protocol):
    """Documents of guias; they are written with the steps of their cases."""

    async def of(self, guia_ids: Collection[UUID]) -> Mapping[UUID, tuple[Attachment, ...]]:
        """Return the documents of each of these guias that has any, the oldest first; the guias are held already."""
        ...


class Webhooks(Protocol):
    """The systems that are told of events; messages to them are written with the steps of the cases."""

    async def all(self) -> tuple[Webhook, ...]:
        """Return the webhooks that did not end; nobody opens or ends one until this transaction does."""
        ...

    async def save(self, steps: Sequence[WebhookStep]) -> None:
        """Write the changes with their events; what waits for one that ended is told to nobody."""
        ...


class Disputes(Protocol):
    """Disputed attendances that were decided; they are written with the steps of the cases."""

    async def untold(self, limit: int) -> list[UUID]:
        """Return guias of whose dispute the person was not told yet how it ended, the longest waiting first."""
        ...


class Slips(Protocol):
    """Slips of printed guias; they are written with the steps of their cases."""

    async def of(self, guia_ids: Collection[UUID]) -> Mapping[UUID, tuple[Slip, ...]]:
        """Return the slips of each of these guias that has any, the oldest first; the guias are held already."""
        ...


class Decisions(Protocol):
    """What auditors answered; it is written with the steps of the cases."""

    async def untold(self, limit: int) -> list[UUID]:
        """Return guias of whose answer the person was not told yet, the longest waiting first."""
        ...


class Outages(Protocol):
    """Times in which something was away; who declares, notices or ends one does so alone."""

    async def covering(
        self, at: datetime, channels: Collection[Channel] = (), *, machine: bool = False
    ) -> Outage | None:
        """Return the outage that is proof for what happened at an instant, a declared one first, then the longest.

        Outages of carriers are proof only where the guia's code was to come by one of `channels`, those of the
        machines' interface only of what a `machine` records.
        """
        ...

    async def load(self, outage_ids: Collection[UUID]) -> dict[UUID, Outage]:
        """Return the outages that exist; none of the operator's changes until this transaction ends."""
        ...

    async def since(self, instant: datetime) -> tuple[Outage, ...]:
        """Return those that run or ended at this instant or later, parts of others left out; held as by `load`."""
        ...

    async def lapsed(self, now: datetime) -> tuple[Outage, ...]:
        """Return those that run and that nobody confirmed by now, though people were to; held as by `load`."""
        ...

    async def covered(self, outage: Outage) -> int:
        """Return for how many guias an outage, with its parts, is proof, or will be once it is attached to them."""
        ...

    async def lacking(self, outage: Outage, limit: int) -> list[UUID]:
        """Return guias without a code that were so within an outage and have no proof, the first to be so first.

        Series are none of them: their sessions are.
        """
        ...

    async def lacking_sessions(self, outage: Outage, limit: int) -> list[tuple[UUID, int]]:
        """Return sessions without a code that were so within an outage and have no proof: their guia and their place.

        The first to be so are first. Where carriers were away, a session's code is what was asked for since the one
        before it.
        """
        ...

    async def unsettled(self, limit: int) -> list[UUID]:
        """Return outages that changed since all of their time was looked through, the longest waiting first."""
        ...

    async def settle(self, outage_id: UUID) -> None:
        """Look through its time no more, once every deed that was under way at its last change must be over."""
        ...

    async def save(self, steps: Sequence[OutageStep]) -> None:
        """Write the changes with their events."""
        ...

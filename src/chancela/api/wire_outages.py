"""What goes over the wire of outages: what is away now, and since when."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct

from chancela.api.wire_parts import Instant
from chancela.domain.delivery import Channel
from chancela.domain.outage import OutageKind


class RunningOutage(Struct, frozen=True):
    """What is away since when: everything, the pages, or the sending by a `channel` (null: by all of them).

    `declared` says that people of the operator told so; else the system noticed it by itself.
    """

    id: UUID
    what: OutageKind
    channel: Channel | None
    since: Instant
    declared: bool


class Outage(Struct, frozen=True):
    """An outage; `until` is null while it runs, `note` what people wrote of it."""

    id: UUID
    what: OutageKind
    channel: Channel | None
    since: Instant
    until: Instant | None
    declared: bool
    note: str


class RunningOutages(Struct, frozen=True):
    """The outages that run; a visit without a code within one gets it as its proof by itself."""

    outages: tuple[RunningOutage, ...]

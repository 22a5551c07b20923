"""What goes over the wire of outages: what is away now, and since when."""

from __future__ import annotations

from uuid import UUID

from msgspec import Struct

from chancela.api.wire_parts import Instant
from chancela.domain.delivery import Channel
from chancela.domain.outage import OutageKind


class RunningOutage(Struct, frozen=True):
    """What is away since when: everything, the portal, this interface, or the sending by a `channel` (null: by all).

    `declared` says that people of the operator told so; else the system noticed it by itself. What they told ends at
    `confirm_by` unless they say again before then that it goes on; null where the system itself finds it away.
    """

    id: UUID
    what: OutageKind
    channel: Channel | None
    since: Instant
    declared: bool
    confirm_by: Instant | None


class Outage(Struct, frozen=True):
    """An outage; `until` is null while it runs, `note` what people wrote of it.

    `confirm_by` is when one that runs because people told so ends unless they say it again; null of every other.
    """

    id: UUID
    what: OutageKind
    channel: Channel | None
    since: Instant
    until: Instant | None
    declared: bool
    confirm_by: Instant | None
    note: str


class RunningOutages(Struct, frozen=True):
    """The outages that run; an attendance without a code within one gets it as its proof by itself."""

    outages: tuple[RunningOutage, ...]

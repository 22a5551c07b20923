"""The trail: per operator a gapless sequence of events, chained by SHA-256, that anyone can verify offline."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID


class EventKind(StrEnum):
    """What happened, in three parts: of what, to what, how."""

    GUIA_REGISTERED = "guia:guia:registered"
    GUIA_REVIEWED = "guia:guia:reviewed"
    GUIA_CANCELLED = "guia:guia:cancelled"
    TOKEN_ISSUED = "guia:token:issued"  # noqa: S105 - an event, not a secret
    TOKEN_SENT = "guia:token:sent"  # noqa: S105 - an event, not a secret
    TOKEN_REFUSED = "guia:token:refused"  # noqa: S105 - an event, not a secret
    TOKEN_LOCKED = "guia:token:locked"  # noqa: S105 - an event, not a secret
    TOKEN_EXPIRED = "guia:token:expired"  # noqa: S105 - an event, not a secret
    TOKEN_CLIMBED = "guia:token:climbed"  # noqa: S105 - an event, not a secret
    TOKEN_REPORTED = "guia:token:reported"  # noqa: S105 - an event, not a secret
    REPORT_CLOSED = "guia:report:closed"
    CONTACT_HELD = "beneficiary:contact:held"
    CONTACT_REVIEWED = "beneficiary:contact:reviewed"
    GUIA_VALIDATED = "guia:attendance:validated"
    TOKEN_REVEALED = "guia:token:revealed"  # noqa: S105 - an event, not a secret
    SESSION_OPENED = "person:session:opened"
    SESSION_ENDED = "person:session:ended"
    PASSKEY_ENROLLED = "person:passkey:enrolled"
    PASSKEY_ENDED = "person:passkey:ended"
    CARRIER_CHANGED = "operator:carrier:changed"
    LOGO_CHANGED = "operator:logo:changed"
    CONTACT_ASKED = "beneficiary:contact:asked"
    CONTACT_CONFIRMED = "beneficiary:contact:confirmed"
    WAYS_CHANGED = "beneficiary:ways:changed"
    PRIVACY_CHANGED = "beneficiary:privacy:changed"
    TIE_OFFERED = "family:tie:offered"
    TIE_ACCEPTED = "family:tie:accepted"
    TIE_ENDED = "family:tie:ended"
    DEVICE_ENROLLED = "person:device:enrolled"
    DEVICE_ENDED = "person:device:ended"
    SHEET_PRINTED = "person:sheet:printed"
    SHEET_ENDED = "person:sheet:ended"
    ATTENDANCE_TOLD = "guia:attendance:told"
    CALL_OPENED = "call:call:opened"
    CALLER_NAMED = "call:caller:named"
    CALLER_ANSWERED = "call:caller:answered"
    CALL_ENDED = "call:call:ended"
    CONTACT_PROPOSED = "beneficiary:contact:proposed"
    CONTACT_DECIDED = "beneficiary:contact:decided"
    CONTACT_APPLIED = "beneficiary:contact:applied"
    RECORD_SEEN = "beneficiary:record:seen"
    PERSON_CHANGED = "beneficiary:person:changed"
    PERSON_MERGED = "beneficiary:person:merged"
    PROVIDER_CHANGED = "network:provider:changed"
    PROFESSIONAL_CHANGED = "network:professional:changed"
    ATTACHMENT_ADDED = "guia:attachment:added"
    ATTACHMENT_SEEN = "guia:attachment:seen"
    DECISION_TOLD = "guia:decision:told"
    IMPORT_RUN = "operator:import:run"
    IMPORT_UNDONE = "operator:import:undone"
    POLICY_DRAFTED = "operator:policy:drafted"
    POLICY_DECIDED = "operator:policy:decided"
    STAFF_CHANGED = "operator:staff:changed"
    TRAIL_EXPORTED = "operator:trail:exported"
    TRAIL_VERIFIED = "operator:trail:verified"
    ABSENCE_RECORDED = "guia:absence:recorded"
    ABSENCE_SUPPLIED = "guia:absence:supplied"
    ABSENCE_REVIEWED = "guia:absence:reviewed"
    TOKEN_POSTPONED = "guia:token:postponed"  # noqa: S105 - an event, not a secret
    LATE_REMINDED = "guia:late:reminded"
    SLIP_PRINTED = "guia:slip:printed"
    SLIP_RETURNED = "guia:slip:returned"
    BLOCK_HANDED = "network:block:handed"
    BLOCK_ENDED = "network:block:ended"
    NUMBER_GIVEN = "call:number:given"
    GUIA_RECONCILED = "guia:guia:reconciled"
    OUTAGE_DECLARED = "operator:outage:declared"
    OUTAGE_NOTICED = "operator:outage:noticed"
    OUTAGE_ENDED = "operator:outage:ended"
    OUTAGE_CONFIRMED = "operator:outage:confirmed"
    OUTAGE_LAPSED = "operator:outage:lapsed"
    OUTAGE_ANNOTATED = "operator:outage:annotated"
    OUTAGE_ATTACHED = "guia:outage:attached"
    SESSION_CONFIRMED = "guia:session:confirmed"
    SERIES_CLOSED = "guia:series:closed"
    ATTENDANCE_DISPUTED = "guia:attendance:disputed"
    DISPUTE_WIDENED = "guia:dispute:widened"
    DISPUTE_ANSWERED = "guia:dispute:answered"
    DISPUTE_DECIDED = "guia:dispute:decided"
    DISPUTE_TOLD = "guia:dispute:told"
    WEBHOOK_CHANGED = "operator:webhook:changed"


@dataclass(frozen=True, slots=True)
class Event:
    """What a change says of itself: never a digit of a code, a name or an address."""

    kind: EventKind
    subject: UUID
    actor: str
    data: Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class Head:
    """The end of an operator's trail: the last number (0 when empty) and its hash (32 bytes)."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with its place in the chain."""

    operator: str
    seq: int
    at: datetime
    kind: str
    subject: UUID
    actor: str
    data: str
    hash: bytes


_CANONICAL: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def start(operator: str) -> Head:
    """Return the head of a trail in which nothing has happened."""
    return Head(0, hashlib.sha256(b"chancela trail v1 " + operator.encode()).digest())


def canonical(data: Mapping[str, str | int | bool | None]) -> str:
    """Return the data as JSON with sorted keys and no spaces: one text for one meaning."""
    return _CANONICAL.encode(data)


def link(previous: bytes, seq: int, at: datetime, kind: str, subject: UUID, actor: str, data: str) -> bytes:
    """Return an entry's hash: SHA-256 over the previous hash and the entry's fields, each preceded by its length."""
    fields = (str(seq), at.astimezone(UTC).isoformat(timespec="microseconds"), kind, str(subject), actor, data)
    body = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (each.encode() for each in fields))
    return hashlib.sha256(previous + body).digest()


def append(operator: str, head: Head, events: Iterable[Event], at: datetime) -> tuple[tuple[Entry, ...], Head]:
    """Return the entries that continue a trail, and its new head."""
    entries = []
    seq, previous = head.seq, head.hash
    for event in events:
        seq += 1
        data = canonical(event.data)
        previous = link(previous, seq, at, event.kind, event.subject, event.actor, data)
        entries.append(Entry(operator, seq, at, event.kind.value, event.subject, event.actor, data, previous))
    return tuple(entries), Head(seq, previous)


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a trail is not whole."""

    seq: int
    what: str


def follow(head: Head, entries: Iterable[Entry]) -> tuple[Head, tuple[Break, ...]]:
    """Walk entries from a head; return the head reached and the breaks met (a gap, a changed or swapped row)."""
    breaks = []
    seq, previous = head.seq, head.hash
    for entry in entries:
        if entry.seq != seq + 1:
            breaks.append(Break(entry.seq, f"expected event {seq + 1}, found {entry.seq}"))
        expected = link(previous, entry.seq, entry.at, entry.kind, entry.subject, entry.actor, entry.data)
        if expected != entry.hash:
            breaks.append(Break(entry.seq, "its content does not match its seal"))
        seq, previous = entry.seq, entry.hash
    return Head(seq, previous), tuple(breaks)

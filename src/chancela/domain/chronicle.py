"""The chronicle: events of the trail read back, as who did what to whom, and what came of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.domain.trail import EventKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

Fact = str | int | bool | None

# What happens with every guia: found by going back a little, and kept by no index of kinds (schema/0015_trail.sql).
EVERYDAY: Final = frozenset(
    {
        *(EventKind.GUIA_REGISTERED, EventKind.TOKEN_ISSUED, EventKind.TOKEN_SENT, EventKind.TOKEN_CLIMBED),
        *(EventKind.TOKEN_REFUSED, EventKind.TOKEN_EXPIRED, EventKind.GUIA_VALIDATED, EventKind.ATTENDANCE_TOLD),
    }
)
# What somebody learnt by it: a code, what is masked in a file, a document, the trail itself.
LOOKS: Final = (
    EventKind.TOKEN_REVEALED,
    EventKind.RECORD_SEEN,
    EventKind.ATTACHMENT_SEEN,
    EventKind.TRAIL_EXPORTED,
)
_ENDS_OF_A_CODE: Final = frozenset(
    {
        *(EventKind.GUIA_VALIDATED, EventKind.TOKEN_LOCKED, EventKind.TOKEN_EXPIRED, EventKind.TOKEN_REPORTED),
        *(EventKind.TOKEN_ISSUED, EventKind.GUIA_CANCELLED, EventKind.SESSION_CONFIRMED),
    }
)
OUTCOMES: Final[Mapping[EventKind, frozenset[EventKind]]] = {
    EventKind.TOKEN_ISSUED: _ENDS_OF_A_CODE,
    EventKind.TOKEN_REPORTED: frozenset({EventKind.REPORT_CLOSED}),
    EventKind.ATTENDANCE_DISPUTED: frozenset({EventKind.DISPUTE_DECIDED}),
    EventKind.DISPUTE_DECIDED: frozenset({EventKind.DISPUTE_TOLD}),
    EventKind.CONTACT_HELD: frozenset({EventKind.CONTACT_REVIEWED}),
    EventKind.CONTACT_ASKED: frozenset({EventKind.CONTACT_CONFIRMED}),
    EventKind.CONTACT_PROPOSED: frozenset({EventKind.CONTACT_DECIDED, EventKind.CONTACT_APPLIED}),
    EventKind.SESSION_OPENED: frozenset({EventKind.SESSION_ENDED}),
    EventKind.PASSKEY_ENROLLED: frozenset({EventKind.PASSKEY_ENDED}),
    EventKind.DEVICE_ENROLLED: frozenset({EventKind.DEVICE_ENDED}),
    EventKind.SHEET_PRINTED: frozenset({EventKind.SHEET_ENDED}),
    EventKind.TIE_OFFERED: frozenset({EventKind.TIE_ACCEPTED, EventKind.TIE_ENDED}),
    EventKind.TIE_ACCEPTED: frozenset({EventKind.TIE_ENDED}),
    EventKind.CALL_OPENED: frozenset({EventKind.CALL_ENDED}),
    EventKind.IMPORT_RUN: frozenset({EventKind.IMPORT_UNDONE}),
    EventKind.POLICY_DRAFTED: frozenset({EventKind.POLICY_DECIDED}),
}


class By(StrEnum):
    """Whose name an event bears."""

    PERSON = "person"
    VISIT = "visit"
    CARRIER = "carrier"
    HOUSE = "house"
    ACCOUNT = "account"  # of the operator, of a provider, or a program's (an API client)


# The names under which the system itself acts (bootstrap, worker, report's link).
HOUSE: Final = frozenset({"worker", "system", "app", "demo", "nao-pedi"})


@dataclass(frozen=True, slots=True)
class Who:
    """Who did it; `id` is that of the person or of the visit's tie, where it was one."""

    by: By
    name: str
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """An event read back; `kind` is None for one that this version does not know, `raw` is its name as written."""

    seq: int
    at: datetime
    kind: EventKind | None
    raw: str
    subject: UUID
    who: Who
    facts: Mapping[str, Fact]


def deed(seq: int, at: datetime, kind: str, subject: UUID, actor: str, data: str) -> Deed:
    """Return an entry of the trail read back; what cannot be read of its data is left out."""
    known = EventKind(kind) if kind in _KINDS else None
    return Deed(seq, at, known, kind, subject, who(actor), facts(data))


_KINDS: Final = frozenset(EventKind)


def facts(data: str) -> Mapping[str, Fact]:
    """Return the facts of an event's data; none where it is no JSON object, and no value that is not plain."""
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: value for key, value in found.items() if value is None or isinstance(value, str | int | bool)}


def who(actor: str) -> Who:
    """Return who an actor is: `person:<id>`, `visit:<id>`, `carrier <name>`, the house itself, or an account."""
    first, _, rest = actor.partition(":")
    if first in {By.PERSON, By.VISIT} and (identity := uuid(rest)):
        return Who(By(first), actor, identity)
    if actor.startswith("carrier "):
        return Who(By.CARRIER, actor.removeprefix("carrier "))
    return Who(By.HOUSE if actor in HOUSE else By.ACCOUNT, actor)


def uuid(text: Fact) -> UUID | None:
    """Return the id that a fact holds, or None where it holds none."""
    if not isinstance(text, str):
        return None
    try:
        return UUID(text)
    except ValueError:
        return None


def ids(deeds: Iterable[Deed]) -> Iterator[UUID]:
    """Yield every id that events speak of: what they are about, whom they name, and who did them."""
    for each in deeds:
        yield each.subject
        if each.who.id is not None:
            yield each.who.id
        yield from (found for fact in each.facts.values() if (found := uuid(fact)))


def led_to(deeds: Iterable[Deed]) -> Mapping[int, Deed]:
    """Return, by its place, the event to which each one led: the first later one of its subject that answers it.

    A code is answered by what ended it, or by the code that took its place; an event with no answer is left out.
    """
    waiting: list[Deed] = []
    found: dict[int, Deed] = {}
    for each in sorted(deeds, key=lambda one: one.seq):
        answered = [before for before in waiting if _answers(before, each)]
        found |= {before.seq: each for before in answered}
        waiting = [before for before in waiting if before not in answered]
        if each.kind in OUTCOMES:
            waiting.append(each)
    return found


def _answers(before: Deed, after: Deed) -> bool:
    if before.kind is None or before.subject != after.subject or after.kind not in OUTCOMES[before.kind]:
        return False
    first, second = before.facts.get("generation"), after.facts.get("generation")
    return first is None or second is None or first == second or after.kind is EventKind.TOKEN_ISSUED

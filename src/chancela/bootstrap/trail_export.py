"""Events of the trail on their way out: counted and told on the trail first, then read page by page as they go."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Final

from chancela.adapters import chance
from chancela.adapters.postgres import events, wall
from chancela.adapters.postgres.chronicles import Chronicles
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping

    from chancela.adapters.postgres.chronicles import Wanted
    from chancela.bootstrap.app import App
    from chancela.domain.permissions import Actor
    from chancela.domain.trail import Entry

MOST: Final = 200_000
AT_ONCE: Final = 1_000
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets run, OWASP CSV injection


@dataclass(frozen=True, slots=True)
class Export:
    """What goes out: so many events before a place of the trail, which stay the same whatever is written after."""

    operator: str
    wanted: Wanted
    before: int
    events: int


@dataclass(frozen=True, slots=True)
class TooMany:
    """More would go out than one file takes."""

    most: int = MOST


async def begin(
    app: App, actor: Actor, wanted: Wanted, form: str, told: Mapping[str, str | int | bool | None]
) -> Export | TooMany:
    """Write that the actor takes these events out, before the first of them goes; `told` is what they asked for."""
    reading = Chronicles(app.pool)
    before = await reading.end(actor.operator)
    count = await reading.count(actor.operator, wanted, before, MOST)
    if count > MOST:
        return TooMany()
    data = {"format": form, "events": count, **told}
    event = Event(EventKind.TRAIL_EXPORTED, chance.SystemChance().id(), actor.name, data)
    async with wall.behind(app.pool, actor.operator) as connection:
        await events.append(connection, actor.operator, [event], app.head_mac)
    return Export(actor.operator, wanted, before, count)


async def pages(app: App, export: Export) -> AsyncIterator[tuple[Entry, ...]]:
    """Yield the events, newest first; each page is one short look: a slow reader holds nothing of the database."""
    async for entries in Chronicles(app.pool).all(export.operator, export.wanted, export.before, AT_ONCE):
        yield entries


def lines(entries: Iterable[Entry]) -> str:
    """Return entries as JSON Lines, with all that their seals were made of."""
    return "".join(json.dumps(_fields(each), ensure_ascii=False) + "\n" for each in entries)


def _fields(entry: Entry) -> dict[str, str | int]:
    return {
        "operator": entry.operator,
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": entry.kind,
        "subject": str(entry.subject),
        "actor": entry.actor,
        "data": entry.data,
        "hash": entry.hash.hex(),
    }


def table(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as CSV as spreadsheets in Brazil open it (RFC 4180 with semicolons); no cell is a formula."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(
        [[guarded(str(cell)) for cell in row] for row in rows]
    )
    return text.getvalue()


def guarded(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text

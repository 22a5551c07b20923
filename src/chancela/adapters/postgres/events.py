"""Events of the trail that belong to no guia: what an operator changes in its own house."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.postgres import saving
from chancela.domain import trail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from psycopg import AsyncConnection

    from chancela.domain.trail import Event

_JSON: Final = msgspec.json.Encoder()


async def append(
    connection: AsyncConnection[tuple[Any, ...]],
    operator: str,
    events: Sequence[Event],
    seal: Callable[[str, int, bytes], bytes],
) -> None:
    """Write events at the end of the operator's trail, within the caller's transaction and behind its wall.

    The trail's head stays locked until that transaction ends, so this comes last; `seal` gives the head its MAC.
    """
    head = await saving.lock_head(connection, operator, seal)
    row = await (await connection.execute("SELECT clock_timestamp()")).fetchone()
    if row is None:
        raise LookupError("the database did not tell its time")
    entries, reached = trail.append(operator, head, events, row[0])
    moved = {"seq": reached.seq, "hash": reached.hash, "mac": seal(operator, reached.seq, reached.hash)}
    for name, values in (("insert_events", list(entries)), ("move_head", [moved])):
        await connection.execute(saving.SQL[name], {"operator": operator, "rows": _JSON.encode(values).decode()})

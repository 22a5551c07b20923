"""What happens to accounts, told by the trail in the very transaction that changes them.

Accounts are Django's, in the schema `portal`, where the walled role may not even look; the trail is the core's, where
the owner may not write past row-level security. So whoever changes an account hands its own open transaction over here:
for the length of the writing it goes behind the operator's wall, as everybody who writes a trail does, and comes back.
Either both commit or neither does, and no right was widened for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.postgres import saving
from chancela.adapters.postgres.wall import WALL
from chancela.domain import trail
from chancela.domain.trail import Head

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from psycopg import Connection

    from chancela.domain.trail import Event

    Seal = Callable[[str, int, bytes], bytes]

_JSON: Final = msgspec.json.Encoder()


def append(connection: Connection[tuple[Any, ...]], operator: str, events: Sequence[Event], seal: Seal) -> None:
    """Write events at the end of the operator's trail, within the caller's transaction, which has to be open.

    The trail's head stays locked until that transaction ends, so this comes last; `seal` gives the head its MAC.
    """
    connection.execute("SET LOCAL ROLE chancela_app")
    connection.execute(WALL, (operator,))
    head = _lock_head(connection, operator, seal)
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    if row is None:
        raise LookupError("the database did not tell its time")
    entries, reached = trail.append(operator, head, events, row[0])
    moved = {"seq": reached.seq, "hash": reached.hash, "mac": seal(operator, reached.seq, reached.hash)}
    for name, values in (("insert_events", list(entries)), ("move_head", [moved])):
        connection.execute(saving.SQL[name], {"operator": operator, "rows": _JSON.encode(values).decode()})
    connection.execute("RESET ROLE")


def _lock_head(connection: Connection[tuple[Any, ...]], operator: str, seal: Seal) -> Head:
    row = connection.execute(saving.SQL["lock_head"], {"operator": operator}).fetchone()
    if row is None:
        first = trail.start(operator)
        values = {"operator": operator, "hash": first.hash, "mac": seal(operator, 0, first.hash)}
        connection.execute(saving.SQL["start_head"], values)
        row = connection.execute(saving.SQL["lock_head"], {"operator": operator}).fetchone()
    if row is None:
        raise LookupError(f"the trail of {operator} has no head")
    return Head(row[0], row[1])

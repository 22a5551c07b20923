"""How many messages lead to a validation, by provider and by block of numbers, and the alarms where hardly any do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from chancela.adapters.postgres import statements, wall

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import timedelta

    from chancela.adapters.postgres.pool import Pool

SQL: Final = statements.read("conversion.sql")


@dataclass(frozen=True, slots=True)
class Converted:
    """Messages of a kind and subject (a provider's code, or all digits of a number but its last four)."""

    kind: str
    subject: str
    sent: int
    validated: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """Reads behind one operator's wall; the alarms are the operator's."""

    pool: Pool

    async def measure(self, operator: str, since: timedelta, until: timedelta) -> tuple[Converted, ...]:
        """Return what came of the codes that were planned so long ago, from `since` to `until` before now."""
        async with wall.behind(self.pool, operator) as connection:
            await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
            asked = {"operator": operator, "since": since, "until": until}
            found = await (await connection.execute(SQL["conversion"], asked)).fetchall()
        return tuple(Converted(*row) for row in found)

    async def alarm(self, operator: str, alarming: Collection[Converted]) -> int:
        """Let exactly these alarms sound, each once however long it lasts; return how many are new."""
        asked = {"operator": operator, "rows": msgspec.json.encode(list(alarming)).decode()}
        async with wall.behind(self.pool, operator) as connection:
            raised = await (await connection.execute(SQL["sound"], asked)).fetchall()
            await connection.execute(SQL["end"], asked)
        return sum(row[0] for row in raised)

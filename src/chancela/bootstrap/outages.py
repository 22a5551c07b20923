"""The outages that run, as pages tell of them: asked of the database once in a few seconds, whoever looks."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from chancela.adapters.postgres import outage_reads

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.case import Case
    from chancela.domain.outage import Outage

FRESH_S: Final = 5.0


@dataclass(slots=True)
class Running:
    """One for each process; another process's outage is known after five seconds."""

    pool: Pool
    _known: dict[str, tuple[float, tuple[Outage, ...]]] = field(default_factory=dict)

    async def of(self, operator: str) -> tuple[Outage, ...]:
        """Return an operator's outages that run, the oldest first, as they were within the last five seconds."""
        known = self._known.get(operator)
        if known is None or time.monotonic() - known[0] > FRESH_S:
            known = self._known[operator] = (time.monotonic(), await outage_reads.running(self.pool, operator))
        return known[1]

    async def proof(self, case: Case) -> Outage | None:
        """Return the outage that is the proof of a visit without a code, asked only where there is one."""
        if case.absence is None or case.absence.outage_id is None:
            return None
        return await self.one(case.guia.operator, case.absence.outage_id)

    async def one(self, operator: str, outage_id: UUID) -> Outage | None:
        """Return an outage of the operator, running or over."""
        found = await outage_reads.one(self.pool, operator, outage_id)
        return found.outage if found else None

    def forget(self, operator: str) -> None:
        """Ask again at the next look: something was declared or ended here."""
        self._known.pop(operator, None)

"""Versions of an operator's rules in PostgreSQL: held while they are decided, written with their events; and read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.postgres import events, operators, policy_text, statements, wall
from chancela.domain.policy_version import PolicyVersion, Rules, VersionState

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.cases import PostgresCases
    from chancela.adapters.postgres.pool import Pool
    from chancela.domain.policy_version import PolicyStep

SQL: Final = statements.read("policies.sql")
MOST: Final = 50
HIGHEST: Final = 2**31 - 1  # no integer of the database is higher


@dataclass(frozen=True, slots=True)
class PostgresPolicies:
    """The port `Policies`."""

    connection: AsyncConnection[tuple[Any, ...]]
    operator: str
    cases: PostgresCases

    async def load(self, numbers: Collection[int]) -> dict[int, PolicyVersion]:
        """Return the versions that exist, locked in key order."""
        found = await self._run("load", numbers=[each for each in numbers if 0 < each <= HIGHEST])
        return {each.number: each for each in map(version, await found.fetchall())}

    async def last(self) -> int:
        """Return the last number; nobody else gives another until this transaction ends."""
        await self._run("hold")
        row = await (await self._run("last")).fetchone()
        return int(row[0]) if row else 0

    async def rules(self, days: Collection[date]) -> Mapping[date, Rules]:
        """Return what held on each of these days (in Brazil), each day's in the same statement."""
        found = await (await self._run("rules", days=list(days))).fetchall()
        held = {
            row[0]: operators.operator(self.operator, "", *row[1:3], policy=row[3], provisos=row[4]) for row in found
        }
        return {day: Rules(each.policy, each.provisos) for day, each in held.items()}

    async def save(self, steps: Sequence[PolicyStep]) -> None:
        """Write the last of each version, and the events at the end of the trail."""
        if not steps:
            return
        latest = {each.version.number: each.version for each in steps}
        await self._run("put", rows=msgspec.json.encode([_row(each) for each in latest.values()]).decode())
        await events.append(self.connection, self.operator, [each.event for each in steps], self.cases.seal)

    async def _run(self, statement: str, **values: Any) -> Any:
        return await self.connection.execute(SQL[statement], {"operator": self.operator, **values})


@dataclass(frozen=True, slots=True)
class Versions:
    """Queries over short transactions of their own, each behind one operator's wall."""

    pool: Pool

    async def latest(self, operator: str, before: int | None = None, limit: int = MOST) -> tuple[PolicyVersion, ...]:
        """Return the versions, the last one first; `before` is the last number of the page before."""
        return await self._versions("versions", operator, before=before, limit=limit)

    async def of(self, operator: str, number: int) -> PolicyVersion | None:
        """Return a version of the operator, or None where it has none of this number."""
        found = await self._versions("version", operator, number=number) if 0 < number <= HIGHEST else ()
        return found[0] if found else None

    async def in_force(self, operator: str) -> PolicyVersion | None:
        """Return the version that holds today (in Brazil), None where the operator has none yet."""
        found = await self._versions("in_force", operator)
        return found[0] if found else None

    async def awaiting(self, operator: str) -> tuple[PolicyVersion, ...]:
        """Return the versions that wait for a decision, the oldest first."""
        return await self._versions("awaiting", operator)

    async def coming(self, operator: str) -> tuple[PolicyVersion, ...]:
        """Return the approved versions that do not hold yet, the first to come first."""
        return await self._versions("coming", operator)

    async def _versions(self, statement: str, operator: str, **values: Any) -> tuple[PolicyVersion, ...]:
        async with wall.behind(self.pool, operator) as connection:
            found = await connection.execute(SQL[statement], {"operator": operator, **values})
            return tuple(map(version, await found.fetchall()))


def version(row: tuple[Any, ...]) -> PolicyVersion:
    """Read a version's thirteen columns."""
    rules, provisos = _read(row[2], row[3])
    return PolicyVersion(
        id=row[0],
        number=row[1],
        policy=rules,
        provisos=provisos,
        from_date=row[4],
        written_by=row[5],
        written_at=row[6],
        state=VersionState(row[7]),
        copied_from=row[8],
        note=row[9],
        decided_by=row[10],
        decided_at=row[11],
        reason=row[12],
    )


@lru_cache(maxsize=256)
def _read(policy: str, provisos: str) -> Any:
    return policy_text.policy(policy), policy_text.provisos(provisos)


def _row(kept: PolicyVersion) -> dict[str, Any]:
    return {
        "number": kept.number,
        "id": kept.id,
        "policy": msgspec.Raw(policy_text.policy_text(kept.policy).encode()),
        "provisos": msgspec.Raw(policy_text.provisos_text(kept.provisos).encode()),
        "from_date": kept.from_date,
        "state": kept.state,
        "copied_from": kept.copied_from,
        "note": kept.note,
        "written_by": kept.written_by,
        "written_at": kept.written_at,
        "decided_by": kept.decided_by,
        "decided_at": kept.decided_at,
        "reason": kept.reason,
    }

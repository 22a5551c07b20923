"""Codes of a day that confirmed more sessions than the rules of that time allowed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import operators, policies, statements
from chancela.adapters.postgres.audits import Contradiction
from chancela.domain import policy_proviso as provisos, policy_version as versions, series
from chancela.domain.policy_version import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date

    from psycopg import AsyncConnection

    Connection = AsyncConnection[tuple[Any, ...]]

QUESTION: Final = "day_codes_overdrawn"
SQL: Final = statements.read("day_codes.sql")


async def overdrawn(connection: Connection, operator: str) -> list[Contradiction]:
    """Return each code upon which more sessions stand than any rule of its day took, by the last event of them."""
    spent = await (await connection.execute(SQL["spent"], {"operator": operator})).fetchall()
    if not spent:
        return []
    rules = await _rules(connection, operator)
    return [
        Contradiction(QUESTION, seq, guia_id, upon)
        for seq, guia_id, upon, confirmed, day, *whose in spent
        if confirmed > max(_allowed(each, *whose) for each in rules(day))
    ]


def _allowed(rules: Rules, plan: str, provider: str, procedures: Collection[str]) -> int:
    return series.of_a_code(provisos.in_force(rules.policy, rules.provisos, plan, provider, procedures))


async def _rules(connection: Connection, operator: str) -> Callable[[date], list[Rules]]:
    """Return what tells the rules that held at some time of a day."""
    row = await (await connection.execute(SQL["before_any_version"], {"operator": operator})).fetchone()
    if row is None:
        raise LookupError(f"there is no operator {operator}")
    every = {"operator": operator, "before": None, "limit": None}
    known = tuple(map(policies.version, await (await connection.execute(policies.SQL["versions"], every)).fetchall()))
    shipped = operators.operator(operator, "", *row)
    return partial(versions.held, known, Rules(shipped.policy, shipped.provisos))

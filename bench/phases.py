"""The phases of a measurement: every guia gets its code, is validated with it, and is read."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg

from bench import stage as stages
from bench.job import Deed, Outcome, quantile
from chancela.adapters.keys.key_file import KeyFile
from chancela.adapters.keys.vault import KeyVault
from chancela.adapters.postgres import loading
from chancela.adapters.postgres.loading import Look
from chancela.domain import token as tokens

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from bench.serving import Server
    from bench.stage import Stage
    from chancela.domain.case import Case

AT_ONCE = 500


class Measured(msgspec.Struct, frozen=True):
    """One deed over the API: answers a second, and the latency that half and all but a hundredth stayed within."""

    per_second: float
    p50_ms: float
    p99_ms: float


class Cycle(msgspec.Struct, frozen=True):
    """Whole cycles with so many connections; a cycle is one issue and one validation."""

    connections: int
    cycles_per_s: float
    issue: Measured
    validate: Measured
    read: Measured


def cycle(stage: Stage, server: Server, connections: int, count: int) -> Cycle:
    """Issue, validate and read so many fresh guias."""
    guias = stage.take(count)
    issued = server.ask(Deed.ISSUE, guias, connections)
    codes = asyncio.run(_codes(stage, guias))
    validated = server.ask(Deed.VALIDATE, guias, connections, codes)
    read = server.ask(Deed.READ, guias, connections)
    return Cycle(
        connections, together(issued.per_second, validated.per_second), *map(measured, (issued, validated, read))
    )


def together(issues_per_s: float, validations_per_s: float) -> float:
    """Return whole cycles a second from the rates of their two halves."""
    return round(1 / (1 / issues_per_s + 1 / validations_per_s), 1)


def measured(outcome: Outcome) -> Measured:
    """Return what is told of an outcome."""
    latencies = outcome.latencies_ms
    return Measured(round(outcome.per_second, 1), quantile(latencies, 0.5), quantile(latencies, 0.99))


async def _codes(stage: Stage, guias: Sequence[UUID]) -> list[str]:
    """Read the codes as their owners would receive them: with the key file, outside the measurement."""
    vault = KeyVault(KeyFile(stage.settings.key_file))
    found: dict[UUID, str] = {}
    async with await psycopg.AsyncConnection.connect(stage.url) as connection:
        for start in range(0, len(guias), AT_ONCE):
            cases = await _cases(connection, guias[start : start + AT_ONCE])
            found.update({each: code(vault, case) for each, case in cases.items()})
    return [found[each] for each in guias]


def code(vault: KeyVault, case: Case) -> str:
    """Return the digits of a case's live code."""
    if case.token is None or case.secret is None:
        raise ValueError("this guia has no live code")
    context = tokens.context(case.guia, case.token.generation)
    digits = vault.reveal(case.guia.operator, case.secret, context)
    if digits is None:
        raise ValueError("the code's day key is gone")
    return digits


async def _cases(connection: psycopg.AsyncConnection[tuple[Any, ...]], guias: Sequence[UUID]) -> dict[UUID, Case]:
    values = {"operator": stages.ANS, "until": datetime.now(UTC) + timedelta(days=1)}
    cases, _ = await loading.load(connection, Look.CASES, guias, values)
    await connection.rollback()
    return cases

"""Verifying offline: every trail, its checkpoints and witness, and what the other tables say of the same events."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg

from chancela.adapters.keys.key_file import KeyFile
from chancela.adapters.keys.storage import KeyFileError
from chancela.adapters.keys.vault import KeyVault
from chancela.adapters.postgres import audits, day_codes, trails
from chancela.bootstrap import verify_checkpoints, witness
from chancela.bootstrap.findings import CONTRADICTIONS, Finding, Findings
from chancela.domain import merkle, trail

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Sequence

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.audits import Contradiction
    from chancela.adapters.postgres.trails import SealedHead
    from chancela.bootstrap.settings import Settings
    from chancela.bootstrap.witness import Line
    from chancela.domain.trail import Entry, Head

    Connection = AsyncConnection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Trail:
    """What was read of one operator: its name, how many events, how many checkpoints."""

    operator: str
    name: str
    events: int
    checkpoints: int


@dataclass(frozen=True, slots=True)
class Report:
    """What was read, and every place that is not as it should be."""

    trails: tuple[Trail, ...]
    findings: tuple[Finding, ...]
    seconds: float

    @property
    def whole(self) -> bool:
        """Tell whether nothing was found."""
        return not self.findings


async def verify(
    settings: Settings, progress: Callable[[str, int, int], None] | None = None, *, only: str | None = None
) -> Report:
    """Check the database at `settings.database_url` against the data folder's key file and witness; change nothing.

    `only` names the one operator to be looked at, where it is not all. One snapshot is read, so a running server does
    no harm. `progress` is told the operator, the events read so far, and how many there should be. What cannot be
    reached at all raises psycopg.Error.
    """
    started, findings = time.monotonic(), Findings()
    try:
        keys = _keys(settings)
    except KeyFileError as fault:
        return Report((), (Finding("", settings.key_file.name, str(fault).rstrip(".")),), 0.0)
    lines = _witnessed(settings, findings)
    read: list[Trail] = []
    async with _opened(settings.database_url or "") as (connection, beside):
        known = await trails.operators(connection, {line.operator for line in lines})
        for ans, name in [each for each in known if only in {None, each[0]}]:
            mine = [line for line in lines if line.operator == ans]
            check = _Check(connection, beside, ans, keys, findings, progress or _silent)
            read.append(await check.run(name, mine))
    return Report(tuple(read), findings.all(), time.monotonic() - started)


def _keys(settings: Settings) -> KeyFile:
    if not settings.key_file.exists():
        raise KeyFileError("the key file is missing, and without it no seal can be checked")
    return KeyFile(settings.key_file)


def _witnessed(settings: Settings, findings: Findings) -> list[Line]:
    lines, _ = witness.read(settings.data / witness.FILE)
    for number, line in enumerate(lines, 1):
        if line is None:
            findings.add("", f"{witness.FILE}, line {number}", "the line cannot be read")
    return [line for line in lines if line is not None]


@contextlib.asynccontextmanager
async def _opened(url: str) -> AsyncIterator[tuple[Connection, Connection]]:
    """Give two connections that see the same instant, as the walled role: one walks while the other compares."""
    options = "-c timezone=UTC -c jit=off -c work_mem=64MB"
    async with (
        await psycopg.AsyncConnection.connect(url, options=options) as connection,
        await psycopg.AsyncConnection.connect(url, options=options) as beside,
    ):
        await trails.snapshot(beside, await trails.snapshot(connection))
        yield connection, beside
        await beside.rollback()
        await connection.rollback()


def _silent(operator: str, done: int, of: int) -> None:
    del operator, done, of


@dataclass(slots=True)
class _Check:
    """One operator under verification."""

    connection: Connection
    beside: Connection
    operator: str
    keys: KeyFile
    findings: Findings
    progress: Callable[[str, int, int], None]
    roots: dict[int, bytes] = field(default_factory=dict)

    async def run(self, name: str, lines: Sequence[Line]) -> Trail:
        """Walk the trail once, then judge its head, its checkpoints and the other tables."""
        for each in (self.connection, self.beside):
            await trails.wall(each, self.operator)
        sealed = await trails.head(self.connection, self.operator)
        stored = await trails.checkpoints(self.connection, self.operator)
        sizes = {each.frontier.size for each in stored} | {line.size for line in lines}
        differing, reached = await asyncio.gather(self._differing(), self._walk(sealed, sizes))
        self._head(sealed, reached)
        judge = verify_checkpoints.Judge(self.operator, self.keys, self.findings, self.roots, reached.seq)
        judge.all(stored, lines)
        for question, count, first in differing:
            self._differ(CONTRADICTIONS[question], count, first)
        await self._codes()
        return Trail(self.operator, name, reached.seq, len(stored))

    async def _walk(self, sealed: SealedHead | None, sizes: Collection[int]) -> Head:
        """Follow the chain from its start, remembering the tree's root at each of the sizes."""
        head, frontier, wanted = trail.start(self.operator), merkle.Frontier(), sorted(sizes)
        async for page in trails.pages(self.connection, self.operator):
            head, breaks = trail.follow(head, page)
            for each in breaks:
                self.findings.add(self.operator, f"event {each.seq}", each.what, kind=each.what.split(" ", 1)[0])
            frontier = self._grown(frontier, page, wanted)
            self.progress(self.operator, frontier.size, max(frontier.size, sealed.head.seq if sealed else 0))
        return head

    def _grown(self, frontier: merkle.Frontier, page: Sequence[Entry], wanted: Sequence[int]) -> merkle.Frontier:
        first, hashes = frontier.size, [entry.hash for entry in page]
        for size in (each for each in wanted if first < each <= first + len(hashes)):
            frontier = merkle.grow(frontier, hashes[frontier.size - first : size - first])
            self.roots[size] = merkle.root(frontier)
        return merkle.grow(frontier, hashes[frontier.size - first :])

    def _head(self, sealed: SealedHead | None, reached: Head) -> None:
        if sealed is None:
            if reached.seq:
                self._say("the head", f"it is missing, while the trail has {reached.seq} events")
            return
        stated = f"{self.operator}|{sealed.head.seq}|".encode() + sealed.head.hash
        if not hmac.compare_digest(self.keys.mac("trail head", stated), sealed.mac):
            self._say("the head", "its seal is not ours: it was written without the key file")
        if sealed.head.seq > reached.seq:
            self._say(
                "the head", f"it says {sealed.head.seq} events, the trail ends at {reached.seq}: the tail was cut"
            )
        elif sealed.head.seq < reached.seq:
            self._say("the head", f"it says {sealed.head.seq} events, the trail goes on to {reached.seq}")
        elif sealed.head.hash != reached.hash:
            self._say("the head", f"its hash is not that of event {reached.seq}")

    async def _differing(self) -> list[tuple[str, int, list[Contradiction]]]:
        found = [each async for each in audits.contradictions(self.beside, self.operator)]
        overdrawn = await day_codes.overdrawn(self.beside, self.operator)
        return [*found, (day_codes.QUESTION, len(overdrawn), overdrawn[: audits.MOST])] if overdrawn else found

    def _differ(self, what: str, count: int, first: Sequence[Contradiction]) -> None:
        for each in first:
            event = f"event {each.seq}, " if each.seq is not None else ""
            self._say(f"{event}guia {each.guia_id}{f' ({each.detail})' if each.detail else ''}", what)
        self.findings.more(self.operator, what, count - len(first))

    async def _codes(self) -> None:
        """Find validation codes that our key file did not give."""
        vault = KeyVault(self.keys)
        async for page in trails.validations(self.connection, self.operator):
            for each in page:
                if vault.validation_code(self.operator, each.guia_id, each.generation) != each.code:
                    self._say(f"event {each.event_seq}, guia {each.guia_id}", "its validation code is not ours")

    def _say(self, where: str, what: str) -> None:
        self.findings.add(self.operator, where, what)

"""What was measured, as a file for programs and a table for people."""

from __future__ import annotations

import os
import platform
import tempfile
import time
from pathlib import Path

import msgspec
import psycopg
from rich.console import Console
from rich.table import Table

from bench import phases
from bench.bare import Limit
from bench.carriers import Carriers
from bench.delivery import Delivery
from bench.phases import Cycle
from bench.start_up import StartUp

SYNCS = 100
PAGE = 8192


class Machine(msgspec.Struct, frozen=True):
    """On what it was measured; `load` is the run queue before it, `sync_ms` what a page takes to the disk."""

    cores: int
    processor: str
    python: str
    postgresql: str
    load: float
    sync_ms: float


class Bare(msgspec.Struct, frozen=True):
    """The product's statements one by one, by `driver`, with so many clients."""

    driver: str
    clients: int
    issue: Limit
    validate: Limit

    @property
    def cycles_per_s(self) -> float:
        """Return whole cycles a second, as durable as the product."""
        return phases.together(self.issue.durable_per_s, self.validate.durable_per_s)


class Results(msgspec.Struct, frozen=True):
    """A whole run."""

    machine: Machine
    guias: int
    processes: int
    cycles: list[Cycle]
    bare: Bare | None
    carriers: Carriers
    delivery: Delivery
    start_up: StartUp | None
    trail_whole: bool
    trail_events: int
    measured_at: str
    took_s: float

    @property
    def best(self) -> Cycle:
        """Return the number of connections with the most cycles."""
        return max(self.cycles, key=lambda each: each.cycles_per_s)


def machine(url: str) -> Machine:
    """Return what the run stands on."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        processor=models[0] if models else platform.machine(),
        python=platform.python_version(),
        postgresql=str(row[0]).split()[0] if row else "",
        load=round(os.getloadavg()[0], 2),
        sync_ms=_sync_ms(),
    )


def _sync_ms() -> float:
    """Return the milliseconds that a page needs to the disk, on which a commit waits."""
    with tempfile.TemporaryFile(buffering=0) as file:
        began = time.perf_counter()
        for _ in range(SYNCS):
            file.write(bytes(PAGE))
            os.fdatasync(file.fileno())
        return round((time.perf_counter() - began) / SYNCS * 1000, 3)


def write(found: Results, path: Path) -> None:
    """Write the file; the numbers at its top are those of the best number of connections."""
    limit = found.bare.cycles_per_s if found.bare else None
    best, carriers = found.best, found.carriers
    top = {
        "cycles_per_s": best.cycles_per_s,
        "limit_cycles_per_s": limit,
        "ratio": round(best.cycles_per_s / limit, 2) if limit else None,
        "connections": best.connections,
        "issue_p50_ms": best.issue.p50_ms,
        "issue_p99_ms": best.issue.p99_ms,
        "validate_p50_ms": best.validate.p50_ms,
        "validate_p99_ms": best.validate.p99_ms,
        "read_p50_ms": best.read.p50_ms,
        "read_p99_ms": best.read.p99_ms,
        "reads_per_s": best.read.per_second,
        "issue_p99_fast_carrier_ms": carriers.quick.issue_p99_ms,
        "issue_p99_slow_carrier_ms": carriers.slow.issue_p99_ms,
        **{f"hand_over_p99_ms_at_{each.rate_per_s}": each.p99_ms for each in found.delivery.hand_over},
        **{f"{each.protocol}_per_s": each.per_second for each in found.delivery.throughput},
    }
    told = {**top, **msgspec.to_builtins(found)}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(told)) + b"\n")


def show(found: Results, console: Console) -> None:
    """Show the table."""
    table = Table(title=f"{found.guias:,} guias, {found.processes} processes, {found.machine.cores} cores")
    for name in ("", "a second", "p50 ms", "p99 ms"):
        table.add_column(name, justify="left" if not name else "right")
    for each in found.cycles:
        table.add_row(f"[b]cycles, {each.connections} connections[/b]", f"[b]{each.cycles_per_s:,.0f}[/b]")
        for name, one in (("issue", each.issue), ("validate", each.validate), ("read", each.read)):
            table.add_row(f"  {name}", f"{one.per_second:,.0f}", f"{one.p50_ms:.1f}", f"{one.p99_ms:.1f}")
    _show_bare(found, table)
    for beside in (found.carriers.quick, found.carriers.slow):
        name, rate = f"issue, carrier of {beside.carrier_ms} ms", f"{found.carriers.rate_per_s:,}"
        table.add_row(name, rate, f"{beside.issue_p50_ms:.1f}", f"{beside.issue_p99_ms:.1f}")
    _show_delivery(found, table)
    console.print(table)
    _say_rest(found, console)


def _show_delivery(found: Results, table: Table) -> None:
    table.add_section()
    for soon in found.delivery.hand_over:
        table.add_row("commit to hand-over, SMPP", f"{soon.rate_per_s:,}", f"{soon.p50_ms:.1f}", f"{soon.p99_ms:.1f}")
    for heap in found.delivery.throughput:
        table.add_row(f"one worker, {heap.protocol.upper()}", f"{heap.per_second:,.0f}")


def _show_bare(found: Results, table: Table) -> None:
    if (bare := found.bare) is None:
        return
    table.add_section()
    table.add_row(f"[b]one by one, {bare.driver}, {bare.clients} clients[/b]", f"[b]{bare.cycles_per_s:,.0f}[/b]")
    table.add_row("  issue", f"{bare.issue.durable_per_s:,.0f}")
    table.add_row("  validate", f"{bare.validate.durable_per_s:,.0f}")
    careless = phases.together(bare.issue.not_durable_per_s, bare.validate.not_durable_per_s)
    table.add_row("  the same, not waiting for the disk", f"{careless:,.0f}")
    table.add_section()


def _say_rest(found: Results, console: Console) -> None:
    if bare := found.bare:
        console.print(f"  {found.best.cycles_per_s / bare.cycles_per_s:.2f} times the bare limit of one by one")
    if start := found.start_up:
        console.print(f"  ready after {start.first_s:.1f} s on a new folder, {start.again_s:.1f} s on a known one")
        console.print(f"  worker {start.worker_rss_mb:.0f} MB, under load {found.carriers.worker_rss_mb:.0f} MB")
    here = found.machine
    console.print(f"  {here.processor}, Python {here.python}, PostgreSQL {here.postgresql}, {here.sync_ms} ms a sync")
    said = "is whole" if found.trail_whole else "[red]IS NOT WHOLE[/red]"
    console.print(f"  the trail of {found.trail_events:,} events {said}; {found.took_s:.0f} s in all")

"""`python -m bench`: how many whole cycles a second this machine does, beside what its PostgreSQL does one by one."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench import results, run
from bench.plan import Plan
from chancela.cli import faults

USUAL = Plan()
HERE = Path(__file__).parent


def main(
    guias: Annotated[int, typer.Option(help="How many guias there are.")] = USUAL.guias,
    people: Annotated[int, typer.Option(help="How many people have them.")] = USUAL.people,
    requests: Annotated[int, typer.Option(help="How many of them each phase uses.")] = USUAL.requests,
    bare: Annotated[int, typer.Option(help="How many transactions go one by one; 0 leaves this out.")] = USUAL.bare,
    rate: Annotated[int, typer.Option(help="Issues a second beside the carriers.")] = USUAL.rate,
    rounds: Annotated[int, typer.Option(help="How many turns each carrier has.")] = USUAL.rounds,
    seconds: Annotated[int, typer.Option(help="How long each turn of a carrier lasts.")] = USUAL.seconds,
    heap: Annotated[int, typer.Option(help="How many messages wait for one worker.")] = USUAL.heap,
    warm: Annotated[int, typer.Option(help="How many cycles go before the measurement.")] = USUAL.warm,
    processes: Annotated[int, typer.Option(help="How many processes serve.")] = USUAL.processes,
    start_up: Annotated[bool, typer.Option(help="Measure the start of the demo as well.")] = True,
    output: Annotated[Path, typer.Option(help="Where the results go.")] = HERE / "results.json",
) -> None:
    """Measure, show a table and write the results; it takes five minutes and leaves nothing running."""
    console = Console()
    plan = Plan(
        guias=guias,
        people=people,
        requests=requests,
        bare=bare,
        rate=rate,
        rounds=rounds,
        seconds=seconds,
        heap=heap,
        warm=warm,
        processes=processes,
        start_up=start_up,
    )
    with faults.told(), Console(stderr=True).status("starting") as status:
        found = run.run(plan, status.update)
    results.show(found, console)
    results.write(found, output)
    if not found.trail_whole:
        raise typer.Exit(1)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    typer.run(main)

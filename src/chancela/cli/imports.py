"""`chancela import`: people, providers, SIB and procedures, previewed, brought in with a bar, or undone."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chancela.cli import home
from chancela.cli.options import Data, Operator

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from chancela.adapters.imports.form import Outcome
    from chancela.bootstrap.app import App

    Progress = Callable[[int, int], None]

app = typer.Typer(no_args_is_help=True, help="Bring in people, providers and procedures; safe to run again.")
File = Annotated[Path, typer.Argument(metavar="FILE.csv", help="CSV in UTF-8 or ISO-8859-1.")]
SibFile = Annotated[Path, typer.Argument(metavar="FILE", help="A .CNX or .SBX of SIB, in ISO-8859-1 or UTF-8.")]
Preview = Annotated[bool, typer.Option("--preview", help="Tell what would change, and change nothing.")]
WORDS = {
    "ended": "end",
    "contacts": "contacts added or confirmed",
    "guardians": "people whose guardians change",
    "left_out": "ended and unknown, left out",
    "absent": "no longer in the file",
}


@app.command()
def people(file: File, operator: Operator, preview: Preview = False, data: Data = None) -> None:
    """Import the operator's beneficiaries, one a line."""
    _import(file, "people", operator, data, preview=preview)


@app.command()
def providers(file: File, operator: Operator, preview: Preview = False, data: Data = None) -> None:
    """Import the operator's network, one provider a line."""
    _import(file, "providers", operator, data, preview=preview)


@app.command()
def sib(
    file: SibFile,
    operator: Operator,
    preview: Preview = False,
    ends_absent: Annotated[
        bool, typer.Option("--ends-absent", help="End everybody who is not in a whole file (.CNX).")
    ] = False,
    data: Data = None,
) -> None:
    """Import the operator's beneficiaries from SIB: a conference (.CNX) or movements (.SBX)."""
    _import(file, "sib", operator, data, preview=preview, ends_absent=ends_absent)


@app.command()
def undo(operator: Operator, data: Data = None) -> None:
    """Undo the operator's last import: what nobody changed since goes back."""
    from chancela.bootstrap import importing

    undone = _run(data, lambda opened: importing.undo(opened, operator, _actor()))
    counts = undone.counts
    print(
        f"{counts['restored']} put back, {counts['removed']} removed, {counts['undo_ended']} ended as something hangs "
        f"on them, {counts['left']} left as they were changed since."
    )
    for fate, key, fields in undone.told:
        print(f"{fate}: {key}" + (f" ({fields})" if fields else ""))


@app.command()
def procedures(
    source: Annotated[str, typer.Option("--from", help="Where they come from: `tiss` is TUSS 22.")] = "tiss",
    data: Data = None,
) -> None:
    """Fill the catalogue of procedures, medical and dental."""
    from chancela.adapters.demo import loading
    from chancela.adapters.imports import procedures as catalogue, writer

    if source != "tiss":
        raise home.Sorry(f"Procedures cannot come from {source!r}; only from `tiss`.")

    async def run(url: str) -> Any:
        async with writer.connected(url, None) as connection:
            with _bar("procedures") as progress:
                return await catalogue.fill(connection, loading.today(), progress)

    with home.opened(data) as found:
        written = asyncio.run(run(found.database_url or ""))
    print(f"{written.inserted} new, {written.changed} changed.")


def _import(
    file: Path, kind: str, operator: str, data: Path | None, *, preview: bool, ends_absent: bool = False
) -> None:
    from chancela.bootstrap import importing

    async def run(opened: App) -> Outcome:
        with _bar(file.name) as progress:
            if preview:
                return await importing.preview(opened, file, kind, operator, progress)
            return await importing.bring(opened, file, kind, operator, _actor(), progress, ends_absent=ends_absent)

    _tell(_run(data, run), preview=preview)


def _run(data: Path | None, deed: Callable[[App], Awaitable[Any]]) -> Any:
    from chancela.bootstrap.app import App

    async def run(settings: Any) -> Any:
        async with App(settings) as opened:
            return await deed(opened)

    with home.opened(data) as found:
        return asyncio.run(run(found))


def _tell(outcome: Outcome, *, preview: bool) -> None:
    if preview:
        print("Nothing was changed. This file would do:")
    print(
        f"{outcome.lines} lines: {outcome.inserted} new, {outcome.changed} changed, "
        f"{outcome.unchanged} unchanged, {outcome.refused} refused."
    )
    said = [f"{outcome.counts[name]} {word}" for name, word in WORDS.items() if outcome.counts.get(name)]
    if said:
        print(f"Of people: {', '.join(said)}.")
    if preview and outcome.counts.get("fields"):
        print("Changed: " + ", ".join(f"{name} {n}" for name, n in sorted(outcome.counts["fields"].items())) + ".")
    for warning in outcome.warnings:
        print(f"Warning: {warning}")
    if outcome.unknown_columns:
        print(f"Columns without use: {', '.join(outcome.unknown_columns)}.")
    if outcome.errors_path is not None:
        print(f"{outcome.problems} problems, told line by line in {outcome.errors_path}")


def _actor() -> str:
    """Return who imports, as the trail names them."""
    try:
        return f"cli {getpass.getuser()}"
    except (KeyError, OSError):  # no name for this user on this machine
        return "cli"


@contextlib.contextmanager
def _bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """Give what draws the progress on the error stream, where a person looks at it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

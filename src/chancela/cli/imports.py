"""`chancela import`: people, providers and procedures, with a bar and a file of what was wrong."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chancela.cli import home
from chancela.cli.options import Data, Operator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chancela.adapters.imports.form import Form, Outcome

app = typer.Typer(no_args_is_help=True, help="Bring in people, providers and procedures; safe to run again.")
File = Annotated[Path, typer.Argument(metavar="FILE.csv", help="CSV in UTF-8 or ISO-8859-1.")]


@app.command()
def people(file: File, operator: Operator, data: Data = None) -> None:
    """Import the operator's beneficiaries, one a line."""
    from chancela.adapters.imports import people as forms, writer

    _import(file, operator, data, forms.FORM, writer.PeopleStore)


@app.command()
def providers(file: File, operator: Operator, data: Data = None) -> None:
    """Import the operator's network, one provider a line."""
    from chancela.adapters.imports import providers as forms, writer

    _import(file, operator, data, forms.FORM, writer.ProviderStore)


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


def _import(file: Path, operator: str, data: Path | None, form: Form[Any], store: Callable[..., Any]) -> None:
    from chancela.adapters.imports import run as runs, writer

    async def run(url: str) -> Outcome:
        async with writer.connected(url, operator) as connection:
            with _bar(file.name) as progress:
                return await runs.run(file, form, store(connection, operator), progress)

    with home.opened(data) as found:
        _tell(asyncio.run(run(found.database_url or "")))


def _tell(outcome: Outcome) -> None:
    print(
        f"{outcome.lines} lines: {outcome.inserted} new, {outcome.changed} changed, "
        f"{outcome.unchanged} unchanged, {outcome.refused} refused."
    )
    if outcome.unknown_columns:
        print(f"Columns without use: {', '.join(outcome.unknown_columns)}.")
    if outcome.errors_path is not None:
        print(f"{outcome.problems} problems, told line by line in {outcome.errors_path}")


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

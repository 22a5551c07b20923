"""`chancela export`: what an operator takes out again."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from chancela.cli import home
from chancela.cli.options import Data, Operator

app = typer.Typer(no_args_is_help=True, help="Take people out, as CSV that can be imported again.")


@app.callback()
def export() -> None:
    """Take people out, as CSV that can be imported again."""


@app.command()
def people(
    operator: Operator,
    output: Annotated[Path | None, typer.Option(help="A file for its owner alone; else it goes to the output.")] = None,
    data: Data = None,
) -> None:
    """Write the operator's beneficiaries with their confirmed contacts, one a line."""
    import psycopg

    from chancela.adapters.exports import people as exports
    from chancela.adapters.postgres import registry

    with home.opened(data) as found, psycopg.connect(found.database_url or "") as connection:
        if not registry.knows(connection, operator):
            raise home.Sorry(f"There is no operator with the ANS register {operator}.")
        rows = exports.rows(connection, operator)
        if output is None:
            exports.write(rows, sys.stdout)
            return
        made = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(made, "w", encoding="utf-8", newline="") as file:
            count = exports.write(rows, file)
    print(f"{count} people in {output}")

"""The command line: each command is a short function that loads what it needs when it is asked for."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from chancela.cli import accounts, carriers, clients, exports, faults, home, imports, keys
from chancela.cli.options import Data

app = typer.Typer(
    name="chancela",
    help="Attendance tokens for health and dental plans: a guia is entered, awaits its token, is validated.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for name, group in {
    "import": imports.app,
    "export": exports.app,
    "keys": keys.app,
    "client": clients.app,
    "carrier": carriers.app,
    "user": accounts.users,
    "operator": accounts.operators,
}.items():
    app.add_typer(group, name=name)


class Edge(StrEnum):
    """What can be served alone."""

    API = "api"
    PORTALS = "portals"


def main() -> None:
    """Run the command line."""
    with faults.told():
        app()


@app.command()
def migrate(data: Data = None) -> None:
    """Lay down the tables, or bring those of an older version up to date."""
    with home.opened(data, must_exist=False) as found:
        home.django(found)
        home.migrate(found)
    print("The tables are up to date.")


@app.command()
def demo(
    data: Data = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port on this machine; 0 takes any free one.")] = 8000,
    people: Annotated[
        int | None, typer.Option(min=1, max=2_000_000, help="So many invented people in each operator.")
    ] = None,
    processes: Annotated[int, typer.Option(min=1, max=64, help="How many processes serve.")] = 1,
    carrier_delay_ms: Annotated[int, typer.Option(min=0, help="How long the demo phones take to answer.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Say one line of JSON when ready, and nothing else.")] = False,
) -> None:
    """Open three invented operators in a browser, with demo phones; Ctrl-C ends it, the next start goes on."""
    from chancela.cli import demo as demos

    demos.run(demos.Wish(data, port, people, processes, carrier_delay_ms, as_json))


@app.command()
def serve(
    data: Data = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on.")] = 8000,
    processes: Annotated[int, typer.Option(min=1, max=64, help="How many processes serve.")] = 1,
    only: Annotated[Edge | None, typer.Option(help="Serve one edge: machines (api) or people (portals).")] = None,
) -> None:
    """Serve the pages and the API; deliveries are the worker's."""
    from chancela.cli import serving

    serving.serve(data, host, port, processes, only.value if only else None)


@app.command()
def worker(data: Data = None) -> None:
    """Deliver messages and keep house; run one or several beside the servers."""
    from chancela.cli import working

    working.work(data)


@app.command()
def verify(data: Data = None) -> None:
    """Check the whole trail, offline; the exit status is 0 only when everything is whole."""
    from chancela.cli import verifying

    if not verifying.run(data):
        raise typer.Exit(1)


if __name__ == "__main__":
    main()

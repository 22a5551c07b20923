"""`chancela client`: programs that may speak to the machine edge for an operator or for one of its providers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chancela.cli import home, tables
from chancela.cli.options import Data, Operator

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from chancela.adapters.postgres.clients import Client, NewClient
    from chancela.adapters.postgres.pool import Pool

app = typer.Typer(no_args_is_help=True, help="Create, list and revoke clients of the API.")


@app.command()
def create(
    operator: Operator,
    name: Annotated[str, typer.Option(help="What the client is, for people who read the list.")],
    provider: Annotated[str | None, typer.Option(metavar="CODE", help="Bind it to this provider.")] = None,
    data: Data = None,
) -> None:
    """Create a client; its secret is shown now and never again."""
    from chancela.adapters.postgres import clients

    async def made(pool: Pool) -> NewClient:
        return await clients.create(pool, operator, name, provider)

    try:
        new: NewClient = _run(data, made)
    except clients.NoSuchOwnerError as fault:
        raise home.Sorry(f"There is no operator or provider {fault}.") from None
    print(f"client_id      {new.id}\nclient_secret  {new.secret}")


@app.command("list")
def list_clients(operator: Operator, data: Data = None) -> None:
    """List the clients of an operator, oldest first."""
    from chancela.adapters.postgres import clients

    async def listed(pool: Pool) -> tuple[Client, ...]:
        return await clients.list_clients(pool, operator)

    rows = [
        (each.id, each.name, each.provider or "all", tables.instant(each.created_at), tables.instant(each.revoked_at))
        for each in _run(data, listed)
    ]
    tables.say(("id", "name", "provider", "since", "revoked"), rows)


@app.command()
def revoke(client_id: Annotated[str, typer.Argument()], data: Data = None) -> None:
    """Revoke a client for ever."""
    from chancela.adapters.postgres import clients

    async def revoked(pool: Pool) -> bool:
        return await clients.revoke(pool, client_id)

    if not _run(data, revoked):
        raise home.Sorry(f"There is no client {client_id}, or it is revoked already.")
    print(f"{client_id} is revoked.")


def _run(data: Path | None, deed: Callable[[Pool], Awaitable[Any]]) -> Any:
    from chancela.adapters.postgres import pool as pools

    async def run(url: str) -> Any:
        async with pools.pool(url, most=2) as pool:
            return await deed(pool)

    with home.opened(data) as found:
        return asyncio.run(run(found.database_url or ""))

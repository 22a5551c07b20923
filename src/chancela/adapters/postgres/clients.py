"""API clients: programs that act for one operator, or for one provider of it, by an id and a secret."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import statements

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from psycopg import AsyncConnection

    from chancela.adapters.postgres.pool import Pool

SQL: Final = statements.read("clients.sql")
ID: Final = re.compile(r"([0-9]{6})\.[a-z2-7]{16}")
NO_SECRET: Final = hashlib.sha256(b"no client has this hash").digest()[::-1]


class NoSuchOwnerError(LookupError):
    """A client was to be made for an operator or a provider that is not known."""


@dataclass(frozen=True, slots=True)
class Client:
    """A program that may speak for its operator, or only for one provider of it; of its secret only a SHA-256 is kept.

    The secret has 256 bits of chance: a slow hash would add nothing.
    """

    operator: str
    id: str
    name: str
    provider: str | None
    secret_hash: bytes = field(repr=False)
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewClient:
    """What is told once and never again: the id, which begins with the operator's ANS register, and the secret."""

    id: str
    secret: str = field(repr=False)


async def create(pool: Pool, operator: str, name: str, provider: str | None = None) -> NewClient:
    """Make a client of an operator, bound to a provider where one is named; raise where either is not known."""
    new = NewClient(f"{operator}.{_letters()}", secrets.token_urlsafe(32))
    values = {"operator": operator, "id": new.id, "name": name, "provider": provider, "secret_hash": digest(new.secret)}
    async with _walled(pool, operator) as connection:
        if await (await connection.execute(SQL["create"], values)).fetchone() is None:
            raise NoSuchOwnerError(operator if provider is None else f"{operator} {provider}")
    return new


async def find(pool: Pool, client_id: str) -> Client | None:
    """Return the client with this id, revoked or not; a text that is no id of ours costs as much as an unknown one."""
    operator = operator_of(client_id)
    async with _walled(pool, operator or "") as connection:
        values = {"operator": operator or "", "id": client_id if operator else ""}
        row = await (await connection.execute(SQL["find"], values)).fetchone()
    return Client(*row) if row else None


async def list_clients(pool: Pool, operator: str) -> tuple[Client, ...]:
    """Return every client of an operator, oldest first, revoked ones too."""
    async with _walled(pool, operator) as connection:
        found = await (await connection.execute(SQL["list"], {"operator": operator})).fetchall()
    return tuple(Client(*row) for row in found)


async def revoke(pool: Pool, client_id: str) -> bool:
    """Revoke a client for ever; False where there is none, or where it is revoked already."""
    operator = operator_of(client_id)
    if operator is None:
        return False
    async with _walled(pool, operator) as connection:
        row = await (await connection.execute(SQL["revoke"], {"operator": operator, "id": client_id})).fetchone()
    return row is not None


def proven(client: Client | None, secret: str) -> bool:
    """Tell, in the same time whatever the answer, whether this is the secret of a client that is not revoked."""
    right = hmac.compare_digest(digest(secret), client.secret_hash if client else NO_SECRET)
    return right and client is not None and client.revoked_at is None


def operator_of(client_id: str) -> str | None:
    """Return the ANS register with which a client's id begins, or None where it is no id of ours."""
    match = ID.fullmatch(client_id)
    return match[1] if match else None


def digest(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _letters() -> str:
    return base64.b32encode(secrets.token_bytes(10)).decode().lower()


@contextlib.asynccontextmanager
async def _walled(pool: Pool, operator: str) -> AsyncIterator[AsyncConnection[tuple[Any, ...]]]:
    """Give a connection behind the wall of an operator, in one transaction."""
    async with pool.connection() as connection, connection.pipeline():
        await connection.execute(SQL["wall"], {"operator": operator})
        yield connection

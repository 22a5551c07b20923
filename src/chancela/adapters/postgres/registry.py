"""The register of an installation: which operators there are, and who works for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import statements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection

    Opened = Connection[tuple[Any, ...]]

SQL: Final = statements.read("registry.sql")


def operators(connection: Opened) -> Iterable[tuple[str, str, str]]:
    """Return (ANS register, name, profile) of every operator; a database without our tables raises UndefinedTable."""
    return [(ans, name, profile) for ans, name, profile in connection.execute(SQL["operators"])]


def knows(connection: Opened, ans: str) -> bool:
    """Tell whether there is such an operator."""
    return connection.execute(SQL["knows"], {"ans": ans}).fetchone() is not None


def add(connection: Opened, ans: str, name: str, profile: str, settings: str) -> bool:
    """Add an operator with its settings as JSON; False where there is one with this ANS register already."""
    values = {"ans": ans, "name": name, "profile": profile, "settings": settings}
    return connection.execute(SQL["add"], values).rowcount > 0


def works(connection: Opened, ans: str, code: str) -> bool:
    """Tell whether the operator has an active provider with this code, asked from behind its wall."""
    with connection.transaction():
        _wall(connection, ans)
        return connection.execute(SQL["works"], {"ans": ans, "code": code}).fetchone() is not None


def employ(connection: Opened, ans: str, code: str, addresses: Iterable[str]) -> None:
    """Know addresses (E.164, e-mail) of someone who works at a provider: no patient's code goes to one typed there."""
    with connection.transaction():
        _wall(connection, ans)
        connection.execute(SQL["employ"], {"ans": ans, "code": code, "addresses": [each.lower() for each in addresses]})


def _wall(connection: Opened, ans: str) -> None:
    connection.execute("SET LOCAL ROLE chancela_app")
    connection.execute(SQL["wall"], {"ans": ans})

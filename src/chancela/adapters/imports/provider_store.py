"""The network of a list: staged, judged, and changed in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.imports import staging
from chancela.adapters.imports.form import Late

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from uuid import UUID

    from chancela.adapters.imports.providers import ProviderRow
    from chancela.adapters.imports.staging import Connection

FROM_COLUMN: Final = {
    "cnpj_ou_cpf": "document",
    "conselho": "council",
    "especialidades": "specialties",
    "telefones": "phones",
    "emails": "emails",
    "situacao": "active",
    "equipe": "staff",
}


@dataclass(slots=True)
class ProviderStore:
    """One import on a connection that has no other use meanwhile."""

    connection: Connection
    operator: str

    async def open(self) -> None:
        """Make room for what comes."""
        await staging.execute(self.connection, "providers_open")

    async def write(self, rows: Sequence[ProviderRow], columns: Collection[str]) -> None:
        """Stage lines of the CSV of providers."""
        said = [(row.line, row.code, staging.text(_want(row, columns))) for row in rows]
        await staging.copy(self.connection, "arriving_provider", said)

    async def judge(self) -> Sequence[Late]:
        """Find out what would change, and return what is wrong that only the whole file shows."""
        await staging.execute(self.connection, "providers_judge", {"operator": self.operator})
        found = await self.connection.execute(staging.sql("providers_late"))
        return [Late(*row) for row in await found.fetchall()]

    async def counts(self) -> dict[str, Any]:
        """Return how much would change, by word."""
        return dict((await staging.one(self.connection, "providers_counts"))[0])

    async def examples(self) -> list[tuple[Any, ...]]:
        """Return some that it would change: how, code, name, changed columns."""
        return await (await self.connection.execute(staging.sql("providers_examples"))).fetchall()

    async def apply(self, run_id: UUID, progress: Callable[[int, int], None], total: int) -> Sequence[Late]:
        """Change what differs; what was before is remembered in the same transaction."""
        async with self.connection.transaction():
            await staging.execute(self.connection, "providers_apply", {"operator": self.operator, "run": run_id})
        progress(total, total)
        return ()


def _want(row: ProviderRow, columns: Collection[str]) -> dict[str, Any]:
    told = {name: getattr(row, name) for column, name in FROM_COLUMN.items() if column in columns}
    return {"name": row.name, "staff": row.staff, **told}

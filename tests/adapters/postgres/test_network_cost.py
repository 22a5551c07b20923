"""What the operator's people ask about one provider costs as much in a large network as in a small one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from chancela.adapters.postgres import network_reads
from chancela.adapters.postgres.network_reads import MOST, Asked
from chancela.domain.network import House
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.professional import Professional
from chancela.usecases.admit_provider import AdmitProvider
from chancela.usecases.put_professional import PutProfessional
from chancela.usecases.put_provider import PutProvider
from chancela.usecases.see_provider import SeeProvider
from tests.adapters.postgres import crowds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from chancela.bootstrap.app import App
    from tests.cast import Tenant

WHY = "O prestador pediu para conferir."
EVERYBODY = "ALTER TABLE chancela.provider ALTER specialties SET DEFAULT '{periodontia}'"


class Desk:
    """A morning with the network: listed, searched, one looked at, changed, put out and in."""

    def __init__(self, tenant: Tenant) -> None:
        self.ans, self.code = tenant.ans, tenant.provider
        self.manager = Actor(tenant.ans, ActorKind.MANAGER, "gestora")
        self.steps = (
            *(self.lists, self.goes_on, self.finds_by_code, self.finds_by_name, self.finds_by_specialty),
            *(self.knows_specialties, self.opens, self.sees, self.changes, self.adds, self.puts_out, self.lists_ended),
        )

    async def lists(self, app: App) -> None:
        assert len(await network_reads.listed(app.pool, self.ans, Asked(), None)) == MOST

    async def goes_on(self, app: App) -> None:
        assert len(await network_reads.listed(app.pool, self.ans, Asked(), ("k2", "K2"))) == MOST

    async def finds_by_code(self, app: App) -> None:
        assert len(await network_reads.by_code(app.pool, self.ans, self.code)) == 1

    async def finds_by_name(self, app: App) -> None:
        assert len(await network_reads.listed(app.pool, self.ans, Asked(text="k"), None)) == MOST

    async def finds_by_specialty(self, app: App) -> None:
        asked = Asked(specialty="periodontia")
        assert len(await network_reads.listed(app.pool, self.ans, asked, None)) == MOST

    async def knows_specialties(self, app: App) -> None:
        assert "periodontia" in await network_reads.specialties(app.pool, self.ans)

    async def opens(self, app: App) -> None:
        assert await network_reads.sheet(app.pool, self.ans, self.code)

    async def sees(self, app: App) -> None:
        assert isinstance(await app.do(SeeProvider(self.manager, self.code, WHY)), House)

    async def changes(self, app: App) -> None:
        command = PutProvider(self.manager, self.code, "Outro Nome", ("ortodontia",), ("4130001234",), ())
        assert isinstance(await app.do(command), House)

    async def adds(self, app: App) -> None:
        command = PutProfessional(self.manager, self.code, None, "Rosa", "CRO", "1", "PR", (), ("41990001234",))
        assert isinstance(await app.do(command), Professional)

    async def puts_out(self, app: App) -> None:
        assert isinstance(await app.do(AdmitProvider(self.manager, self.code, active=False, reason=WHY)), House)

    async def lists_ended(self, app: App) -> None:
        assert len(await network_reads.listed(app.pool, self.ans, Asked(active=False), None)) == 1


async def test_no_look_at_the_network_looks_at_more_rows_in_a_larger_one(
    new_database: Callable[[str], str], template: str, tmp_path: Path, cambui: Tenant
):
    found = []
    for people in (crowds.FEW, crowds.MANY):
        url = new_database(template)
        with psycopg.connect(url) as owner:
            owner.execute(EVERYBODY)
        found.append(await crowds.costs(url, tmp_path / f"{people}", cambui.ans, people, Desk(cambui).steps))
    few, many = found
    assert any(rows for (_, table), rows in few.items() if table == "provider_key")
    assert crowds.grown(few, many) == {}

"""What a deed costs does not grow with the operator: it looks at as many rows among many people as among few."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from chancela.adapters.postgres.replies import Replies
from chancela.bootstrap.app import App
from chancela.bootstrap.settings import Settings
from chancela.domain.case import Case
from chancela.domain.delivery import Channel
from chancela.domain.people import Relation
from chancela.domain.report import ReportWay
from chancela.usecases.climb_ladders import ClimbLadders
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.report_token import ReportToken
from tests import visits

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cast import Tenant

FEW, MANY = 200, 3000
CROWD = Path(__file__).with_name("crowd.sql")
TYPED = "+5541900007777"
LOOKED_AT = """
SELECT relname, seq_tup_read + COALESCE(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE schemaname = 'chancela'
UNION ALL
SELECT indexrelname, idx_tup_read FROM pg_stat_user_indexes WHERE schemaname = 'chancela'
"""
# Whoever leaves says what it looked at; a pool that closes may leave one behind that was just coming in.
LEAVE = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""

SHUT = """
SELECT DISTINCT i.indexrelid::regclass::text
FROM pg_index i
JOIN pg_class r ON r.oid = i.indrelid AND r.relnamespace = 'chancela'::regnamespace AND r.relrowsecurity
CROSS JOIN unnest(i.indclass) AS c (oid)
JOIN pg_opclass o ON o.oid = c.oid
JOIN pg_amop a ON a.amopfamily = o.opcfamily AND a.amoplefttype = o.opcintype AND a.amoprighttype = o.opcintype
JOIN pg_operator q ON q.oid = a.amopopr
JOIN pg_proc p ON p.oid = q.oprcode
WHERE (i.indexprs IS NOT NULL AND NOT i.indisunique) OR NOT p.proleakproof
"""


def looked_at(url: str) -> dict[str, int]:
    """The rows and the entries of indexes that were ever looked at, once everybody else has left."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(LEAVE)
        return {name: int(rows) for name, rows in connection.execute(LOOKED_AT)}


def gather(url: str, ans: str, people: int) -> None:
    """Put a crowd into an operator, and let the planner know of it."""
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        connection.execute(CROWD.read_bytes(), {"ans": ans, "people": people})
        connection.execute("ANALYZE")


class Visit:
    """The way of three guias, step by step: an adult's, a child's, and that of somebody whose number is typed."""

    def __init__(self, tenant: Tenant) -> None:
        child = next(each for each in tenant.people if each.relation is Relation.CHILD and each.guardian_cards)
        self.tenant = tenant
        self.people = {"adult": tenant.first, "child": child, "unreached": tenant.unreached}
        self.cases: dict[str, Case] = {}

    async def begins(self, app: App) -> None:
        for name, person in self.people.items():
            self.cases[name] = await visits.entered(app, self.tenant, person)

    async def gets_a_code(self, app: App) -> None:
        self.cases["adult"] = await visits.issued(app, self.tenant, self.cases["adult"], Channel.SMS)

    async def is_read(self, app: App) -> None:
        assert await app.guia(self.tenant.desk, self.cases["adult"].guia.id)

    async def is_validated(self, app: App) -> None:
        await visits.validated(app, self.tenant, self.cases["adult"])

    async def gets_a_code_for_a_child(self, app: App) -> None:
        await visits.issued(app, self.tenant, self.cases["child"])

    async def climbs_a_ladder(self, app: App) -> None:
        await app.do(ClimbLadders(self.tenant.system, (self.cases["child"].guia.id,)))

    async def gets_a_code_at_a_typed_number(self, app: App) -> None:
        cpf, guia = self.people["unreached"].cpf, self.cases["unreached"].guia
        typed = IssueToken(self.tenant.desk, guia.id, Channel.SMS, phone=TYPED, cpf=cpf)
        assert isinstance(await app.do(typed), Case)

    async def is_answered_from_a_known_number(self, app: App) -> None:
        await Replies(app.pool).answered(self.tenant.ans, "x", self.tenant.first.mobile or "", None, None)

    async def is_reported(self, app: App) -> None:
        report = ReportToken(self.tenant.system, self.cases["child"].guia.id, ReportWay.SMS)
        assert isinstance(await app.do(report), Case)


STEPS = (
    *(Visit.begins, Visit.gets_a_code, Visit.is_read, Visit.is_validated, Visit.gets_a_code_for_a_child),
    *(Visit.climbs_a_ladder, Visit.gets_a_code_at_a_typed_number, Visit.is_answered_from_a_known_number),
    Visit.is_reported,
)


async def costs(url: str, folder: Path, tenant: Tenant, people: int) -> dict[tuple[str, str], int]:
    """How much each step looked at in each table and index, in an operator of so many people."""
    gather(url, tenant.ans, people)
    visit, found = Visit(tenant), {}
    for step in STEPS:
        before = looked_at(url)
        async with App(Settings(data=folder, database_url=url, demo=True)) as app:
            await step(visit, app)
        found |= {(step.__name__, name): rows - before[name] for name, rows in looked_at(url).items()}
    return found


async def test_no_step_of_a_guia_looks_at_more_rows_among_more_people(
    new_database: Callable[[str], str], template: str, tmp_path: Path, cambui: Tenant
):
    few = await costs(new_database(template), tmp_path / "few", cambui, FEW)
    many = await costs(new_database(template), tmp_path / "many", cambui, MANY)
    assert {step for (step, table), rows in few.items() if table == "guia" and rows} >= {
        each.__name__ for each in STEPS[1:4]
    }
    grown = {
        at: f"{few[at]} rows among {FEW} people, {rows} among {MANY}" for at, rows in many.items() if rows > few[at]
    }
    assert grown == {}


def test_every_index_of_a_walled_table_can_be_searched_behind_the_wall(empty_database_url: str):
    """The wall lets nothing that is not LEAKPROOF look at a row first: no function, and few operators."""
    with psycopg.connect(empty_database_url) as connection:
        assert connection.execute(SHUT).fetchall() == []

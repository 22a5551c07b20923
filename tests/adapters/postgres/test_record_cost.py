"""What the operator's people ask about one person costs as much among many people as among few."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg

from chancela.adapters.postgres import holds, record_reads, world as worlds
from chancela.adapters.postgres.loading import Look
from chancela.bootstrap import records
from chancela.domain.call import Call, CallStep
from chancela.domain.contact import ContactKind
from chancela.domain.hold import Hold
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.record import Part, Record, What
from chancela.usecases.apply_contacts import ApplyContacts
from chancela.usecases.change_record import ChangeRecord
from chancela.usecases.decide_contact import DecideContact
from chancela.usecases.merge_people import MergePeople
from chancela.usecases.propose_contact import ProposeContact
from chancela.usecases.see_record import SeeRecord
from tests.adapters.postgres import crowds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from chancela.bootstrap.app import App
    from tests.cast import Tenant

WHY = "A pessoa ligou e pediu ajuda."
TWIN = """
INSERT INTO chancela.beneficiary (operator, id, card_number, name, relation, birth_date, cpf)
SELECT operator, gen_random_uuid(), 'T1', name, 'holder', birth_date, cpf FROM chancela.beneficiary WHERE id = %s
RETURNING id
"""


class Desk:
    """A morning with one person: found, looked at, rung from, changed and merged."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant, self.ans = tenant, tenant.ans
        self.person = UUID(int=0)
        self.steps = (
            *(self.finds_by_card, self.finds_by_cpf, self.finds_by_name, self.opens, self.sees, self.changes),
            *(self.proposes, self.lists, self.decides, self.sweeps, self.merges),
        )

    @property
    def manager(self) -> Actor:
        return Actor(self.ans, ActorKind.MANAGER, "gestora", assured_at=datetime.now(UTC))

    async def finds_by_card(self, app: App) -> None:
        (found,) = (await records.search(app, self.ans, self.tenant.first.card_number)).people
        self.person = found.id

    async def finds_by_cpf(self, app: App) -> None:
        assert (await records.search(app, self.ans, str(self.tenant.first.cpf))).people

    async def finds_by_name(self, app: App) -> None:
        assert len(await record_reads.search(app.pool, self.ans, record_reads.by_name("K1"))) == record_reads.MOST

    async def opens(self, app: App) -> None:
        assert await records.sheet(app, self.ans, self.person)

    async def sees(self, app: App) -> None:
        assert isinstance(await app.do(SeeRecord(self.manager, self.person, Part.CONTACTS, WHY)), Record)

    async def changes(self, app: App) -> None:
        assert isinstance(await app.do(ChangeRecord(self.manager, self.person, What.PROTECT, WHY)), Record)

    async def proposes(self, app: App) -> None:
        now, id_ = datetime.now(UTC), uuid4()
        async with app.pool.connection() as connection, connection.pipeline():
            opening = await worlds.opening(connection, self.ans)
            operator, at = await worlds.opened(opening, self.ans)
            world = worlds.world(connection, operator, at, app.means, Look.CASES)
            (protocol,) = await world.cases.protocols(1)
            opened = Call(id_, "central", protocol, now, person_id=self.person, identified_at=now)
            await world.calls.save([CallStep(opened)])
        by = Actor(self.ans, ActorKind.AGENT, "central", call=id_)
        assert isinstance(await app.do(ProposeContact(by, self.person, ContactKind.MOBILE, "41900006666")), Hold)

    async def lists(self, app: App) -> None:
        assert len(await holds.listed(app.pool, self.ans)) == 1

    async def decides(self, app: App) -> None:
        (waiting,) = await holds.listed(app.pool, self.ans)
        done: Any = await app.do(DecideContact(self.manager, waiting.hold.id, accept=True))
        assert isinstance(done, Hold)

    async def sweeps(self, app: App) -> None:
        assert await app.do(ApplyContacts(Actor(self.ans, ActorKind.SYSTEM, "worker"), 500)) == 0

    async def merges(self, app: App) -> None:
        with psycopg.connect(str(app.settings.database_url)) as owner:
            row = owner.execute(TWIN, (self.person,)).fetchone()
        assert row is not None
        assert isinstance(await app.do(MergePeople(self.manager, row[0], self.person, WHY)), Record)


async def test_no_look_at_a_person_looks_at_more_rows_among_more_people(
    new_database: Callable[[str], str], template: str, tmp_path: Path, cambui: Tenant
):
    few, many = [
        await crowds.costs(new_database(template), tmp_path / f"{people}", cambui.ans, people, Desk(cambui).steps)
        for people in (crowds.FEW, crowds.MANY)
    ]
    assert any(rows for (_, table), rows in few.items() if table == "beneficiary")
    assert crowds.grown(few, many) == {}

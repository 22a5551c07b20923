"""What a deed costs does not grow with the operator: it looks at as many rows among many people as among few."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.adapters.channels.contract import CarrierReceipt
from chancela.adapters.keys.vault import KeyVault
from chancela.adapters.postgres import doors, loading, world
from chancela.adapters.postgres.lookout import Looks
from chancela.adapters.postgres.outbox import Outbox, Pick, Settled
from chancela.adapters.postgres.reads import GuiaFilter
from chancela.adapters.postgres.replies import Replies
from chancela.bootstrap import codes, door
from chancela.domain import sign_in as sign_ins
from chancela.domain.case import Case
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.people import Relation
from chancela.domain.report import ReportWay
from chancela.usecases.climb_ladders import ClimbLadders
from chancela.usecases.enter import Opened
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.report_token import ReportToken
from chancela.usecases.tell_attendances import TellAttendances
from tests import visits
from tests.adapters.postgres import crowds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from chancela.adapters.postgres.dues import Due
    from chancela.bootstrap.app import App
    from tests.cast import Tenant

TYPED = "+5541900007777"
SIGN_IN = """
SELECT id, beneficiary_id, contact_id, origin, digest, sealed, key_date, issued_at, expires_at, wrong_tries, ended_at
FROM chancela.sign_in WHERE origin = %s
"""
COUNTING = {"to_send": loading.SQL["load_to_send"], "by_person": world.SQL["numbers"], "typed": world.SQL["sharing"]}
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


class Visit:
    """The way of three guias, step by step: an adult's, a child's, and that of somebody whose number is typed."""

    def __init__(self, tenant: Tenant) -> None:
        child = next(each for each in tenant.people if each.relation is Relation.CHILD and each.guardian_cards)
        self.tenant = tenant
        self.people = {"adult": tenant.first, "child": child, "unreached": tenant.unreached}
        self.cases: dict[str, Case] = {}
        self.steps = (
            *(self.begins, self.gets_a_code, self.is_read, self.is_validated, self.gets_a_code_for_a_child),
            *(self.climbs_a_ladder, self.gets_a_code_at_a_typed_number, self.is_answered_from_a_known_number),
            *(self.is_reported, self.is_listed),
        )

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

    async def is_listed(self, app: App) -> None:
        desk, number = self.tenant.desk, self.cases["adult"].guia.number
        assert await app.reads.queue(desk)
        for asked in (GuiaFilter(), GuiaFilter(number=number), GuiaFilter(card_number=self.tenant.first.card_number)):
            assert (await app.reads.guias(desk, asked)).items


class Round:
    """A worker's round: it looks what waits, claims a message, hands it over and hears of it, tells and climbs."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.due: list[Due] = []
        self.steps = (*(self.begins, self.looks, self.claims, self.settles, self.hears, self.tells, self.climbs),)

    async def begins(self, app: App) -> None:
        await visits.validated(app, self.tenant)

    async def looks(self, app: App) -> None:
        looks = Looks(app.pool)
        assert (await looks.look([self.tenant.ans]))[self.tenant.ans].untold
        await looks.queues(self.tenant.ans)

    async def claims(self, app: App) -> None:
        for channel in Channel:
            self.due += await Outbox(app.pool).claim(self.tenant.ans, channel, [Pick("x")], 10, timedelta(minutes=1))
        assert self.due

    async def settles(self, app: App) -> None:
        over = [
            Settled(each.id, each.planned_at, 1, DeliveryState.HANDED_OVER, f"{each.id}", None, "x")
            for each in self.due
        ]
        await Outbox(app.pool).settle(self.tenant.ans, over)

    async def hears(self, app: App) -> None:
        told = [CarrierReceipt(DeliveryState.DELIVERED, f"{each.id}") for each in self.due]
        await Outbox(app.pool).receive(self.tenant.ans, "x", told)

    async def tells(self, app: App) -> None:
        assert await app.do(TellAttendances(self.tenant.system)) == 1

    async def climbs(self, app: App) -> None:
        await app.do(ClimbLadders(self.tenant.system))


class Hand:
    """A person who comes in and looks at what is theirs."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.slip, self.secret = "", ""
        self.steps = (self.begins, self.asks, self.enters, self.looks)

    async def begins(self, app: App) -> None:
        await visits.issued(app, self.tenant)

    async def asks(self, app: App) -> None:
        person = self.tenant.first
        asked = await door.ask(app, self.tenant.ans, person.card_number, person.birth_date, "198.51.100.7")
        assert isinstance(asked, door.Asked)
        self.slip = asked.slip

    async def enters(self, app: App) -> None:
        with psycopg.connect(str(app.settings.database_url)) as owner:
            row = owner.execute(SIGN_IN, (door.origin(app, self.tenant.ans, "198.51.100.7"),)).fetchone()
        made = doors.sign_in(row)
        bound = sign_ins.context(self.tenant.ans, made.id, made.beneficiary_id)
        digits = KeyVault(app.keys).reveal(self.tenant.ans, made.secret, bound)
        opened = await door.enter(app, self.tenant.ans, self.slip, digits or "", "x")
        assert isinstance(opened, Opened)
        self.secret = opened.secret

    async def looks(self, app: App) -> None:
        session = await door.session(app, self.tenant.ans, self.secret)
        assert session is not None
        assert await codes.live_codes(app, session.actor)
        assert (await codes.history(app, session.actor)).items
        await door.listed(app, session)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("play", [Visit, Round, Hand])
async def test_no_step_looks_at_more_rows_among_more_people(
    play: Any, new_database: Callable[[str], str], template: str, tmp_path: Path, cambui: Tenant, known: bool
):
    """Nor in a rush of the month, of which the planner knows nothing yet."""
    few, many = [
        await crowds.costs(
            new_database(template), tmp_path / f"{people}", cambui.ans, people, play(cambui).steps, known=known
        )
        for people in (crowds.FEW, crowds.MANY)
    ]
    assert any(rows for (_, table), rows in few.items() if table == "guia")
    assert crowds.grown(few, many) == {}


@pytest.mark.parametrize("asked", COUNTING)
def test_messages_to_a_number_are_counted_person_by_person_while_a_month_is_young(
    asked: str, new_database: Callable[[str], str], template: str, cambui: Tenant
):
    """With a handful of messages and no statistics yet, a join would walk everybody's last hour for each guia."""
    url = new_database(template)
    crowds.gather(url, cambui.ans, 5, known=False)
    plan = crowds.plan(url, COUNTING[asked])
    part = f" delivery_{datetime.now(UTC):%Y_%m} "
    walks = [how for what, how in itertools.pairwise(plan) if part in what and "planned_at >" in how]
    assert walks
    assert [how for how in walks if not re.search("(beneficiary|reader)_id =", how)] == []


def test_every_index_of_a_walled_table_can_be_searched_behind_the_wall(empty_database_url: str):
    """The wall lets nothing that is not LEAKPROOF look at a row first: no function, and few operators."""
    with psycopg.connect(empty_database_url) as connection:
        assert connection.execute(SHUT).fetchall() == []

"""Events are found by whom or what they are about, behind the wall, and at a cost that does not grow with the trail."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest

from chancela.adapters.postgres import chronicles, events
from chancela.adapters.postgres.chronicles import Chronicles, Wanted
from chancela.adapters.postgres.wall import behind
from chancela.domain import chronicle
from chancela.domain.report import ReportWay
from chancela.domain.trail import Event, EventKind
from chancela.usecases.report_token import ReportToken
from tests import visits

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from chancela.bootstrap.app import App
    from tests.cast import Tenant

FILL = """
INSERT INTO chancela.trail (operator, seq, at, kind, subject, actor, data, hash)
SELECT %(ans)s, h.seq + n, clock_timestamp(), 'guia:token:issued', gen_random_uuid(), 'someone ' || n %% 50, '{}', ''
FROM chancela.trail_head h, generate_series(1, %(many)s) AS n WHERE h.operator = %(ans)s
"""
GROW = "UPDATE chancela.trail_head SET seq = seq + %(many)s WHERE operator = %(ans)s"


@pytest.fixture
def reading(app: App) -> Chronicles:
    return Chronicles(app.pool)


@pytest.fixture
def crowd(database_url: str) -> Callable[[str, int], None]:
    """Put many events of others behind what is there."""

    def fill(ans: str, many: int) -> None:
        with psycopg.connect(database_url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
            connection.execute(FILL, {"ans": ans, "many": many})
            connection.execute(GROW, {"ans": ans, "many": many})
            connection.execute("ANALYZE chancela.trail")

    return fill


async def kept(app: App, ans: str, *told: Event) -> None:
    async with behind(app.pool, ans) as connection:
        await events.append(connection, ans, told, app.head_mac)


def kinds(found: chronicles.Found) -> list[str]:
    return [each.kind.split(":", 1)[1] for each in found.entries]


async def test_a_guias_events_are_found_newest_first(app: App, reading: Chronicles, aurora: Tenant):
    await visits.validated(app, aurora)
    case = await visits.validated(app, aurora)
    found = await reading.page(aurora.ans, Wanted(things=await reading.guia(aurora.ans, case.guia.number)))
    assert kinds(found) == ["attendance:validated", "token:issued", "guia:registered"]
    assert {each.subject for each in found.entries} == {case.guia.id}
    assert (found.before, found.looked) == (None, None)


async def test_a_page_goes_on_where_the_one_before_ended(app: App, reading: Chronicles, aurora: Tenant):
    for _ in range(3):
        await visits.validated(app, aurora)
    for wanted in (Wanted(), Wanted(actor=aurora.desk.name)):
        seen, before = [], None
        while True:
            found = await reading.page(aurora.ans, wanted, before, limit=2)
            seen += [each.seq for each in found.entries]
            if (before := found.before) is None:
                break
        assert seen == list(range(9, 0, -1))


async def test_a_person_is_found_by_card_and_by_cpf_with_all_their_guias(app: App, reading: Chronicles, aurora: Tenant):
    case = await visits.issued(app, aurora)
    by_card = await reading.people(aurora.ans, aurora.first.card_number)
    cpf = f"{aurora.first.cpf[:3]}.{aurora.first.cpf[3:6]}.{aurora.first.cpf[6:9]}-{aurora.first.cpf[9:]}"
    assert by_card == await reading.people(aurora.ans, cpf) == {case.guia.beneficiary_id}
    things = await reading.of_people(aurora.ans, by_card)
    assert things == {case.guia.beneficiary_id, case.guia.id}
    assert kinds(await reading.page(aurora.ans, Wanted(things=things))) == ["token:issued", "guia:registered"]
    assert await reading.people(aurora.ans, "nobody") == frozenset()


async def test_what_only_names_a_person_is_found_too(app: App, reading: Chronicles, aurora: Tenant):
    person, session = uuid4(), uuid4()
    opened = Event(EventKind.SESSION_OPENED, session, f"person:{person}", {"person": str(person), "stays": True})
    await kept(app, aurora.ans, opened)
    found = await reading.page(aurora.ans, Wanted(things=frozenset({person})))
    assert [each.subject for each in found.entries] == [session]


async def test_an_event_that_is_about_a_person_and_names_them_is_told_once(
    app: App, reading: Chronicles, aurora: Tenant
):
    person = uuid4()
    await kept(app, aurora.ans, Event(EventKind.CONTACT_ASKED, person, "x", {"by": str(person), "kind": "mobile"}))
    assert len((await reading.page(aurora.ans, Wanted(things=frozenset({person})))).entries) == 1


async def test_events_are_found_by_their_protocol(app: App, reading: Chronicles, aurora: Tenant):
    case = await visits.issued(app, aurora)
    reported = await app.do(ReportToken(aurora.system, case.guia.id, ReportWay.SMS))
    found = await reading.page(aurora.ans, Wanted(named=frozenset({reported.report.protocol})))
    assert kinds(found) == ["token:reported"]


async def test_a_calls_protocol_finds_the_whole_call(app: App, reading: Chronicles, aurora: Tenant):
    call, protocol = uuid4(), f"{aurora.ans}20261121000001"
    await kept(
        app,
        aurora.ans,
        Event(EventKind.CALL_OPENED, call, "ana", {"protocol": protocol}),
        Event(EventKind.CALLER_ANSWERED, call, "ana", {"fitted": True}),
    )
    assert await reading.of_protocol(aurora.ans, protocol) == {call}
    assert await reading.of_protocol(aurora.ans, "99999999999999999999") == frozenset()


async def test_words_that_staff_typed_are_no_mention(app: App, reading: Chronicles, aurora: Tenant):
    person = uuid4()
    reason = f'pediu "person":"{person}" e {person}'
    await kept(app, aurora.ans, Event(EventKind.RECORD_SEEN, uuid4(), "x", {"reason": reason}))
    assert (await reading.page(aurora.ans, Wanted(things=frozenset({person})))).entries == ()


@pytest.mark.parametrize(
    ("kind", "actor", "count"),
    [
        (EventKind.LOGO_CHANGED, None, 2),
        (EventKind.LOGO_CHANGED, "bia", 1),
        (None, "bia", 1),
        (EventKind.TOKEN_ISSUED, None, 1),
        (EventKind.TOKEN_ISSUED, "bia", 0),
        (EventKind.IMPORT_RUN, None, 0),
    ],
)
async def test_events_are_found_by_kind_and_account(
    app: App, reading: Chronicles, aurora: Tenant, kind: EventKind | None, actor: str | None, count: int
):
    await visits.issued(app, aurora)
    await kept(app, aurora.ans, *(Event(EventKind.LOGO_CHANGED, uuid4(), who, {}) for who in ("ana", "bia")))
    wanted = Wanted(kinds=None if kind is None else frozenset({kind.value}), actor=actor)
    assert len((await reading.page(aurora.ans, wanted)).entries) == count


async def test_events_are_found_by_their_days(
    app: App, reading: Chronicles, aurora: Tenant, crowd: Any, database_url: str
):
    await visits.issued(app, aurora)
    crowd(aurora.ans, 6000)
    moved = "UPDATE chancela.trail SET at = date_trunc('month', now()) + interval '1 minute' * seq WHERE operator = %s"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(moved, (aurora.ans,))
    start = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for wanted in (Wanted(), Wanted(kinds=frozenset({"guia:token:issued"}))):
        days = replace(wanted, since=start + timedelta(days=1), until=start + timedelta(days=1, hours=1))
        found = await reading.page(aurora.ans, days, limit=100)
        assert [each.seq for each in found.entries] == list(range(1499, 1439, -1))
        assert (found.before, found.looked) == (None, None)


async def test_a_search_without_an_index_says_how_far_it_looked_and_goes_on(
    app: App, reading: Chronicles, aurora: Tenant, crowd: Any, monkeypatch: pytest.MonkeyPatch
):
    await visits.issued(app, aurora)
    crowd(aurora.ans, 3000)
    monkeypatch.setattr(chronicles, "STRETCH", 300)
    wanted = Wanted(actor=aurora.desk.name)
    found = await reading.page(aurora.ans, wanted)
    assert found.entries == () and found.before == 1503 and found.looked
    found = await reading.page(aurora.ans, wanted, found.before)
    assert found.entries == () and found.before == 3
    found = await reading.page(aurora.ans, wanted, found.before)
    assert kinds(found) == ["token:issued", "guia:registered"] and found.before is None


async def test_no_event_of_another_operator_is_found(app: App, reading: Chronicles, aurora: Tenant, cambui: Tenant):
    case = await visits.issued(app, aurora)
    reported = await app.do(ReportToken(aurora.system, case.guia.id, ReportWay.SMS))
    things = frozenset({case.guia.id, case.guia.beneficiary_id})
    for wanted in (
        Wanted(),
        Wanted(things=things),
        Wanted(named=frozenset({reported.report.protocol})),
        Wanted(kinds=frozenset({EventKind.TOKEN_REPORTED.value})),
        Wanted(actor=aurora.desk.name),
    ):
        assert (await reading.page(cambui.ans, wanted)).entries == ()
    assert await reading.guia(cambui.ans, case.guia.number) == frozenset()
    assert await reading.people(cambui.ans, aurora.first.card_number) == frozenset()
    faces = await reading.faces(cambui.ans, things, [aurora.provider])
    assert not (faces.guias or faces.people) and aurora.house.clinics[0].name not in faces.providers.values()


async def test_ids_and_names_are_told_by_what_they_stand_for(app: App, reading: Chronicles, aurora: Tenant):
    case = await visits.issued(app, aurora)
    faces = await reading.faces(aurora.ans, [case.guia.id, uuid4()], [aurora.provider, "nobody"])
    assert faces.guias == {case.guia.id: (case.guia.number, case.guia.beneficiary_id)}
    assert faces.people == {case.guia.beneficiary_id: (aurora.first.card_number, aurora.first.name)}
    assert faces.providers == {aurora.provider: aurora.house.clinics[0].name}


# ---------------------------------------------------------------- cost


async def looked_at(app: App, statement: bytes, values: dict[str, Any]) -> int:
    """The rows that a statement touches, as the walled role, by the plan that runs."""

    def rows(node: dict[str, Any]) -> int:
        own = node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        leaf = round(own * node["Actual Loops"]) if "Relation Name" in node else 0
        return leaf + sum(map(rows, node.get("Plans", [])))

    async with behind(app.pool, values["operator"]) as connection:
        await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        told = b"EXPLAIN (ANALYZE, FORMAT JSON) " + statement
        found = await (await connection.execute(told, values)).fetchone()
    plan = found[0] if isinstance(found[0], list) else json.loads(found[0])
    return rows(plan[0]["Plan"])


async def test_the_cost_of_a_search_does_not_grow_with_the_trail(
    app: App, reading: Chronicles, aurora: Tenant, crowd: Any
):
    case = await visits.validated(app, aurora)
    report = await app.do(ReportToken(aurora.system, case.guia.id, ReportWay.SMS))
    seen = Event(EventKind.RECORD_SEEN, case.guia.beneficiary_id, "ana", {"reason": "x"})
    await kept(app, aurora.ans, seen)
    things: frozenset[UUID] = frozenset({case.guia.id, case.guia.beneficiary_id})
    asked = {
        "of_things": Wanted(things=things, named=frozenset({report.report.protocol})),
        "of_kinds": Wanted(kinds=frozenset({EventKind.RECORD_SEEN.value, EventKind.TOKEN_REPORTED.value})),
        "of_deeds": Wanted(kinds=frozenset({EventKind.RECORD_SEEN.value}), actor="ana"),
        "going_back": Wanted(),
    }
    cost = {}
    for many in (2_000, 20_000):
        crowd(aurora.ans, many)
        end = await reading.end(aurora.ans)
        for statement, wanted in asked.items():
            assert (chronicles._index(wanted) or "going_back") == statement
            values = chronicles._values(aurora.ans, wanted, 0, end, chronicles.PAGE)
            cost[statement, many] = await looked_at(app, chronicles.SQL[statement], values)
        values = {"operator": aurora.ans, "at": datetime.now(UTC) - timedelta(hours=1)}
        cost["place", many] = await looked_at(app, chronicles.SQL["place"], values)
    for statement in (*asked, "place"):
        assert cost[statement, 20_000] <= cost[statement, 2_000] + 20, (statement, cost)
        assert cost[statement, 20_000] <= 120, (statement, cost)


def test_what_happens_every_day_is_the_same_in_code_and_in_the_tables():
    schema = resources.files("chancela.adapters.postgres").joinpath("schema/0015_trail.sql").read_text(encoding="utf-8")
    lists = [*re.findall(r"<> ALL \(ARRAY\[(.*?)\]", schema, re.DOTALL)]
    lists += re.findall(r"<> ALL \(ARRAY\[(.*?)\]", chronicles.SQL["of_kinds"].decode(), re.DOTALL)
    assert len(lists) == 5
    assert {frozenset(re.findall(r"'([a-z:]+)'", each)) for each in lists} == {frozenset(chronicle.EVERYDAY)}

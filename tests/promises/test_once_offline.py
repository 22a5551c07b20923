"""security.md 1, 3 and 4 for what people carry: once, never beside a live code, and no more guesses than the limits."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest

from chancela.adapters.postgres import clients, world as worlds
from chancela.api import app as api
from chancela.bootstrap import pocket
from chancela.bootstrap.app import App
from chancela.bootstrap.verify import verify
from chancela.domain.case import Case
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import ReportWay
from chancela.domain.token import Method, Window
from chancela.usecases.report_token import ReportToken
from chancela.usecases.validate_token import ValidateToken
from tests import visits
from tests.api.caller import Caller
from tests.handheld import Handheld
from tests.promises import canary, ledger, mixing
from tests.promises.hands import do_all
from tests.promises.test_walls import Overheard

if TYPE_CHECKING:
    from uuid import UUID

    from tests.cast import Tenant
    from tests.promises.hands import Hands

AT_ONCE, PER_GUIA = 8, 10
OFFERED = """
UPDATE chancela.operator SET settings = jsonb_set(settings, '{policy}',
    COALESCE(settings -> 'policy', '{}') || '{"paper_codes": 10}')
"""


@dataclass
class Carrier:
    """The first person of Aurora with an enrolled phone."""

    app: App
    tenant: Tenant
    actor: Actor
    phone: Handheld
    device_id: UUID

    def code(self, case: Case, back: int = 0) -> str:
        return self.phone.code(case.guia, datetime.now(worlds.BRAZIL).date() - timedelta(days=back))

    def entry(self, case: Case, code: str | None = None) -> ValidateToken:
        return ValidateToken(self.tenant.desk, case.guia.id, code or self.code(case))

    async def printed(self) -> tuple[str, ...]:
        sheet = await pocket.print_sheet(self.app, self.actor)
        assert isinstance(sheet, pocket.Sheet)
        return sheet.codes


@pytest.fixture
async def ana(app: App, aurora: Tenant, database_url: str) -> Carrier:
    mixing.lift_the_limits(database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute(OFFERED)
        known = "SELECT id FROM chancela.beneficiary WHERE operator = %s AND card_number = %s"
        row = connection.execute(known, (aurora.ans, aurora.first.card_number)).fetchone()
    assert row is not None
    own = frozenset({row[0]})
    actor = Actor(aurora.ans, ActorKind.BENEFICIARY, "person", None, datetime.now(UTC), row[0], own, own, own)
    phone = Handheld()
    enrolled = await pocket.enrol(app, actor, phone.public, "Celular")
    assert isinstance(enrolled, pocket.Enrolled)
    phone.agreed(aurora.ans, enrolled.device_id, enrolled.public)
    return Carrier(app, aurora, actor, phone, enrolled.device_id)


def reasons(outcomes: list[Any]) -> Counter[str]:
    return Counter("done" if isinstance(each, Case) else each.reason.name for each in outcomes)


def older(database_url: str, **time: float) -> None:
    """Let guias and devices have been there for longer."""
    with psycopg.connect(database_url) as connection:
        back = timedelta(**time)
        connection.execute("UPDATE chancela.device SET enrolled_at = enrolled_at - %s", (back,))
        connection.execute("UPDATE chancela.guia SET created_at = created_at - %s", (back,))


async def test_one_computed_code_sent_eight_times_at_once_is_accepted_once(app: App, aurora: Tenant, ana: Carrier):
    cases = [await visits.entered(app, aurora) for _ in range(4)]
    outcomes = await asyncio.gather(*(app.do(ana.entry(case)) for case in cases for _ in range(AT_ONCE)))
    assert reasons(list(outcomes)) == {"done": 4, "GUIA_VALIDATED": 4 * (AT_ONCE - 1)}
    found = await app.guia(aurora.desk, cases[0].guia.id)
    assert found is not None and found.validation is not None
    assert (found.validation.method, found.validation.window) == (Method.OFFLINE, Window.VALID)
    assert await ledger.contradictions(app.settings) == []


async def test_one_computed_code_sent_by_two_processes_is_accepted_once(
    app: App, aurora: Tenant, ana: Carrier, hands: Hands
):
    entries = [ana.entry(await visits.entered(app, aurora)) for _ in range(20)]
    one, other = await hands.both(app.settings, do_all, (entries,), (entries,))
    assert reasons([*one, *other]) == {"done": 20, "GUIA_VALIDATED": 20}
    assert await ledger.contradictions(app.settings) == []


async def test_one_code_on_paper_for_two_guias_at_once_is_accepted_once(
    app: App, aurora: Tenant, ana: Carrier, hands: Hands
):
    for _ in range(3):
        codes = await ana.printed()
        cases = [await visits.entered(app, aurora) for _ in range(2)]
        halves = [[ana.entry(case, codes[0])] * 3 for case in cases]
        one, other = await hands.both(app.settings, do_all, (halves[0],), (halves[1],))
        assert reasons([*one, *other])["done"] == 1
    assert await ledger.contradictions(app.settings) == []


async def test_a_live_code_beside_a_computed_one_is_given_no_more(app: App, aurora: Tenant, ana: Carrier):
    case = await visits.issued(app, aurora)
    live = ValidateToken(aurora.desk, case.guia.id, visits.code(app, case))
    outcomes = await asyncio.gather(*(app.do(each) for each in [ana.entry(case), live] * 4))
    assert reasons(list(outcomes)) == {"done": 1, "GUIA_VALIDATED": 7}
    assert await ledger.contradictions(app.settings) == []


async def test_of_a_burst_without_a_live_code_ten_guesses_are_judged(app: App, aurora: Tenant, ana: Carrier):
    case = await visits.entered(app, aurora)
    sheet = await ana.printed()
    right = {ana.code(case), *sheet}
    wrong = [each for each in (f"{number:06d}" for number in range(80)) if each not in right][:50]
    outcomes = list(await asyncio.gather(*(app.do(ana.entry(case, each)) for each in wrong)))
    assert reasons(outcomes) == {"CODE_REFUSED": PER_GUIA, "CODE_LOCKED": 40}
    for good in (ana.code(case), sheet[0]):
        assert await app.do(ana.entry(case, good)) == Refused(Refusal.CODE_LOCKED, 0)
    assert await ledger.contradictions(app.settings) == []


async def test_malformed_entries_and_those_that_nothing_fits_spend_nothing(app: App, aurora: Tenant, ana: Carrier):
    case = await visits.entered(app, aurora)
    for text in ("", "12345", "٠١٢٣٤٥", "123456\n"):
        assert await app.do(ana.entry(case, text or " ")) == Refused(Refusal.CODE_MALFORMED)
    await pocket.end_device(app, ana.actor, ana.device_id)
    assert await app.do(ana.entry(case, "123456")) == Refused(Refusal.NO_LIVE_CODE)
    assert ledger.events(app.settings, case.guia.id) == ["guia:guia:registered"]


async def test_a_lost_device_is_refused(app: App, aurora: Tenant, ana: Carrier):
    case = await visits.entered(app, aurora)
    right = ana.entry(case)
    await pocket.end_device(app, ana.actor, ana.device_id)
    assert await app.do(right) == Refused(Refusal.NO_LIVE_CODE)


async def helper_of(ana: Carrier, database_url: str) -> Carrier:
    """Another adult of the plan, whom Ana lets act for her until tomorrow, with a phone of their own."""
    tenant, own = ana.tenant, ana.actor.person
    with psycopg.connect(database_url) as connection:
        adults = "SELECT id FROM chancela.beneficiary WHERE operator = %s AND id <> %s AND birth_date < '2000-01-01'"
        (key,) = connection.execute(f"{adults} AND holder_id IS NULL".encode(), (tenant.ans, own)).fetchone() or (None,)
        assert key is not None
        connection.execute(
            "INSERT INTO chancela.tie VALUES (%s, gen_random_uuid(), 'delegation', %s, %s, %s, 'act', 'secret',"
            " now(), now() + interval '1 day', now())",
            (tenant.ans, own, own, key),
        )
    one = frozenset({key})
    actor = Actor(tenant.ans, ActorKind.BENEFICIARY, "helper", None, datetime.now(UTC), key, one, one, one)
    phone = Handheld()
    enrolled = await pocket.enrol(ana.app, actor, phone.public, "Celular")
    assert isinstance(enrolled, pocket.Enrolled)
    phone.agreed(tenant.ans, enrolled.device_id, enrolled.public)
    return Carrier(ana.app, tenant, actor, phone, enrolled.device_id)


@pytest.mark.parametrize(
    "change", ["UPDATE chancela.tie SET ended_at = now()", "UPDATE chancela.beneficiary SET protected = true"]
)
async def test_a_helpers_phone_counts_no_more_when_the_help_is_over(
    app: App, aurora: Tenant, ana: Carrier, database_url: str, change: str
):
    helper = await helper_of(ana, database_url)
    done = await app.do(helper.entry(await visits.entered(app, aurora)))
    assert isinstance(done, Case) and done.validation is not None
    assert done.validation.method is Method.OFFLINE
    with psycopg.connect(database_url) as connection:
        connection.execute(change.encode())
    later = await visits.entered(app, aurora)
    assert (await app.do(helper.entry(later))).reason is Refusal.CODE_REFUSED
    assert isinstance(await app.do(ana.entry(later)), Case)


async def test_a_code_that_comes_late_is_judged_late_and_an_old_one_is_wrong(
    app: App, aurora: Tenant, ana: Carrier, database_url: str
):
    cases = [await visits.entered(app, aurora) for _ in range(3)]
    older(database_url, days=10)
    for case, back, window in zip(cases, (1, 4), (Window.VALID, Window.LATE), strict=False):
        done = await app.do(ana.entry(case, ana.code(case, back)))
        assert isinstance(done, Case) and done.validation is not None
        assert done.validation.window is window
    assert (await app.do(ana.entry(cases[2], ana.code(cases[2], 6)))).reason is Refusal.CODE_REFUSED


async def test_what_is_carried_stands_nowhere_in_clear(app: App, aurora: Tenant, ana: Carrier, caplog: Any):
    """security.md 8 and 9: no table and no log holds a digit, a key or a point of which one is derived."""
    caplog.set_level(logging.DEBUG)
    codes = await ana.printed()
    cases = [await visits.entered(app, aurora) for _ in range(3)]
    given = [ana.code(cases[0]), codes[0], visits.wrong(codes[9])]
    for case, code in zip(cases, given, strict=True):
        await app.do(ana.entry(case, code))
    said = [*codes, *given]
    assert canary.in_tables(said, app.settings.database_url or "") == []
    assert canary.in_text(said, "our log", caplog.text) == []
    with psycopg.connect(app.settings.database_url or "") as connection:
        (secret,) = connection.execute("SELECT secret FROM chancela.device").fetchone() or (b"",)
    assert len(secret) == 12 + 32 + 16, "a nonce, the sealed key, a tag"
    key = ana.phone.key
    assert key not in secret and key not in app.settings.key_file.read_bytes()
    assert key.hex() not in caplog.text


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE chancela.validation SET method = 'token'", "a validation has no such event in the trail"),
        ("UPDATE chancela.validation SET method = 'paper'", "a validation has no such event in the trail"),
    ],
)
async def test_a_method_that_was_changed_is_found(
    app: App, aurora: Tenant, ana: Carrier, database_url: str, change: str, found: str
):
    case = await visits.entered(app, aurora)
    await app.do(ana.entry(case))
    assert await ledger.contradictions(app.settings) == []
    with psycopg.connect(database_url) as connection:
        connection.execute(change.encode())
    assert any(found in each for each in await ledger.contradictions(app.settings))


async def test_two_whose_entries_meet_wait_for_each_other_and_not_in_a_circle(
    app: App, aurora: Tenant, ana: Carrier, hands: Hands
):
    """Paper, computed and wrong entries for the same guias from two processes, in opposite order."""
    codes = await ana.printed()
    cases = [await visits.entered(app, aurora) for _ in range(12)]
    entries = [ana.entry(case, codes[at // 2]) if at % 2 else ana.entry(case) for at, case in enumerate(cases)]
    one, other = await hands.both(app.settings, do_all, (entries,), (entries[::-1],))
    assert {type(each) for each in [*one, *other]} <= {Case, Refused}
    assert reasons([*one, *other])["done"] >= 6
    assert await ledger.contradictions(app.settings) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            "DELETE FROM chancela.trail WHERE kind = 'person:sheet:printed'",
            "by a device or a sheet that was not there",
        ),
        (
            "UPDATE chancela.trail SET data = replace(data, '\"place\":2', '\"place\":1')",
            "validates two guias by one code on paper",
        ),
    ],
)
async def test_a_trail_that_tells_of_paper_what_cannot_be_is_found(
    app: App, aurora: Tenant, ana: Carrier, database_url: str, change: str, found: str
):
    codes = await ana.printed()
    for code in codes[:2]:
        assert isinstance(await app.do(ana.entry(await visits.entered(app, aurora), code)), Case)
    assert await ledger.contradictions(app.settings) == []
    with psycopg.connect(database_url) as connection:
        connection.execute(change.encode())
    assert any(found in each for each in await ledger.contradictions(app.settings))


async def test_a_right_live_code_asks_the_database_nothing_more(app: App, aurora: Tenant, ana: Carrier):
    async def asked(entry: ValidateToken) -> list[str]:
        overheard = App(app.settings)
        overheard.pool.connection_class = Overheard
        async with overheard:
            Overheard.asked.clear()
            await overheard.do(entry)
            return [statement for statement, _ in Overheard.asked]

    case = await visits.issued(app, aurora)
    right = await asked(ValidateToken(aurora.desk, case.guia.id, visits.code(app, case)))
    other = await asked(ana.entry(await visits.entered(app, aurora)))
    carried = [statement for statement in other if "chancela.device" in statement or "chancela.paper_code" in statement]
    assert len(carried) == 2
    assert not any(
        "chancela.device" in each or "chancela.paper_code" in each or "chancela.tie" in each for each in right
    )


async def test_a_program_reads_how_an_attendance_was_confirmed(app: App, aurora: Tenant, ana: Carrier):
    credentials = await clients.create(app.pool, aurora.ans, "test", aurora.provider)
    codes, transport = await ana.printed(), httpx.ASGITransport(api.create(app))
    async with httpx.AsyncClient(transport=transport, base_url="http://c.test") as http:
        caller = await Caller.admitted(http, credentials)
        for method, code in (("offline", None), ("paper", codes[0])):
            case = await visits.entered(app, aurora)
            entry = ana.entry(case, code)
            answer = await caller.post(f"/v1/guias/{case.guia.id}/validation", {"code": entry.code})
            proof = answer.json()["validation"]
            assert (answer.status_code, proof["method"], proof["window"]) == (200, method, "valid")
            signed = await app.receipt(aurora.desk, case.guia.id)
            assert signed is not None
            assert app.keys.verify_jws(signed.jws, "chancela-receipt+jwt")["method"] == method


async def test_a_code_that_was_disowned_contradicts_nothing(app: App, aurora: Tenant, ana: Carrier):
    case = await visits.issued(app, aurora)
    await app.do(ReportToken(aurora.system, case.guia.id, ReportWay.APP))
    assert await app.do(ana.entry(case)) == Refused(Refusal.CODE_REPORTED)
    assert [each.sentence for each in (await verify(app.settings)).findings] == []

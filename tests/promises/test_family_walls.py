"""security.md 10 within a family: nobody reads, asks, reveals or disowns for whom they have no power at this moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest

from chancela.adapters.keys.vault import KeyVault
from chancela.adapters.postgres import doors as store
from chancela.adapters.postgres.world import BRAZIL
from chancela.bootstrap import codes, door
from chancela.bootstrap.app import App
from chancela.domain import sign_in as sign_ins
from chancela.domain.delivery import Purpose
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import ReportWay
from chancela.usecases.enter import Opened
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.report_token import ReportToken
from chancela.usecases.reveal_token import RevealToken
from chancela.usecases.send_token import SendToken
from tests import visits
from tests.promises.test_walls import Overheard, told

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from chancela.bootstrap.settings import Settings
    from chancela.domain.permissions import Actor
    from tests.cast import Cast, Tenant

HOLDER, FATHER, CHILD, TEEN, YOUTH, GRANNY = "Beatriz", "André Rocha", "Léo", "Nina", "Bento", "Olga"
OTHER_HOLDER, NAMED, PROTECTED = "Sandro", "Cecília", "Mia"
EVERYBODY = (HOLDER, FATHER, CHILD, TEEN, YOUTH, GRANNY, OTHER_HOLDER, NAMED, PROTECTED)
DISOWN = ReportWay.APP
LAST_SIGN_IN = """
SELECT id, beneficiary_id, contact_id, origin, digest, sealed, key_date, issued_at, expires_at, wrong_tries, ended_at
FROM chancela.sign_in ORDER BY id DESC LIMIT 1
"""


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    """The app, its statements overheard."""
    app = App(settings)
    app.pool.connection_class = Overheard
    async with app:
        yield app


def run(app: App, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(str(app.settings.database_url)) as connection:
        done = connection.execute(statement.encode(), values)
        return done.fetchall() if done.description else []


async def of(app: App, tenant: Tenant, name: str) -> UUID:
    found = await app.reads.person(tenant.client, tenant.person(name).card_number)
    assert found is not None
    return found.beneficiary.id


async def acting(app: App, tenant: Tenant, name: str) -> Actor:
    """Who acts where somebody is signed in, at this moment."""
    person = await app.reads.person(tenant.client, tenant.person(name).card_number)
    assert person is not None
    return await door.actor(app, tenant.ans, person, datetime.now(UTC))


async def can(app: App, tenant: Tenant, who: str, whom: str) -> str:
    """What somebody may do for another: sees, acts, manages."""
    actor, person = await acting(app, tenant, who), await of(app, tenant, whom)
    held = (("s", actor.sees), ("a", actor.acts_for), ("m", actor.manages))
    return "".join(letter for letter, people in held if person in people) or "-"


@pytest.mark.parametrize(
    ("who", "powers"),
    [
        (HOLDER, {HOLDER: "sam", CHILD: "sam", TEEN: "sam", YOUTH: "s", GRANNY: "sa"}),
        (FATHER, {FATHER: "sam", CHILD: "sam", TEEN: "sam", YOUTH: "s"}),
        (TEEN, {TEEN: "sam"}),
        (YOUTH, {YOUTH: "sam"}),
        (GRANNY, {GRANNY: "sam"}),
        (OTHER_HOLDER, {OTHER_HOLDER: "sam"}),
        (NAMED, {NAMED: "sam", PROTECTED: "sam"}),
    ],
)
async def test_who_is_signed_in_may_do_what_the_familys_table_says(
    app: App, house: Cast, who: str, powers: dict[str, str]
):
    found = {each: await can(app, house.aurora, who, each) for each in EVERYBODY}
    assert found == {each: powers.get(each, "-") for each in EVERYBODY}


@pytest.mark.parametrize(
    ("who", "whom"),
    [(HOLDER, YOUTH), (TEEN, CHILD), (GRANNY, CHILD), (FATHER, GRANNY), (OTHER_HOLDER, PROTECTED), (NAMED, CHILD)],
)
async def test_who_may_not_act_neither_asks_nor_reveals_nor_disowns(app: App, house: Cast, who: str, whom: str):
    aurora = house.aurora
    case = await visits.issued(app, aurora, await visits.entered(app, aurora, aurora.person(whom)))
    actor = await acting(app, aurora, who)
    deeds: list[Any] = [
        lambda guia_id: app.do(IssueToken(actor, guia_id)),
        lambda guia_id: app.do(SendToken(actor, guia_id)),
        lambda guia_id: app.do(RevealToken(actor, guia_id)),
        lambda guia_id: app.do(ReportToken(actor, guia_id, DISOWN)),
        lambda guia_id: codes.reveal(app, actor, guia_id),
        lambda guia_id: codes.find(app, actor, case.guia.number if guia_id == case.guia.id else "2026000000000"),
    ]
    for deed in deeds:
        foreign = await told(deed(case.guia.id))
        assert foreign == await told(deed(uuid4()))
        assert foreign[0] in (None, Refused(Refusal.NOT_FOUND))
    seen = await codes.attendance(app, actor, case.guia.id)
    assert (seen is not None) is (whom == YOUTH)
    assert seen is None or not seen.acts
    assert case.guia.id not in [each.case.guia.id for each in await codes.live_codes(app, actor)]


async def test_of_a_protected_child_the_code_goes_to_the_named_guardian_and_nobody_else(app: App, house: Cast):
    aurora = house.aurora
    case = await visits.issued(app, aurora, await visits.entered(app, aurora, aurora.person(PROTECTED)))
    named = await of(app, aurora, NAMED)
    assert {each.reader_id for each in case.deliveries} == {named}
    owners = run(
        app,
        "SELECT DISTINCT k.beneficiary_id FROM chancela.delivery d JOIN chancela.contact k ON k.id = d.contact_id "
        "WHERE d.guia_id = %s",
        case.guia.id,
    )
    assert owners == [(named,)]


async def test_guardians_of_a_youth_are_told_in_a_message_of_their_own(app: App, house: Cast):
    aurora = house.aurora
    case = await visits.issued(app, aurora, await visits.entered(app, aurora, aurora.person(YOUTH)))
    notices = {each.reader_id for each in case.deliveries if each.purpose is Purpose.WARD_CODE}
    assert notices == {await of(app, aurora, HOLDER), await of(app, aurora, FATHER)}
    assert {each.reader_id for each in case.deliveries if each.purpose is Purpose.CODE} == {None}


@pytest.mark.parametrize(
    ("years", "own", "mother"),
    [(12, ("sa", "sam"), ("sam", "sam")), (16, ("sam", "sam"), ("sam", "s")), (18, ("sam", "sam"), ("s", "-"))],
)
async def test_on_the_birthday_itself_powers_change_by_themselves(
    app: App, house: Cast, years: int, own: tuple[str, str], mother: tuple[str, str]
):
    aurora = house.aurora
    child, today = await of(app, aurora, CHILD), datetime.now(BRAZIL).date()
    tomorrow = today + timedelta(days=1)
    for day, mine, hers in ((tomorrow, own[0], mother[0]), (today, own[1], mother[1])):
        born = _years_before(day, years)
        run(app, "UPDATE chancela.beneficiary SET birth_date = %s WHERE id = %s", born, child)
        assert (await can(app, aurora, CHILD, CHILD), await can(app, aurora, HOLDER, CHILD)) == (mine, hers)


def _years_before(day: date, years: int) -> date:
    """The birth date of whoever is so many years old on a day, and was not the day before."""
    if (day.month, day.day) == (2, 29):
        return date(day.year - years, 3, 1)
    return day.replace(year=day.year - years)


@pytest.mark.parametrize(
    "mark",
    [
        "UPDATE chancela.beneficiary SET protected = true WHERE id = %s",
        "UPDATE chancela.beneficiary SET private = true WHERE id = %s",
        "UPDATE chancela.beneficiary SET holder_id = NULL WHERE id = %s",
    ],
    ids=["protected", "private", "no holder any more"],
)
async def test_a_session_that_lives_sees_nothing_any_more_at_the_next_request(app: App, house: Cast, mark: str):
    aurora = house.aurora
    case = await visits.issued(app, aurora, await visits.entered(app, aurora, aurora.person(CHILD)))
    cookie = await signed_in(app, aurora, HOLDER)
    before = await door.session(app, aurora.ans, cookie)
    assert before is not None
    assert await codes.attendance(app, before.actor, case.guia.id) is not None
    assert await codes.reveal(app, before.actor, case.guia.id) is not None
    run(app, mark, case.guia.beneficiary_id)
    after = await door.session(app, aurora.ans, cookie)
    assert after is not None
    assert after.actor.person in after.actor.sees
    assert await codes.attendance(app, after.actor, case.guia.id) is None
    assert await codes.reveal(app, after.actor, case.guia.id) is None
    assert await app.do(RevealToken(after.actor, case.guia.id)) == Refused(Refusal.NOT_FOUND)


async def signed_in(app: App, tenant: Tenant, name: str) -> str:
    """The cookie of a session that a code opened."""
    who = tenant.person(name)
    asked = await door.ask(app, tenant.ans, who.card_number, who.birth_date, "198.51.100.7")
    assert isinstance(asked, door.Asked)
    made = store.sign_in(run(app, LAST_SIGN_IN)[0])
    assert made.secret is not None
    bound = sign_ins.context(tenant.ans, made.id, made.beneficiary_id)
    digits = KeyVault(app.keys).reveal(tenant.ans, made.secret, bound)
    opened = await door.enter(app, tenant.ans, asked.slip, digits or "", "Firefox")
    assert isinstance(opened, Opened)
    return opened.secret


async def test_a_small_child_finds_no_door_of_its_own(app: App, house: Cast):
    who = house.aurora.person(CHILD)
    await door.ask(app, house.aurora.ans, who.card_number, who.birth_date, "198.51.100.7")
    assert run(app, "SELECT beneficiary_id FROM chancela.sign_in") == [(None,)]
    assert run(app, "SELECT count(*) FROM chancela.delivery") == [(0,)]

"""The beneficiary's door over PostgreSQL: asking, entering, sessions, and what strangers can tell from it."""

from __future__ import annotations

import asyncio
import base64
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.adapters.keys.vault import KeyVault
from chancela.adapters.postgres import doors as store
from chancela.bootstrap import door
from chancela.domain import sign_in as sign_ins
from chancela.domain.permissions import ActorKind
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.enter import Opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from chancela.bootstrap.app import App
    from chancela.bootstrap.door import Session
    from tests.cast import Tenant

PLACE, DEVICE = "198.51.100.7", "Firefox · Linux"
SIGN_INS = """
SELECT id, beneficiary_id, contact_id, origin, digest, sealed, key_date, issued_at, expires_at, wrong_tries, ended_at
FROM chancela.sign_in WHERE operator = %s ORDER BY id
"""


@pytest.fixture(autouse=True)
def no_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the test of the floor waits for it."""
    monkeypatch.setattr(door, "FLOOR_S", 0.0)


def ask(app: App, tenant: Tenant, **more: Any) -> Any:
    person = tenant.first
    said = {"who": person.card_number, "birth_date": person.birth_date, "place": PLACE, **more}
    return door.ask(app, tenant.ans, said["who"], said["birth_date"], said["place"], said.get("actor"))


def asked(app: App, tenant: Tenant) -> list[sign_ins.SignIn]:
    with psycopg.connect(str(app.settings.database_url)) as connection:
        return [store.sign_in(row) for row in connection.execute(SIGN_INS, (tenant.ans,)).fetchall()]


def run(app: App, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(str(app.settings.database_url)) as connection:
        done = connection.execute(statement.encode(), values)
        return done.fetchall() if done.description else []


def code(app: App, tenant: Tenant, nth: int = -1) -> str:
    """The digits of a sign-in, as its owner would read them; a decoy's are read by nobody."""
    made = asked(app, tenant)[nth]
    assert made.secret is not None
    bound = sign_ins.context(tenant.ans, made.id, made.beneficiary_id)
    digits = KeyVault(app.keys).reveal(tenant.ans, made.secret, bound)
    assert digits is not None
    return digits


def beside(digits: str) -> str:
    return f"{(int(digits) + 1) % 10**6:06d}"


def grow_older(app: App, hours: float, *which: UUID) -> None:
    """Let these sign-ins, or all, have been asked for so long ago."""
    back, kept = (
        timedelta(hours=hours),
        list(which) or [each[0] for each in run(app, "SELECT id FROM chancela.sign_in")],
    )
    moved = "UPDATE chancela.sign_in SET issued_at = issued_at - %s, expires_at = expires_at - %s WHERE id = ANY(%s)"
    run(app, moved, back, back, kept)


async def signed_in(app: App, tenant: Tenant, *, stays: bool = False) -> tuple[Session, str]:
    slip = (await ask(app, tenant)).slip
    opened = await door.enter(app, tenant.ans, slip, code(app, tenant), DEVICE, stays=stays)
    assert isinstance(opened, Opened)
    session = await door.session(app, tenant.ans, opened.secret)
    assert session is not None
    return session, opened.secret


def reason(outcome: Any) -> Refusal:
    assert isinstance(outcome, Refused)
    return outcome.reason


async def test_a_right_code_opens_a_session_of_its_person(app: App, cambui: Tenant):
    session, _ = await signed_in(app, cambui)
    me = session.person.beneficiary
    assert me.card_number == cambui.first.card_number
    assert (session.actor.kind, session.actor.person) == (ActorKind.BENEFICIARY, me.id)
    assert me.id in session.actor.sees and me.id in session.actor.acts_for
    assert session.fresh and session.record.device == DEVICE


async def test_a_cpf_in_any_writing_is_as_good_as_the_card(app: App, cambui: Tenant):
    cpf = cambui.first.cpf
    for written in (cpf, f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}"):
        await ask(app, cambui, who=written)
    assert {each.beneficiary_id for each in asked(app, cambui)} == {me(app, cambui)}


def me(app: App, tenant: Tenant) -> UUID:
    own = "SELECT id FROM chancela.beneficiary WHERE operator = %s AND card_number = %s"
    found: UUID = run(app, own, tenant.ans, tenant.first.card_number)[0][0]
    return found


async def test_the_code_goes_to_a_contact_on_file_as_a_message_about_no_guia(app: App, cambui: Tenant):
    await ask(app, cambui)
    (made,) = asked(app, cambui)
    planned = run(app, "SELECT guia_id, beneficiary_id, contact_id, channel, purpose FROM chancela.delivery")
    assert planned == [(made.id, made.beneficiary_id, made.contact_id, planned[0][3], "sign_in")]
    known = run(app, "SELECT beneficiary_id, state FROM chancela.contact WHERE id = %s", made.contact_id)
    assert known == [(made.beneficiary_id, "confirmed")]


STRANGERS: dict[str, Callable[[Tenant], dict[str, Any]]] = {
    "an unknown card": lambda _: {"who": "99999999999999"},
    "an unknown CPF": lambda _: {"who": "529.982.247-25"},
    "another birth date": lambda tenant: {"birth_date": tenant.first.birth_date + timedelta(days=1)},
    "no card at all": lambda _: {"who": "ninguém"},
    "whom nobody can reach": lambda tenant: {
        "who": tenant.unreached.card_number,
        "birth_date": tenant.unreached.birth_date,
    },
}


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
async def test_who_is_not_known_gets_the_same_answer_for_the_same_work(
    app: App, cambui: Tenant, stranger: Callable[[Tenant], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
):
    statements = spied(monkeypatch)
    known = await ask(app, cambui)
    of_known = statements.copy()
    statements.clear()
    unknown = await ask(app, cambui, **stranger(cambui))
    assert statements == of_known and len(of_known) > 5
    assert type(unknown) is type(known) and len(unknown.slip) == len(known.slip)
    assert len(run(app, "SELECT 1 FROM chancela.delivery")) == 1
    real, decoy = asked(app, cambui)
    assert (real.beneficiary_id is None, decoy.beneficiary_id is None) == (False, True)
    assert decoy.secret is not None and decoy.expires_at - decoy.issued_at == real.expires_at - real.issued_at


def spied(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is asked of the database, statement by statement."""
    statements: list[Any] = []
    execute = psycopg.AsyncConnection.execute

    async def noting(self: Any, query: Any, *rest: Any, **more: Any) -> Any:
        if isinstance(query, bytes):  # what listens and what tells others speaks in text, when it likes
            statements.append(query)
        return await execute(self, query, *rest, **more)

    monkeypatch.setattr(psycopg.AsyncConnection, "execute", noting)
    return statements


async def test_a_decoy_answers_like_a_real_one_to_wrong_codes_until_both_are_over(
    app: App, cambui: Tenant, monkeypatch: pytest.MonkeyPatch
):
    real = (await ask(app, cambui)).slip
    decoy = (await ask(app, cambui, who="99999999999999")).slip
    statements = spied(monkeypatch)
    answers: dict[str, list[Any]] = {}
    work: dict[str, list[Any]] = {}
    for name, slip, nth in (("real", real, 0), ("decoy", decoy, 1)):
        statements.clear()
        wrong = beside(code(app, cambui, nth))
        answers[name] = [await door.enter(app, cambui.ans, slip, wrong, DEVICE) for _ in range(7)]
        work[name] = statements.copy()
    assert answers["real"] == answers["decoy"]
    assert work["real"] == work["decoy"]
    assert [reason(each) for each in answers["real"]] == [
        *[Refusal.CODE_REFUSED] * 4,
        Refusal.CODE_LOCKED,
        *[Refusal.NO_LIVE_CODE] * 2,
    ]


async def test_not_even_its_own_digits_open_a_decoy(app: App, cambui: Tenant):
    decoy = (await ask(app, cambui, who="99999999999999")).slip
    assert reason(await door.enter(app, cambui.ans, decoy, code(app, cambui), DEVICE)) is Refusal.CODE_REFUSED


async def test_the_answer_takes_no_less_than_the_floor(app: App, cambui: Tenant, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(door, "FLOOR_S", 0.25)
    for who in (cambui.first.card_number, "99999999999999"):
        began = time.monotonic()
        await ask(app, cambui, who=who)
        assert time.monotonic() - began >= 0.24


async def test_a_code_opens_once(app: App, cambui: Tenant):
    slip = (await ask(app, cambui)).slip
    digits = code(app, cambui)
    assert isinstance(await door.enter(app, cambui.ans, slip, digits, DEVICE), Opened)
    assert reason(await door.enter(app, cambui.ans, slip, digits, DEVICE)) is Refusal.NO_LIVE_CODE
    (used,) = asked(app, cambui)
    assert used.secret is None


async def test_a_code_of_more_than_ten_minutes_ago_opens_nothing(app: App, cambui: Tenant):
    slip = (await ask(app, cambui)).slip
    digits = code(app, cambui)
    grow_older(app, 1 / 6)
    assert reason(await door.enter(app, cambui.ans, slip, digits, DEVICE)) is Refusal.NO_LIVE_CODE


async def test_what_is_no_code_at_all_spends_no_try(app: App, cambui: Tenant):
    slip = (await ask(app, cambui)).slip
    for typed in ("12345", "abcdef", "٤٨٢٩١٣", ""):
        assert reason(await door.enter(app, cambui.ans, slip, typed, DEVICE)) is Refusal.CODE_MALFORMED
    assert asked(app, cambui)[0].wrong_tries == 0


async def test_a_code_is_entered_at_its_own_operator_alone(app: App, cambui: Tenant, aurora: Tenant):
    slip = (await ask(app, cambui)).slip
    assert await door.enter(app, aurora.ans, slip, code(app, cambui), DEVICE) is None


@pytest.mark.parametrize("slip", [None, "", "x", "é", "A" * 43, base64.urlsafe_b64encode(bytes(32)).decode()])
async def test_a_slip_that_is_none_of_ours_leads_nowhere(app: App, cambui: Tenant, slip: str | None):
    assert await door.enter(app, cambui.ans, slip, "123456", DEVICE) is None


async def test_a_person_gets_three_codes_in_fifteen_minutes_and_is_told_nothing_of_it(app: App, cambui: Tenant):
    answers = [await ask(app, cambui) for _ in range(5)]
    assert all(isinstance(each, door.Asked) for each in answers)
    assert len(run(app, "SELECT 1 FROM chancela.delivery")) == 3
    assert [each.beneficiary_id is None for each in asked(app, cambui)] == [False] * 3 + [True] * 2


async def test_a_person_gets_ten_codes_a_day(app: App, cambui: Tenant):
    for _ in range(12):
        await ask(app, cambui)
        grow_older(app, 1)
    assert len(run(app, "SELECT 1 FROM chancela.delivery")) == 10


async def test_each_code_takes_the_next_way(app: App, cambui: Tenant):
    for _ in range(3):
        await ask(app, cambui)
    channels = [row[0] for row in run(app, "SELECT channel FROM chancela.delivery ORDER BY planned_at")]
    assert len(set(channels[:2])) == 2 and "app" not in channels and "voice" not in channels


async def test_one_place_asks_thirty_times_and_then_waits_whoever_it_asks_for(app: App, cambui: Tenant):
    for number in range(30):
        assert isinstance(await ask(app, cambui, who=f"unknown{number}"), door.Asked)
    for who in (cambui.first.card_number, "unknown"):
        assert reason(await ask(app, cambui, who=who)) is Refusal.TOO_MANY_SENDS
    assert isinstance(await ask(app, cambui, place="203.0.113.9"), door.Asked)


async def test_a_session_is_nobodys_at_another_operator(app: App, cambui: Tenant, aurora: Tenant):
    _, secret = await signed_in(app, cambui)
    assert await door.session(app, aurora.ans, secret) is None
    for cookie in (None, "", "é", "x" * 43):
        assert await door.session(app, cambui.ans, cookie) is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE chancela.person_session SET expires_at = clock_timestamp()",
        "UPDATE chancela.person_session SET seen_at = seen_at - interval '7 days'",
        "UPDATE chancela.person_session SET ended_at = clock_timestamp()",
    ],
    ids=["time", "disuse", "ended"],
)
async def test_a_session_ends_by_its_time_by_disuse_and_by_being_ended(app: App, cambui: Tenant, change: str):
    _, secret = await signed_in(app, cambui)
    run(app, change)
    assert await door.session(app, cambui.ans, secret) is None


async def test_being_seen_keeps_a_session_alive(app: App, cambui: Tenant):
    _, secret = await signed_in(app, cambui, stays=True)
    run(app, "UPDATE chancela.person_session SET seen_at = seen_at - interval '6 days'")
    assert await door.session(app, cambui.ans, secret) is not None
    ((idle,),) = run(app, "SELECT clock_timestamp() - seen_at < interval '1 min' FROM chancela.person_session")
    assert idle


async def test_a_session_lasts_twelve_hours_or_thirty_days_where_the_person_stays(app: App, cambui: Tenant):
    visit, _ = await signed_in(app, cambui)
    stay, _ = await signed_in(app, cambui, stays=True)
    assert visit.record.expires_at - visit.record.created_at == timedelta(hours=12)
    assert stay.record.expires_at - stay.record.created_at == timedelta(days=30)


async def test_sessions_are_listed_and_ended_by_their_owner_alone(app: App, cambui: Tenant):
    first, secret = await signed_in(app, cambui)
    second, _ = await signed_in(app, cambui)
    assert {each.id for each in await door.listed(app, second)} == {first.id, second.id}
    stranger = await other(app, cambui)
    assert reason(await door.end(app, stranger, first.id)) is Refusal.NOT_FOUND
    assert await door.session(app, cambui.ans, secret) is not None
    assert not isinstance(await door.end(app, second, first.id), Refused)
    assert await door.session(app, cambui.ans, secret) is None
    assert [each.id for each in await door.listed(app, second)] == [second.id]


async def other(app: App, tenant: Tenant) -> Session:
    """Another person of the same operator, signed in."""
    person = next(each for each in tenant.people[1:] if each.mobile)
    slip = (await ask(app, tenant, who=person.card_number, birth_date=person.birth_date)).slip
    opened = await door.enter(app, tenant.ans, slip, code(app, tenant), DEVICE)
    assert isinstance(opened, Opened)
    session = await door.session(app, tenant.ans, opened.secret)
    assert session is not None
    return session


async def test_a_new_code_makes_a_session_fresh_again_under_a_new_secret(app: App, cambui: Tenant):
    _, secret = await signed_in(app, cambui, stays=True)
    run(app, "UPDATE chancela.person_session SET assured_at = assured_at - interval '15 min'")
    stale = await door.session(app, cambui.ans, secret)
    assert stale is not None and not stale.fresh
    slip = (await ask(app, cambui, actor=stale.actor)).slip
    renewed = await door.enter(app, cambui.ans, slip, code(app, cambui), DEVICE, stays=True, at=stale)
    assert isinstance(renewed, Opened)
    fresh = await door.session(app, cambui.ans, renewed.secret)
    assert fresh is not None and fresh.fresh
    assert await door.session(app, cambui.ans, secret) is None


async def test_nobody_renews_their_session_by_the_code_of_somebody_else(app: App, cambui: Tenant):
    stranger = await other(app, cambui)
    slip = (await ask(app, cambui)).slip
    found = await door.enter(app, cambui.ans, slip, code(app, cambui), DEVICE, at=stranger)
    assert reason(found) is Refusal.CODE_REFUSED


async def test_the_trail_tells_of_sessions_and_of_no_digit(app: App, cambui: Tenant):
    session, secret = await signed_in(app, cambui)
    await door.end(app, session, session.id)
    told = run(app, "SELECT kind, subject, actor, data FROM chancela.trail ORDER BY seq")
    assert [each[0] for each in told] == ["person:session:opened", "person:session:ended"]
    assert {each[1] for each in told} == {session.id} and {each[2] for each in told} == {session.actor.name}
    assert secret not in str(told)


async def test_what_is_past_its_time_is_erased_and_after_a_day_forgotten(app: App, cambui: Tenant):
    for _ in range(3):
        await ask(app, cambui)
    first, second, _ = (each.id for each in asked(app, cambui))
    for key, hours in ((first, 26), (second, 1)):
        grow_older(app, hours, key)
    await store.forget(app.pool, cambui.ans)
    kept = asked(app, cambui)
    assert [(each.id == second, each.secret is None, each.ended_at is None) for each in kept] == [
        (True, True, False),
        (False, False, True),
    ]


async def test_two_in_one_moment_spend_no_more_than_five_tries(app: App, cambui: Tenant):
    slip = (await ask(app, cambui)).slip
    wrong = beside(code(app, cambui))
    found = await asyncio.gather(*(door.enter(app, cambui.ans, slip, wrong, DEVICE) for _ in range(9)))
    assert sorted(reason(each).value for each in found) == sorted(
        [Refusal.CODE_REFUSED] * 4 + [Refusal.CODE_LOCKED] + [Refusal.NO_LIVE_CODE] * 4
    )
    assert asked(app, cambui)[0].wrong_tries == 5


async def test_a_browser_that_was_signed_in_before_asks_whatever_strangers_asked(app: App, cambui: Tenant):
    session, _ = await signed_in(app, cambui)
    for nth in range(3):
        await ask(app, cambui, place=f"198.51.100.{nth}")
    sent = "SELECT count(*) FROM chancela.delivery WHERE purpose = 'sign_in'"
    spent, person = run(app, sent), cambui.first
    own = door.before(app, cambui.ans, session.person.beneficiary.id)
    for slip in ("", "x", door.before(app, "999999", session.person.beneficiary.id), own):
        assert run(app, sent) == spent
        await door.ask(app, cambui.ans, person.card_number, person.birth_date, PLACE, before=slip)
    assert run(app, sent) == [(spent[0][0] + 1,)]

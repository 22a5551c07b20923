"""How long people see what was: as many days as the operator's policy says, and what still waits in any case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg
import pytest

from chancela.bootstrap import codes
from chancela.domain.permissions import Actor, ActorKind
from tests import visits

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.bootstrap.app import App
    from chancela.domain.case import Case
    from tests.cast import Tenant

KEPT = """
UPDATE chancela.operator SET settings = jsonb_set(settings, '{policy}', COALESCE(settings -> 'policy', '{}')
    || jsonb_build_object('history_days', %s::int)) WHERE ans = %s
"""
AGED = "UPDATE chancela.guia SET created_at = created_at - make_interval(days => %s) WHERE id = %s"


def run(app: App, statement: str, *values: object) -> None:
    with psycopg.connect(str(app.settings.database_url)) as connection:
        connection.execute(statement.encode(), values)


def owner(case: Case) -> Actor:
    person = case.guia.beneficiary_id
    own = frozenset({person})
    return Actor(
        case.guia.operator, ActorKind.BENEFICIARY, f"person:{person}", None, None, person=person, sees=own, acts_for=own
    )


async def seen(app: App, case: Case) -> tuple[bool, bool]:
    """Whether its person finds it in the history, and whether its page opens."""
    history = await codes.history(app, owner(case))
    listed: set[UUID] = {each.case.guia.id for each in history.items}
    return case.guia.id in listed, await codes.attendance(app, owner(case), case.guia.id) is not None


@pytest.mark.parametrize(
    ("days", "age", "found"),
    [(30, 29, True), (30, 31, False), (31, 31, False), (32, 31, True), (1826, 1825, True), (1826, 1827, False)],
)
async def test_what_is_older_than_the_policy_shows_is_like_unknown(
    app: App, cambui: Tenant, days: int, age: int, found: bool
):
    run(app, KEPT, days, cambui.ans)
    done = await visits.validated(app, cambui)
    assert await seen(app, done) == (True, True)
    run(app, AGED, age, done.guia.id)
    assert await seen(app, done) == (found, found)


async def test_five_years_are_shown_where_nothing_is_said(app: App, cambui: Tenant):
    done = await visits.validated(app, cambui)
    run(app, AGED, 1825, done.guia.id)
    assert await seen(app, done) == (True, True)
    run(app, AGED, 2, done.guia.id)
    assert await seen(app, done) == (False, False)


async def test_one_operators_days_are_not_anothers(app: App, cambui: Tenant, bem_te_vi: Tenant):
    run(app, KEPT, 30, cambui.ans)
    done = await visits.validated(app, bem_te_vi)
    run(app, AGED, 60, done.guia.id)
    assert await seen(app, done) == (True, True)


async def test_what_still_awaits_its_code_opens_however_old(app: App, cambui: Tenant):
    run(app, KEPT, 30, cambui.ans)
    waiting = await visits.issued(app, cambui)
    run(app, AGED, 60, waiting.guia.id)
    assert await seen(app, waiting) == (False, True)
    assert [each.case.guia.id for each in await codes.live_codes(app, owner(waiting))] == [waiting.guia.id]
    run(app, "UPDATE chancela.guia SET valid_until = current_date - 2 WHERE id = %s", waiting.guia.id)
    assert await seen(app, waiting) == (False, False)


async def test_anothers_is_like_unknown_at_any_age(app: App, cambui: Tenant):
    done = await visits.validated(app, cambui)
    stranger = replace(owner(done), sees=frozenset(), acts_for=frozenset())
    assert await codes.attendance(app, stranger, done.guia.id) is None

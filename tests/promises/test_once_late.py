"""security.md 1, 2 and 3 where codes follow their visits: desks that issue, postpone and give codes at once."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg

from chancela.domain import offline
from chancela.domain.case import Case
from chancela.domain.guia import Attendance
from chancela.domain.token import Window
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.postpone_token import PostponeToken
from chancela.usecases.validate_token import ValidateToken
from tests import visits
from tests.promises.mixing import Diary, lift_the_limits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from chancela.bootstrap.app import App
    from chancela.domain.permissions import Actor
    from tests.cast import Cast

TASKS, ROUNDS = 16, 8


async def test_whatever_is_postponed_meanwhile_a_guia_is_validated_once_by_its_newest_code(
    app: App, house: Cast, database_url: str
):
    lift_the_limits(database_url)
    tenant = house.bem_te_vi
    cases = [await visits.entered(app, tenant) for _ in range(3)]
    diary = Diary()
    postponed: set[UUID] = set()
    guias = [each.guia.id for each in cases]
    desks = (_desk(app, tenant.desk, guias, diary, postponed, random.Random(seed)) for seed in range(TASKS))
    await asyncio.gather(*desks)
    assert diary.faults(database_url) == []
    assert postponed, "nothing was postponed: the mix proves nothing"
    for each in guias:
        now = await app.guia(tenant.desk, each)
        assert now is not None
        assert (now.late is not None) is (now.guia.attendance is Attendance.LATE_PENDING)
        if now.validation is not None:
            assert (now.validation.window is Window.LATE) is (now.validation.visit_date is not None)
    with psycopg.connect(database_url) as connection:
        beside = "SELECT count(*) FROM chancela.live_token l JOIN chancela.validation v USING (operator, guia_id)"
        assert connection.execute(beside).fetchone() == (0,)
        told = "SELECT subject FROM chancela.trail WHERE kind = 'guia:token:postponed'"
        found = [row[0] for row in connection.execute(told).fetchall()]
    assert len(found) == len(set(found)), "each was postponed once"
    assert set(found) == postponed


async def _desk(
    app: App, actor: Actor, guias: Sequence[UUID], diary: Diary, postponed: set[UUID], chance: random.Random
) -> None:
    """Ask for codes, give some that were seen, most of them old, and now and then leave one for later."""
    today = offline.day(datetime.now(UTC))
    for _ in range(ROUNDS):
        guia_id, known = chance.choice(guias), chance.random()
        codes = diary.codes(guia_id)
        outcome: Any
        if known < 0.1:
            outcome = await app.do(PostponeToken(actor, guia_id, today))
            if isinstance(outcome, Case):
                postponed.add(guia_id)
        elif known < 0.5 or not codes:
            outcome = await app.do(IssueToken(actor, guia_id))
            if isinstance(outcome, Case) and outcome.token is not None:
                diary.issued[guia_id, outcome.token.generation] = visits.code(app, outcome)
        else:
            code = chance.choice(codes[-3:])
            outcome = await app.do(ValidateToken(actor, guia_id, code))
            if isinstance(outcome, Case) and outcome.validation is not None:
                diary.accepted.append((guia_id, outcome.validation.generation, code))

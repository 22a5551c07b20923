"""What a provider's desk reads of disputes: how many await its word, and the list with those on top, page by page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from chancela.adapters.postgres.dispute_desk import DisputeDesk, Unanswered
from chancela.adapters.postgres.reads import GuiaFilter
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.usecases.answer_dispute import AnswerDispute
from chancela.usecases.decide_dispute import DecideDispute
from tests.adapters.postgres.stages import PostgresStage
from tests.adapters.postgres.test_dispute_contract import CODE, TEXT, awaiting, disputed
from tests.usecases.scene import AUDITOR, CARD, DESK, NEIGHBOUR, PROVIDER, Scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

NOBODY = Unanswered(0, None)
ALL = GuiaFilter()


@pytest.fixture
async def house(empty_database_url: str) -> AsyncIterator[PostgresStage]:
    """An operator whose codes fall all the same, and whose people get as many as they ask for."""
    free = {"cool_down_s": 0, "sends_per_person_hour": 99, "sends_per_number_hour": 99}
    opened = PostgresStage(Scene(replace(LATEST_CODE_WINS, **free)), empty_database_url)
    opened.means.chance.next_codes += [CODE] * 20  # type: ignore[attr-defined]
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def desk(house: PostgresStage) -> DisputeDesk:
    return DisputeDesk(house.pool, house.ans, PROVIDER)


async def contested(house: PostgresStage, day: str) -> UUID:
    """A dispute to be decided by a day; what was said before pauses no code."""
    await house.execute("UPDATE chancela.report SET opened_at = opened_at - interval '8 days'")
    case = await disputed(house)
    change = f"UPDATE chancela.report SET due_date = '{day}' WHERE guia_id = '{case.guia.id}'"  # noqa: S608 - ours
    await house.execute(change)
    return case.guia.id


async def test_what_awaits_the_providers_word_is_counted_with_the_first_last_day(
    house: PostgresStage, desk: DisputeDesk
):
    assert await desk.unanswered() == NOBODY
    await awaiting(house)
    first, second = await contested(house, "2026-12-09"), await contested(house, "2026-12-05")
    assert await desk.unanswered() == Unanswered(2, date(2026, 12, 5))
    await house.do(AnswerDispute(DESK, second, TEXT))
    assert await desk.unanswered() == Unanswered(1, date(2026, 12, 9))
    await house.do(DecideDispute(AUDITOR, first, False, TEXT))
    assert await desk.unanswered() == NOBODY


async def test_of_others_nothing_is_counted_nor_listed(house: PostgresStage, desk: DisputeDesk):
    key = await contested(house, "2026-12-05")
    assert await desk.contested(ALL) == ([key], None)
    for other in (replace(desk, provider=NEIGHBOUR), replace(desk, operator="999001")):
        assert await other.unanswered() == NOBODY
        assert await other.contested(ALL) == ([], None)


async def test_those_without_the_providers_side_come_first_then_what_is_due_first_then_what_was_decided(
    house: PostgresStage, desk: DisputeDesk
):
    days = ("2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04", "2026-12-05")
    decided, answered, stands, last, first = [await contested(house, day) for day in days[:3] + days[:2:-1]]
    await house.do(DecideDispute(AUDITOR, decided, False, TEXT))
    await house.do(AnswerDispute(DESK, answered, TEXT))
    await house.do(DecideDispute(AUDITOR, stands, True, TEXT))
    order = [first, last, answered, decided]
    assert await desk.contested(ALL) == (order, None)
    page, after = await desk.contested(replace(ALL, limit=3))
    assert (page, after) == (order[:3], answered)
    assert await desk.contested(replace(ALL, limit=3, cursor=after)) == (order[3:], None)
    assert await desk.contested(replace(ALL, cursor=stands)) == (order, None)


async def test_the_list_takes_the_other_filters(house: PostgresStage, desk: DisputeDesk):
    key = await contested(house, "2026-12-05")
    case = (await house.do(AnswerDispute(DESK, key, TEXT)))[0]
    fits = (CARD, case.guia.number, case.guia.created_at)
    card, number, since = (GuiaFilter(card_number=fits[0]), GuiaFilter(number=fits[1]), GuiaFilter(since=fits[2]))
    assert [await desk.contested(each) for each in (card, number, since)] == [([key], None)] * 3
    later = GuiaFilter(since=case.guia.created_at + timedelta(seconds=1))
    for other in (GuiaFilter(card_number="0"), GuiaFilter(number="0"), later):
        assert await desk.contested(other) == ([], None)

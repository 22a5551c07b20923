"""Counting and drawing a day: round scales, columns that add up, bars that fit, whatever the numbers are."""

from __future__ import annotations

import itertools

import pytest

from chancela.domain import picture
from chancela.domain.picture import HEIGHT, WIDTH, Day, Miss, Way

SOME = Day(
    validated={(8, Way.SMS): 30, (8, Way.APP): 10, (9, Way.SMS): 5, (23, Way.PAPER): 1, (9, Way.NONE): 4},
    absences={"03": 3, "07": 1},
    misses={Miss.WRONG: 2},
)


@pytest.mark.parametrize(
    ("most", "scale"),
    [
        (0, (0, 1)),
        (1, (0, 1)),
        (2, (0, 1, 2)),
        (3, (0, 1, 2, 3)),
        (7, (0, 2, 4, 6, 8)),
        (40, (0, 10, 20, 30, 40)),
        (41, (0, 20, 40, 60)),
        (999, (0, 500, 1000)),
        (1_234_567, (0, 500_000, 1_000_000, 1_500_000)),
        (9_999_999_999, (0, 5_000_000_000, 10_000_000_000)),
    ],
)
def test_a_scale_has_round_steps_and_reaches_the_most(most: int, scale: tuple[int, ...]):
    assert picture.ticks(most) == scale


def test_no_scale_has_too_many_steps_or_ends_too_soon():
    for most in (*range(2, 3000), *(7**each for each in range(1, 15))):
        scale = picture.ticks(most)
        assert scale[-1] >= most
        assert 2 <= len(scale) <= 6, most
        assert len({after - before for before, after in itertools.pairwise(scale)}) == 1


def test_a_day_knows_its_totals():
    assert (SOME.total, SOME.without_code, SOME.share_without_code) == (50, 4, 0.08)
    assert (SOME.at(8), SOME.at(10), SOME.until(8), SOME.until(23)) == (40, 0, 40, 50)
    assert SOME.by(Way.SMS) == 35
    assert SOME.ways == (Way.APP, Way.SMS, Way.PAPER, Way.NONE)


def test_an_empty_day_has_no_share():
    assert (Day().total, Day().share_without_code, Day().ways) == (0, None, ())


def test_the_parts_of_a_column_stand_one_upon_the_other():
    drawn = picture.columns(SOME, Day())
    app, sms = [each for each in drawn.blocks if each.hour == 8]
    assert (app.way, sms.way) == (Way.APP, Way.SMS)
    assert app.y == pytest.approx(sms.y + sms.height, abs=0.2)
    assert app.y + app.height == pytest.approx(HEIGHT - picture.FOOT, abs=0.2)
    assert sms.height == pytest.approx(3 * app.height, abs=0.3)
    assert sms.x == app.x


def test_a_column_of_the_most_reaches_the_scale():
    drawn = picture.columns(SOME, Day())
    assert [mark.value for mark in drawn.scale] == [0, 10, 20, 30, 40]
    assert min(each.y for each in drawn.blocks) == drawn.scale[-1].y == picture.TOP


def test_the_day_before_may_be_higher_than_the_day():
    drawn = picture.columns(Day(validated={(1, Way.APP): 1}), SOME)
    assert [mark.value for mark in drawn.scale][-1] == 40
    assert next((mark.value, mark.y) for mark in drawn.before) == (40, picture.TOP)
    assert len(drawn.before) == 3


@pytest.mark.parametrize("day", [Day(), SOME, Day(validated={(h, Way.SMS): 10**9 for h in range(24)})])
def test_everything_stays_on_the_sheet(day: Day):
    drawn = picture.columns(day, SOME)
    assert len(drawn.hours) == 24
    for each in drawn.blocks:
        assert each.x >= picture.LEFT and each.x + each.width <= WIDTH
        assert each.y >= picture.TOP and each.y + each.height <= HEIGHT - picture.FOOT + 0.2
    for mark in (*drawn.scale, *drawn.hours, *drawn.before):
        assert 0 <= mark.x <= WIDTH and 0 <= mark.y <= HEIGHT


def test_an_empty_day_has_its_scale_and_no_columns():
    drawn = picture.columns(Day(), Day())
    assert (drawn.blocks, drawn.before) == ((), ())
    assert [mark.value for mark in drawn.scale] == [0, 1]


def test_bars_are_as_long_as_their_values():
    drawn = picture.bars({"a": 10, "b": 5, "c": 0})
    assert [(each.key, each.value, each.width) for each in drawn] == [("a", 10, 100), ("b", 5, 50), ("c", 0, 0)]


def test_a_second_value_decides_the_length_of_all():
    drawn = picture.bars({"a": 10, "b": 5}, {"a": 20})
    assert [(each.width, each.further, each.reach) for each in drawn] == [(50, 20, 100), (25, 0, 0)]


def test_no_bars_are_no_fault():
    assert picture.bars({}) == ()
    assert [each.width for each in picture.bars({"a": 0})] == [0]

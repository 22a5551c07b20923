"""A desk's computer has numbers of its own: no list has them, no other computer, and not without end."""

from __future__ import annotations

from uuid import UUID

import pytest

from chancela.domain.reconcile import Result
from chancela.domain.refusal import Refusal
from chancela.usecases.take_block import COMPUTERS_A_DAY, TakeBlock
from tests.usecases.contingency import OFFERED, Clinic
from tests.usecases.scene import DESK, PROVIDER, Scene, reason

ONE, OTHER = UUID(int=71), UUID(int=72)


@pytest.fixture
def scene() -> Scene:
    return Scene(OFFERED)


def test_each_computer_gets_three_blocks_worth_of_its_own(scene: Scene):
    listed, first, second = scene.do_all(
        TakeBlock(DESK, PROVIDER), TakeBlock(DESK, PROVIDER, ONE), TakeBlock(DESK, PROVIDER, OTHER)
    )
    assert [len(each.numbers) for each in (listed, first, second)] == [6, 18, 18]
    assert len({*listed.numbers, *first.numbers, *second.numbers}) == 42
    assert [each.machine for each in (listed, first, second)] == [None, ONE, OTHER]
    assert f'"machine":"{ONE}"' in scene.memory.shelf.trail[-2].data


@pytest.mark.parametrize(("left", "more"), [(18, 0), (13, 0), (12, 6), (0, 18)])
def test_it_is_topped_up_when_a_block_of_it_is_used(scene: Scene, left: int, more: int):
    answer = scene.do(TakeBlock(DESK, PROVIDER, ONE, left=left))
    assert len(answer.numbers) == more if more else reason(answer) == Refusal.BLOCKS_ENOUGH


def test_what_computers_have_leaves_the_list_as_it_is(scene: Scene):
    scene.do(TakeBlock(DESK, PROVIDER, ONE))
    assert len(scene.do(TakeBlock(DESK, PROVIDER)).numbers) == 6


def test_a_provider_whose_computers_take_without_end_gets_no_more_that_day(scene: Scene):
    for _ in range(COMPUTERS_A_DAY):
        assert scene.do(TakeBlock(DESK, PROVIDER, ONE)).numbers
    assert reason(scene.do(TakeBlock(DESK, PROVIDER, OTHER))) == Refusal.BLOCKS_ENOUGH
    scene.later(days=1)
    assert scene.do(TakeBlock(DESK, PROVIDER, OTHER)).numbers


def test_a_visit_under_a_computers_number_is_brought_in():
    scene = Clinic()
    scene.block = scene.do(TakeBlock(DESK, PROVIDER, ONE))
    assert scene.bring(0, at=scene.memory.now, reason="no_phone").result is Result.WITHOUT_TOKEN

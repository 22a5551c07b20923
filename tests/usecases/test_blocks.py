"""Handing contingency numbers out: as many as a provider lacks, by list or by telephone, until a list is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.reconcile import Differs, Result
from chancela.domain.refusal import Refusal
from chancela.usecases.end_block import EndBlock
from chancela.usecases.give_number import GiveNumber
from chancela.usecases.open_call import OpenCall
from chancela.usecases.take_block import TakeBlock
from tests.usecases.contingency import OFFERED, Clinic
from tests.usecases.scene import (
    ANS,
    CARD,
    CLIENT,
    CLOSED,
    DESK,
    NEIGHBOUR,
    NEIGHBOUR_DESK,
    NOWHERE,
    PROVIDER,
    SYSTEM,
    Scene,
    reason,
)

RITA, BIA = Actor(ANS, ActorKind.AGENT, "rita"), Actor(ANS, ActorKind.AGENT, "bia")
ANALYST, MANAGER = Actor(ANS, ActorKind.ANALYST, "analista"), Actor(ANS, ActorKind.MANAGER, "gestora")


@pytest.fixture
def scene() -> Scene:
    return Scene(OFFERED)


def told(scene: Scene) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(scene.memory.shelf.trail[-1].data)
    return data


def test_a_desk_takes_as_many_numbers_as_the_policy_says(scene: Scene):
    block = scene.do(TakeBlock(DESK, PROVIDER))
    assert (block.no, block.provider, len(block.numbers), block.issued_by) == (1, PROVIDER, 6, "recepcao")
    assert block.valid_until == date(2026, 11, 20) + timedelta(days=90)
    assert scene.memory.shelf.blocks[block.id] == block
    assert (scene.trail, told(scene)) == (
        ["network:block:handed"],
        {"provider": PROVIDER, "block": 1, "count": 6, "until": "2027-02-18"},
    )


def test_who_has_enough_is_told_so_and_who_used_some_gets_as_many_again():
    scene = Clinic()
    assert reason(scene.do(TakeBlock(DESK, PROVIDER))) == Refusal.BLOCKS_ENOUGH
    scene.bring(0)
    scene.bring(1, card="unknown")
    more = scene.do(TakeBlock(ANALYST, PROVIDER))
    assert (more.no, len(more.numbers), more.issued_by) == (2, 2, "analista")


def test_two_desks_of_one_set_do_not_take_twice(scene: Scene):
    first, second, other = scene.do_all(
        TakeBlock(DESK, PROVIDER), TakeBlock(DESK, PROVIDER), TakeBlock(NEIGHBOUR_DESK, NEIGHBOUR)
    )
    assert (first.no, reason(second), other.no) == (1, Refusal.BLOCKS_ENOUGH, 2)


@pytest.mark.parametrize(
    ("actor", "provider"),
    [(DESK, NEIGHBOUR), (CLIENT, "404"), (SYSTEM, PROVIDER), (RITA, PROVIDER)],
)
def test_nobody_takes_numbers_for_another(scene: Scene, actor: Actor, provider: str):
    assert reason(scene.do(TakeBlock(actor, provider))) == Refusal.PROVIDER_UNKNOWN
    assert scene.memory.shelf.blocks == {}


def test_a_provider_that_is_out_gets_none(scene: Scene):
    assert reason(scene.do(TakeBlock(MANAGER, CLOSED))) == Refusal.PROVIDER_INACTIVE


def test_a_lost_list_is_ended_once_with_its_reason_and_replaced():
    scene = Clinic()
    ended = scene.do(EndBlock(ANALYST, scene.block.id, "  Lista   perdida 7 "))
    assert (ended.ended_at, ended.ended_by, ended.why) == (scene.memory.now, "analista", "Lista perdida 7")
    assert told(scene) == {"provider": PROVIDER, "block": "1", "why": "Lista perdida •"}
    scene.later(minutes=1)
    assert scene.do(EndBlock(DESK, scene.block.id, "outra")) == ended
    assert len(scene.do(TakeBlock(DESK, PROVIDER)).numbers) == 6


def test_to_end_a_list_a_reason_is_said_and_it_is_ones_own():
    scene = Clinic()
    assert reason(scene.do(EndBlock(DESK, scene.block.id, "  "))) == Refusal.REASON_NEEDED
    assert reason(scene.do(EndBlock(NEIGHBOUR_DESK, scene.block.id, "x"))) == Refusal.NOT_FOUND
    assert reason(scene.do(EndBlock(DESK, NOWHERE, "x"))) == Refusal.NOT_FOUND
    assert reason(scene.do(EndBlock(RITA, scene.block.id, "x"))) == Refusal.NOT_FOUND


# by telephone


def test_who_rings_is_told_one_number_under_the_calls_protocol(scene: Scene):
    call = scene.do(OpenCall(RITA))
    block = scene.do(GiveNumber(RITA, call.id, PROVIDER, f" {CARD} ", "  portal   fora  "))
    (number,) = block.numbers
    assert (block.told.protocol, block.told.card_number, block.told.note) == (call.protocol, CARD, "portal fora")
    kept = scene.memory.shelf.calls[call.id]
    assert [(each.what.value, each.about) for each in kept.done] == [("number_given", number)]
    assert scene.trail[-1] == "call:number:given"
    assert told(scene)["protocol"] == call.protocol
    assert told(scene)["number"] == number
    assert CARD not in scene.memory.shelf.trail[-1].data


def test_two_numbers_in_one_call_are_both_kept_in_it(scene: Scene):
    call = scene.do(OpenCall(RITA))
    first, second = scene.do_all(*[GiveNumber(RITA, call.id, PROVIDER)] * 2)
    assert first.numbers != second.numbers
    assert len(scene.memory.shelf.calls[call.id].done) == 2
    assert (first.told.card_number, first.told.note) == (None, "")


def test_in_another_agents_call_or_one_that_is_over_no_number_is_given(scene: Scene):
    call = scene.do(OpenCall(RITA))
    assert reason(scene.do(GiveNumber(BIA, call.id, PROVIDER))) == Refusal.NOT_FOUND
    assert reason(scene.do(GiveNumber(RITA, NOWHERE, PROVIDER))) == Refusal.NOT_FOUND
    assert reason(scene.do(GiveNumber(RITA, call.id, "404"))) == Refusal.PROVIDER_UNKNOWN
    assert reason(scene.do(GiveNumber(RITA, call.id, CLOSED))) == Refusal.PROVIDER_INACTIVE
    scene.later(hours=4)
    assert reason(scene.do(GiveNumber(RITA, call.id, PROVIDER))) == Refusal.CALL_OVER
    assert scene.memory.shelf.blocks == {}


def test_an_agents_name_alone_gives_no_number(scene: Scene):
    call = scene.do(OpenCall(RITA))
    assert reason(scene.do(GiveNumber(replace(DESK, name="rita"), call.id, PROVIDER))) == Refusal.PROVIDER_UNKNOWN


def test_what_is_brought_later_is_compared_with_what_was_told():
    scene = Clinic()
    scene.someone("900")
    call = scene.do(OpenCall(RITA))
    one, other = scene.do_all(*[GiveNumber(RITA, call.id, PROVIDER, CARD)] * 2)
    fits = scene.bring(number=one.numbers[0], at=scene.ago(minutes=90))
    differs = scene.bring(number=other.numbers[0], card="900", at=scene.ago(minutes=90))
    assert (fits.result, fits.differences) == (Result.WITHOUT_TOKEN, ())
    assert [(each.what, each.was, each.now) for each in differs.differences] == [(Differs.TOLD_CARD, CARD, "900")]
    assert differs.result is Result.WITHOUT_TOKEN


def test_a_number_that_was_told_is_not_among_the_free_ones_of_the_list():
    scene = Clinic()
    call = scene.do(OpenCall(RITA))
    scene.do(GiveNumber(RITA, call.id, PROVIDER))
    assert reason(scene.do(TakeBlock(DESK, PROVIDER))) == Refusal.BLOCKS_ENOUGH

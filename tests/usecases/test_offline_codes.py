"""Giving a code that was computed without a signal, or that stands on paper."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from chancela.domain import offline
from chancela.domain.case import Case
from chancela.domain.family import Scope, Tie, TieKind
from chancela.domain.guia import Attendance
from chancela.domain.offline import Device
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import ReportOutcome
from chancela.domain.token import Method, TokenEnd, Window
from chancela.usecases.end_device import EndDevice
from chancela.usecases.print_sheet import Printed, PrintSheet
from chancela.usecases.validate_token import ValidateToken, validate_token
from tests.fakes.brazil import BRAZIL
from tests.fakes.swift import run
from tests.usecases.scene import ANS, DESK, NEIGHBOUR_DESK, Scene, reason
from tests.usecases.test_carry import enrol, oneself

OFFERED = replace(LATEST_CODE_WINS, paper_codes=10)
ADULT = date(1980, 12, 31)


@pytest.fixture
def scene() -> Scene:
    return Scene(OFFERED, birth_date=ADULT)


@pytest.fixture
def device(scene: Scene) -> Device:
    made: Device = enrol(scene).device
    return made


def computed(scene: Scene, case: Case, device: Device, back: int = 0) -> str:
    """What a device shows for a guia, today or so many days ago."""
    guia, today = case.guia, scene.memory.now.astimezone(BRAZIL).date()
    asked = offline.challenge(guia.operator, guia.number, guia.provider, today - timedelta(days=back))
    assert device.secret is not None
    return offline.ocra(offline.SUITE, device.secret, asked)


def printed(scene: Scene, whom: UUID | None = None) -> tuple[str, ...]:
    sheet: Printed = scene.do(PrintSheet(oneself(scene, whom)))
    return sheet.codes


def beside(*codes: str) -> str:
    """Six digits that are none of these."""
    return next(each for each in (f"{number:06d}" for number in range(99)) if each not in codes)


def told(scene: Scene) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(scene.memory.shelf.trail[-1].data)
    return data


def test_a_computed_code_validates_a_guia_for_which_none_was_sent(scene: Scene, device: Device):
    case = scene.register()
    done = scene.now(scene.validate(case, computed(scene, case, device)))
    assert done.guia.attendance is Attendance.VALIDATED
    proof = done.validation
    assert (proof.method, proof.window, proof.generation) == (Method.OFFLINE, Window.VALID, 0)
    assert proof.code == scene.memory.vault.validation_code(ANS, case.guia.id, 0)
    assert told(scene) | {"validation_code": ""} == {
        "generation": 0,
        "window": "valid",
        "validation_code": "",
        "method": "offline",
        "day": "2026-11-20",
        "device": str(device.id),
    }


def test_a_live_code_that_stood_beside_it_is_given_no_more(scene: Scene, device: Device):
    case = scene.awaiting()
    live = scene.code(case)
    done = scene.validate(case, computed(scene, case, device))
    assert (done.token.end, done.secret, scene.memory.shelf.live) == (TokenEnd.SUPERSEDED, None, {})
    assert done.guia.last_end == TokenEnd.SUPERSEDED
    assert reason(scene.validate(case, live)) == Refusal.GUIA_VALIDATED


async def looked(scene: Scene, *commands: ValidateToken) -> int:
    """How often a set of entries looked at what people carry."""
    async with scene.memory.transaction() as world:
        await validate_token(commands, world)
        return world.pocket.looked


def test_a_right_live_code_looks_at_nothing_that_people_carry(scene: Scene, device: Device):
    cases = [scene.awaiting() for _ in range(2)]
    right = [ValidateToken(DESK, case.guia.id, scene.code(case)) for case in cases]
    guia = scene.register().guia.id
    unjudged = [ValidateToken(DESK, guia, "12345"), ValidateToken(NEIGHBOUR_DESK, guia, "123456")]
    assert run(looked(scene, *right, *unjudged)) == 0
    assert run(looked(scene, ValidateToken(DESK, guia, "123456"))) == 2


def test_a_code_of_an_earlier_day_is_judged_by_its_day(scene: Scene, device: Device):
    for back, window in ((0, Window.VALID), (1, Window.VALID), (2, Window.VALID), (3, Window.LATE), (5, Window.LATE)):
        case = scene.register()
        scene.later(days=back)
        assert scene.now(scene.validate(case, computed(scene, case, device, back))).validation.window is window
    case = scene.register()
    scene.later(days=6)
    assert reason(scene.validate(case, computed(scene, case, device, 6))) == Refusal.CODE_REFUSED


def test_a_clock_that_is_an_hour_wrong_does_no_harm(scene: Scene, device: Device):
    scene.later(hours=11)  # eleven in the evening: a fast clock says tomorrow
    ahead = scene.register()
    assert scene.validate(ahead, computed(scene, ahead, device, -1)).validation.window is Window.VALID
    scene.later(hours=1, minutes=30)  # half past midnight: a slow clock says yesterday
    behind = scene.register()
    assert scene.validate(behind, computed(scene, behind, device, 1)).validation.window is Window.VALID


def test_a_code_of_tomorrow_or_of_a_day_before_the_guia_is_wrong(scene: Scene, device: Device):
    scene.later(days=3)
    for back in (-1, 1):
        case = scene.register()
        assert reason(scene.validate(case, computed(scene, case, device, back))) == Refusal.CODE_REFUSED


def test_a_lost_device_computes_in_vain(scene: Scene, device: Device):
    other = enrol(scene).device
    case = scene.register()
    scene.do(EndDevice(oneself(scene), device.id))
    assert reason(scene.validate(case, computed(scene, case, device))) == Refusal.CODE_REFUSED
    assert scene.validate(case, computed(scene, case, other)).validation.method is Method.OFFLINE


def test_a_code_is_of_one_guia_and_of_one_provider(scene: Scene, device: Device):
    one, other = scene.register(), scene.register()
    assert reason(scene.validate(other, computed(scene, one, device))) == Refusal.CODE_REFUSED
    assert reason(scene.validate(one, computed(scene, one, device), by=NEIGHBOUR_DESK)) == Refusal.NOT_FOUND


def helped(scene: Scene, **about: Any) -> tuple[UUID, Device]:
    """Somebody to whom Ana gave that they act for her until tomorrow, and their device."""
    helper = scene.someone("77", birth_date=ADULT)
    now, id_ = scene.memory.now, scene.memory.chance.id()
    day = timedelta(days=1)
    tie = Tie(id_, TieKind.DELEGATION, scene.ana, scene.ana, Scope.ACT, id_.bytes, now, now + day, helper, now)
    scene.memory.shelf.ties[id_] = replace(tie, **about)
    return helper, enrol(scene, oneself(scene, helper)).device


def test_a_helpers_device_computes_as_long_as_they_help(scene: Scene):
    _, theirs = helped(scene)
    case, later = scene.register(), scene.register()
    assert scene.validate(case, computed(scene, case, theirs)).validation.method is Method.OFFLINE
    scene.later(days=1)
    assert reason(scene.validate(later, computed(scene, later, theirs))) == Refusal.NO_LIVE_CODE


def test_who_may_only_see_computes_nothing(scene: Scene):
    _, theirs = helped(scene, scope=Scope.SEE)
    case = scene.register()
    assert reason(scene.validate(case, computed(scene, case, theirs))) == Refusal.NO_LIVE_CODE


def test_of_a_protected_person_a_helpers_device_counts_no_more(scene: Scene):
    _, theirs = helped(scene)
    shelf = scene.memory.shelf
    shelf.people[scene.ana] = replace(shelf.people[scene.ana], protected=True)
    case = scene.register()
    assert reason(scene.validate(case, computed(scene, case, theirs))) == Refusal.NO_LIVE_CODE


def test_a_strangers_device_computes_nothing(scene: Scene, device: Device):
    theirs = enrol(scene, oneself(scene, scene.someone("77", birth_date=ADULT))).device
    case = scene.register()
    assert reason(scene.validate(case, computed(scene, case, theirs))) == Refusal.CODE_REFUSED


def test_where_there_is_nothing_to_compare_with_nothing_is_spent(scene: Scene):
    case = scene.register()
    assert scene.validate(case, "123456") == Refused(Refusal.NO_LIVE_CODE)
    assert scene.now(case).guia.wrong_tries == 0


def test_ten_wrong_entries_without_a_live_code_lock_the_guia(scene: Scene, device: Device):
    case = scene.register()
    wrong = beside(computed(scene, case, device))
    outcomes = [scene.validate(case, wrong) for _ in range(11)]
    assert outcomes == [
        *(Refused(Refusal.CODE_REFUSED, left) for left in (5, 5, 5, 5, 5, 4, 3, 2, 1, 0)),
        Refused(Refusal.CODE_LOCKED, 0),
    ]
    assert scene.trail[-10:] == ["guia:token:refused"] * 9 + ["guia:token:locked"]
    assert reason(scene.validate(case, computed(scene, case, device))) == Refusal.CODE_LOCKED
    hour = scene.memory.now.replace(minute=0)
    assert (scene.memory.shelf.judged[hour], scene.memory.shelf.wrong[hour]) == (10, 10)


def test_with_a_live_code_five_wrong_entries_lock_it_as_ever(scene: Scene, device: Device):
    case = scene.awaiting()
    wrong = beside(scene.code(case), computed(scene, case, device))
    outcomes = scene.do_all(*[ValidateToken(DESK, case.guia.id, wrong)] * 6)
    assert [each.attempts_left for each in outcomes] == [4, 3, 2, 1, 0, 0]
    assert scene.now(case).token.end is TokenEnd.LOCKED
    assert scene.validate(case, computed(scene, case, device)) == Refused(Refusal.CODE_LOCKED, 0)


def test_an_expired_code_ends_and_what_is_computed_still_counts(scene: Scene, device: Device):
    case = scene.awaiting()
    scene.later(hours=48)
    done = scene.validate(case, computed(scene, case, device))
    assert (done.token.end, done.validation.method) == (TokenEnd.EXPIRED, Method.OFFLINE)
    assert scene.trail[-2:] == ["guia:token:expired", "guia:attendance:validated"]


def test_a_wrong_entry_beside_an_expired_code_spends_a_try_where_it_is_compared(scene: Scene, device: Device):
    case = scene.awaiting()
    live = scene.code(case)
    scene.later(hours=48)
    assert scene.validate(case, live) == Refused(Refusal.CODE_REFUSED, 5)
    assert scene.now(case).guia.wrong_tries == 1
    assert scene.trail[-2:] == ["guia:token:expired", "guia:token:refused"]


def test_a_guia_that_was_disowned_takes_nothing(scene: Scene, device: Device):
    case = scene.awaiting()
    codes = printed(scene)
    scene.report(case)
    assert reason(scene.validate(case, computed(scene, case, device))) == Refusal.CODE_REPORTED
    assert reason(scene.validate(case, codes[0])) == Refusal.CODE_REPORTED
    assert scene.now(case).guia.wrong_tries == 0
    scene.close(case, ReportOutcome.MISTAKEN)
    assert scene.validate(case, computed(scene, case, device)).validation.method is Method.OFFLINE


def test_a_policy_without_them_compares_with_nothing(device: Device, scene: Scene):
    codes = printed(scene)
    case = scene.register()
    shelf = scene.memory.shelf
    shelf.operator = replace(shelf.operator, policy=replace(OFFERED, offline_codes=False, paper_codes=0))
    assert reason(scene.validate(case, computed(scene, case, device))) == Refusal.NO_LIVE_CODE
    assert reason(scene.validate(case, codes[0])) == Refusal.NO_LIVE_CODE


def test_a_code_on_paper_validates_and_is_used(scene: Scene):
    codes = printed(scene)
    case = scene.register()
    done = scene.now(scene.validate(case, codes[0]))
    assert (done.validation.method, done.validation.window) == (Method.PAPER, Window.VALID)
    data = told(scene)
    assert (data["method"], data["place"]) == ("paper", 1) and codes[0] not in str(data)
    (used,) = [each for each in scene.memory.shelf.papers.values() if each.ended_at is not None]
    assert (used.place, used.guia_id, used.digest) == (1, case.guia.id, None)
    assert reason(scene.validate(scene.register(), codes[0])) == Refusal.CODE_REFUSED


def test_only_the_next_three_codes_of_the_sheet_are_taken(scene: Scene):
    codes = printed(scene)
    case = scene.register()
    assert reason(scene.validate(case, codes[3])) == Refusal.CODE_REFUSED
    assert scene.validate(case, codes[2]).validation.method is Method.PAPER
    assert scene.validate(scene.register(), codes[3]).validation.method is Method.PAPER
    assert reason(scene.validate(scene.register(), codes[5])) == Refusal.CODE_REFUSED


def test_one_code_on_paper_for_two_guias_in_one_set_is_accepted_once(scene: Scene):
    codes = printed(scene)
    one, other = scene.register(), scene.register()
    outcomes = scene.do_all(*(ValidateToken(DESK, each.guia.id, codes[0]) for each in (one, other)))
    assert isinstance(outcomes[0], Case)
    assert reason(outcomes[1]) == Refusal.CODE_REFUSED


def test_anothers_paper_is_worth_nothing(scene: Scene):
    theirs, own = printed(scene, scene.someone("77", birth_date=ADULT)), printed(scene)
    wrong = next(each for each in theirs[:3] if each not in own[:3])
    assert reason(scene.validate(scene.register(), wrong)) == Refusal.CODE_REFUSED


def test_when_the_paper_is_used_up_there_is_nothing_to_compare_with(scene: Scene):
    for code in printed(scene):
        assert scene.validate(scene.register(), code).validation.method is Method.PAPER
    assert reason(scene.validate(scene.register(), "123456")) == Refusal.NO_LIVE_CODE

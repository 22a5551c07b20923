"""Giving a code: right, wrong, malformed, superseded, expired, locked."""

from dataclasses import replace

import pytest

from chancela.domain.guia import Attendance
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.token import Method, TokenEnd, Window
from chancela.usecases.validate_token import ValidateToken
from tests.usecases import scene as scenes
from tests.usecases.scene import DESK, Scene, reason


@pytest.fixture
def scene() -> Scene:
    return Scene()


def refused(left: int) -> Refused:
    return Refused(Refusal.CODE_REFUSED, attempts_left=left)


def test_the_right_code_validates_the_guia(scene: Scene):
    case = scene.awaiting()
    done = scene.validate(case, scene.code(case))
    assert done.guia.attendance is Attendance.VALIDATED
    assert (done.secret, done.token.end, scene.memory.shelf.live) == (None, TokenEnd.USED, {})


def test_a_validation_says_when_how_and_by_whom(scene: Scene):
    case = scene.awaiting()
    proof = scene.now(scene.validate(case, scene.code(case))).validation
    assert (proof.at, proof.method, proof.by, proof.generation) == (scene.memory.now, Method.TOKEN, "recepcao", 1)
    assert proof.code == scene.memory.vault.validation_code(scenes.ANS, case.guia.id, 1)


def test_a_validation_names_its_event_in_the_trail(scene: Scene):
    case = scene.awaiting()
    proof = scene.now(scene.validate(case, scene.code(case))).validation
    entry = scene.memory.shelf.trail[proof.event_seq - 1]
    assert (entry.kind, entry.subject) == ("guia:attendance:validated", case.guia.id)


@pytest.mark.parametrize(
    ("minutes", "window"), [(0, Window.FRESH), (9, Window.FRESH), (10, Window.VALID), (2879, Window.VALID)]
)
def test_the_window_says_how_old_the_code_was(scene: Scene, minutes: int, window: Window):
    case = scene.awaiting()
    scene.later(minutes=minutes)
    assert scene.validate(case, scene.code(case)).validation.window is window


def test_a_code_is_used_once(scene: Scene):
    case = scene.awaiting()
    code = scene.code(case)
    outcomes = scene.do_all(*[ValidateToken(DESK, case.guia.id, code)] * 3)
    assert [getattr(each, "reason", "validated") for each in outcomes] == ["validated"] + [Refusal.GUIA_VALIDATED] * 2
    assert scene.trail.count("guia:attendance:validated") == 1


def test_a_wrong_code_spends_a_try(scene: Scene):
    case = scene.awaiting()
    assert scene.validate(case, scene.wrong(case)) == refused(4)
    assert scene.now(case).token.wrong_tries == scene.now(case).guia.wrong_tries == 1
    assert scene.trail[-1] == "guia:token:refused"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "٤٨٢٩١٣", "' OR 1=1"])
def test_what_is_no_code_spends_nothing(scene: Scene, typed: str):
    case = scene.awaiting()
    assert scene.validate(case, typed) == Refused(Refusal.CODE_MALFORMED)
    assert scene.now(case) == case
    assert scene.trail[-1] == "guia:token:issued"


def test_five_wrong_codes_lock_the_code(scene: Scene):
    case = scene.awaiting()
    left = [scene.validate(case, scene.wrong(case, nth)).attempts_left for nth in range(1, 6)]
    assert left == [4, 3, 2, 1, 0]
    assert scene.trail[-1] == "guia:token:locked"
    assert scene.validate(case, scene.code(case)) == Refused(Refusal.CODE_LOCKED, attempts_left=0)
    assert scene.memory.shelf.live == {}


def test_five_wrong_codes_in_one_set_lock_it_before_the_right_one(scene: Scene):
    case = scene.awaiting()
    entries = [*(scene.wrong(case, nth) for nth in range(1, 6)), scene.code(case)]
    outcomes = scene.do_all(*[ValidateToken(DESK, case.guia.id, entry) for entry in entries])
    assert outcomes[4:] == [refused(0), Refused(Refusal.CODE_LOCKED, attempts_left=0)]
    assert scene.now(case).guia.attendance is Attendance.AWAITING_TOKEN


def test_a_locked_code_may_be_followed_by_a_new_one_with_five_tries(scene: Scene):
    case = scene.awaiting()
    for nth in range(1, 6):
        scene.validate(case, scene.wrong(case, nth))
    again = scene.again(case)
    assert scene.validate(again, scene.wrong(again)) == refused(4)
    assert scene.validate(again, scene.code(again)).validation.generation == 2


def test_a_superseded_code_is_answered_like_a_wrong_one(scene: Scene):
    first = scene.awaiting()
    old = scene.code(first)
    second = scene.again(first)
    assert scene.validate(second, old) == refused(4)
    assert scene.validate(second, scene.code(second)).validation.generation == 2


def test_a_new_code_that_happens_to_be_the_old_one_is_as_good(scene: Scene):
    scene.memory.chance.next_codes += ["482913", "482913"]
    second = scene.again(scene.awaiting())
    assert scene.validate(second, "482913").validation.generation == 2


def test_an_expired_code_is_answered_like_a_wrong_one_whether_right_or_wrong(scene: Scene):
    case = scene.awaiting()
    right, wrong = scene.code(case), scene.wrong(case)
    scene.later(hours=48)
    assert [scene.validate(case, code) for code in (right, wrong, right)] == [refused(5)] * 3
    assert scene.now(case).guia.wrong_tries == 0
    assert scene.trail[2:] == ["guia:token:expired"]


def test_the_answer_is_the_same_before_and_after_the_sweep(scene: Scene):
    case = scene.awaiting()
    code = scene.code(case)
    scene.later(hours=48)
    scene.expire()
    assert scene.validate(case, code) == refused(5)


def test_without_a_code_there_is_nothing_to_judge(scene: Scene):
    assert scene.validate(scene.register(), "123456") == Refused(Refusal.NO_LIVE_CODE)


def test_a_code_whose_day_key_is_gone_is_no_longer_right(scene: Scene):
    case = scene.awaiting()
    code = scene.code(case)
    scene.memory.vault.destroy(case.secret.key_date)
    assert scene.validate(case, code) == refused(4)


def test_one_guias_code_does_not_open_another(scene: Scene):
    scene.memory.chance.next_codes += ["111111", "222222"]
    one, other = scene.awaiting(), scene.awaiting()
    assert scene.validate(other, "111111") == refused(4)
    assert scene.validate(one, "111111").validation is not None


@pytest.mark.parametrize("code", ["right", "wrong", "malformed"])
def test_a_foreign_guia_is_like_an_unknown_one_whatever_is_typed(scene: Scene, code: str):
    case = scene.awaiting()
    typed = {"right": scene.code(case), "wrong": scene.wrong(case), "malformed": "x"}[code]
    for actor in (scenes.NEIGHBOUR_DESK, scenes.FOREIGN, scenes.AUDITOR):
        assert scene.validate(case, typed, actor) == Refused(Refusal.NOT_FOUND)
    assert scene.do(ValidateToken(DESK, scenes.NOWHERE, typed)) == Refused(Refusal.NOT_FOUND)
    assert scene.now(case) == case


def test_a_guia_past_its_validity_is_not_validated(scene: Scene):
    case = scene.register()
    scene.later(days=90)
    live = scene.issue(case)
    scene.later(days=1)
    assert reason(scene.validate(live, scene.code(live))) == Refusal.GUIA_EXPIRED


def test_the_code_is_not_shown_in_logs():
    assert "482913" not in repr(ValidateToken(DESK, scenes.NOWHERE, "482913"))


# guessing


def spent(scene: Scene, count: int) -> None:
    """Have the desk spend wrong entries on other guias."""
    day = scene.memory.shelf.days[scenes.PROVIDER, scene.memory.now.date()]
    scene.memory.shelf.days[scenes.PROVIDER, scene.memory.now.date()] = replace(
        day, wrong=count, wrong_at=scene.memory.now
    )


def test_after_twenty_wrong_entries_the_desk_is_asked_for_its_second_factor(scene: Scene):
    case = scene.awaiting()
    spent(scene, 20)
    assert scene.validate(case, scene.code(case)) == Refused(Refusal.SECOND_FACTOR_NEEDED, retry_after_s=60)
    assured = replace(DESK, assured_at=scene.memory.now)
    assert scene.validate(case, scene.code(case), assured).validation is not None


def test_an_entry_that_is_not_judged_spends_nothing(scene: Scene):
    case = scene.awaiting()
    spent(scene, 20)
    scene.validate(case, scene.wrong(case))
    assert scene.now(case) == case


def test_a_burst_in_one_set_is_counted_entry_by_entry(scene: Scene):
    cases = [scene.awaiting() for _ in range(10)]
    entries = [(case, nth) for case in cases for nth in range(1, 4)]
    outcomes = scene.do_all(*[ValidateToken(DESK, case.guia.id, scene.wrong(case, nth)) for case, nth in entries])
    reasons = [each.reason for each in outcomes]
    assert reasons == [Refusal.CODE_REFUSED] * 20 + [Refusal.SECOND_FACTOR_NEEDED] * 10


def test_while_the_fleet_is_alarmed_each_desk_has_five_free(scene: Scene):
    hour = scene.memory.now.replace(minute=0)
    scene.memory.shelf.judged[hour], scene.memory.shelf.wrong[hour] = 300, 250
    cases = [scene.awaiting() for _ in range(6)]
    reasons = [scene.validate(case, scene.wrong(case)).reason for case in cases]
    assert reasons == [Refusal.CODE_REFUSED] * 5 + [Refusal.SECOND_FACTOR_NEEDED]


def test_no_more_than_ten_guesses_are_ever_judged_for_a_guia():
    scene = Scene(replace(LATEST_CODE_WINS, wrong_per_provider_floor=1000, sends_per_guia_hour=1000))
    case = scene.register()
    judged = 0
    for _ in range(20):
        case = scene.now(case)
        live = scene.again(case)
        outcomes = [scene.validate(case, f"{nth:06d}") for nth in range(3)]
        judged += sum(each.reason == Refusal.CODE_REFUSED for each in outcomes)
        assert not isinstance(live, Refused) or live.reason == Refusal.CODE_LOCKED
    assert judged == scene.now(case).guia.wrong_tries == 10

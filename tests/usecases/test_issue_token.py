"""Issuing a code: to whom, how often, and what it does to the one before."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.profiles import LATEST_CODE_WINS, ONE_CODE_PER_GUIA, PUSH_PER_ATTENDANCE
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.token import TokenEnd
from chancela.usecases.issue_token import IssueToken
from tests.fakes.brazil import BRAZIL
from tests.usecases import scene as scenes
from tests.usecases.scene import CPF, DESK, EMAIL, MOBILE, Scene, reason


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_code_of_six_digits_lives_for_48_hours(scene: Scene):
    case = scene.issue(scene.register())
    assert len(scene.code(case)) == 6
    assert case.token.expires_at - case.token.issued_at == timedelta(hours=48)
    assert (case.token.generation, case.guia.generation) == (1, 1)


def test_a_code_with_leading_zeros_keeps_them(scene: Scene):
    scene.memory.chance.next_codes.append("000007")
    case = scene.issue(scene.register())
    assert scene.code(case) == "000007"
    assert scene.validate(case, "000 007").validation is not None


def test_issuing_and_its_deliveries_are_kept_together(scene: Scene):
    case = scene.issue(scene.register())
    assert scene.now(case) == case
    assert [(each.channel, each.to, each.state) for each in case.deliveries] == [
        (Channel.SMS, "(41) *****-5949", DeliveryState.QUEUED),
        (Channel.EMAIL, "a***@example.com", DeliveryState.QUEUED),
    ]


def test_issuing_is_told_to_the_trail_without_digits_or_addresses(scene: Scene):
    case = scene.issue(scene.register())
    entry = scene.memory.shelf.trail[-1]
    assert (entry.kind, entry.data) == ("guia:token:issued", '{"channels":"sms,email","generation":1}')
    assert scene.code(case) not in entry.data


def test_the_case_shows_no_digits_in_logs(scene: Scene):
    case = scene.issue(scene.register())
    assert scene.code(case) not in repr(case)
    assert MOBILE not in repr(IssueToken(DESK, case.guia.id, phone=MOBILE, email=EMAIL, cpf=CPF))


def test_a_code_is_sealed_under_the_day_of_greenwich(scene: Scene):
    """The day key is destroyed 72 h after that day began; another clock's day would end the code before its time."""
    scene.memory.now = datetime(2026, 11, 20, 23, 30, tzinfo=BRAZIL)
    case = scene.issue(scene.register())
    assert case.secret.key_date == date(2026, 11, 21) == scene.memory.now.astimezone(UTC).date()


# a second request


def test_a_new_code_annuls_the_first(scene: Scene):
    first = scene.issue(scene.register())
    second = scene.again(first)
    assert second.token.generation == 2
    assert [each.end for each in scene.memory.shelf.ended] == [TokenEnd.SUPERSEDED]
    assert {each.generation for each in scene.now(second).deliveries} == {2}


def test_or_the_same_code_goes_out_again():
    scene = Scene(PUSH_PER_ATTENDANCE)
    first = scene.issue(scene.register())
    second = scene.again(first)
    assert (second.token, second.secret) == (first.token, first.secret)
    assert len(second.deliveries) == 2 * len(first.deliveries)
    assert scene.trail[-1] == "guia:token:sent"


def test_after_its_time_the_same_code_is_a_new_one():
    scene = Scene(PUSH_PER_ATTENDANCE)
    first = scene.issue(scene.register())
    scene.later(hours=48)
    second = scene.issue(first)
    assert second.token.generation == 2
    assert [each.end for each in scene.memory.shelf.ended] == [TokenEnd.EXPIRED]


def test_two_requests_in_one_set_stand_on_each_other():
    scene = Scene(replace(LATEST_CODE_WINS, cool_down_s=0))
    guia_id = scene.register().guia.id
    first, second = scene.do_all(IssueToken(DESK, guia_id), IssueToken(DESK, guia_id))
    assert [first.token.generation, second.token.generation] == [1, 2]
    assert scene.now(second).token == second.token


def test_a_new_code_resets_no_count_of_the_guia(scene: Scene):
    case = scene.awaiting()
    scene.validate(case, scene.wrong(case))
    again = scene.again(case)
    assert (again.guia.wrong_tries, again.token.wrong_tries) == (1, 0)


def test_after_ten_wrong_entries_there_is_no_further_code(scene: Scene):
    case = scene.register()
    for _ in range(2):
        case = scene.again(case)
        for nth in range(1, 6):
            scene.validate(case, scene.wrong(case, nth))
    assert scene.issue(case) == Refused(Refusal.CODE_LOCKED, attempts_left=0)


# refusals


def test_a_foreign_guia_is_like_an_unknown_one(scene: Scene):
    case = scene.register()
    for actor in (scenes.NEIGHBOUR_DESK, scenes.FOREIGN, scenes.AUDITOR):
        assert scene.issue(case, actor) == Refused(Refusal.NOT_FOUND)
    assert scene.do(IssueToken(DESK, scenes.NOWHERE)) == Refused(Refusal.NOT_FOUND)


def test_nothing_typed_changes_the_answer_for_a_foreign_guia(scene: Scene):
    case = scene.register()
    for typed in ({"phone": "x"}, {"phone": MOBILE}, {"email": EMAIL, "cpf": CPF}, {"channel": Channel.APP}):
        assert scene.issue(case, scenes.NEIGHBOUR_DESK, **typed) == Refused(Refusal.NOT_FOUND)


@pytest.mark.parametrize(
    ("code", "refusal"), [(scenes.AUDITED, Refusal.GUIA_UNDER_ANALYSIS), (scenes.DENIED, Refusal.GUIA_DENIED)]
)
def test_a_guia_that_awaits_no_code_gets_none(scene: Scene, code: str, refusal: Refusal):
    assert reason(scene.issue(scene.register(code))) == refusal


def test_neither_does_one_that_is_cancelled_validated_or_past_its_validity(scene: Scene):
    assert reason(scene.issue(scene.cancel(scene.register()))) == Refusal.GUIA_CANCELLED
    case = scene.awaiting()
    assert reason(scene.issue(scene.validate(case, scene.code(case)))) == Refusal.GUIA_VALIDATED
    old = scene.register()
    scene.later(days=91)
    assert reason(scene.issue(old)) == Refusal.GUIA_EXPIRED


@pytest.mark.parametrize("typed", [{"phone": "41 3024-1234"}, {"phone": ""}, {"email": "ana"}, {"email": ""}])
def test_what_is_no_address_is_refused(scene: Scene, typed: dict[str, str]):
    assert reason(scene.issue(scene.register(), **typed)) == Refusal.CONTACT_INVALID


def test_without_any_contact_no_code_is_made():
    scene = Scene(contacts=(), has_app=False)
    case = scene.register()
    assert reason(scene.issue(case)) == Refusal.NO_CONTACT
    assert scene.now(case).token is None


# the channel to remember


def test_the_channel_that_was_used_is_remembered():
    scene = Scene(ONE_CODE_PER_GUIA)
    scene.issue(scene.register(), channel=Channel.APP)
    assert [each.channel for each in scene.issue(scene.register()).deliveries] == [Channel.APP]


def test_it_is_remembered_within_one_set():
    scene = Scene(ONE_CODE_PER_GUIA)
    first, second = (scene.register().guia.id for _ in range(2))
    _, usual = scene.do_all(IssueToken(DESK, first, channel=Channel.APP), IssueToken(DESK, second))
    assert [each.channel for each in usual.deliveries] == [Channel.APP]


def test_a_policy_that_does_not_remember_forgets(scene: Scene):
    scene.issue(scene.register(), channel=Channel.EMAIL)
    assert scene.memory.shelf.people[scene.ana].preferred_channel is None


def test_the_email_way_asks_the_cpf():
    scene = Scene(ONE_CODE_PER_GUIA)
    case = scene.register()
    assert reason(scene.issue(case, channel=Channel.EMAIL, cpf="529.982.247-24")) == Refusal.CPF_MISMATCH
    assert scene.issue(case, channel=Channel.EMAIL, cpf="529.982.247-25").token is not None

"""Where a guia has rules of its own, every deed keeps to them, from its registration to the notice at the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chancela.domain import policy_proviso as provisos
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel, Purpose
from chancela.domain.guia import Attendance, ItemState
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.policy import Asker, CodeNeeded, Reissue, Rung
from chancela.domain.policy_proviso import Departure, Proviso, Reach
from chancela.domain.profiles import LATEST_CODE_WINS, ONE_CODE_PER_GUIA
from chancela.domain.refusal import Refusal
from chancela.domain.token import Window
from chancela.usecases.tell_attendances import TellAttendances
from tests.usecases.scene import AUDITED, NEIGHBOUR, NEIGHBOUR_DESK, OK, SYSTEM, Scene, reason
from tests.usecases.test_carry import enrol
from tests.usecases.test_offline_codes import ADULT, computed

GOLD = Reach(plan="Ouro")
LADDER = (Rung((Channel.EMAIL,), 60), Rung((Channel.APP,), 60))


def made(reach: Reach = GOLD, plan: str = "Ouro", policy: Any = LATEST_CODE_WINS, **departs: Any) -> Scene:
    """Ana, of a plan, at an operator with one proviso."""
    scene = Scene(policy, plan=plan)
    shelf = scene.memory.shelf
    shelf.operator = replace(shelf.operator, provisos=(Proviso(reach, Departure(**departs)),))
    return scene


def own(plan: str, **departs: Any) -> Scene:
    return made(plan=plan, **departs)


def channels(case: Any) -> list[Channel]:
    return [each.channel for each in case.deliveries if each.purpose is Purpose.CODE]


@pytest.mark.parametrize(("plan", "awaits"), [("Ouro", Attendance.AWAITING_TOKEN), ("Prata", Attendance.NONE)])
def test_registration_asks_for_a_code_as_the_plan_says(plan: str, awaits: Attendance):
    scene = own(plan, code_needed=CodeNeeded.AT_ATTENDANCE)
    assert scene.register(AUDITED).guia.attendance is awaits


def test_registration_gives_the_days_of_the_provider_and_of_the_procedure():
    scene = made(Reach(provider=NEIGHBOUR, procedure=OK[:4]), guia_days=7)
    there, here = scene.register(by=NEIGHBOUR_DESK, provider=NEIGHBOUR).guia, scene.register().guia
    assert ((there.valid_until - here.valid_until).days, there.plan) == (7 - 90, "Ouro")


@pytest.mark.parametrize(("plan", "awaits"), [("Ouro", Attendance.NONE), ("Prata", Attendance.AWAITING_TOKEN)])
def test_an_audit_moves_the_guia_on_as_the_plan_says(plan: str, awaits: Attendance):
    scene = own(plan, code_needed=CodeNeeded.NO_IMPEDIMENT)
    case = scene.register(AUDITED, AUDITED)
    assert scene.review(case, (1, ItemState.AUTHORISED)).guia.attendance is awaits


def test_a_code_lives_as_long_as_the_plan_says_and_is_fresh_as_long():
    scene = own("Ouro", valid=timedelta(hours=1), fresh=timedelta(minutes=2))
    case = scene.issue(scene.register())
    assert case.token.expires_at - case.token.issued_at == timedelta(hours=1)
    scene.later(minutes=3)
    assert scene.validate(case, scene.code(case)).validation.window is Window.VALID


def test_a_second_request_does_what_the_plan_says():
    scene = own("Ouro", reissue=Reissue.SAME_CODE)
    case = scene.issue(scene.register())
    assert scene.again(case).guia.generation == case.guia.generation == 1


def test_only_who_may_ask_for_this_plan_asks():
    scene = own("Ouro", askers=(Asker.BENEFICIARY,))
    case = scene.register()
    assert reason(scene.issue(case)) == Refusal.ASKED_IN_APP
    person = {"person": scene.ana, "acts_for": frozenset({scene.ana}), "sees": frozenset({scene.ana})}
    assert scene.issue(case, Actor(case.guia.operator, ActorKind.BENEFICIARY, "ana", **person)).token is not None


def test_codes_in_the_hand_rest_as_long_as_the_plan_says():
    scene = own("Ouro", cool_down_s=300)
    person = {"person": scene.ana, "acts_for": frozenset({scene.ana}), "sees": frozenset({scene.ana})}
    ana = Actor(scene.memory.shelf.operator.ans, ActorKind.BENEFICIARY, "ana", **person)
    case = scene.issue(scene.register(), ana)
    scene.later(seconds=60)
    refused = scene.issue(case, ana)
    assert (reason(refused), refused.retry_after_s) == (Refusal.JUST_SENT, 240)


def test_the_ladder_of_the_plan_is_climbed():
    scene = own("Ouro", ladder=LADDER, channels=(Channel.EMAIL, Channel.APP))
    case = scene.issue(scene.register())
    assert channels(case) == [Channel.EMAIL]
    scene.later(seconds=61)
    assert scene.climb() == 1
    assert channels(scene.now(case)) == [Channel.EMAIL, Channel.APP]


def test_sending_again_goes_by_the_ways_of_the_plan_and_rests_as_it_says():
    scene = own("Ouro", channels=(Channel.SMS,), ladder=(), cool_down_s=120)
    case = scene.issue(scene.register())
    assert channels(case) == [Channel.SMS]
    scene.later(seconds=60)
    assert reason(scene.send(case)) == Refusal.JUST_SENT
    assert reason(scene.send(case, channel=Channel.EMAIL)) == Refusal.CHANNEL_UNAVAILABLE
    scene.later(seconds=60)
    sent = scene.send(case)
    assert (channels(sent), sent.climb.at) == ([Channel.SMS] * 2, None)


def test_messages_of_a_guia_are_as_many_as_the_plan_says():
    scene = own("Ouro", sends_per_guia_hour=2, reissue=Reissue.SAME_CODE)
    case = scene.issue(scene.register())
    assert len(channels(case)) == 2
    assert reason(scene.again(case)) == Refusal.TOO_MANY_SENDS


def test_a_first_contact_is_typed_where_the_plan_lets_it_be():
    scene = made(plan="Ouro", provider_types_first_contact=True, email_asks_cpf=False)
    scene.memory.shelf.contacts.clear()
    typed = scene.issue(scene.register(), phone="41900001234")
    assert channels(typed) == [Channel.SMS]
    other = own("Prata", provider_types_first_contact=True)
    other.memory.shelf.contacts.clear()
    assert reason(other.issue(other.register(), phone="41900001234")) == Refusal.CONTACT_ON_FILE
    assert other.contacts == []


def test_by_email_the_cpf_is_asked_where_the_plan_asks_it():
    scene = made(policy=ONE_CODE_PER_GUIA, email_asks_cpf=False)
    assert channels(scene.issue(scene.register(), channel=Channel.EMAIL)) == [Channel.EMAIL]
    other = made(plan="Prata", policy=ONE_CODE_PER_GUIA, email_asks_cpf=False)
    assert reason(other.issue(other.register(), channel=Channel.EMAIL)) == Refusal.CPF_MISMATCH


@pytest.mark.parametrize(("plan", "left"), [("Ouro", [1, 0]), ("Prata", [4, 3])])
def test_a_code_takes_as_many_wrong_entries_as_the_plan_says(plan: str, left: list[int]):
    scene = own(plan, tries_per_code=2)
    case = scene.issue(scene.register())
    wrong = [scene.wrong(case, nth) for nth in (1, 2)]
    assert [scene.validate(case, each).attempts_left for each in wrong] == left


def test_a_guia_takes_as_many_wrong_entries_as_the_plan_says():
    scene = own("Ouro", tries_per_guia=1)
    case = scene.issue(scene.register())
    code, wrong = scene.code(case), scene.wrong(case)
    assert scene.validate(case, wrong).attempts_left == 0
    assert reason(scene.validate(case, code)) == Refusal.CODE_LOCKED
    scene.later(minutes=5)
    assert reason(scene.issue(case)) == Refusal.CODE_LOCKED


def test_an_expired_code_tells_the_tries_that_the_plan_leaves():
    scene = own("Ouro", tries_per_code=2, valid=timedelta(minutes=5))
    case = scene.issue(scene.register())
    code = scene.code(case)
    scene.later(minutes=6)
    scene.expire()
    assert scene.validate(case, code).attempts_left == 2


@pytest.mark.parametrize(("plan", "told"), [("Ouro", 0), ("Prata", 1)])
def test_a_validation_is_told_where_the_plan_tells_it(plan: str, told: int):
    scene = own(plan, tells_validation=False)
    scene.knows(ContactKind.EMAIL, "outra@example.com", ContactState.CONFIRMED)
    case = scene.issue(scene.register(), channel=Channel.SMS)
    scene.validate(case, scene.code(case))
    assert scene.do(TellAttendances(SYSTEM)) == 1
    assert [each.purpose for each in scene.now(case).deliveries].count(Purpose.VALIDATED) == told


def test_rules_of_a_version_hold_for_the_guias_of_the_plan_alone():
    scene = own("Ouro", guia_days=7)
    operator, case = scene.memory.shelf.operator, scene.register()
    assert provisos.of_guia(operator, case.guia).guia_days == 7
    assert provisos.of_guia(operator, replace(case.guia, plan="Prata")).guia_days == 90


@pytest.mark.parametrize(("plan", "taken"), [("Ouro", False), ("Prata", True)])
def test_what_a_device_computes_is_taken_where_the_plan_takes_it(plan: str, taken: bool):
    scene = Scene(LATEST_CODE_WINS, plan=plan, birth_date=ADULT)
    device = enrol(scene).device
    shelf = scene.memory.shelf
    shelf.operator = replace(shelf.operator, provisos=(Proviso(GOLD, Departure(offline_codes=False)),))
    case = scene.register()
    outcome = scene.validate(case, computed(scene, case, device))
    assert (getattr(outcome, "reason", None) is None) is taken


def test_a_computed_code_is_late_for_as_many_days_as_the_plan_says():
    scene = Scene(LATEST_CODE_WINS, plan="Ouro", birth_date=ADULT)
    device = enrol(scene).device
    shelf = scene.memory.shelf
    shelf.operator = replace(shelf.operator, provisos=(Proviso(GOLD, Departure(offline_late_days=0)),))
    case = scene.register()
    code = computed(scene, case, device)
    scene.later(days=4)
    assert reason(scene.validate(case, code)) == Refusal.CODE_REFUSED

"""Rules are written by one person, approved by another, and hold from a midnight on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.policy_proviso import Departure, Proviso, Reach
from chancela.domain.policy_version import PolicyVersion, VersionState
from chancela.domain.profiles import LATEST_CODE_WINS, PUSH_PER_ATTENDANCE
from chancela.domain.refusal import Refusal
from chancela.usecases.decide_policy import DecidePolicy, Verdict
from chancela.usecases.draft_policy import DraftPolicy
from chancela.usecases.propose_policy import ProposePolicy
from tests.usecases.scene import ANS, Scene, reason

DAY = timedelta(days=1)
ANALYST = Actor(ANS, ActorKind.ANALYST, "ana.lista")
MANAGER, SECOND = Actor(ANS, ActorKind.MANAGER, "gerente"), Actor(ANS, ActorKind.MANAGER, "diretora")
OTHERS = [Actor(ANS, kind, "x") for kind in ActorKind if kind not in {ActorKind.ANALYST, ActorKind.MANAGER}]
SHORT = Proviso(Reach(plan="Ouro"), Departure(guia_days=5))


@pytest.fixture
def scene() -> Scene:
    return Scene()


def today(scene: Scene) -> Any:
    return (scene.memory.now - timedelta(hours=3)).date()


def draft(scene: Scene, by: Actor = ANALYST, **own: Any) -> Any:
    told = {"policy": PUSH_PER_ATTENDANCE, "provisos": (), "from_date": today(scene) + DAY, **own}
    return scene.do(DraftPolicy(by, **told))


def propose(scene: Scene, version: PolicyVersion, by: Actor = ANALYST) -> Any:
    return scene.do(ProposePolicy(by, version.number))


def decide(scene: Scene, version: PolicyVersion, verdict: Verdict, why: str = "", by: Actor = MANAGER) -> Any:
    return scene.do(DecidePolicy(by, version.number, verdict, why))


def proposed(scene: Scene, **own: Any) -> PolicyVersion:
    version: PolicyVersion = propose(scene, draft(scene, **own))
    return version


def stands(scene: Scene, version: PolicyVersion) -> VersionState:
    return scene.memory.shelf.versions[version.number].state


# ---------------------------------------------------------------- to write


def test_a_draft_changes_nothing_that_holds(scene: Scene):
    version = draft(scene, provisos=(SHORT,), note="por causa da auditoria", copied_from=None)
    assert (version.number, version.state, version.written_by) == (1, VersionState.DRAFT, "ana.lista")
    scene.later(days=3)
    assert scene.memory.shelf.operator_on(today(scene)).policy == LATEST_CODE_WINS
    assert scene.trail == ["operator:policy:drafted"]


def test_a_draft_is_written_anew_by_its_author_and_keeps_its_number(scene: Scene):
    first = draft(scene)
    scene.later(minutes=5)
    second = draft(scene, policy=LATEST_CODE_WINS, provisos=(SHORT,), number=1, from_date=today(scene), note="n")
    assert (second.id, second.number, second.policy, second.provisos) == (first.id, 1, LATEST_CODE_WINS, (SHORT,))
    assert (second.written_at, second.from_date, second.note) == (scene.memory.now, today(scene), "n")


def test_drafts_of_one_set_are_counted_on_and_a_refused_one_takes_no_number(scene: Scene):
    ask = DraftPolicy(ANALYST, PUSH_PER_ATTENDANCE, (), today(scene))
    made = scene.do_all(ask, replace(ask, from_date=today(scene) - DAY), ask, replace(ask, number=1, note="a"))
    assert [each.number if isinstance(each, PolicyVersion) else each.reason for each in made] == [
        *(1, Refusal.POLICY_DATE_PAST, 2, 1)
    ]
    assert scene.memory.shelf.versions[1].note == "a"


@pytest.mark.parametrize("by", OTHERS, ids=lambda each: each.kind.value)
def test_whoever_may_not_write_rules_is_refused(scene: Scene, by: Actor):
    version = draft(scene)
    assert reason(draft(scene, by)) == reason(propose(scene, version, by)) == Refusal.FORBIDDEN
    assert stands(scene, version) is VersionState.DRAFT


def test_somebody_elses_draft_and_one_that_was_proposed_are_not_written(scene: Scene):
    version = draft(scene)
    assert reason(draft(scene, MANAGER, number=1)) == Refusal.FORBIDDEN
    assert reason(propose(scene, version, MANAGER)) == Refusal.FORBIDDEN
    propose(scene, version)
    assert reason(draft(scene, number=1)) == reason(propose(scene, version)) == Refusal.FORBIDDEN


def test_what_is_not_there_is_not_found(scene: Scene):
    gone = replace(draft(scene), number=7)
    assert reason(draft(scene, number=7)) == reason(propose(scene, gone)) == Refusal.NOT_FOUND
    assert reason(decide(scene, gone, Verdict.APPROVE)) == Refusal.NOT_FOUND


@pytest.mark.parametrize(
    "own",
    [
        {"policy": replace(PUSH_PER_ATTENDANCE, no_code=())},
        {"policy": replace(PUSH_PER_ATTENDANCE, guia_days=0)},
        {"provisos": (SHORT, SHORT)},
        {"provisos": (Proviso(Reach(), Departure(guia_days=5)),)},
        {"provisos": tuple(Proviso(Reach(plan=f"{each}"), Departure(guia_days=5)) for each in range(51))},
        {"note": "x" * 201},
    ],
)
def test_what_breaks_a_limit_is_refused(scene: Scene, own: dict[str, Any]):
    assert reason(draft(scene, **own)) == Refusal.POLICY_INVALID
    assert scene.trail == []


def test_rules_begin_today_or_later(scene: Scene):
    assert reason(draft(scene, from_date=today(scene) - DAY)) == Refusal.POLICY_DATE_PAST
    version = draft(scene, from_date=today(scene))
    scene.later(days=1)
    assert reason(propose(scene, version)) == Refusal.POLICY_DATE_PAST


# ---------------------------------------------------------------- to decide


def test_another_person_approves_and_the_rules_hold_from_their_midnight_on(scene: Scene):
    """Over the turn of the day: at 23:59 in Brasília the old rules, at 00:00 the new ones."""
    version = proposed(scene)
    done = decide(scene, version, Verdict.APPROVE)
    assert (done.state, done.decided_by, done.decided_at) == (VersionState.APPROVED, "gerente", scene.memory.now)
    scene.later(hours=11, minutes=59, seconds=59)  # it was noon
    before = scene.register()
    scene.later(seconds=1)
    after = scene.register()
    assert (before.guia.valid_until - before.guia.created_at.date()).days == 89  # in UTC it is tomorrow already
    assert scene.memory.shelf.operator_on(today(scene)).policy == PUSH_PER_ATTENDANCE
    assert after.guia.attendance == before.guia.attendance
    assert scene.trail[:3] == ["operator:policy:drafted", "operator:policy:drafted", "operator:policy:decided"]


def test_what_is_to_hold_from_today_holds_at_once(scene: Scene):
    version = proposed(scene, from_date=today(scene))
    decide(scene, version, Verdict.APPROVE)
    assert scene.memory.shelf.operator_on(today(scene)).policy == PUSH_PER_ATTENDANCE


def test_a_guia_of_before_keeps_what_its_facts_say(scene: Scene):
    before = scene.issue(scene.register())
    rules = replace(LATEST_CODE_WINS, guia_days=3, valid=timedelta(hours=1))
    decide(scene, proposed(scene, policy=rules, from_date=today(scene)), Verdict.APPROVE)
    assert scene.now(before) == before
    assert before.token is not None
    assert (before.token.expires_at - before.token.issued_at) == LATEST_CODE_WINS.valid
    scene.later(minutes=10)
    fresh = scene.issue(scene.register())
    assert (fresh.token.expires_at - fresh.token.issued_at) == timedelta(hours=1)


def test_nobody_decides_what_they_wrote(scene: Scene):
    version = draft(scene, MANAGER)
    propose(scene, version, MANAGER)
    for verdict in (Verdict.APPROVE, Verdict.REFUSE):
        assert reason(decide(scene, version, verdict, "sim")) == Refusal.ANOTHER_PERSON_DECIDES
    assert decide(scene, version, Verdict.APPROVE, by=SECOND).decided_by == "diretora"


@pytest.mark.parametrize("by", [ANALYST, *OTHERS], ids=lambda each: each.kind.value)
@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.REFUSE])
def test_whoever_may_not_approve_rules_is_refused(scene: Scene, by: Actor, verdict: Verdict):
    version = proposed(scene)
    assert reason(decide(scene, version, verdict, "não", by)) == Refusal.FORBIDDEN
    assert stands(scene, version) is VersionState.AWAITING


def test_a_refusal_has_its_reason_which_stands_on_the_trail(scene: Scene):
    version = proposed(scene)
    assert reason(decide(scene, version, Verdict.REFUSE, "  ")) == Refusal.REASON_NEEDED
    done = decide(scene, version, Verdict.REFUSE, " prazo curto " + "x" * 300)
    assert (done.state, len(done.reason)) == (VersionState.REFUSED, 200)
    assert '"reason":"prazo curto x' in scene.memory.shelf.trail[-1].data


def test_what_was_not_proposed_or_is_decided_is_not_decided(scene: Scene):
    version = draft(scene)
    assert reason(decide(scene, version, Verdict.APPROVE)) == Refusal.FORBIDDEN
    propose(scene, version)
    first, second = scene.do_all(
        DecidePolicy(MANAGER, 1, Verdict.REFUSE, "não"), DecidePolicy(SECOND, 1, Verdict.APPROVE)
    )
    assert (first.state, reason(second)) == (VersionState.REFUSED, Refusal.FORBIDDEN)


def test_a_day_that_went_by_while_it_waited_is_over(scene: Scene):
    version = proposed(scene, from_date=today(scene))
    scene.later(days=1)
    assert reason(decide(scene, version, Verdict.APPROVE)) == Refusal.POLICY_DATE_PAST
    assert decide(scene, version, Verdict.REFUSE, "tarde").state is VersionState.REFUSED


# ---------------------------------------------------------------- to take back


def test_an_author_takes_back_what_is_not_approved_yet(scene: Scene):
    for version in (draft(scene), proposed(scene)):
        assert decide(scene, version, Verdict.WITHDRAW, by=ANALYST).state is VersionState.WITHDRAWN


def test_another_author_does_not_and_who_approves_does(scene: Scene):
    version = proposed(scene)
    other = replace(ANALYST, name="outra")
    assert reason(decide(scene, version, Verdict.WITHDRAW, by=other)) == Refusal.FORBIDDEN
    assert decide(scene, version, Verdict.WITHDRAW).decided_by == "gerente"


def test_what_was_approved_is_taken_back_by_who_approves_until_it_holds(scene: Scene):
    coming, holding = (proposed(scene, from_date=today(scene) + each * DAY) for each in (1, 0))
    for each in (coming, holding):
        decide(scene, each, Verdict.APPROVE)
    assert reason(decide(scene, coming, Verdict.WITHDRAW, by=ANALYST)) == Refusal.FORBIDDEN
    assert reason(decide(scene, holding, Verdict.WITHDRAW)) == Refusal.FORBIDDEN
    assert decide(scene, coming, Verdict.WITHDRAW).state is VersionState.WITHDRAWN
    assert reason(decide(scene, coming, Verdict.WITHDRAW)) == Refusal.FORBIDDEN


def test_an_author_who_may_no_longer_write_takes_nothing_back(scene: Scene):
    version = draft(scene)
    moved = replace(ANALYST, kind=ActorKind.AGENT)
    assert reason(decide(scene, version, Verdict.WITHDRAW, by=moved)) == Refusal.FORBIDDEN

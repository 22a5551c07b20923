"""An outage becomes the proof of the sessions without a code of its time, as of any visit without one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chancela.domain.absence import ABSENCES, AbsenceLead, AbsenceNeed, AbsenceReason, AbsenceReview
from chancela.domain.case import Case
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.guia import Attendance, Kind, RequestedProcedure
from chancela.domain.outage import Outage, OutageKind
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.series import Session
from chancela.domain.trail import EventKind
from chancela.usecases.attach_outage import AttachOutage
from chancela.usecases.close_series import CloseSeries
from chancela.usecases.declare_outage import DeclareOutage
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.register_guia import RegisterGuia
from tests.fakes.swift import run
from tests.usecases.scene import ANS, CARD, COOL_DOWN_S, DESK, OK, PROVIDER, SYSTEM, Scene

MINUTE = timedelta(minutes=1)
MANAGER = Actor(ANS, ActorKind.MANAGER, "gerente")
DOWN, LOST, NO_PHONE = AbsenceReason.SYSTEM_DOWN, AbsenceReason.NOT_DELIVERED, AbsenceReason.NO_PHONE
OWING = tuple(replace(each, needs=(AbsenceNeed.SIGNATURE,)) for each in ABSENCES)
STRICT = tuple(replace(each, leads=AbsenceLead.REVIEWED) for each in OWING)
RULES = replace(LATEST_CODE_WINS, absence_sample_percent=100, absences=OWING, series=(OK,), cool_down_s=1)


@pytest.fixture
def scene() -> Scene:
    return Scene(RULES)


def begun(scene: Scene, sessions: int = 5) -> Case:
    asked = (RequestedProcedure("22", OK, sessions),)
    case: Case = scene.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, asked))
    return case


def without(scene: Scene, case: Case, *reasons: AbsenceReason) -> Case:
    """The next sessions, none of which has a code, a minute after one another."""
    for why in reasons:
        scene.memory.later(minutes=1)
        case = scene.do(RecordAbsence(DESK, case.guia.id, why))
    return case


def declare(scene: Scene, ago: float, what: OutageKind = OutageKind.PORTAL, **more: Any) -> Outage:
    scene.memory.later(minutes=1)
    outage: Outage = scene.do(DeclareOutage(MANAGER, what, scene.memory.now - ago * MINUTE, **more))
    return outage


def attach(scene: Scene, limit: int = 100) -> Any:
    return scene.do(AttachOutage(SYSTEM, limit))


def delivered(scene: Scene, case: Case) -> None:
    """The carrier tells of the code that was asked for last, and of no other."""
    shelf, last = scene.memory.shelf, case.guia.generation
    shelf.deliveries = [
        replace(each, state=DeliveryState.DELIVERED) if each.generation == last else each for each in shelf.deliveries
    ]


def session(scene: Scene, case: Case, place: int) -> Session:
    return scene.now(case).sessions[place - 1]


def proofs(scene: Scene, case: Case) -> list[Any]:
    return [each.outage_id for each in scene.now(case).sessions]


def events(scene: Scene) -> list[dict[str, Any]]:
    return [json.loads(each.data) for each in scene.memory.shelf.trail if each.kind == EventKind.OUTAGE_ATTACHED]


def test_a_session_of_before_anybody_knew_gets_its_proof_while_the_series_goes_on(scene: Scene):
    case = without(scene, begun(scene), DOWN, NO_PHONE)
    first, second = scene.now(case).sessions
    assert (first.owes, first.review) == ((AbsenceNeed.SIGNATURE,), AbsenceReview.WAITING)
    outage = declare(scene, 30)
    assert [attach(scene) for _ in range(2)] == [1, 0]
    proved = replace(first, outage_id=outage.id, owes=(), review=AbsenceReview.NONE)
    assert scene.now(case).sessions == (proved, second)
    assert scene.now(case).guia == case.guia
    told = {"outage": str(outage.id), "owed": "signature", "review": "none", "session": 1, "of": 5}
    assert events(scene) == [told]


def test_what_happened_before_and_after_has_no_proof(scene: Scene):
    case = without(scene, begun(scene), DOWN, DOWN, DOWN)
    outage = declare(scene, 2)
    case = without(scene, case, DOWN)
    attach(scene)
    assert proofs(scene, case) == [None, outage.id, outage.id, outage.id]


def test_no_more_sessions_are_attached_at_once_than_asked(scene: Scene):
    case = without(scene, begun(scene), DOWN, DOWN, DOWN)
    outage = declare(scene, 30)
    assert [attach(scene, 2) for _ in range(3)] == [2, 1, 0]
    assert proofs(scene, case) == [outage.id] * 3


def test_visits_are_attached_before_sessions_and_count_with_them(scene: Scene):
    case, other = without(scene, begun(scene), DOWN), scene.register()
    other = without(scene, other, DOWN)
    declare(scene, 30)
    assert [attach(scene, 1) for _ in range(3)] == [1, 1, 0]
    assert [each.get("session") for each in events(scene)] == [None, 1]
    assert scene.now(other).absence != other.absence
    assert session(scene, case, 1).outage_id is not None


def test_a_proved_session_is_none_that_auditors_look_at_when_its_series_ends(scene: Scene):
    case = without(scene, begun(scene, 2), DOWN)
    outage = declare(scene, 30)
    attach(scene)
    absence = without(scene, case, DOWN).absence
    assert absence is not None
    assert (absence.outage_id, absence.owes, absence.review) == (outage.id, (), AbsenceReview.NONE)


def test_a_series_that_ended_owes_nothing_more_once_all_of_it_is_proved(scene: Scene):
    case = without(scene, begun(scene, 2), DOWN, DOWN)
    assert case.guia.attendance is Attendance.WITHOUT_TOKEN
    outage = declare(scene, 30)
    assert attach(scene) == 2
    absence = scene.now(case).absence
    assert absence is not None
    assert (absence.outage_id, absence.owes, absence.owes_until) == (outage.id, (), None)
    assert (absence.review, absence.reviewed_by, absence.reviewed_at) == (
        AbsenceReview.ACCEPTED,
        SYSTEM.name,
        scene.memory.now,
    )
    assert [(each["session"], each["review"]) for each in events(scene)] == [(1, "none"), (2, "accepted")]


def test_what_auditors_look_at_of_another_session_stays_theirs(scene: Scene):
    """Whoever ends a series with a visit of an outage cannot wash away what was before it."""
    case = without(scene, begun(scene, 2), NO_PHONE, DOWN)
    before = case.absence
    assert before is not None and before.owes == (AbsenceNeed.SIGNATURE,)
    outage = declare(scene, 30)
    assert attach(scene) == 1
    assert scene.now(case).absence == replace(before, outage_id=outage.id)


def test_an_earlier_session_is_proved_though_the_last_one_is_not(scene: Scene):
    case = without(scene, begun(scene, 2), DOWN, NO_PHONE)
    outage = declare(scene, 30)
    attach(scene)
    assert proofs(scene, case) == [outage.id, None]
    assert scene.now(case).absence == case.absence


def test_what_is_always_reviewed_still_is():
    scene = Scene(replace(RULES, absences=STRICT))
    case = without(scene, begun(scene, 1 + 1), DOWN, DOWN)
    declare(scene, 30)
    attach(scene)
    assert [each.review for each in scene.now(case).sessions] == [AbsenceReview.WAITING] * 2
    absence = scene.now(case).absence
    assert absence is not None
    assert (absence.review, absence.owes) == (AbsenceReview.WAITING, ())
    assert [each["review"] for each in events(scene)] == [None, None]


def test_what_an_auditor_decided_of_a_series_stays_decided(scene: Scene):
    case = without(scene, begun(scene, 2), DOWN, DOWN)
    assert case.absence is not None
    judged = replace(case.absence, review=AbsenceReview.REFUSED, review_text="não", owes=(), owes_until=None)
    scene.memory.shelf.absences[case.guia.id] = judged
    outage = declare(scene, 30)
    attach(scene)
    assert scene.now(case).absence == replace(judged, outage_id=outage.id)


def test_when_a_series_was_closed_says_nothing_of_when_its_sessions_were(scene: Scene):
    case = without(scene, begun(scene), DOWN)
    scene.memory.later(minutes=60)
    case = scene.do(CloseSeries(DESK, case.guia.id, "A pessoa teve alta."))
    assert case.absence is not None
    declare(scene, 10)
    assert attach(scene) == 0
    outage = declare(scene, 100, OutageKind.DATABASE)
    assert attach(scene) == 1
    kept = scene.now(case)
    assert kept.absence is not None
    assert (kept.sessions[0].outage_id, kept.absence.outage_id) == (outage.id, outage.id)
    assert kept.sessions[0].closed_why == "A pessoa teve alta."


def test_a_session_has_the_proof_of_carriers_where_its_own_code_did_not_arrive(scene: Scene):
    case = scene.issue(begun(scene), channel=Channel.SMS)
    case = scene.validate(case, scene.code(case))  # read out; no carrier told of it
    case = without(scene, case, LOST)
    scene.memory.later(seconds=COOL_DOWN_S)
    case = without(scene, scene.issue(case, channel=Channel.SMS), LOST)
    scene.memory.later(seconds=COOL_DOWN_S)
    case = scene.issue(case, channel=Channel.SMS)
    delivered(scene, case)
    case = without(scene, case, LOST)
    outage = declare(scene, 60, OutageKind.CARRIER, channel=Channel.SMS)
    assert attach(scene) == 1
    assert proofs(scene, case) == [None, None, outage.id, None]


def test_how_many_guias_an_outage_proves_counts_a_series_once(scene: Scene):
    without(scene, begun(scene, 2), DOWN, DOWN)
    without(scene, begun(scene), DOWN, DOWN)
    without(scene, scene.register(), DOWN)
    outage = declare(scene, 60)

    async def covered() -> int:
        async with scene.memory.transaction() as world:
            return await world.outages.covered(outage)

    assert run(covered()) == 3
    assert attach(scene) == 5
    assert run(covered()) == 3

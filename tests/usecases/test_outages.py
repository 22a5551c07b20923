"""Outages are declared by people or noticed by the system, and become the proof of what happened in their time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chancela.domain.absence import ABSENCES, Absence, AbsenceLead, AbsenceNeed, AbsenceReason, AbsenceReview, Given
from chancela.domain.case import Case
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.outage import Outage, OutageKind
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.profiles import LATEST_CODE_WINS
from chancela.domain.refusal import Refusal
from chancela.domain.trail import EventKind
from chancela.usecases import absenting, outaging
from chancela.usecases.annotate_outage import AnnotateOutage
from chancela.usecases.attach_outage import AttachOutage, attach_outage
from chancela.usecases.confirm_outage import ConfirmOutage
from chancela.usecases.declare_outage import DeclareOutage
from chancela.usecases.end_outage import EndOutage
from chancela.usecases.lapse_outages import LapseOutages
from chancela.usecases.notice_outage import NoticeOutage
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.register_guia import RegisterGuia
from tests.fakes.outages import MemoryOutages
from tests.fakes.swift import run
from tests.usecases.scene import ANS, CARD, DESK, NOWHERE, OK, PROVIDER, SYSTEM, Scene, reason

PORTAL, DATABASE, CARRIER, MACHINES = OutageKind
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WORKER = Actor(ANS, ActorKind.SYSTEM, "worker")
CLIENT = Actor(ANS, ActorKind.CLIENT, f"{ANS}.integrador", PROVIDER)
MANAGER, ANALYST = Actor(ANS, ActorKind.MANAGER, "gerente"), Actor(ANS, ActorKind.ANALYST, "analista")
WHO = {ActorKind.ANALYST, ActorKind.MANAGER, ActorKind.ADMINISTRATOR, ActorKind.SYSTEM}
DOWN, LOST, NO_SIGNAL = AbsenceReason.SYSTEM_DOWN, AbsenceReason.NOT_DELIVERED, AbsenceReason.NO_SIGNAL
ALWAYS = [
    replace(each, needs=(AbsenceNeed.SIGNATURE,), leads=AbsenceLead.REVIEWED)
    for each in ABSENCES
    if each.reason is DOWN
]
STRICT = replace(LATEST_CODE_WINS, absences=(*ALWAYS, *(each for each in ABSENCES if each.reason is not DOWN)))
OWING = tuple(replace(each, needs=(AbsenceNeed.SIGNATURE,)) for each in ABSENCES)


@pytest.fixture
def scene() -> Scene:
    return Scene(replace(LATEST_CODE_WINS, absence_sample_percent=100, absences=OWING))


def declare(scene: Scene, what: OutageKind = PORTAL, ago: float = 0, by: Actor = MANAGER, **more: Any) -> Any:
    return scene.do(DeclareOutage(by, what, scene.memory.now - ago * MINUTE, **more))


def end(scene: Scene, outage: Outage, by: Actor = MANAGER, note: str = "") -> Any:
    return scene.do(EndOutage(by, outage.id, note))


def notice(scene: Scene, what: OutageKind, since: float, until: float | None = 0, **more: Any) -> Any:
    """Notice from so many minutes ago until so many minutes ago."""
    ended = None if until is None else scene.memory.now - until * MINUTE
    return scene.do(NoticeOutage(more.pop("by", SYSTEM), what, scene.memory.now - since * MINUTE, ended, **more))


def attach(scene: Scene, limit: int = 100, by: Actor = SYSTEM) -> Any:
    return scene.do(AttachOutage(by, limit))


def known(scene: Scene) -> list[Outage]:
    return [each for each in scene.memory.shelf.outages.values() if each.part_of is None]


def told(scene: Scene) -> list[tuple[str, int, str | None]]:
    kept = [(each.kind.rpartition(":")[2], json.loads(each.data)) for each in scene.memory.shelf.trail]
    return [(kind, data["guias"], data["until"]) for kind, data in kept if "guias" in data and "what" in data]


def without(
    scene: Scene, why: AbsenceReason = DOWN, *, send: bool = False, proved: bool = False, **more: Any
) -> Absence:
    """A guia that goes on without its code now."""
    case: Case = scene.register()
    if send:
        case = scene.issue(case)

    async def record() -> Absence:
        async with scene.memory.transaction() as world:
            held = (await world.cases.load([case.guia.id]))[case.guia.id]
            given = await outaging.proved(Given(why, **more), held, world) if proved else Given(why, **more)
            (protocol,) = await world.cases.protocols(1)
            step: Any = absenting.recorded(held, given, protocol, "recepcao", world)
            await world.cases.save([step])
            return step.absence  # type: ignore[no-any-return]

    return run(record())


def now(scene: Scene, absence: Absence) -> Absence:
    return scene.memory.shelf.absences[absence.guia_id]


# ---------------------------------------------------------------- to declare


def test_what_is_declared_runs_since_then_and_is_told(scene: Scene):
    outage = declare(scene, PORTAL, 30, note="  Aviso às 9h  ")
    began = scene.memory.now - 30 * MINUTE
    by = scene.memory.now + DAY
    assert outage == Outage(outage.id, PORTAL, began, declared_by="gerente", note="Aviso às 9h", confirm_by=by)
    assert known(scene) == [outage]
    assert told(scene) == [("declared", 0, None)]


def test_carriers_alone_have_a_channel(scene: Scene):
    assert declare(scene, CARRIER, channel=Channel.SMS).channel is Channel.SMS
    assert declare(scene, CARRIER).channel is None
    assert declare(scene, DATABASE, channel=Channel.SMS).channel is None


@pytest.mark.parametrize("ago", [-0.01, 24 * 60 + 0.01])
def test_none_begins_in_the_future_or_more_than_a_day_ago(scene: Scene, ago: float):
    assert reason(declare(scene, ago=ago)) == Refusal.OUTAGE_SINCE
    assert known(scene) == []


def test_one_may_have_begun_a_day_ago_across_midnight(scene: Scene):
    assert declare(scene, ago=24 * 60).started_at == scene.memory.now - timedelta(days=1)


def test_the_minute_of_a_day_ago_is_a_day_ago_to_whoever_writes_minutes(scene: Scene):
    scene.memory.later(seconds=40)
    assert declare(scene, ago=24 * 60 + 0.6).started_at == scene.memory.now - DAY - timedelta(seconds=40)
    assert reason(declare(scene, DATABASE, 24 * 60 + 0.7)) == Refusal.OUTAGE_SINCE


def test_a_visit_of_the_minute_in_which_one_was_declared_has_its_proof(scene: Scene):
    """Visits are written down by the minute, and so are beginnings: who declares at 12:00:40 says 12:00."""
    noon = scene.memory.now
    scene.memory.later(seconds=40)
    outage = declare(scene)
    assert outage.started_at == noon
    assert without(scene, proved=True, taken_at=noon).outage_id == outage.id
    assert without(scene, proved=True, taken_at=noon - MINUTE).outage_id is None


def test_an_end_is_its_instant_and_covers_what_was_written_down_as_of_its_minute(scene: Scene):
    outage = declare(scene)
    scene.memory.later(minutes=32)
    written = scene.memory.now
    scene.memory.later(seconds=40)
    end(scene, outage)
    assert without(scene, proved=True, taken_at=written).outage_id == outage.id
    scene.memory.later(seconds=10)
    assert without(scene, proved=True).outage_id is None


def test_what_runs_is_not_declared_again(scene: Scene):
    first = declare(scene, CARRIER, channel=Channel.SMS)
    assert reason(declare(scene, CARRIER, 5, ANALYST, channel=Channel.SMS)) == Refusal.OUTAGE_RUNNING
    assert [each.id for each in known(scene)] == [first.id]
    assert declare(scene, CARRIER, channel=Channel.EMAIL).ended_at is None


def test_two_in_one_set_are_one(scene: Scene):
    both = DeclareOutage(MANAGER, PORTAL, scene.memory.now), DeclareOutage(ANALYST, PORTAL, scene.memory.now)
    first, second = scene.do_all(*both)
    assert known(scene) == [first]
    assert reason(second) == Refusal.OUTAGE_RUNNING


def test_a_long_note_is_cut(scene: Scene):
    assert len(declare(scene, note="x" * 300).note) == 200


@pytest.mark.parametrize("kind", [each for each in ActorKind if each not in WHO])
def test_others_declare_end_and_annotate_nothing(scene: Scene, kind: ActorKind):
    outage, stranger = declare(scene), Actor(ANS, kind, "x", provider="10001")
    assert reason(declare(scene, DATABASE, by=stranger)) == Refusal.FORBIDDEN
    assert reason(end(scene, outage, stranger)) == Refusal.FORBIDDEN
    assert reason(scene.do(AnnotateOutage(stranger, outage.id, "x"))) == Refusal.FORBIDDEN
    assert known(scene) == [outage]


# ---------------------------------------------------------------- to end, to annotate


def test_what_ended_covers_until_then_and_is_over(scene: Scene):
    outage = declare(scene, note="fibra")
    scene.memory.later(minutes=7)
    over = end(scene, outage, ANALYST)
    assert over == replace(outage, ended_at=scene.memory.now, ended_by="analista", confirm_by=None)
    assert reason(end(scene, outage)) == Refusal.OUTAGE_OVER
    assert told(scene)[-1] == ("ended", 0, over.ended_at.isoformat(timespec="seconds"))


def test_one_that_ends_as_it_begins_covers_its_instant_alone(scene: Scene):
    outage = declare(scene)
    assert end(scene, outage, note="engano").ended_at == outage.started_at + timedelta(microseconds=1)
    assert known(scene)[0].note == "engano"


def test_one_that_nobody_knows_is_not_found(scene: Scene):
    assert reason(scene.do(EndOutage(MANAGER, NOWHERE))) == Refusal.NOT_FOUND
    assert reason(scene.do(AnnotateOutage(MANAGER, NOWHERE, "x"))) == Refusal.NOT_FOUND


def test_a_note_is_written_once_and_told(scene: Scene):
    outage = notice(scene, DATABASE, 20)
    assert scene.do(AnnotateOutage(ANALYST, outage.id, " manutenção ")) == replace(outage, note="manutenção")
    assert scene.do(AnnotateOutage(ANALYST, outage.id, "manutenção")).note == "manutenção"
    assert [kind for kind, *_ in told(scene)] == ["noticed", "annotated"]


# ---------------------------------------------------------------- to confirm, to lapse


def confirm(scene: Scene, outage_id: UUID, by: Actor = ANALYST) -> Any:
    return scene.do(ConfirmOutage(by, outage_id))


def lapse(scene: Scene, by: Actor = SYSTEM) -> Any:
    return scene.do(LapseOutages(by))


def test_what_nobody_confirms_for_a_day_ends_then_and_not_when_it_is_seen(scene: Scene):
    outage = declare(scene)
    scene.memory.later(hours=24, minutes=-1)
    assert lapse(scene) == 0
    scene.memory.later(minutes=5)
    assert lapse(scene) == 1
    over = replace(outage, ended_at=outage.confirm_by, ended_by="worker", confirm_by=None)
    assert known(scene) == [over]
    assert told(scene)[-1] == ("lapsed", 0, over.ended_at.isoformat(timespec="seconds"))
    assert lapse(scene) == 0


def test_it_proves_nothing_from_then_on_though_nobody_wrote_its_end_yet(scene: Scene):
    outage = declare(scene)
    scene.memory.later(hours=24, minutes=-1)
    early = without(scene, proved=True)
    scene.memory.later(minutes=1)
    late = without(scene, proved=True)
    assert (early.outage_id, late.outage_id) == (outage.id, None)
    assert attach(scene) == 0
    lapse(scene)
    assert attach(scene) == 0
    assert (now(scene, early).outage_id, now(scene, late).outage_id) == (outage.id, None)


def test_what_is_confirmed_runs_for_another_day_and_is_told(scene: Scene):
    outage = declare(scene)
    scene.memory.later(hours=23, seconds=30)
    said = confirm(scene, outage.id)
    assert said == replace(outage, confirm_by=scene.memory.now - timedelta(seconds=30) + DAY)
    assert known(scene) == [said]
    data = json.loads(scene.memory.shelf.trail[-1].data)
    assert (told(scene)[-1], data["confirm_by"]) == (("confirmed", 0, None), said.confirm_by.isoformat())
    scene.memory.later(hours=2)
    assert lapse(scene) == 0


def test_said_twice_within_a_minute_it_is_said_once(scene: Scene):
    outage = declare(scene)
    scene.memory.later(seconds=59)
    assert confirm(scene, outage.id) == outage
    assert [kind for kind, *_ in told(scene)] == ["declared"]


def test_what_is_over_is_confirmed_no_more(scene: Scene):
    lapsed = declare(scene)
    scene.memory.later(hours=24)
    assert reason(confirm(scene, lapsed.id)) == Refusal.OUTAGE_OVER
    ended = declare(scene, DATABASE)
    end(scene, ended)
    assert reason(confirm(scene, ended.id)) == Refusal.OUTAGE_OVER
    assert reason(confirm(scene, NOWHERE)) == Refusal.NOT_FOUND
    assert [kind for kind, *_ in told(scene)] == ["declared", "lapsed", "declared", "ended"]


def test_what_the_system_finds_away_needs_nobodys_word(scene: Scene):
    outage = notice(scene, PORTAL, 6, None)
    assert confirm(scene, outage.id) == outage
    scene.memory.later(hours=100)
    assert lapse(scene) == 0
    assert known(scene) == [outage]


@pytest.mark.parametrize("kind", [each for each in ActorKind if each not in WHO])
def test_others_confirm_nothing(scene: Scene, kind: ActorKind):
    outage = declare(scene)
    scene.memory.later(minutes=2)
    assert reason(confirm(scene, outage.id, Actor(ANS, kind, "x", provider="10001"))) == Refusal.FORBIDDEN
    assert known(scene) == [outage]


def test_the_system_alone_lapses(scene: Scene):
    outage = declare(scene)
    scene.memory.later(hours=25)
    assert lapse(scene, MANAGER) == 0
    assert known(scene) == [outage]


@pytest.mark.parametrize("hours", [1, 12, 30])
def test_what_lapsed_is_declared_again_though_nobody_wrote_its_end_yet(scene: Scene, hours: int):
    """From when it lapsed on it is one outage with the first; after a gap it is another one."""
    first = declare(scene)
    scene.memory.later(hours=24 + hours)
    again = declare(scene, PORTAL, min(hours, 20) * 60)
    assert (again.id == first.id) is (hours < 24)
    assert (again.ended_at, again.confirm_by) == (None, scene.memory.now + DAY)
    assert [kind for kind, *_ in told(scene)] == ["declared", "lapsed", "declared"]


def test_what_lapsed_is_neither_ended_nor_annotated_as_if_it_ran(scene: Scene):
    outage = declare(scene)
    scene.memory.later(hours=30)
    noted = scene.do(AnnotateOutage(MANAGER, outage.id, "fibra"))
    assert noted == replace(outage, ended_at=outage.confirm_by, ended_by="worker", confirm_by=None, note="fibra")
    other = declare(scene)
    scene.memory.later(hours=30)
    assert reason(end(scene, other)) == Refusal.OUTAGE_OVER
    assert known(scene)[-1].ended_at == other.confirm_by


def test_what_is_away_still_when_peoples_word_lapses_goes_on_by_the_systems_own(scene: Scene):
    declared = declare(scene, CARRIER, channel=Channel.SMS)
    scene.memory.later(hours=24, minutes=1)
    runs = notice(scene, CARRIER, 20 * 60, None, channel=Channel.SMS, by=WORKER)
    assert runs == replace(declared, noticed=True, confirm_by=None)
    scene.memory.later(hours=30)
    assert lapse(scene) == 0
    over = end(scene, runs, WORKER)
    assert over.ended_at == scene.memory.now


def test_a_silence_that_outlasted_peoples_word_ends_it_where_something_is_heard(scene: Scene):
    declared = declare(scene, DATABASE)
    scene.memory.later(hours=30)
    over = notice(scene, DATABASE, 29 * 60, by=WORKER)
    assert over == replace(declared, noticed=True, ended_at=scene.memory.now, ended_by="worker", confirm_by=None)
    assert without(scene, proved=True).outage_id is None


# ---------------------------------------------------------------- to notice


def test_a_silence_longer_than_the_policys_minutes_is_an_outage(scene: Scene):
    outage = notice(scene, DATABASE, 5.1)
    assert (outage.noticed, outage.declared_by, outage.ended_at) == (True, None, scene.memory.now)
    assert known(scene) == [outage]
    assert told(scene) == [("noticed", 0, outage.ended_at.isoformat(timespec="seconds"))]


@pytest.mark.parametrize("minutes", [5, 1, 0, -60])
def test_a_shorter_one_is_none(scene: Scene, minutes: float):
    assert notice(scene, DATABASE, minutes) is None
    assert known(scene) == []


@pytest.mark.parametrize("kind", [each for each in ActorKind if each is not ActorKind.SYSTEM])
def test_the_system_alone_notices_and_attaches(scene: Scene, kind: ActorKind):
    somebody = Actor(ANS, kind, "x", provider="10001")
    assert notice(scene, DATABASE, 20, by=somebody) is None
    absence = without(scene)
    scene.memory.later(minutes=1)
    declare(scene, ago=5)
    assert attach(scene, by=somebody) == 0
    assert now(scene, absence).outage_id is None


def test_the_same_silence_again_is_nothing_new(scene: Scene):
    first = notice(scene, DATABASE, 20)
    assert notice(scene, DATABASE, 20) is None
    assert notice(scene, DATABASE, 15, 2) is None
    assert known(scene) == [first]


def test_a_silence_that_goes_on_runs_and_ends_where_something_is_heard(scene: Scene):
    running = notice(scene, PORTAL, 6, None)
    assert running.ended_at is None
    scene.memory.later(minutes=1)
    assert notice(scene, PORTAL, 7, None) is None
    over = notice(scene, PORTAL, 7)
    assert over == replace(running, ended_at=scene.memory.now, ended_by=SYSTEM.name)
    assert [kind for kind, *_ in told(scene)] == ["noticed", "ended"]


def test_a_longer_silence_widens_what_was_noticed(scene: Scene):
    first = notice(scene, DATABASE, 20, 10)
    scene.memory.later(minutes=5)
    wide = notice(scene, DATABASE, 20)
    assert wide == replace(first, ended_at=scene.memory.now)
    assert known(scene) == [wide]


def test_what_somebody_declared_runs_until_somebody_ends_it(scene: Scene):
    declared = declare(scene, DATABASE, 10)
    assert notice(scene, DATABASE, 15) == replace(declared, started_at=scene.memory.now - 15 * MINUTE, noticed=True)
    assert known(scene)[0].ended_at is None
    assert notice(scene, DATABASE, 9, None) is None


def test_what_somebody_ended_does_not_begin_again_by_itself(scene: Scene):
    outage = notice(scene, CARRIER, 6, None, channel=Channel.SMS)
    over = end(scene, outage)
    scene.memory.later(minutes=10)
    assert notice(scene, CARRIER, 16, None, channel=Channel.SMS) is None
    assert known(scene) == [over]
    assert notice(scene, CARRIER, 6, None, channel=Channel.SMS).id != over.id


def test_where_everything_was_away_its_parts_are_not_told_again(scene: Scene):
    whole = notice(scene, DATABASE, 60)
    assert notice(scene, PORTAL, 61) is None
    assert notice(scene, CARRIER, 64, None) is None
    assert known(scene) == [whole]
    assert notice(scene, PORTAL, 70).what is PORTAL


def test_where_the_portal_was_away_its_machines_are_not_told_again(scene: Scene):
    whole = notice(scene, PORTAL, 60)
    assert notice(scene, MACHINES, 61) is None
    assert notice(scene, MACHINES, 64, None) is None
    assert known(scene) == [whole]
    assert notice(scene, MACHINES, 70, None).what is MACHINES
    assert notice(scene, DATABASE, 20, 3).what is DATABASE, "machines are the smaller part"


def test_an_edge_that_was_taken_away_is_told_once_and_ended_for_good(scene: Scene):
    over = end(scene, notice(scene, MACHINES, 6, None))
    for days in (0, 1, 400):
        scene.memory.later(minutes=days * 24 * 60)
        since = (scene.memory.now - over.started_at) / MINUTE
        assert notice(scene, MACHINES, since, None) is None
    assert known(scene) == [over]


def test_machines_that_were_not_answered_prove_what_machines_bring_in(scene: Scene):
    scene.memory.shelf.clients.add(CLIENT.name)
    outage = notice(scene, MACHINES, 6, None)
    by_desk, by_machine = (scene.do(RecordAbsence(by, scene.register().guia.id, DOWN)).absence for by in (DESK, CLIENT))
    assert (by_desk.outage_id, by_machine.outage_id) == (None, outage.id)
    assert (by_desk.owes, by_machine.owes) == ((AbsenceNeed.SIGNATURE,), ())


def test_what_machines_brought_in_before_it_was_declared_gets_its_proof(scene: Scene):
    scene.memory.shelf.clients.add(CLIENT.name)
    by_desk, by_machine = (scene.do(RecordAbsence(by, scene.register().guia.id, DOWN)).absence for by in (DESK, CLIENT))
    scene.memory.later(minutes=3)
    outage = declare(scene, MACHINES, 5)
    assert attach(scene) == 1
    assert [now(scene, each).outage_id for each in (by_desk, by_machine)] == [None, outage.id]


def test_a_declaration_takes_up_what_was_noticed_in_its_time(scene: Scene):
    first, second = notice(scene, PORTAL, 60, 50), notice(scene, PORTAL, 40, 30)
    elsewhere = notice(scene, CARRIER, 60, 50, channel=Channel.SMS)
    whole = declare(scene, PORTAL, 55)
    by = scene.memory.now + DAY
    assert whole == replace(first, ended_at=None, ended_by=None, declared_by="gerente", confirm_by=by)
    assert known(scene) == [whole, elsewhere]
    assert scene.memory.shelf.outages[second.id].part_of == whole.id


def test_parts_of_a_part_are_parts_of_the_whole(scene: Scene):
    first, second, third = (notice(scene, PORTAL, each, each - 10) for each in (90, 60, 30))
    assert notice(scene, PORTAL, 55, 25).id == second.id
    assert notice(scene, PORTAL, 85, 45).id == first.id
    assert {each.part_of for each in scene.memory.shelf.outages.values()} == {None, first.id}
    assert scene.memory.shelf.outages[third.id].part_of == first.id


def test_the_policy_says_from_how_many_minutes_on(scene: Scene):
    strict = Scene(replace(LATEST_CODE_WINS, outage_minutes=1))
    assert notice(strict, DATABASE, 1.5) is not None
    assert notice(scene, DATABASE, 1.5) is None


# ---------------------------------------------------------------- what is proved


def test_what_happens_within_has_its_proof_at_once(scene: Scene):
    outage = declare(scene)
    for why in (DOWN, LOST, NO_SIGNAL):
        absence = without(scene, why, proved=True)
        assert (absence.outage_id, absence.owes, absence.review) == (outage.id, (), AbsenceReview.NONE)


def test_what_is_recorded_later_counts_by_when_it_was(scene: Scene):
    outage = declare(scene)
    scene.memory.later(minutes=10)
    end(scene, outage)
    scene.memory.later(hours=20)
    late = without(scene, proved=True, taken_at=outage.started_at + MINUTE)
    assert late.outage_id == outage.id
    assert without(scene, proved=True).outage_id is None


def test_other_reasons_and_claimed_outages_prove_nothing(scene: Scene):
    outage = declare(scene)
    assert without(scene, AbsenceReason.NO_PHONE, proved=True, outage_id=outage.id).outage_id is None
    end(scene, outage)
    scene.memory.later(minutes=1)
    assert without(scene, proved=True, outage_id=outage.id).outage_id is None


def test_a_reason_that_the_policy_does_not_know_proves_nothing(scene: Scene):
    bare = Scene(replace(LATEST_CODE_WINS, absences=ABSENCES[:1]))
    declare(bare)
    case = bare.register()

    async def ask() -> Given:
        async with bare.memory.transaction() as world:
            return await outaging.proved(Given(DOWN), case, world)

    assert run(ask()).outage_id is None


def test_carriers_prove_that_their_own_codes_did_not_arrive(scene: Scene):
    outage = declare(scene, CARRIER, channel=Channel.SMS)
    assert without(scene, LOST, send=True, proved=True).outage_id == outage.id
    assert without(scene, LOST, proved=True).outage_id is None
    assert without(scene, DOWN, send=True, proved=True).outage_id is None


def test_the_desk_gets_the_proof_with_its_reason(scene: Scene):
    outage = declare(scene, CARRIER, channel=Channel.SMS)
    kept = {}
    for why in (LOST, DOWN):
        case = scene.issue(scene.register())
        kept[why] = scene.do(RecordAbsence(DESK, case.guia.id, why)).absence
    assert {why: each.outage_id for why, each in kept.items()} == {LOST: outage.id, DOWN: None}
    assert kept[LOST].owes == ()


# ---------------------------------------------------------------- attached afterwards


def test_what_happened_before_anybody_knew_gets_its_proof(scene: Scene):
    early = without(scene)
    scene.memory.later(minutes=20)
    inside = [without(scene, why) for why in (DOWN, NO_SIGNAL, LOST)]
    other = without(scene, AbsenceReason.NO_PHONE)
    scene.memory.later(minutes=10)
    outage = notice(scene, DATABASE, 20)
    assert told(scene)[-1][1] == 3
    assert attach(scene) == 3
    assert attach(scene) == 0
    for each in inside:
        new = now(scene, each)
        assert (new.outage_id, new.owes, new.owes_until) == (outage.id, (), None)
        assert (new.review, new.reviewed_by, new.reviewed_at) == (AbsenceReview.ACCEPTED, SYSTEM.name, scene.memory.now)
    assert [now(scene, each) for each in (early, other)] == [early, other]
    assert run(_covered(scene, outage)) == 3


async def _covered(scene: Scene, outage: Outage) -> int:
    async with scene.memory.transaction() as world:
        return await world.outages.covered(outage)


def test_each_guia_tells_of_its_proof(scene: Scene):
    absence = without(scene)
    scene.memory.later(minutes=1)
    outage = declare(scene, ago=5)
    attach(scene)
    last = scene.memory.shelf.trail[-1]
    assert (last.kind, last.subject) == (EventKind.OUTAGE_ATTACHED, absence.guia_id)
    assert json.loads(last.data) == {"outage": str(outage.id), "owed": "signature", "review": "accepted"}


def test_no_more_are_attached_at_once_than_asked(scene: Scene):
    kept = [without(scene) for _ in range(3)]
    scene.memory.later(minutes=1)
    outage = declare(scene, ago=5)
    assert [attach(scene, 2) for _ in range(2)] == [2, 1]
    assert {now(scene, each).outage_id for each in kept} == {outage.id}


def test_what_is_always_reviewed_still_is():
    scene = Scene(STRICT)
    absence = without(scene)
    scene.memory.later(minutes=1)
    declare(scene, ago=5)
    attach(scene)
    assert now(scene, absence).review is AbsenceReview.WAITING
    assert now(scene, absence).owes == ()
    assert json.loads(scene.memory.shelf.trail[-1].data)["review"] is None


def test_what_an_auditor_decided_stays_decided(scene: Scene):
    absence = without(scene)
    judged = replace(
        absence, review=AbsenceReview.REFUSED, review_text="não", reviewed_at=scene.memory.now, reviewed_by="auditora"
    )
    scene.memory.shelf.absences[absence.guia_id] = judged
    scene.memory.later(minutes=1)
    outage = declare(scene, ago=5)
    attach(scene)
    assert now(scene, absence) == replace(judged, outage_id=outage.id, owes=(), owes_until=None)


def test_carriers_are_attached_where_their_code_did_not_arrive(scene: Scene):
    lost, arrived, asked_of_nobody = (without(scene, LOST, send=each) for each in (True, True, False))
    scene.memory.shelf.told(arrived.guia_id, DeliveryState.DELIVERED)
    scene.memory.later(minutes=1)
    outage = declare(scene, CARRIER, 5, channel=Channel.SMS)
    assert attach(scene) == 1
    assert now(scene, lost).outage_id == outage.id
    assert [now(scene, each).outage_id for each in (arrived, asked_of_nobody)] == [None, None]


def test_a_guia_that_was_validated_is_not_touched(scene: Scene):
    case = scene.issue(scene.register())
    scene.memory.later(minutes=1)
    validated = scene.validate(case, scene.code(case))
    scene.memory.later(minutes=1)
    declare(scene, ago=10)
    assert attach(scene) == 0
    assert scene.memory.shelf.guias[case.guia.id] == validated.guia


class Overtaken(MemoryOutages):
    """Outages of which another one becomes the proof of what was found, before this one does."""

    async def lacking(self, outage: Outage, limit: int) -> list[UUID]:
        found = await super().lacking(outage, limit)
        for each in found:
            self.shelf.absences[each] = replace(self.shelf.absences[each], outage_id=NOWHERE)
        return found


def test_a_guia_that_got_its_proof_meanwhile_is_left_alone(scene: Scene):
    absence = without(scene)
    scene.memory.later(minutes=1)
    declare(scene, ago=5)

    async def overtaken() -> list[int]:
        async with scene.memory.transaction() as world:
            world.outages = Overtaken(world.cases.shelf, world.now)
            return await attach_outage([AttachOutage(SYSTEM, 5)], world)

    assert run(overtaken()) == [0]
    assert now(scene, absence).outage_id == NOWHERE


def test_what_was_looked_through_is_not_looked_through_again(scene: Scene):
    first, second = notice(scene, DATABASE, 20), notice(scene, PORTAL, 200, 190)
    assert attach(scene) == 0
    assert set(scene.memory.shelf.unsettled) == {first.id, second.id}
    scene.memory.later(minutes=3)
    assert attach(scene) == 0
    assert not scene.memory.shelf.unsettled


def test_times_are_told_with_their_offset(scene: Scene):
    declare(scene)
    data = json.loads(scene.memory.shelf.trail[-1].data)
    assert datetime.fromisoformat(data["since"]) == scene.memory.now.astimezone(UTC).replace(microsecond=0)


def test_an_outage_of_one_session_takes_no_other_out_of_the_sample():
    """Whoever ends a series with a visit of an outage cannot wash away what auditors look at of those before it."""
    scene = Scene(replace(LATEST_CODE_WINS, absence_sample_percent=100, series=(OK,)))
    case = scene.do(RegisterGuia(DESK, Kind.ODONTO, CARD, PROVIDER, (RequestedProcedure("22", OK, 2),)))
    for why in (AbsenceReason.NO_PHONE, DOWN):
        case = scene.do(RecordAbsence(DESK, case.guia.id, why))
    assert case.absence is not None and case.absence.review is AbsenceReview.WAITING
    outage = declare(scene, ago=5)
    assert scene.do(AttachOutage(SYSTEM, 10)) == 1
    proved = scene.now(case).absence
    assert proved is not None and proved.outage_id == outage.id
    assert proved.review is AbsenceReview.WAITING

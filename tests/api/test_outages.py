"""A provider's system asks what is away now; of another operator's outages it hears nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from chancela.domain.delivery import Channel
from chancela.domain.outage import OutageKind
from chancela.domain.permissions import ActorKind
from chancela.usecases.declare_outage import DeclareOutage
from chancela.usecases.end_outage import EndOutage
from chancela.usecases.notice_outage import NoticeOutage
from chancela.usecases.record_absence import RecordAbsence
from tests import visits

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.api.caller import Caller
    from tests.cast import Cast

RUNNING = "/v1/outages/running"


async def test_what_runs_is_told_with_its_channel_and_since_when(app: App, clinic: Caller, house: Cast):
    assert (await clinic.get(RUNNING)).json() == {"outages": []}
    manager = replace(house.aurora.auditor, kind=ActorKind.MANAGER)
    since = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=3)
    outage = await app.do(DeclareOutage(manager, OutageKind.CARRIER, since, Channel.SMS))
    other = replace(house.cambui.auditor, kind=ActorKind.MANAGER)
    await app.do(DeclareOutage(other, OutageKind.PORTAL, since))
    assert (await clinic.get(RUNNING)).json() == {"outages": []}, "asked once in five seconds"
    app.outages.forget(house.aurora.ans)
    (told,) = (await clinic.get(RUNNING)).json()["outages"]
    assert datetime.fromisoformat(told.pop("since")) == since
    assert datetime.fromisoformat(told.pop("confirm_by")) == outage.confirm_by
    assert told == {"id": str(outage.id), "what": "carrier", "channel": "sms", "declared": True}
    await app.do(EndOutage(manager, outage.id))
    app.outages.forget(house.aurora.ans)
    assert (await clinic.get(RUNNING)).json() == {"outages": []}


async def test_a_guia_names_the_outage_that_proves_it(app: App, clinic: Caller, house: Cast):
    manager = replace(house.aurora.auditor, kind=ActorKind.MANAGER)
    outage = await app.do(
        DeclareOutage(manager, OutageKind.PORTAL, datetime.now(UTC) - timedelta(minutes=3), None, "Fibra")
    )
    case = await visits.entered(app, house.aurora)
    answer = await clinic.post(f"/v1/guias/{case.guia.id}/absence", {"reason": "03"})
    assert answer.json()["absence"]["outage"] == str(outage.id)
    told = (await clinic.get(f"/v1/outages/{outage.id}")).json()
    assert (told["what"], told["until"], told["note"]) == ("portal", None, "Fibra")
    assert datetime.fromisoformat(told["confirm_by"]) == outage.confirm_by
    await app.do(EndOutage(manager, outage.id))
    over = (await clinic.get(f"/v1/outages/{outage.id}")).json()
    assert over["until"] and over["confirm_by"] is None


async def test_what_the_system_finds_away_needs_no_confirmation(app: App, clinic: Caller, house: Cast):
    system = replace(house.aurora.auditor, kind=ActorKind.SYSTEM)
    since = datetime.now(UTC) - timedelta(minutes=30)
    outage = await app.do(NoticeOutage(system, OutageKind.MACHINES, since))
    app.outages.forget(house.aurora.ans)
    (told,) = (await clinic.get(RUNNING)).json()["outages"]
    found = (told["id"], told["what"], told["declared"], told["confirm_by"])
    assert found == (str(outage.id), "machines", False, None)


async def test_an_outage_of_the_interface_alone_proves_what_is_recorded_over_it(app: App, clinic: Caller, house: Cast):
    system = replace(house.aurora.auditor, kind=ActorKind.SYSTEM)
    outage = await app.do(NoticeOutage(system, OutageKind.MACHINES, datetime.now(UTC) - timedelta(minutes=30)))
    here, there = await visits.entered(app, house.aurora), await visits.entered(app, house.aurora)
    answer = await clinic.post(f"/v1/guias/{here.guia.id}/absence", {"reason": "03"})
    assert answer.json()["absence"]["outage"] == str(outage.id)
    by_desk = await app.do(RecordAbsence(house.aurora.desk, there.guia.id, "03"))
    assert by_desk.absence.outage_id is None


async def test_an_outage_of_another_operator_is_like_an_unknown_one(app: App, clinic: Caller, house: Cast):
    other = replace(house.cambui.auditor, kind=ActorKind.MANAGER)
    foreign = await app.do(DeclareOutage(other, OutageKind.PORTAL, datetime.now(UTC)))
    answers = [await clinic.get(f"/v1/outages/{each}") for each in (foreign.id, uuid4(), "running-not", "x")]
    assert {(each.status_code, each.content) for each in answers} == {(404, answers[0].content)}

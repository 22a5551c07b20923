"""A provider's system asks what is away now; of another operator's outages it hears nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from chancela.domain.delivery import Channel
from chancela.domain.outage import OutageKind
from chancela.domain.permissions import ActorKind
from chancela.usecases.declare_outage import DeclareOutage
from chancela.usecases.end_outage import EndOutage

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.api.caller import Caller
    from tests.cast import Cast

RUNNING = "/v1/outages/running"


async def test_what_runs_is_told_with_its_channel_and_since_when(app: App, clinic: Caller, house: Cast):
    assert (await clinic.get(RUNNING)).json() == {"outages": []}
    manager = replace(house.aurora.auditor, kind=ActorKind.MANAGER)
    since = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=3)
    outage = await app.do(DeclareOutage(manager, OutageKind.CARRIER, since, Channel.SMS))
    other = replace(house.cambui.auditor, kind=ActorKind.MANAGER)
    await app.do(DeclareOutage(other, OutageKind.PORTAL, since))
    assert (await clinic.get(RUNNING)).json() == {"outages": []}, "asked once in five seconds"
    app.outages.forget(house.aurora.ans)
    (told,) = (await clinic.get(RUNNING)).json()["outages"]
    assert datetime.fromisoformat(told.pop("since")) == since
    assert told == {"what": "carrier", "channel": "sms", "declared": True}
    await app.do(EndOutage(manager, outage.id))
    app.outages.forget(house.aurora.ans)
    assert (await clinic.get(RUNNING)).json() == {"outages": []}

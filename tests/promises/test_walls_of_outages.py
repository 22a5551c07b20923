"""security.md 10: nobody declares, ends, reads or is covered by an outage of another operator."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from chancela.domain.outage import OutageKind
from chancela.domain.permissions import ActorKind
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.annotate_outage import AnnotateOutage
from chancela.usecases.confirm_outage import ConfirmOutage
from chancela.usecases.declare_outage import DeclareOutage
from chancela.usecases.end_outage import EndOutage

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.domain.permissions import Actor
    from tests.cast import Cast, Tenant


def manager(tenant: Tenant) -> Actor:
    return replace(tenant.auditor, kind=ActorKind.MANAGER, name="gerente")


@pytest.fixture
def since() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=10)


async def test_an_outage_of_another_operator_is_like_an_unknown_one(app: App, house: Cast, since: datetime):
    own = await app.do(DeclareOutage(manager(house.aurora), OutageKind.PORTAL, since))
    stranger = manager(house.cambui)
    for command in (EndOutage, ConfirmOutage, lambda actor, key: AnnotateOutage(actor, key, "x")):
        assert await app.do(command(stranger, own.id)) == await app.do(command(stranger, uuid4()))
        assert await app.do(command(stranger, own.id)) == Refused(Refusal.NOT_FOUND)
    assert (await app.do(DeclareOutage(stranger, OutageKind.PORTAL, since))).id != own.id

"""A late code over HTTP: the visit first, its code afterwards."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from chancela.domain import offline
from tests.api.caller import Caller, code_of, slug

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Tenant


def today() -> date:
    return offline.day(datetime.now(UTC))


async def postponed(clinic: Caller, tenant: Tenant, days: int = 0) -> tuple[str, Any]:
    """A guia whose visit was so many days from now, and what was said to that."""
    guia_id, day = (await clinic.enter(tenant)).json()["id"], today() + timedelta(days=days)
    return guia_id, await clinic.post(f"/v1/guias/{guia_id}/late", {"visit_date": f"{day}"})


async def test_the_visit_comes_first_and_its_code_afterwards(app: App, clinic: Caller, aurora: Tenant):
    guia_id, told = await postponed(clinic, aurora)
    late = {"visit_date": f"{today()}", "due_date": f"{today() + timedelta(days=5)}"}
    assert (told.status_code, told.json()["status"], told.json()["late"]) == (200, "late_pending", late)
    listed = (await clinic.get("/v1/guias?status=late_pending")).json()["items"]
    assert [(each["id"], each["late"]) for each in listed] == [(guia_id, late)]

    too_soon = await clinic.post(f"/v1/guias/{guia_id}/validation", {"code": "123456"})
    assert (too_soon.status_code, slug(too_soon)) == (409, "exige-codigo-tardio")
    assert (await clinic.post(f"/v1/guias/{guia_id}/token")).status_code == 202
    done = await clinic.post(f"/v1/guias/{guia_id}/validation", {"code": await code_of(app, aurora, guia_id)})
    assert (done.json()["status"], done.json()["late"]) == ("validated", None)
    proof = done.json()["validation"]
    assert (proof["window"], proof["method"], proof["visit_date"]) == ("late", "token", f"{today()}")
    assert (await clinic.get(f"/v1/guias/{guia_id}")).json() == done.json()


@pytest.mark.parametrize("days", [-1, 1])
async def test_a_day_that_cannot_be_is_refused(clinic: Caller, aurora: Tenant, days: int):
    guia_id, refused = await postponed(clinic, aurora, days)
    assert (refused.status_code, slug(refused)) == (422, "data-do-atendimento")
    assert (await clinic.get(f"/v1/guias/{guia_id}")).json()["status"] == "awaiting_token"


@pytest.mark.parametrize("body", [{}, {"visit_date": "18/11/2026"}, {"visit_date": None}, {"visit_date": "2026-11-31"}])
async def test_what_is_no_day_is_no_wish(clinic: Caller, aurora: Tenant, body: dict[str, Any]):
    guia_id = (await clinic.enter(aurora)).json()["id"]
    assert (await clinic.post(f"/v1/guias/{guia_id}/late", body)).status_code in {400, 422}


async def test_the_same_key_postpones_once_and_the_same_day_again_is_no_error(clinic: Caller, aurora: Tenant):
    guia_id, told = await postponed(clinic, aurora)
    again = await clinic.post(f"/v1/guias/{guia_id}/late", {"visit_date": f"{today()}"})
    assert (again.status_code, again.json()) == (200, told.json())

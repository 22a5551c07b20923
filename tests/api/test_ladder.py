"""What the ladder and people's own word mean over HTTP: urgency, waits, reports, contacts that someone must look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from chancela.domain.case import Case
from chancela.domain.report import ReportWay
from chancela.usecases.report_token import ReportToken
from tests.api.caller import Caller, code_of, slug
from tests.api.conftest import NewCaller
from tests.api.test_refusals import AT_ONCE, change

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.bootstrap.settings import Settings
    from tests.cast import Tenant

STAFF = "+5541900007777"


async def asked(clinic: Caller, tenant: Tenant, wish: dict[str, Any] | None = None, **changed: Any) -> Any:
    """Enter a guia and ask for its code."""
    guia_id = (await clinic.enter(tenant, **changed)).json()["id"]
    return await clinic.post(f"/v1/guias/{guia_id}/token", wish)


async def report(app: App, tenant: Tenant, guia_id: str) -> None:
    """Let the person say that they did not ask for the code."""
    assert isinstance(await app.do(ReportToken(tenant.system, UUID(guia_id), ReportWay.SMS)), Case)


@pytest.fixture
async def desk(new_caller: NewCaller, cambui: Tenant) -> Caller:
    """A clinic of the operator whose providers type first contacts."""
    return await new_caller(cambui, cambui.provider)


async def test_an_urgent_guia_is_shown_as_urgent_and_goes_every_written_way(clinic: Caller, aurora: Tenant):
    usual, urgent = await asked(clinic, aurora), await asked(clinic, aurora, urgent=True)
    assert (usual.json()["urgent"], urgent.json()["urgent"]) == (False, True)
    ways = {each["channel"] for each in urgent.json()["token"]["deliveries"]}
    assert ways == {"app", "sms", "whatsapp", "email"}


async def test_urgency_is_yes_or_no(clinic: Caller, aurora: Tenant):
    for wrong in ("true", 1, None):
        refused = await clinic.enter(aurora, urgent=wrong)
        assert (refused.status_code, slug(refused), refused.json()["field"]) == (422, "campos-invalidos", "urgent")


async def test_what_was_just_sent_waits_a_moment(clinic: Caller, aurora: Tenant):
    first = await asked(clinic, aurora, {"channel": "sms"})
    again = await clinic.post(f"/v1/guias/{first.json()['id']}/token", {"channel": "sms"})
    assert (again.status_code, slug(again)) == (429, "enviado-agora")
    assert 1 <= int(again.headers["retry-after"]) <= 30
    other = await clinic.post(f"/v1/guias/{first.json()['id']}/token", {"channel": "email"})
    assert other.status_code == 202


async def test_a_reported_code_is_neither_sent_nor_taken(app: App, clinic: Caller, aurora: Tenant):
    guia_id = (await asked(clinic, aurora)).json()["id"]
    code = await code_of(app, aurora, guia_id)
    await report(app, aurora, guia_id)
    for path, body in (("token", None), ("validation", {"code": code})):
        refused = await clinic.post(f"/v1/guias/{guia_id}/{path}", body)
        assert (refused.status_code, slug(refused)) == (409, "codigo-contestado"), path


async def test_two_reports_pause_the_pair(app: App, settings: Settings, clinic: Caller, aurora: Tenant):
    change(settings, AT_ONCE)
    for _ in range(2):
        await report(app, aurora, (await asked(clinic, aurora)).json()["id"])
    refused = await asked(clinic, aurora)
    assert (refused.status_code, slug(refused)) == (409, "envios-em-pausa")


async def test_a_number_that_another_provider_has_is_looked_at_first(settings: Settings, desk: Caller, cambui: Tenant):
    change(settings, "UPDATE chancela.provider SET staff = %s WHERE code = %s", [STAFF], cambui.other_provider)
    refused = await asked(desk, cambui, {"phone": STAFF}, card_number=cambui.unreached.card_number)
    assert (refused.status_code, slug(refused)) == (409, "contato-em-revisao")


async def test_ones_own_staffs_number_is_refused(settings: Settings, desk: Caller, cambui: Tenant):
    change(settings, "UPDATE chancela.provider SET staff = %s WHERE code = %s", [STAFF], cambui.provider)
    refused = await asked(desk, cambui, {"phone": STAFF}, card_number=cambui.unreached.card_number)
    assert (refused.status_code, slug(refused)) == (422, "contato-do-prestador")


async def test_notices_to_older_contacts_are_not_listed_with_the_code(desk: Caller, settings: Settings, cambui: Tenant):
    person = cambui.first
    change(settings, "DELETE FROM chancela.contact WHERE address = %s", person.mobile)
    answer = await asked(desk, cambui, {"phone": "41 90000-1234"}, card_number=person.card_number)
    assert answer.status_code == 202, answer.text
    (only,) = answer.json()["token"]["deliveries"]
    assert (only["channel"], only["to"]) == ("sms", "(41) *****-1234")

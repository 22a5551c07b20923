"""A signed sheet comes back over the machine edge: known by its QR or its number, taken once, by nobody else."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest

from chancela.adapters.postgres.attachments import Documents
from tests.adapters.documents import signed
from tests.api.caller import Caller, slug
from tests.api.conftest import NewCaller
from tests.api.test_absences import OWED
from tests.api.test_series import begun

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from chancela.bootstrap.app import App
    from chancela.bootstrap.settings import Settings
    from tests.cast import Tenant

ENGLISH = {"Accept-Language": "en"}
PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"


async def entered(clinic: Caller, tenant: Tenant) -> str:
    return str((await clinic.enter(tenant)).json()["id"])


async def printed(clinic: Caller, guia_id: str) -> tuple[dict[str, Any], bytes]:
    """A guia's slip, and its sheet as it comes from the printer."""
    slip = await clinic.post(f"/v1/guias/{guia_id}/slip")
    assert slip.status_code == 200, slip.text
    return slip.json(), (await clinic.get(f"/v1/guias/{guia_id}/slip")).content


async def send(
    clinic: Caller, guia_id: str, content: Any, media_type: str = PDF, *, key: str | None = None, **asked: str
) -> httpx.Response:
    headers = {"Content-Type": media_type, **({"Accept-Language": asked.pop("en")} if "en" in asked else {})}
    params = {"reason": "07", **asked}
    there = f"/v1/guias/{guia_id}/slip/return"
    return await clinic.post(there, content=content, headers=headers, params=params, key=key)


def png(sheet: bytes) -> bytes:
    out = io.BytesIO()
    signed.page(sheet).save(out, "PNG")
    return out.getvalue()


def jpeg(sheet: bytes) -> bytes:
    return signed.jpeg(signed.page(sheet).rotate(3, expand=True, fillcolor=signed.DESK), 60)


async def kept(app: App, tenant: Tenant, guia_id: str) -> Any:
    return await Documents(app.pool).of(tenant.ans, UUID(guia_id))


@pytest.fixture
def owner(settings: Settings) -> Iterator[psycopg.Connection[Any]]:
    """The database as its owner sees it."""
    with psycopg.connect(settings.database_url or "", autocommit=True) as connection:
        yield connection


async def test_a_scan_comes_back_and_the_guia_goes_on(app: App, clinic: Caller, aurora: Tenant):
    guia_id = await entered(clinic, aurora)
    _, sheet = await printed(clinic, guia_id)
    back = await send(clinic, guia_id, signed.scan(sheet))
    guia = back.json()
    assert (back.status_code, guia["status"], guia["validation"]) == (200, "without_token", None), back.text
    assert (guia["absence"]["reason"], guia["absence"]["finer_reason"]) == ("07", "no_phone")
    assert len(guia["absence"]["protocol"]) == 20
    assert (await clinic.get(f"/v1/guias/{guia_id}")).json() == guia
    (document,) = await kept(app, aurora, guia_id)
    assert (document.media_type, document.pages, document.added_by) == (PDF, 1, clinic.credentials.id)
    assert (await clinic.get(f"/v1/guias/{guia_id}/slip")).status_code == 404, "no sheet waits any more"
    used = await send(clinic, guia_id, png(sheet), PNG)
    assert (used.status_code, slug(used)) == (409, "folha-vencida")
    assert "Imprima outra" in used.json()["detail"]


@pytest.mark.parametrize(("draw", "declared"), [(jpeg, JPEG), (png, f"{PNG}; q=1"), (png, "IMAGE/PNG")])
async def test_a_photo_is_as_good_as_a_scan(clinic: Caller, aurora: Tenant, draw: Any, declared: str):
    guia_id = await entered(clinic, aurora)
    _, sheet = await printed(clinic, guia_id)
    back = await send(clinic, guia_id, draw(sheet), declared, reason="no_signal")
    assert (back.status_code, back.json()["absence"]["finer_reason"]) == (200, "no_signal"), back.text


async def test_where_the_qr_cannot_be_read_the_number_is_asked_for_and_taken(clinic: Caller, aurora: Tenant):
    guia_id = await entered(clinic, aurora)
    slip, sheet = await printed(clinic, guia_id)
    photo = signed.without_qr(sheet)
    unread = await send(clinic, guia_id, photo, JPEG)
    assert (unread.status_code, slug(unread)) == (422, "folha-ilegivel")
    assert "número impresso abaixo" in unread.json()["detail"]
    assert "number printed beneath it" in (await send(clinic, guia_id, photo, JPEG, en="en")).json()["detail"]
    assert slug(await send(clinic, guia_id, photo, JPEG, number="00000 00000")) == "folha-recusada"
    back = await send(clinic, guia_id, photo, JPEG, number=slip["number"].lower())
    assert (back.status_code, back.json()["status"]) == (200, "without_token")


async def test_what_a_reason_needs_in_words_is_given_before_the_sheet(
    clinic: Caller, aurora: Tenant, owner: psycopg.Connection[Any]
):
    owner.execute(OWED, (aurora.ans,))
    guia_id = await entered(clinic, aurora)
    _, sheet = await printed(clinic, guia_id)
    scan = signed.scan(sheet)
    assert slug(await send(clinic, guia_id, scan, reason="refused")) == "falta-para-o-motivo"
    assert slug(await send(clinic, guia_id, scan, reason="no_signal")) == "motivo-desconhecido"
    assert slug(await send(clinic, guia_id, scan, reason="")) == "motivo-desconhecido"
    gone_on = await clinic.post(f"/v1/guias/{guia_id}/absence", {"reason": "no_phone"})
    assert gone_on.json()["absence"]["owes"] == ["call_centre", "signature"]
    back = await send(clinic, guia_id, scan, reason="")
    assert (back.status_code, back.json()["absence"]["owes"]) == (200, ["call_centre"])


async def test_of_a_series_as_many_sessions_take_place_as_were_signed(clinic: Caller, aurora: Tenant):
    guia_id = await begun(clinic, aurora, 3)
    _, sheet = await printed(clinic, guia_id)
    back = await send(clinic, guia_id, signed.scan(sheet), sessions="2")
    assert (back.status_code, len(back.json()["sessions"]["done"])) == (200, 2), back.text


async def test_a_slip_of_another_guia_or_provider_is_refused(
    new_caller: NewCaller, clinic: Caller, aurora: Tenant, app: App
):
    guia_id, other = [await entered(clinic, aurora) for _ in range(2)]
    await printed(clinic, guia_id)
    _, sheet_of_another = await printed(clinic, other)
    neighbour = await new_caller(aurora, aurora.other_provider)
    foreign = str((await neighbour.enter(aurora, provider=aurora.other_provider)).json()["id"])
    _, sheet_of_neighbour = await printed(neighbour, foreign)
    for sheet in (sheet_of_another, sheet_of_neighbour):
        refused = await send(clinic, guia_id, signed.scan(sheet))
        assert (refused.status_code, slug(refused)) == (422, "folha-recusada")
        assert "Confira o papel" in refused.json()["detail"]
    assert await kept(app, aurora, guia_id) == ()


async def test_a_slip_that_was_printed_over_or_is_too_old_is_refused(
    clinic: Caller, aurora: Tenant, owner: psycopg.Connection[Any]
):
    guia_id = await entered(clinic, aurora)
    _, first = await printed(clinic, guia_id)
    _, second = await printed(clinic, guia_id)
    assert slug(await send(clinic, guia_id, signed.scan(first))) == "folha-vencida"
    owner.execute("UPDATE chancela.slip SET until = '2020-01-01' WHERE guia_id = %s", (guia_id,))
    assert slug(await send(clinic, guia_id, signed.scan(second))) == "folha-vencida"


async def test_the_visit_was_on_a_day_that_can_be(clinic: Caller, aurora: Tenant):
    guia_id = await entered(clinic, aurora)
    slip, sheet = await printed(clinic, guia_id)
    scan = signed.scan(sheet)
    for day in ("2020-01-01", "9999-12-31"):
        refused = await send(clinic, guia_id, scan, visit_date=day)
        assert (refused.status_code, slug(refused)) == (422, "data-do-atendimento")
    assert (await send(clinic, guia_id, scan, visit_date=slip["printed_at"][:10])).status_code == 200


async def test_a_key_gives_its_answer_again_though_the_sheet_is_used(app: App, clinic: Caller, aurora: Tenant):
    guia_id = await entered(clinic, aurora)
    _, sheet = await printed(clinic, guia_id)
    scan = signed.scan(sheet)
    first, again = [await send(clinic, guia_id, scan, key="folha-1") for _ in range(2)]
    assert first.status_code == 200
    assert first.content == again.content
    for content, more in ((png(sheet), {}), (scan, {"sessions": "2"})):
        assert slug(await send(clinic, guia_id, content, key="folha-1", **more)) == "chave-reutilizada"
    assert len(await kept(app, aurora, guia_id)) == 1


@pytest.mark.parametrize("key", [None, "folha-8"])
async def test_a_body_sent_eight_times_at_once_is_taken_once(
    app: App, clinic: Caller, aurora: Tenant, owner: psycopg.Connection[Any], key: str | None
):
    guia_id = await entered(clinic, aurora)
    _, sheet = await printed(clinic, guia_id)
    scan = signed.scan(sheet)
    answers = await asyncio.gather(*(send(clinic, guia_id, scan, key=key) for _ in range(8)))
    taken = [each for each in answers if each.status_code == 200]
    assert len({each.json()["absence"]["protocol"] for each in taken}) == 1
    assert len(taken) == 8 if key else {slug(each) for each in answers if each not in taken} <= {"folha-vencida"}
    assert len(await kept(app, aurora, guia_id)) == 1
    told = "SELECT count(*) FROM chancela.trail WHERE kind = 'guia:slip:returned'"
    assert owner.execute(told).fetchone() == (1,)


async def test_two_servers_take_a_keyed_sheet_once(app: App, clinic: Caller, twin: Caller, aurora: Tenant):
    guia_id = await entered(clinic, aurora)
    _, sheet = await printed(clinic, guia_id)
    scan = signed.scan(sheet)
    answers = await asyncio.gather(*(send(each, guia_id, scan, key="folha-2") for each in (clinic, twin) * 2))
    assert {each.status_code for each in answers} <= {200, 409}
    assert {slug(each) for each in answers if each.status_code == 409} <= {"em-andamento"}
    assert len({each.content for each in answers if each.status_code == 200}) == 1
    assert len(await kept(app, aurora, guia_id)) == 1


async def test_others_find_no_such_guia_and_a_narrow_token_is_not_enough(
    new_caller: NewCaller, clinic: Caller, aurora: Tenant, cambui: Tenant
):
    guia_id = await entered(clinic, aurora)
    _, sheet = await printed(clinic, guia_id)
    scan, unknown = signed.scan(sheet), "01990000-0000-7000-8000-000000000000"
    for stranger in (await new_caller(cambui, cambui.provider), await new_caller(aurora, aurora.other_provider)):
        foreign, none = [await send(stranger, each, scan) for each in (guia_id, unknown)]
        assert (foreign.status_code, slug(foreign)) == (404, "nao-encontrado")
        assert (foreign.headers, foreign.content) == (none.headers, none.content)
    form = {"grant_type": "client_credentials", "scope": "guias:read"}
    ids = (clinic.credentials.id, clinic.credentials.secret)
    narrow = (await clinic.http.post("/oauth/token", data=form, auth=ids)).json()["access_token"]
    refused = await send(Caller(clinic.http, clinic.credentials, narrow), guia_id, scan)
    assert (refused.status_code, slug(refused)) == (403, "escopo-insuficiente")
    assert (await send(await new_caller(aurora), guia_id, scan)).status_code == 200, "the operator's own system may"

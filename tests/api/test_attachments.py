"""Documents over the machine edge: what an auditor waits for, and what a guia without a code still owes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg

from chancela.adapters.postgres.attachments import Documents
from tests.adapters.documents import made
from tests.api.caller import Caller, slug
from tests.api.conftest import NewCaller

if TYPE_CHECKING:
    import httpx

    from chancela.bootstrap.app import App
    from chancela.bootstrap.settings import Settings
    from tests.cast import Tenant

ROOT_CANAL = [{"table": "22", "code": "85200166", "tooth": "36"}]
PROVEN = """
UPDATE chancela.operator SET settings = jsonb_set(settings, '{policy}', COALESCE(settings -> 'policy', '{}')
    || '{"absences": [{"reason": "no_phone", "tiss": "07", "needs": ["document"], "leads": "sampled"}]}') WHERE ans = %s
"""


async def add(
    clinic: Caller, guia_id: str, content: bytes, media_type: str = "image/jpeg", key: str | None = None, **asked: str
) -> httpx.Response:
    there = f"/v1/guias/{guia_id}/attachments"
    return await clinic.post(there, content=content, headers={"Content-Type": media_type}, params=asked, key=key)


async def kept(app: App, tenant: Tenant, guia_id: str) -> Any:
    return await Documents(app.pool).of(tenant.ans, UUID(guia_id))


async def test_a_document_that_is_owed_comes_by_the_way_by_which_the_reason_came(
    app: App, clinic: Caller, aurora: Tenant, settings: Settings
):
    with psycopg.connect(settings.database_url or "", autocommit=True) as owner:
        owner.execute(PROVEN, (aurora.ans,))
    guia_id = (await clinic.enter(aurora)).json()["id"]
    gone_on = await clinic.post(f"/v1/guias/{guia_id}/absence", {"reason": "07"})
    assert gone_on.json()["absence"]["owes"] == ["document"]
    assert slug(await add(clinic, guia_id, made.picture(), item="1")) == "nada-a-revisar"
    content = made.drawn_pdf()
    brought = await add(clinic, guia_id, content, "application/pdf", key="doc-1")
    told = brought.json()
    assert (brought.status_code, told["absence"]["owes"], told["absence"]["owes_until"]) == (200, [], None)
    assert (await clinic.get(f"/v1/guias/{guia_id}")).json() == told
    (document,) = await kept(app, aurora, guia_id)
    assert (document.media_type, document.pages, document.item) == ("application/pdf", 2, None)
    again = await add(clinic, guia_id, content, "application/pdf", key="doc-1")
    assert again.content == brought.content
    assert slug(await add(clinic, guia_id, made.picture(), key="doc-1")) == "chave-reutilizada"
    assert slug(await add(clinic, guia_id, made.picture())) == "nada-a-revisar"


async def test_what_an_auditor_asked_for_goes_to_the_auditor(
    app: App, new_caller: NewCaller, clinic: Caller, aurora: Tenant, cambui: Tenant
):
    guia = (await clinic.enter(aurora, procedures=ROOT_CANAL)).json()
    assert guia["authorisation"] == "awaiting_document"
    for stranger in (await new_caller(cambui, cambui.provider), await new_caller(aurora, aurora.other_provider)):
        assert slug(await add(stranger, guia["id"], made.picture(), item="1")) == "nao-encontrado"
    assert slug(await add(clinic, guia["id"], made.picture(), item="2")) == "nada-a-revisar"
    brought = await add(clinic, guia["id"], made.picture(), item="1")
    assert (brought.status_code, brought.json()["procedures"][0]["authorisation"]) == (200, "under_audit")
    (document,) = await kept(app, aurora, guia["id"])
    assert (document.item, document.added_by) == (1, clinic.credentials.id)
    await clinic.post(f"/v1/guias/{guia['id']}/cancellation", {"why": "Entered twice"})
    assert slug(await add(clinic, guia["id"], made.picture())) == "guia-cancelada"


async def test_one_key_is_one_document_though_it_is_sent_again_and_again(app: App, clinic: Caller, aurora: Tenant):
    guia = (await clinic.enter(aurora, procedures=ROOT_CANAL)).json()
    answers = [await add(clinic, guia["id"], made.picture(), key="doc-2", item="1") for _ in range(3)]
    assert {(each.status_code, each.content) for each in answers} == {(200, answers[0].content)}
    assert len(await kept(app, aurora, guia["id"])) == 1

"""Each refusal of the contract over HTTP: its status, its slug, what comes with it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.api import problems
from chancela.api.faults import TOLD
from chancela.domain import sentences
from chancela.domain.refusal import Refusal, Refused
from tests import visits
from tests.api.caller import Caller, code_of, slug
from tests.api.conftest import NewCaller

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.bootstrap.settings import Settings
    from tests.cast import Tenant


async def issued(clinic: Caller, tenant: Tenant, **changed: Any) -> str:
    guia_id: str = (await clinic.enter(tenant, **changed)).json()["id"]
    assert (await clinic.post(f"/v1/guias/{guia_id}/token")).status_code == 202
    return guia_id


async def give(clinic: Caller, guia_id: str, code: str, **more: Any) -> Any:
    return await clinic.post(f"/v1/guias/{guia_id}/validation", {"code": code}, **more)


def change(settings: Settings, sql: str, *values: object) -> None:
    """Change a fact behind the app's back, as time or another process would."""
    with psycopg.connect(settings.database_url or "", autocommit=True) as connection:
        connection.execute(sql.encode(), values)


AT_ONCE = """
UPDATE chancela.operator SET settings = jsonb_set(settings, '{policy}', COALESCE(settings -> 'policy', '{}')
    || '{"cool_down_s": 0}')
"""


def test_each_refusal_has_a_status_and_a_title_and_no_title_serves_two():
    assert set(problems.STATUSES) == set(Refusal)
    titles = [title for _, title in problems.STATUSES.values()] + [told.title for told in TOLD.values()]
    assert len(titles) == len(set(titles))
    assert all(400 <= status < 500 for status, _ in problems.STATUSES.values())


@pytest.mark.parametrize("reason", Refusal)
def test_each_refusal_is_a_whole_problem_in_both_languages(reason: Refusal):
    for language in (sentences.PORTUGUESE, sentences.ENGLISH):
        problem = json.loads(problems.refused(Refused(reason, 2, 7), language).body)
        assert problem["type"] == f"urn:chancela:problem:{reason.value}"
        assert problem["detail"] == sentences.sentence(Refused(reason, 2, 7), language)


async def test_wrong_codes_count_down_and_then_lock(app: App, clinic: Caller, aurora: Tenant):
    guia_id = await issued(clinic, aurora)
    wrong = visits.wrong(await code_of(app, aurora, guia_id))
    for left in (4, 3, 2, 1, 0):
        refused = await give(clinic, guia_id, wrong)
        assert (refused.status_code, slug(refused), refused.json()["attempts_left"]) == (422, "codigo-recusado", left)
    locked = await give(clinic, guia_id, wrong)
    assert (locked.status_code, slug(locked), locked.json()["attempts_left"]) == (409, "codigo-bloqueado", 0)
    assert (await clinic.get(f"/v1/guias/{guia_id}")).json()["token"]["attempts_left"] == 0


async def test_what_is_no_code_spends_no_try(clinic: Caller, aurora: Tenant):
    guia_id = await issued(clinic, aurora)
    for code in ("", "12345", "1234567", "12345a", "١٢٣٤٥٦", "１２３４５６", "123\n456", "12345\n", "+12345", "1.2345"):
        refused = await give(clinic, guia_id, code)
        assert (refused.status_code, slug(refused)) == (422, "codigo-malformado"), code
    assert (await clinic.get(f"/v1/guias/{guia_id}")).json()["token"]["attempts_left"] == 5


async def test_a_code_is_used_once(app: App, clinic: Caller, aurora: Tenant):
    guia_id = await issued(clinic, aurora)
    code = await code_of(app, aurora, guia_id)
    assert (await give(clinic, guia_id, code)).status_code == 200
    again = await give(clinic, guia_id, code)
    assert (again.status_code, slug(again)) == (409, "guia-ja-validada")
    reissued = await clinic.post(f"/v1/guias/{guia_id}/token")
    assert (reissued.status_code, slug(reissued)) == (409, "guia-ja-validada")
    cancelled = await clinic.post(f"/v1/guias/{guia_id}/cancellation", {"why": "x"})
    assert (cancelled.status_code, slug(cancelled)) == (409, "guia-ja-validada")


async def test_expired_superseded_and_wrong_codes_are_one_answer(
    app: App, settings: Settings, new_caller: NewCaller, bem_te_vi: Tenant
):
    change(settings, AT_ONCE)
    clinic = await new_caller(bem_te_vi, bem_te_vi.provider)
    guia_id = await issued(clinic, bem_te_vi)
    old = await code_of(app, bem_te_vi, guia_id)
    assert (await clinic.post(f"/v1/guias/{guia_id}/token")).status_code == 202
    live = await code_of(app, bem_te_vi, guia_id)
    superseded = await give(clinic, guia_id, old if old != live else visits.wrong(live))
    past = timedelta(days=3)
    change(settings, "UPDATE chancela.live_token SET issued_at = issued_at - %s, expires_at = now()", past)
    expired = await give(clinic, guia_id, live)
    assert slug(superseded) == slug(expired) == "codigo-recusado"
    assert superseded.json().keys() == expired.json().keys()


async def test_before_its_code_a_guia_has_none_to_give(clinic: Caller, aurora: Tenant):
    guia_id = (await clinic.enter(aurora)).json()["id"]
    refused = await give(clinic, guia_id, "123456")
    assert (refused.status_code, slug(refused)) == (409, "sem-codigo-vivo")


CANNOT_BE_ENTERED: list[tuple[dict[str, Any], str]] = [
    ({"card_number": "does not exist"}, "carteira-invalida"),
    ({"provider": "99999"}, "prestador-desconhecido"),
    ({"procedures": []}, "campos-invalidos"),
    ({"procedures": [{"table": "22", "code": "81000030", "quantity": 0}]}, "campos-invalidos"),
    ({"procedures": [{"table": "22", "code": "81000030", "quantity": 100}]}, "campos-invalidos"),
]


async def test_what_cannot_be_entered(clinic: Caller, aurora: Tenant):
    for changed, expected in CANNOT_BE_ENTERED:
        refused = await clinic.enter(aurora, **changed)
        assert (refused.status_code, slug(refused)) == (422, expected), changed
    assert (await clinic.get("/v1/guias")).json()["items"] == []


async def test_a_providers_number_is_presented_once(clinic: Caller, aurora: Tenant):
    assert (await clinic.enter(aurora, provider_number="A-17")).status_code == 201
    again = await clinic.enter(aurora, provider_number="A-17")
    assert (again.status_code, slug(again)) == (409, "guia-ja-apresentada")


async def test_an_unknown_procedure_is_entered_and_denied_with_its_reason(clinic: Caller, aurora: Tenant):
    guia = (await clinic.enter(aurora, procedures=[{"table": "22", "code": "99999999"}])).json()
    assert (guia["status"], guia["procedures"][0]["reasons"][0]["code"]) == ("denied", "1801")
    refused = await clinic.post(f"/v1/guias/{guia['id']}/token")
    assert (refused.status_code, slug(refused)) == (409, "guia-negada")


async def test_codes_go_only_to_the_persons_own_contacts(clinic: Caller, aurora: Tenant):
    guia_id = (await clinic.enter(aurora)).json()["id"]
    path = f"/v1/guias/{guia_id}/token"
    typed = await clinic.post(path, {"phone": "41 90000-9999"})
    assert (typed.status_code, slug(typed)) == (422, "contato-de-cadastro")
    invalid = await clinic.post(path, {"phone": "not a phone"})
    assert (invalid.status_code, slug(invalid)) == (422, "contato-invalido")
    both = await clinic.post(path, {"phone": "41 90000-9999", "email": "ana@example.com"})
    assert (both.status_code, slug(both), both.json()["field"]) == (422, "campos-invalidos", "email")
    unreached = (await clinic.enter(aurora, card_number=aurora.unreached.card_number)).json()["id"]
    nobody = await clinic.post(f"/v1/guias/{unreached}/token")
    assert (nobody.status_code, slug(nobody)) == (422, "sem-contato")


async def test_the_email_way_asks_the_cpf_where_the_policy_says_so(new_caller: NewCaller, cambui: Tenant):
    clinic = await new_caller(cambui, cambui.provider)
    guia_id = (await clinic.enter(cambui)).json()["id"]
    refused = await clinic.post(f"/v1/guias/{guia_id}/token", {"channel": "email", "cpf": "111.444.777-35"})
    assert (refused.status_code, slug(refused)) == (422, "dados-nao-conferem")


async def test_a_channel_that_the_policy_does_not_use_is_refused(new_caller: NewCaller, bem_te_vi: Tenant):
    clinic = await new_caller(bem_te_vi, bem_te_vi.provider)
    guia_id = (await clinic.enter(bem_te_vi)).json()["id"]
    refused = await clinic.post(f"/v1/guias/{guia_id}/token", {"channel": "app"})
    assert (refused.status_code, slug(refused)) == (422, "canal-indisponivel")


async def test_too_many_messages_wait(clinic: Caller, settings: Settings, aurora: Tenant):
    change(settings, AT_ONCE)
    guia_id = (await clinic.enter(aurora)).json()["id"]
    answers = [await clinic.post(f"/v1/guias/{guia_id}/token", {"channel": "sms"}) for _ in range(13)]
    assert {each.status_code for each in answers[:12]} == {202}
    assert (answers[12].status_code, slug(answers[12])) == (429, "envios-demais")
    assert int(answers[12].headers["retry-after"]) > 0


async def test_a_cancelled_a_waiting_and_a_past_guia_get_no_code(clinic: Caller, settings: Settings, aurora: Tenant):
    gone = (await clinic.enter(aurora)).json()["id"]
    await clinic.post(f"/v1/guias/{gone}/cancellation", {"why": "x"})
    assert slug(await clinic.post(f"/v1/guias/{gone}/token")) == "guia-cancelada"
    past = (await clinic.enter(aurora)).json()["id"]
    change(settings, "UPDATE chancela.guia SET valid_until = '2020-01-01' WHERE id = %s", past)
    assert slug(await clinic.post(f"/v1/guias/{past}/token")) == "guia-vencida"
    assert (await clinic.get(f"/v1/guias/{past}")).json()["status"] == "expired"


async def test_a_guia_under_analysis_gets_no_code_yet(new_caller: NewCaller, cambui: Tenant):
    clinic = await new_caller(cambui, cambui.provider)
    root_canal = [{"table": "22", "code": "85200166", "tooth": "26"}]
    guia = (await clinic.enter(cambui, procedures=root_canal)).json()
    refused = await clinic.post(f"/v1/guias/{guia['id']}/token")
    assert (guia["status"], refused.status_code, slug(refused)) == ("under_analysis", 409, "guia-em-analise")


async def test_many_wrong_entries_make_a_provider_wait(clinic: Caller, settings: Settings, aurora: Tenant):
    guia_id = await issued(clinic, aurora)
    change(settings, "UPDATE chancela.provider_day SET wrong = 40, wrong_at = now()")
    refused = await give(clinic, guia_id, "123456")
    assert (refused.status_code, slug(refused)) == (429, "entradas-demais")
    assert int(refused.headers["retry-after"]) > 0


LANGUAGES = {
    "": False,
    "pt-BR": False,
    "en": True,
    "en-US,en;q=0.9,pt;q=0.8": True,
    "pt,en": False,
    "fr": False,
    "fr, en;q=0.5": True,
    "en;q=0, pt": False,
    "*": False,
    "\xff;;;q=": False,
    "en;q=9": False,
}


async def test_the_detail_is_in_the_language_asked_for(clinic: Caller):
    for header, english in LANGUAGES.items():
        raw = {b"Authorization": f"Bearer {clinic.token}".encode(), b"Accept-Language": header.encode("latin-1")}
        answer = await clinic.http.get("/v1/guias/x", headers=raw)
        wanted = sentences.SENTENCES[Refusal.NOT_FOUND][int(english)]
        assert (answer.json()["detail"], answer.json()["title"]) == (wanted, "Not found"), header

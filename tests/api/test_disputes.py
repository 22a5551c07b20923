"""A disputed attendance by the machine edge: seen with its day, decided in writing by the operator's own system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from chancela.domain.absence import AbsenceReview
from chancela.domain.case import Case
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import ReportWay
from chancela.usecases.decide_dispute import DecideDispute
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.report_token import ReportToken
from chancela.usecases.review_absence import ReviewAbsence
from tests import visits
from tests.api.caller import Caller, slug

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Tenant

TEXT = "Falamos com a pessoa e com a clínica."


async def disputed(app: App, tenant: Tenant) -> str:
    case = await visits.validated(app, tenant)
    await app.do(ReportToken(tenant.system, case.guia.id, ReportWay.APP))
    return str(case.guia.id)


async def decided(caller: Caller, guia_id: str, **changed: Any) -> Any:
    return await caller.post(f"/v1/guias/{guia_id}/dispute", {"happened": True, "text": TEXT, **changed})


async def test_it_is_seen_as_disputed_with_its_day_and_its_proof(app: App, clinic: Caller, aurora: Tenant):
    guia_id = await disputed(app, aurora)
    guia = (await clinic.get(f"/v1/guias/{guia_id}")).json()
    assert guia["status"] == "disputed"
    assert guia["validation"] is not None
    said = guia["dispute"]
    assert (said["was"], said["outcome"], said["text"], said["decided_at"]) == ("validated", None, None, None)
    assert len(said["protocol"]) == 20
    assert (await clinic.get(f"/v1/guias/{guia_id}/receipt")).status_code == 200
    assert [each["id"] for each in (await clinic.get("/v1/guias?status=disputed")).json()["items"]] == [guia_id]


@pytest.mark.parametrize(
    ("happened", "status", "outcome"), [(True, "validated", "happened"), (False, "disputed", "did_not_happen")]
)
async def test_the_operators_system_decides_it_in_writing(
    app: App, core_system: Caller, aurora: Tenant, happened: bool, status: str, outcome: str
):
    answer = await decided(core_system, await disputed(app, aurora), happened=happened)
    guia = answer.json()
    assert (answer.status_code, guia["status"]) == (200, status)
    assert (guia["dispute"]["outcome"], guia["dispute"]["text"]) == (outcome, TEXT)


async def test_it_is_decided_once_and_never_without_words(app: App, core_system: Caller, aurora: Tenant):
    guia_id = await disputed(app, aurora)
    assert slug(await decided(core_system, guia_id, text="1234567890")) == "diga-o-motivo"
    assert slug(await decided(core_system, guia_id, text="curto")) == "campos-invalidos"
    assert (await decided(core_system, guia_id)).status_code == 200
    assert slug(await decided(core_system, guia_id, happened=False)) == "contestacao-encerrada"
    other = await visits.validated(app, aurora)
    assert slug(await decided(core_system, str(other.guia.id))) == "nada-a-revisar"


async def test_a_provider_does_not_decide_its_own(app: App, clinic: Caller, aurora: Tenant):
    assert (await decided(clinic, await disputed(app, aurora))).status_code == 403


async def test_what_somebody_reviewed_as_one_without_a_code_the_operators_system_decides_and_they_do_not(
    app: App, core_system: Caller, aurora: Tenant
):
    case = await visits.entered(app, aurora)
    await app.do(RecordAbsence(aurora.desk, case.guia.id, "refused", "não quis"))
    seen = await app.do(ReviewAbsence(aurora.auditor, case.guia.id, accept=True))
    assert isinstance(seen, Case)
    assert seen.absence is not None
    assert seen.absence.review is AbsenceReview.ACCEPTED
    await app.do(ReportToken(aurora.system, case.guia.id, ReportWay.APP))
    own = await app.do(DecideDispute(aurora.auditor, case.guia.id, True, TEXT))
    assert own == Refused(Refusal.DISPUTE_REVIEWED)
    answer = await decided(core_system, str(case.guia.id))
    assert (answer.status_code, answer.json()["status"]) == (200, "without_token")


async def series(app: App, clinic: Caller, tenant: Tenant) -> str:
    """A series of three that went on without codes to its end."""
    asked = [{"table": "22", "code": "50000160", "quantity": 3}]
    told = (await clinic.enter(tenant, kind="sp_sadt", procedures=asked)).json()
    for place in (1, 2, 3):
        why = {"place": place, "absence": {"reason": "refused", "detail": "Não quis dar o código."}}
        answer = await clinic.post(f"/v1/guias/{told['id']}/sessions", why)
        assert answer.status_code == 200, answer.text
    return str(told["id"])


async def test_each_session_says_whether_it_is_disputed_or_denied(
    app: App, clinic: Caller, core_system: Caller, aurora: Tenant
):
    guia_id = await series(app, clinic, aurora)
    await app.do(ReportToken(aurora.system, UUID(guia_id), ReportWay.APP, None, (2, 3)))
    guia = (await clinic.get(f"/v1/guias/{guia_id}")).json()
    assert (guia["status"], guia["dispute"]["sessions"]) == ("disputed", [2, 3])
    assert [each["disputed"] for each in guia["sessions"]["done"]] == [False, True, True]
    assert slug(await decided(core_system, guia_id, happened=False, sessions=[2])) == "guia-mudou"
    assert slug(await decided(core_system, guia_id, happened=False, sessions=[0])) == "campos-invalidos"
    guia = (await decided(core_system, guia_id, happened=False, sessions=[3, 2])).json()
    assert (guia["status"], guia["dispute"]["outcome"]) == ("without_token", "did_not_happen")
    assert [(each["disputed"], each["denied"]) for each in guia["sessions"]["done"]] == [
        *((False, False), (False, True), (False, True)),
    ]

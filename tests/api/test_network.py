"""A provider that is out, at the machine edge: it enters nothing and asks for nothing, and proves what it began."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chancela.domain.network import House
from chancela.domain.permissions import Actor, ActorKind
from chancela.usecases.admit_provider import AdmitProvider
from tests.api.caller import URN, Caller, code_of

if TYPE_CHECKING:
    import httpx

    from chancela.bootstrap.app import App
    from tests.cast import Tenant

OUT = f"{URN}prestador-desativado"


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"]


async def test_programs_of_a_provider_that_is_out_are_told_so(
    app: App, clinic: Caller, core_system: Caller, aurora: Tenant
):
    issued, waiting = [(await clinic.enter(aurora)).json()["id"] for _ in range(2)]
    assert (await clinic.post(f"/v1/guias/{issued}/token", {"channel": "sms"})).status_code == 202
    manager = Actor(aurora.ans, ActorKind.MANAGER, "gestora")
    done = await app.do(AdmitProvider(manager, aurora.provider, active=False, reason="Saiu da rede a pedido."))
    assert isinstance(done, House)
    for caller in (clinic, core_system):
        assert told(await caller.enter(aurora)) == (409, OUT)
        assert told(await caller.post(f"/v1/guias/{waiting}/token", {"channel": "sms"})) == (409, OUT)
    code = await code_of(app, aurora, issued)
    assert (await clinic.post(f"/v1/guias/{issued}/validation", {"code": code})).status_code == 200
    assert (await clinic.get(f"/v1/guias/{issued}")).status_code == 200

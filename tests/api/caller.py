"""A program that calls the machine edge with its credentials, as an integrator's would."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from chancela.domain.token import Secret
from tests import visits

if TYPE_CHECKING:
    import httpx

    from chancela.adapters.postgres.clients import NewClient
    from chancela.bootstrap.app import App
    from tests.cast import Tenant

PROBLEM = "application/problem+json"
URN = "urn:chancela:problem:"


@dataclass(frozen=True)
class Caller:
    http: httpx.AsyncClient
    credentials: NewClient
    token: str

    @staticmethod
    async def admitted(http: httpx.AsyncClient, credentials: NewClient) -> Caller:
        """A client that has got its access token."""
        answer = await http.post(
            "/oauth/token", data={"grant_type": "client_credentials"}, auth=(credentials.id, credentials.secret)
        )
        assert answer.status_code == 200, answer.text
        return Caller(http, credentials, answer.json()["access_token"])

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.http.get(path, headers=self._headers(more), **more)

    async def post(self, path: str, body: Any = None, *, key: str | None = None, **more: Any) -> httpx.Response:
        headers = self._headers(more) | ({"Idempotency-Key": key} if key else {})
        return await self.http.post(path, headers=headers, **({"json": body} if body is not None else {}), **more)

    async def enter(self, tenant: Tenant, *, key: str | None = None, **changed: Any) -> httpx.Response:
        """Enter a guia: a dental consultation of the tenant's first person."""
        return await self.post("/v1/guias", new_guia(tenant, **changed), key=key)

    def _headers(self, more: dict[str, Any]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}


def new_guia(tenant: Tenant, **changed: Any) -> dict[str, Any]:
    """What a client sends to enter a guia."""
    procedures = [{"table": "22", "code": "81000030", "quantity": 1}]
    return {
        "kind": "odonto",
        "card_number": tenant.first.card_number,
        "provider": tenant.provider,
        "procedures": procedures,
        **changed,
    }


def slug(answer: httpx.Response) -> str:
    """The slug of a problem, which must be one in every respect."""
    problem = answer.json()
    assert answer.headers["content-type"] == PROBLEM, answer.text
    assert problem["status"] == answer.status_code
    assert problem["title"]
    assert problem["detail"]
    assert problem["type"].startswith(URN)
    if "retry_after" in problem:
        assert answer.headers["retry-after"] == str(problem["retry_after"])
    found: str = problem["type"].removeprefix(URN)
    return found


async def code_of(app: App, tenant: Tenant, guia_id: str) -> str:
    """The live code of a guia, as its owner would read it."""
    case = await app.guia(tenant.client, UUID(guia_id))
    assert case is not None
    async with app.pool.connection() as connection:
        await connection.execute("SELECT set_config('chancela.operator', %s, true)", (tenant.ans,))
        found = await connection.execute(
            "SELECT l.digest, l.sealed, l.key_date FROM chancela.live_token l WHERE l.guia_id = %s", (guia_id,)
        )
        row = await found.fetchone()
    assert row is not None
    return visits.code(app, replace(case, secret=Secret(*row)))

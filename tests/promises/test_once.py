"""security.md 1: a guia is validated at most once, whatever runs at the same time."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest
from psycopg import errors

from chancela.adapters.postgres import clients
from chancela.domain.case import Case
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.validate_token import ValidateToken
from tests import visits
from tests.api.caller import Caller, slug
from tests.promises import ledger
from tests.promises.hands import TASKS, do_all

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chancela.bootstrap.app import App
    from tests.cast import Cast, Tenant
    from tests.promises.hands import Hands
    from tests.promises.servers import Members

AT_ONCE = 64


def each_once(outcomes: Iterable[Any], guias: int) -> bool:
    """Whether each of these guias was validated by one outcome and refused as validated by all others."""
    outcomes = list(outcomes)
    done = Counter(each.guia.id for each in outcomes if isinstance(each, Case))
    refused = {each.reason for each in outcomes if isinstance(each, Refused)}
    return len(done) == guias and set(done.values()) == {1} and refused == {Refusal.GUIA_VALIDATED}


async def right_codes(app: App, tenant: Tenant, guias: int) -> list[ValidateToken]:
    """A right entry for each of so many new guias."""
    cases = await asyncio.gather(*(visits.issued(app, tenant) for _ in range(guias)))
    return [ValidateToken(tenant.desk, case.guia.id, visits.code(app, case)) for case in cases]


async def test_one_right_code_sent_by_64_tasks_is_accepted_once(app: App, house: Cast):
    for tenant in house.all:
        entries = await right_codes(app, tenant, 4)
        outcomes = await asyncio.gather(*(app.do(each) for each in entries for _ in range(AT_ONCE)))
        assert each_once(outcomes, 4)
    assert await ledger.contradictions(app.settings) == []


async def test_one_right_code_sent_by_two_processes_is_accepted_once(app: App, bem_te_vi: Tenant, hands: Hands):
    entries = [each for each in await right_codes(app, bem_te_vi, 24) for _ in range(TASKS)]
    one, other = await hands.both(app.settings, do_all, (entries,), (entries,))
    assert each_once(one + other, 24)
    assert await ledger.contradictions(app.settings) == []


async def test_one_right_code_over_64_connections_to_two_servers_is_accepted_once(
    app: App, aurora: Tenant, members: Members
):
    entries = await right_codes(app, aurora, 4)
    credentials = await clients.create(app.pool, aurora.ans, "test", aurora.provider)
    async with members, httpx.AsyncClient(base_url=members.url, timeout=30) as http:
        await members.start(2)
        caller = await Caller.admitted(http, credentials)
        answers = [await asyncio.gather(*(given(caller, each) for _ in range(AT_ONCE))) for each in entries]
    for answered in answers:
        found = Counter((each.status_code, slug(each) if each.is_error else "") for each in answered)
        assert found == {(200, ""): 1, (409, "guia-ja-validada"): AT_ONCE - 1}
    assert await ledger.contradictions(app.settings) == []


async def given(caller: Caller, entry: ValidateToken) -> httpx.Response:
    return await caller.post(f"/v1/guias/{entry.guia_id}/validation", {"code": entry.code})


@pytest.mark.parametrize("role", ["chancela_app", None], ids=["the app", "the owner"])
async def test_a_second_validation_is_impossible_even_in_sql(
    app: App, aurora: Tenant, database_url: str, role: str | None
):
    guia = (await visits.validated(app, aurora)).guia
    with psycopg.connect(database_url) as connection:
        connection.execute("SELECT set_config('chancela.operator', %s, true)", (aurora.ans,))
        if role:
            connection.execute(f"SET ROLE {role}".encode())
        with pytest.raises(errors.UniqueViolation) as raised:
            connection.execute(
                "INSERT INTO chancela.validation SELECT operator, guia_id, now(), 'fresh', 'token', 'OTHER', 2, 'me', 9"
                " FROM chancela.validation WHERE guia_id = %s",
                (guia.id,),
            )
    assert raised.value.diag.constraint_name == "a_guia_is_validated_at_most_once"

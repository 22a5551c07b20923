"""The way of a guia in tests, one step a function: entered, its code issued and read by its owner, validated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg

from chancela.adapters.keys.vault import KeyVault
from chancela.domain import token as tokens
from chancela.domain.case import Case
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.validate_token import ValidateToken

if TYPE_CHECKING:
    from chancela.adapters.demo.invented import Invented
    from chancela.bootstrap.app import App
    from chancela.domain.delivery import Channel
    from tests.cast import Tenant

CONSULTATION = RequestedProcedure("22", "81000030")
UNHINDERED = """
UPDATE chancela.operator SET settings = jsonb_set(settings, '{policy}', COALESCE(settings -> 'policy', '{}')
    || '{"sends_per_guia_hour": 100000, "sends_per_person_hour": 100000, "sends_per_provider_floor": 100000,
        "sends_per_number_hour": 100000, "cool_down_s": 0}')
"""


def unhinder(url: str) -> None:
    """Let a few people of a test get as many messages as a whole operator's would."""
    with psycopg.connect(url) as connection:
        connection.execute(UNHINDERED)


async def entered(app: App, tenant: Tenant, person: Invented | None = None) -> Case:
    """A guia that awaits its code."""
    card = (person or tenant.first).card_number
    case = await app.do(RegisterGuia(tenant.desk, Kind.ODONTO, card, tenant.provider, (CONSULTATION,)))
    assert isinstance(case, Case), case
    return case


async def issued(app: App, tenant: Tenant, case: Case | None = None, channel: Channel | None = None) -> Case:
    """A guia whose code is on its way."""
    guia = (case or await entered(app, tenant)).guia
    outcome = await app.do(IssueToken(tenant.desk, guia.id, channel))
    assert isinstance(outcome, Case), outcome
    return outcome


def code(app: App, case: Case) -> str:
    """The digits, as their owner reads them."""
    assert case.token is not None
    assert case.secret is not None
    context = tokens.context(case.guia, case.token.generation)
    found = KeyVault(app.keys).reveal(case.guia.operator, case.secret, context)
    assert found is not None
    return found


def wrong(right: str) -> str:
    """Six digits that are not these."""
    return f"{(int(right) + 1) % 10**6:06d}"


async def validated(app: App, tenant: Tenant, case: Case | None = None) -> Case:
    """A guia that is VALIDADA."""
    held = case or await issued(app, tenant)
    outcome = await app.do(ValidateToken(tenant.desk, held.guia.id, code(app, held)))
    assert isinstance(outcome, Case), outcome
    return outcome

"""What a call costs does not grow with the operator: each step looks at as many rows among many people as among few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

from chancela.bootstrap import calls as desk
from chancela.domain.caller import FoundBy, Search
from chancela.domain.permissions import Actor, ActorKind
from chancela.usecases.answer_caller import AnswerCaller
from chancela.usecases.end_call import EndCall
from chancela.usecases.name_caller import NameCaller
from chancela.usecases.open_call import OpenCall
from tests import visits
from tests.adapters.postgres import crowds

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from chancela.bootstrap.app import App
    from chancela.domain.call import Call
    from tests.cast import Tenant

CALLS = """
INSERT INTO chancela.call (operator, id, agent, protocol, opened_at, person_id, ended_at)
SELECT '{}', gen_random_uuid(), 'agente ' || n % 50, lpad(n::text, 20, '0'), now() - make_interval(mins => n::int),
       NULL, now()
FROM generate_series(1, (SELECT count(*) FROM chancela.beneficiary)) AS n
"""


class Telephone:
    """One call, step by step: of whom a card finds, a CPF, a name; then the code."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant, self.agent = tenant, Actor(tenant.ans, ActorKind.AGENT, "rita")
        self.steps = (
            *(self.rings, self.is_found_by_card, self.is_found_by_cpf, self.is_found_by_name, self.answers),
            *(self.is_identified, self.hears_the_code, self.hangs_up),
        )

    async def rings(self, app: App) -> None:
        self.case = await visits.entered(app, self.tenant)
        self.call: Call = await app.do(OpenCall(self.agent))

    async def named(self, app: App, search: Search) -> None:
        self.call = await app.do(NameCaller(self.agent, self.call.id, search))
        assert self.call.person_id == self.case.guia.beneficiary_id

    async def is_found_by_card(self, app: App) -> None:
        await self.named(app, Search(FoundBy.CARD, card=self.tenant.first.card_number))

    async def is_found_by_cpf(self, app: App) -> None:
        await self.named(app, Search(FoundBy.CPF, card=self.tenant.first.cpf, cpf=self.tenant.first.cpf))

    async def is_found_by_name(self, app: App) -> None:
        first = self.tenant.first
        await self.named(app, Search(FoundBy.NAME, name=first.name, birth_date=first.birth_date))

    async def answers(self, app: App) -> None:
        await app.do(AnswerCaller(self.agent, self.call.id, 0, "errada"))

    async def is_identified(self, app: App) -> None:
        known = (
            "UPDATE chancela.call SET identified_at = opened_at, wrong = 0 WHERE ended_at IS NULL AND agent = 'rita'"
        )
        with psycopg.connect(app.settings.database_url or "") as connection:
            connection.execute(known)

    async def hears_the_code(self, app: App) -> None:
        held = await desk.current(app, self.agent)
        operator = await app.reads.operator(self.tenant.ans)
        assert held is not None and operator is not None
        talk = await desk.conversation(app, self.agent, held)
        assert talk is not None
        assert await desk.waiting(app, operator, talk)
        assert isinstance(await desk.read_out(app, talk.actor, self.case.guia.id, "a mensagem não chegou"), tuple)

    async def hangs_up(self, app: App) -> None:
        assert (await app.do(EndCall(self.agent, self.call.id))).ended_at is not None


async def test_no_step_of_a_call_looks_at_more_rows_among_more_people(
    new_database: Callable[[str], str], template: str, tmp_path: Path, cambui: Tenant
):
    found: list[Any] = []
    for people in (crowds.FEW, crowds.MANY):
        url = new_database(template)
        crowds.gather(url, cambui.ans, people)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(CALLS.format(cambui.ans))
        found.append(await crowds.costs(url, tmp_path / f"{people}", cambui.ans, 0, Telephone(cambui).steps))
    few, many = found
    assert any(rows for (_, table), rows in few.items() if table == "call")
    assert crowds.grown(few, many) == {}

"""security.md 2: no validation without a live code of that guia, and none without its event in the trail."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import errors, sql

from chancela.adapters.postgres.loading import Look
from chancela.bootstrap.sets import Asked, run_set
from chancela.bootstrap.verify import verify
from chancela.domain.case import Case, Step
from chancela.domain.guia import Attendance
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.token import Method, Validation, Window
from chancela.domain.trail import Event, EventKind
from chancela.usecases.validate_token import ValidateToken
from tests import visits
from tests.promises import ledger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.bootstrap.app import App
    from tests.cast import Tenant

ONLY_ADDED = ("token", "validation", "trail", "checkpoint")


async def test_what_cannot_be_told_in_the_trail_does_not_happen(app: App, aurora: Tenant, database_url: str):
    case = await visits.issued(app, aurora)
    right = ValidateToken(aurora.desk, case.guia.id, visits.code(app, case))
    with psycopg.connect(database_url, autocommit=True) as connection:
        refuse = (
            "ALTER TABLE chancela.trail ADD CONSTRAINT full_up CHECK (kind <> 'guia:attendance:validated') NOT VALID"
        )
        connection.execute(refuse.encode())
        with pytest.raises(errors.CheckViolation):
            await app.do(right)
        connection.execute("ALTER TABLE chancela.trail DROP CONSTRAINT full_up")
    assert ledger.events(app.settings, case.guia.id) == ["guia:guia:registered", "guia:token:issued"]
    assert await ledger.contradictions(app.settings) == []
    assert isinstance(await app.do(right), Case)
    assert await ledger.contradictions(app.settings) == []


async def test_without_a_live_code_the_right_digits_are_worth_nothing(app: App, aurora: Tenant, database_url: str):
    case = await visits.issued(app, aurora)
    code = visits.code(app, case)
    with psycopg.connect(database_url) as connection:
        connection.execute("DELETE FROM chancela.live_token WHERE guia_id = %s", (case.guia.id,))
    assert await app.do(ValidateToken(aurora.desk, case.guia.id, code)) == Refused(Refusal.NO_LIVE_CODE)
    never_asked = await visits.entered(app, aurora)
    assert await app.do(ValidateToken(aurora.desk, never_asked.guia.id, code)) == Refused(Refusal.NO_LIVE_CODE)


@pytest.mark.parametrize("table", ONLY_ADDED)
async def test_the_app_may_add_evidence_and_never_change_it(app: App, aurora: Tenant, database_url: str, table: str):
    await visits.validated(app, aurora)
    for change in ("UPDATE chancela.{} SET operator = operator", "DELETE FROM chancela.{}"):
        with psycopg.connect(database_url) as connection:
            connection.execute("SET ROLE chancela_app")
            connection.execute("SELECT set_config('chancela.operator', %s, true)", (aurora.ans,))
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(sql.SQL(change).format(sql.Identifier(table)))


async def test_a_validation_written_by_hand_is_found(app: App, aurora: Tenant, database_url: str):
    case = await visits.issued(app, aurora)
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO chancela.validation VALUES (%s, %s, now(), 'fresh', 'token', 'ABCDEFGHJK', 1, 'me', 2)",
            (aurora.ans, case.guia.id),
        )
    found = [each.what for each in (await verify(app.settings)).findings]
    assert "a validation has no such event in the trail" in found
    assert "a validated guia still holds a live code" in found
    assert "its validation code is not ours" in found


@pytest.mark.parametrize("life", ["never issued", "issued and superseded"])
async def test_a_validation_that_our_own_fault_would_write_is_found(app: App, bem_te_vi: Tenant, life: str):
    """A deed that forgot to look at the code, run as every deed is: trail, seal and validation code are right."""
    case = await visits.entered(app, bem_te_vi)
    if life == "issued and superseded":
        case = await visits.issued(app, bem_te_vi, await visits.issued(app, bem_te_vi, case))
    asked = [Asked(ValidateToken(bem_te_vi.desk, case.guia.id, "000000"))]
    await run_set(app.pool, app.means, bem_te_vi.ans, believe, Look.CASES, asked)
    assert "the trail validates a guia by a code that did not live" in {
        each.what for each in (await verify(app.settings)).findings
    }


async def believe(commands: Sequence[ValidateToken], world: Any) -> list[Case]:
    """Validate by the first code of the guia, whatever became of it."""
    (command,) = commands
    case = (await world.cases.load([command.guia_id]))[command.guia_id]
    code = world.vault.validation_code(case.guia.operator, case.guia.id, 1)
    proof = Validation(case.guia.id, world.now, Window.FRESH, Method.TOKEN, code, 1, command.actor.name)
    after = replace(case, guia=replace(case.guia, attendance=Attendance.VALIDATED), validation=proof, secret=None)
    data = {"generation": 1, "window": "fresh", "validation_code": code}
    event = Event(EventKind.GUIA_VALIDATED, case.guia.id, command.actor.name, data)
    await world.cases.save([Step(case, after, event)])
    return [after]

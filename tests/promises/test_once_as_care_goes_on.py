"""security.md 1 to 4 and 12 with every way in the mix: codes in time and late, reasons, sheets, numbers, sessions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psycopg
from psycopg.types.json import Jsonb

from chancela.bootstrap import pocket
from chancela.domain.block import Block
from chancela.domain.case import Case
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.permissions import Actor, ActorKind
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.take_block import TakeBlock
from tests import visits
from tests.handheld import Handheld
from tests.promises import breaking, caring, ledger, mixing, standing

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.bootstrap.app import App
    from tests.cast import Tenant
    from tests.promises.hands import Hands

PEOPLE, SESSIONS = 12, 4
TASKS, ROUNDS = 12, 26
SERIES = RequestedProcedure("22", "86000357", SESSIONS)  # orthodontics, month by month
RULES = {
    "series": [SERIES.code],
    "session_code": "per_day",
    "late_days": 5,
    "late_reminder_days": 1,
    "block_numbers": 24,
    "absence_sample_percent": 50,
    "offline_codes": True,
}
RULED = "UPDATE chancela.operator SET settings = jsonb_set(settings, '{policy}', settings -> 'policy' || %s)"
ENOUGH = {"issue", "give", "reconcile", "absent", "postpone", "settle", "sign", "disown", "attach"}


async def warded(app: App, tenant: Tenant, database_url: str) -> caring.Ward:
    """Guias of some people, each with an ordinary one and a series, and the numbers of their provider."""
    mixing.lift_the_limits(database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute(RULED, (Jsonb(RULES),))
        known = "SELECT id FROM chancela.beneficiary WHERE operator = %s AND card_number = %s"
        row = connection.execute(known, (tenant.ans, tenant.first.card_number)).fetchone()
    assert row is not None
    guias: dict[UUID, str] = {}
    able = [each for each in tenant.people if each.mobile and not each.holder_card and each.standing.value == "active"]
    for person in able[:PEOPLE]:
        for asked in (visits.CONSULTATION, SERIES):
            wanted = RegisterGuia(tenant.desk, Kind.ODONTO, person.card_number, tenant.provider, (asked,))
            case = await app.do(wanted)
            assert isinstance(case, Case), case
            guias[case.guia.id] = person.card_number
    own = frozenset({row[0]})
    person = Actor(tenant.ans, ActorKind.BENEFICIARY, "person", None, datetime.now(UTC), row[0], own, own, own)
    phone = Handheld()
    enrolled = await pocket.enrol(app, person, phone.public, "Celular")
    assert isinstance(enrolled, pocket.Enrolled)
    phone.agreed(tenant.ans, enrolled.device_id, enrolled.public)
    block = await app.do(TakeBlock(tenant.desk, tenant.provider))
    assert isinstance(block, Block), block
    manager = Actor(tenant.ans, ActorKind.MANAGER, "gestora")
    return caring.Ward(
        tenant.desk, tenant.system, tenant.auditor, manager, guias, block.numbers, tenant.first.card_number, phone.key
    )


async def test_whatever_is_done_at_once_each_visit_ends_one_way_and_never_by_a_dead_code(
    app: App, bem_te_vi: Tenant, hands: Hands, database_url: str
):
    ward = await warded(app, bem_te_vi, database_url)
    one, other = await hands.both(app.settings, caring.care, (ward, 1, TASKS, ROUNDS), (ward, 2, TASKS, ROUNDS))
    seen: caring.Seen = one + other
    found = await ledger.contradictions(app.settings)
    assert found == [], "\n".join(found)
    wrong = [each for each in seen.diary.accepted if seen.diary.issued.get(each[:2]) != each[2]]
    assert wrong == [], "accepted though it is not the code of its generation"
    assert set(seen.done) >= ENOUGH and seen.confirmed, f"too little happened: {seen.done} {seen.refused}"
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute("SET session_replication_role = replica")  # foreign keys look away
        for sentence, change in breaking.BREAKS.items():
            with owner.transaction(force_rollback=True):
                assert owner.execute(change.replace("OVER", breaking.OVER).encode()).rowcount > 0, sentence
                assert any(sentence in each for each in standing.broken(owner)), sentence


def test_each_of_what_must_never_stand_was_broken_to_see():
    assert set(breaking.BREAKS) == set(standing.NEVER)

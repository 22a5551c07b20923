"""security.md 10, the second wall: the database shows and takes no row of an operator that is not at work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.rows import dict_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cast import Tenant

APP = "chancela_app"
OPEN_TO_ALL = {"key_mark", "operator", "procedure"}  # nothing in them belongs to one operator alone
OWNED = """
SELECT n.nspname AS schema, c.relname AS name,
       c.relrowsecurity AND c.relforcerowsecurity AS walled, c.relispartition AS part,
       has_schema_privilege('chancela_app', n.oid, 'USAGE') AND (
           has_table_privilege('chancela_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
           OR has_any_column_privilege('chancela_app', c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')) AS within_reach,
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'operator') AS owned,
       (SELECT array_agg(p.polname || ': ' || p.polpermissive || p.polcmd::text
                         || pg_get_expr(p.polqual, p.polrelid) || pg_get_expr(p.polwithcheck, p.polrelid))
        FROM pg_policy p WHERE p.polrelid = c.oid) AS policies
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
ORDER BY 1, 2
"""
WALL = "(operator = current_setting('chancela.operator'::text, true))"
POLICY = f"only_the_operator_at_work: true*{WALL}{WALL}"

# A row of anything: a value for each type; what a check asks for has a value by its name.
BY_TYPE: dict[str, Any] = {
    "text": "x",
    "uuid": "00000000-0000-4000-8000-000000000001",
    "integer": 1,
    "bigint": 1,
    "boolean": True,
    "date": "2026-01-01",
    "timestamp with time zone": "now",
    "jsonb": "[]",
    "bytea": "\\x00",
    "text[]": "{}",
    "bytea[]": "{}",
}
BY_NAME = {"expires_at": "tomorrow", "state": "queued", "language": "pt-br"}
BY_TABLE = {"operator_logo": {"media_type": "image/png"}, "sign_in": {"issued_at": "tomorrow"}}
BY_TABLE |= {"passkey_challenge": {"asked_at": "tomorrow", "ceremony": "enter"}}
ANOTHER = "00000000-0000-4000-8000-000000000002"
BY_TABLE |= {"contact_change": {"issued_at": "tomorrow"}, "guardian": {"guardian_id": ANOTHER}}
BY_TABLE |= {"tie": {"kind": "delegation", "scope": "see", "until": "tomorrow", "taker_id": ANOTHER}}
BY_TABLE |= {"call": {"protocol": "9" * 20, "reveals": 0, "changed_contact": False}}
BY_TABLE |= {"policy_version": {"state": "draft"}}
BY_TABLE |= {"attachment": {"digest": "0" * 64, "media_type": "image/png"}}
LEFT_OUT = {("sign_in", "ended_at"), ("contact_change", "ended_at"), ("beneficiary", "named_guardian_id")}
LEFT_OUT |= {("device", "ended_at"), ("paper_code", "ended_at"), ("paper_code", "guia_id")}
OF_PEOPLE = {"sign_in", "person_session", "provider_address"}
OF_PEOPLE |= {"passkey", "passkey_challenge", "contact_change", "guardian", "tie", "device", "paper_code"}
OF_PEOPLE |= {"call", "contact_hold"}
LEFT_OUT |= {("beneficiary", "merged_into"), *(("contact_hold", each) for each in ("end", "ended_by", "ended_at"))}
BY_TABLE |= {"contact_hold": {"care": "hold", "due_at": "infinity"}}
OF_AUDITS = {"attachment", "ruling", "untold_decision"}
OF_AUDITS |= {"untold_dispute", "webhook", "webhook_event"}
BY_TABLE |= {"report": {"was": "validated", "sessions": "{1}"}}
BY_TABLE |= {"webhook": {"kinds": "{x}"}, "webhook_event": {"state": "waiting"}}
LEFT_OUT |= {("webhook_event", "settled_at")}
OF_THE_TRAIL = {"trail", "trail_mention", "trail_check"}
OF_CARRIERS_AND_REPORTS = {"carrier", "carrier_day", "carrier_state", "early_receipt"}
OF_CARRIERS_AND_REPORTS |= {"push_subscription", "protocol_number", "report", "alarm"}
BY_TABLE |= {"professional": {"uf": "PR"}, "provider_key": {"kind": "name"}}
OF_PEOPLE |= {"professional", "provider_key"}
BY_TABLE |= {"outage": {"what": "carrier", "ended_at": "tomorrow"}}
LEFT_OUT |= {("outage", "part_of"), ("outage", "confirm_by")}
OF_OUTAGES = {"outage", "pulse"}
BY_TABLE |= {"import_run": {"kind": "people", "state": "done"}, "import_before": {"what": "person"}}
BY_TABLE |= {"absence": {"tiss": "07", "lead": "sampled", "review": "none"}}
LEFT_OUT |= {("absence", each) for each in ("owes_until", "reviewed_at", "reviewed_by")}
OF_AUDITS |= {"absence"}
OF_AUDITS |= {"late_visit"}
LEFT_OUT |= {("late_visit", "reminded_at")}
LEFT_OUT |= {("slip", each) for each in ("returned_at", "returned_by", "attachment_id", "recognised", "visit_date")}
OF_AUDITS |= {"slip"}
BY_TABLE |= {"guia_session": {"method": "token", "session_window": "fresh", "review": "none"}}
LEFT_OUT |= {("guia_session", each) for each in ("reason", "tiss", "protocol", "lead", "upon")}
LEFT_OUT |= {("guia_session", each) for each in ("device_id", "device_day")}
LEFT_OUT |= {("guia_session", each) for each in ("outcome", "judged_at", "ruling")}
OF_AUDITS |= {"guia_session"}
BY_TABLE |= {"number_block": {"numbers": "{9000001010001}"}}
BY_TABLE |= {"reconciled": {"number": "9000001010001", "fingerprint": "\\x" + "00" * 32, "result": "validated"}}
LEFT_OUT |= {("reconciled", "refused"), *(("number_block", each) for each in ("ended_at", "ended_by", "why"))}
OF_AUDITS |= {"block_count", "number_block", "reconciled"}
COLUMNS = """
SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
"""


@pytest.fixture
def owner(database_url: str) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    """A connection of the owner, who passes every wall."""
    with psycopg.connect(database_url, row_factory=dict_row) as connection:
        yield connection


def tables(owner: psycopg.Connection[dict[str, Any]]) -> list[dict[str, Any]]:
    return owner.execute(OWNED).fetchall()


def test_every_table_with_an_operator_has_a_wall_or_is_out_of_reach(owner: psycopg.Connection[dict[str, Any]]):
    found = tables(owner)
    for each in found:
        ours, name = each["schema"] == "chancela", f"{each['schema']}.{each['name']}"
        if each["part"] or not ours:
            assert not each["within_reach"], f"{name} is a way past the wall"
        elif each["owned"]:
            assert each["walled"], f"{name} has no wall: enable and force row-level security"
            assert each["policies"] == [POLICY], f"{name} has another policy than the wall"
        else:
            assert each["name"] in OPEN_TO_ALL, f"{name} names no operator: may all of them read it?"
    reached = {each["name"] for each in found if each["owned"] and each["within_reach"]}
    assert len(reached) >= 25
    assert reached >= OF_CARRIERS_AND_REPORTS | OF_PEOPLE
    assert reached >= OF_THE_TRAIL | OF_AUDITS | OF_OUTAGES
    assert [each for each in found if each["part"]]


def test_the_app_is_neither_owner_nor_above_the_walls(owner: psycopg.Connection[dict[str, Any]]):
    role = owner.execute("SELECT * FROM pg_roles WHERE rolname = %s", (APP,)).fetchone()
    assert role is not None
    assert not any(role[power] for power in ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolcanlogin"))
    assert owner.execute("SELECT FROM pg_class WHERE relowner = %s::regrole", (APP,)).fetchall() == []
    assert owner.execute("SELECT FROM pg_auth_members WHERE member = %s::regrole", (APP,)).fetchall() == []
    granted = owner.execute("SELECT has_schema_privilege(%s, 'chancela', 'CREATE') AS may", (APP,)).fetchone()
    assert granted == {"may": False}


def insert(name: str, columns: list[dict[str, Any]], operator: str) -> sql.Composed:
    """A row of an operator that fits into a table; a new type or check wants a value above."""
    filled = [each for each in columns if (name, each["name"]) not in LEFT_OUT]
    named = {**BY_NAME, **BY_TABLE.get(name, {})}
    values = {each["name"]: named.get(each["name"], BY_TYPE.get(each["type"])) for each in filled}
    values["operator"] = operator
    missing = [each for each in filled if values[each["name"]] is None]
    assert not missing, f"{name} has columns for which this test knows no value: {missing}"
    return sql.SQL("INSERT INTO chancela.{} ({}) VALUES ({})").format(
        sql.Identifier(name),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(map(sql.Literal, values.values())),
    )


def test_nothing_of_another_operator_can_be_seen_or_written_in_any_table(
    owner: psycopg.Connection[dict[str, Any]], aurora: Tenant, cambui: Tenant
):
    walled = [each["name"] for each in tables(owner) if each["within_reach"] and each["owned"]]
    owner.execute("SET session_replication_role = replica")  # rows of anything point to nothing
    rows = {}
    for name in walled:
        columns = owner.execute(COLUMNS, (f"chancela.{name}",)).fetchall()
        rows[name] = {ans: insert(name, columns, ans) for ans in (aurora.ans, cambui.ans)}
        for each in rows[name].values():
            owner.execute(each)
    owner.execute("SET session_replication_role = origin")
    owner.execute("SET ROLE chancela_app")
    for name in walled:
        stranger_finds_nothing(owner, name, aurora.ans, cambui.ans)
        refused(owner, cambui.ans, rows[name][aurora.ans], "row-level security")
        change = sql.SQL("UPDATE chancela.{} SET operator = {}").format(sql.Identifier(name), sql.Literal(aurora.ans))
        refused(owner, cambui.ans, change, "row-level security", "permission denied")
    owner.rollback()


def test_all_know_which_operators_there_are_and_only_one_at_work_says_what_it_carries(
    owner: psycopg.Connection[dict[str, Any]], aurora: Tenant, cambui: Tenant
):
    owner.execute("SET ROLE chancela_app")
    wall(owner, cambui.ans)
    seen = owner.execute("SELECT ans FROM chancela.operator").fetchall()
    assert {aurora.ans, cambui.ans} <= {each["ans"] for each in seen}
    carry = "UPDATE chancela.operator SET carried = '{sms}' WHERE ans = %s"
    assert [owner.execute(carry, (ans,)).rowcount for ans in (aurora.ans, cambui.ans)] == [0, 1]
    rename = sql.SQL("UPDATE chancela.operator SET name = 'x' WHERE ans = {}").format(sql.Literal(cambui.ans))
    refused(owner, cambui.ans, rename, "permission denied")
    owner.rollback()


def stranger_finds_nothing(
    connection: psycopg.Connection[dict[str, Any]], name: str, foreign: str, own: str | None
) -> None:
    table = sql.Identifier(name)
    for at_work in (own, "", f"{foreign} ", f"{foreign}' OR true --"):
        wall(connection, at_work)
        seen = connection.execute(sql.SQL("SELECT operator FROM chancela.{}").format(table)).fetchall()
        assert {each["operator"] for each in seen} == ({own} if at_work == own else set()), name
    wall(connection, own)
    for deed in ("UPDATE chancela.{} SET operator = operator", "DELETE FROM chancela.{}"):
        statement = sql.SQL(f"{deed} WHERE operator = {{}}").format(table, sql.Literal(foreign))
        try:
            with connection.transaction():
                assert connection.execute(statement).rowcount == 0, name
        except errors.InsufficientPrivilege:
            continue  # nobody may: evidence is only ever added


def wall(connection: psycopg.Connection[dict[str, Any]], operator: str | None) -> None:
    connection.execute("SELECT set_config('chancela.operator', %s, true)", (operator,))


def refused(
    connection: psycopg.Connection[dict[str, Any]], at_work: str, statement: sql.Composed, *because: str
) -> None:
    wall(connection, at_work)
    with pytest.raises(errors.InsufficientPrivilege) as raised, connection.transaction():
        connection.execute(statement)
    assert any(each in str(raised.value) for each in because)


def test_a_new_table_without_a_wall_would_be_told(owner: psycopg.Connection[dict[str, Any]]):
    owner.execute("CREATE TABLE chancela.novelty (operator text, what text)")
    with pytest.raises(AssertionError, match="novelty has no wall"):
        test_every_table_with_an_operator_has_a_wall_or_is_out_of_reach(owner)
    owner.rollback()
    owner.execute("CREATE VIEW chancela.past AS SELECT * FROM chancela.guia")  # a view has its owner's eyes
    with pytest.raises(AssertionError, match="past has no wall"):
        test_every_table_with_an_operator_has_a_wall_or_is_out_of_reach(owner)
    owner.rollback()

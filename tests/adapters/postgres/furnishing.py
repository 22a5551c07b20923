"""What a scene's shelf holds, put into an empty database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from chancela.adapters.postgres import operators
from chancela.domain.profiles import SHIPPED

if TYPE_CHECKING:
    import psycopg

    from chancela.domain.policy import Policy
    from tests.fakes.shelf import Shelf

OPERATOR = "INSERT INTO chancela.operator (ans, name, profile, settings, carried) VALUES (%s, %s, %s, %s, %s)"
PROVIDER = """
INSERT INTO chancela.provider (operator, code, name, phones, emails, staff, active) VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
PERSON = """
INSERT INTO chancela.beneficiary (operator, id, card_number, name, relation, holder_id, cpf, has_app, uses_no_mobile,
                                  birth_date, private, protected, named_guardian_id, plan)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
GUARDIAN = "INSERT INTO chancela.guardian (operator, ward_id, guardian_id) VALUES (%s, %s, %s)"
CONTACT = """
INSERT INTO chancela.contact (operator, id, beneficiary_id, kind, address, state) VALUES (%s, %s, %s, %s, %s, %s)
"""
PARTS = "SELECT chancela.ensure_partitions(now() - interval '1 month')"  # what a test makes older has its month


def furnish(connection: psycopg.Connection[Any], shelf: Shelf) -> None:
    """Put the operator, people and houses of a shelf that has no guia yet into an empty database."""
    connection.execute(PARTS)
    operator, ans = shelf.operator, shelf.operator.ans
    settings = operators.settings_text(operator.rules, operator.lines, _changes(operator.policy))
    carried = [each.value for each in operator.carried]
    connection.execute(OPERATOR, (ans, operator.name, operator.policy.profile, settings, carried))
    for each in shelf.providers.values():
        staff = list(shelf.staff.get(each.code, ()))
        house = (ans, each.code, each.name, list(each.phones), list(each.emails), staff, each.active)
        connection.execute(PROVIDER, house)
    for entry in shelf.entries.values():
        named = (entry.table, entry.code, entry.name, entry.dental)
        connection.execute("INSERT INTO chancela.procedure VALUES (%s, %s, %s, %s, '')", named)
    _furnish_people(connection, shelf)


def _changes(policy: Policy) -> dict[str, Any]:
    """What an operator has changed of its profile."""
    shipped, own = msgspec.to_builtins(SHIPPED[policy.profile]), msgspec.to_builtins(policy)
    return {name: value for name, value in own.items() if value != shipped[name]}


def _furnish_people(connection: psycopg.Connection[Any], shelf: Shelf) -> None:
    ans = shelf.operator.ans
    for each in shelf.people.values():
        person = (ans, each.id, each.card_number, each.name, each.relation.value, each.holder_id, each.cpf)
        marks = (each.private, each.protected, each.named_guardian_id, each.plan)
        connection.execute(PERSON, (*person, each.has_app, each.uses_no_mobile, each.birth_date, *marks))
    for ward, guardians in shelf.guardians.items():
        for guardian in guardians:
            connection.execute(GUARDIAN, (ans, ward, guardian))
    for contact in shelf.contacts.values():
        known = (contact.kind.value, contact.address, contact.state.value)
        connection.execute(CONTACT, (ans, contact.id, contact.beneficiary_id, *known))

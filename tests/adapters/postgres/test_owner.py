"""On a server the tables belong to a role that is no superuser: walls hold against it too, and it can still begin."""

from __future__ import annotations

import secrets
from importlib import resources
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

from chancela.adapters.demo import loading
from chancela.adapters.postgres import registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chancela.adapters.postgres.registry import Opened

PROVIDER = "INSERT INTO chancela.provider (operator, code, name, phones, emails) VALUES ('123456', %s, 'x', %s, %s)"


@pytest.fixture
def owner(cluster: str, new_database: Callable[[str], str]) -> Iterator[Opened]:
    """A connection that acts as the owner of an empty database, as a production role would."""
    owner = sql.Identifier(f"owner_{secrets.token_hex(6)}")
    url = new_database("template1")
    with psycopg.connect(url) as connection:
        database = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("CREATE ROLE {} CREATEROLE").format(owner))
        connection.execute(sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(database, owner))
        connection.execute("DO $$ BEGIN CREATE ROLE chancela_app; EXCEPTION WHEN duplicate_object THEN END $$")
        connection.execute(sql.SQL("GRANT chancela_app TO {} WITH ADMIN OPTION").format(owner))
        connection.execute(sql.SQL("SET ROLE {}").format(owner))
        yield connection
        connection.rollback()
        connection.execute("RESET ROLE")
        connection.execute(sql.SQL("REASSIGN OWNED BY {} TO CURRENT_USER").format(owner))
        connection.execute(sql.SQL("DROP OWNED BY {}").format(owner))
        connection.execute(sql.SQL("DROP ROLE {}").format(owner))


@pytest.fixture
def owned(owner: Opened) -> Opened:
    """The same, with our tables."""
    for text in schema():
        owner.execute(text)
    owner.commit()
    return owner


def schema(first: str = "0000", last: str = "9999") -> list[bytes]:
    """The files of our schema, in order, from one number to another."""
    files = (
        each for each in resources.files("chancela.adapters.postgres.schema").iterdir() if each.name.endswith(".sql")
    )
    return [each.read_bytes() for each in sorted(files, key=lambda each: each.name) if first <= each.name[:4] <= last]


def test_an_owner_sees_nothing_of_an_operator_without_its_wall(owned: Opened):
    loading.load(owned)
    owned.commit()
    assert owned.execute("SELECT count(*) FROM chancela.beneficiary").fetchone() == (0,)


def test_an_owner_can_lay_a_demo_and_the_walls_stand_afterwards(owned: Opened):
    loading.load(owned)
    owned.commit()
    lowered = owned.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'chancela'::regnamespace AND relrowsecurity "
        "AND NOT relforcerowsecurity AND NOT relispartition"
    )
    assert lowered.fetchall() == [("operator",)]  # its own row is the owner's to add


def test_an_owner_finds_who_works_for_an_operator(owned: Opened):
    loading.load(owned)
    owned.commit()
    assert [ans for ans, _, _ in registry.operators(owned)] == ["999001", "999002", "999003"]
    assert registry.knows(owned, "999001")
    assert registry.works(owned, "999001", "10001")
    assert not registry.works(owned, "999001", "unknown")
    assert not registry.works(owned, "123456", "10001")


def test_an_operator_is_added_once(owned: Opened):
    assert registry.add(owned, "123456", "Exemplo", "one-code-per-guia", "{}")
    assert not registry.add(owned, "123456", "Outra", "latest-code-wins", "{}")
    assert registry.operators(owned) == [("123456", "Exemplo", "one-code-per-guia")]


def test_providers_who_were_there_before_are_found_by_their_addresses(owner: Opened):
    for text in schema(last="0007"):
        owner.execute(text)
    owner.execute(
        "INSERT INTO chancela.operator (ans, name, profile) VALUES ('123456', 'Exemplo', 'one-code-per-guia')"
    )
    owner.execute("SELECT set_config('chancela.operator', '123456', true)")
    owner.execute(PROVIDER, ("10001", ["+552000000001"], ["Contato@example.com"]))
    owner.commit()
    for text in schema(first="0008"):
        owner.execute(text)
    owner.commit()
    assert found(owner, "contato@example.com") == ["10001"]


def test_a_provider_is_found_by_the_addresses_that_it_has_now(owned: Opened):
    owned.execute(
        "INSERT INTO chancela.operator (ans, name, profile) VALUES ('123456', 'Exemplo', 'one-code-per-guia')"
    )
    owned.execute("SELECT set_config('chancela.operator', '123456', false)")
    owned.execute(PROVIDER, ("10001", ["+552000000001"], ["contato@example.com"]))
    owned.execute(PROVIDER, ("10002", ["+552000000001"], []))
    owned.execute("UPDATE chancela.provider SET staff = '{Bia@example.com}', emails = '{}' WHERE code = '10001'")
    assert found(owned, "+552000000001") == ["10001", "10002"]
    assert (found(owned, "bia@example.com"), found(owned, "contato@example.com")) == (["10001"], [])
    owned.execute("DELETE FROM chancela.provider WHERE code = '10002'")
    assert found(owned, "+552000000001") == ["10001"]


def found(connection: Opened, address: str) -> list[str]:
    """The providers with an address, as their operator sees them."""
    connection.execute("SELECT set_config('chancela.operator', '123456', false)")
    asked = "SELECT provider FROM chancela.provider_address WHERE small_address = %s ORDER BY 1"
    return [code for (code,) in connection.execute(asked, (address,))]

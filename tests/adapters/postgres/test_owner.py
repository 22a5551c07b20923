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


@pytest.fixture
def owned(cluster: str, new_database: Callable[[str], str]) -> Iterator[Opened]:
    """A connection that acts as the owner of a fresh database with our tables, as a production role would."""
    owner = sql.Identifier(f"owner_{secrets.token_hex(6)}")
    url = new_database("template1")
    with psycopg.connect(url) as connection:
        database = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("CREATE ROLE {} CREATEROLE").format(owner))
        connection.execute(sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(database, owner))
        connection.execute("DO $$ BEGIN CREATE ROLE chancela_app; EXCEPTION WHEN duplicate_object THEN END $$")
        connection.execute(sql.SQL("GRANT chancela_app TO {} WITH ADMIN OPTION").format(owner))
        connection.execute(sql.SQL("SET ROLE {}").format(owner))
        for file in sorted(each.name for each in resources.files("chancela.adapters.postgres.schema").iterdir()):
            if file.endswith(".sql"):
                connection.execute(resources.files("chancela.adapters.postgres.schema").joinpath(file).read_bytes())
        connection.commit()
        yield connection
        connection.rollback()
        connection.execute("RESET ROLE")
        connection.execute(sql.SQL("REASSIGN OWNED BY {} TO CURRENT_USER").format(owner))
        connection.execute(sql.SQL("DROP OWNED BY {}").format(owner))
        connection.execute(sql.SQL("DROP ROLE {}").format(owner))


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

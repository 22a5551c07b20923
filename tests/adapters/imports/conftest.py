"""An empty database with two invented operators, and a way to look into it past every wall."""

import dataclasses
from typing import Any

import psycopg
import pytest


@dataclasses.dataclass(frozen=True)
class Database:
    url: str

    def ask(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement as the owner, who sees every operator, and return its rows."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            done = connection.execute(statement, values)
            return done.fetchall() if done.description else []


@pytest.fixture
def database(empty_database_url) -> Database:
    database = Database(empty_database_url)
    for ans in ("999001", "999002"):
        database.ask(
            "INSERT INTO chancela.operator (ans, name, profile) VALUES (%s, 'Aurora', 'latest-code-wins')", ans
        )
    return database

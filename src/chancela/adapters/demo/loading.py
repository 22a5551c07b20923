"""Puts invented houses into a migrated database: operators, networks, the catalogue and people, each by one COPY."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal
from zoneinfo import ZoneInfo

from psycopg import sql

from chancela.adapters.demo import crowd, families, invented
from chancela.adapters.demo.houses import HOUSES
from chancela.adapters.postgres import operators
from chancela.adapters.postgres.reads import plain_words
from chancela.adapters.tiss import catalogue
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.family import LONGEST_DELEGATION, Scope, TieKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from psycopg import Connection

    from chancela.adapters.demo.houses import House
    from chancela.adapters.demo.invented import Invented

    Opened = Connection[tuple[Any, ...]]


class NotADemoError(Exception):
    """The database belongs to real operators; a demo would show their people's codes to everybody."""


BRAZIL: Final = ZoneInfo("America/Sao_Paulo")
WALLED: Final = frozenset({"provider", "beneficiary", "contact", "guardian", "tie"})
PEOPLE_COLUMNS: Final = (
    *("operator", "id", "card_number", "name", "relation", "holder_id", "birth_date", "cpf", "plan", "standing"),
    *("joined_date", "ended_date", "card_valid_until", "covers_dental", "covers_medical", "has_app"),
    *("uses_no_mobile", "protected", "named_guardian_id"),
)
KINDS: Final = (ContactKind.MOBILE.value, ContactKind.LANDLINE.value, ContactKind.EMAIL.value)
CONFIRMED: Final = ContactState.CONFIRMED.value
GUARDIAN_COLUMNS: Final = ("operator", "ward_id", "guardian_id")
TIE_COLUMNS: Final = (
    *("operator", "id", "kind", "giver_id", "of_id", "taker_id", "scope", "token_hash"),
    *("created_at", "until", "accepted_at"),
)
CONTACT_COLUMNS: Final = ("operator", "id", "beneficiary_id", "kind", "address", "state")


def today() -> date:
    """Return the day in Brazil, from which waiting periods are counted back."""
    return datetime.now(BRAZIL).date()


def load(connection: Opened, people: int | None = None) -> None:
    """Load the catalogue and the three houses, each with its dozen families or with so many people."""
    load_catalogue(connection)
    for house in HOUSES:
        load_house(connection, house)
        day = today()
        found = families.families(house, day) if people is None else list(crowd.crowd(house, people, day))
        load_people(connection, house, found)
    connection.execute("ANALYZE chancela.beneficiary, chancela.contact, chancela.procedure")


def loaded(connection: Opened) -> bool:
    """Tell whether there are operators; raises `NotADemoError` where one of them is not invented."""
    known = {row[0] for row in connection.execute("SELECT ans FROM chancela.operator").fetchall()}
    if known - {each.ans for each in HOUSES}:
        raise NotADemoError
    return bool(known)


def load_catalogue(connection: Opened) -> None:
    """Load every procedure of TUSS 22."""
    listed = (
        (each.table, each.code, each.name, each.dental, " ".join(dict.fromkeys(plain_words(each.name))))
        for each in catalogue.procedures()
    )
    _copy(connection, "procedure", ("table_code", "code", "name", "dental", "words"), listed)


def load_house(connection: Opened, house: House) -> None:
    """Load an operator with its rules, lines and network."""
    settings = operators.settings_text(house.rules, house.lines, dict(house.policy), house.accent, house.chat_url)
    connection.execute(
        "INSERT INTO chancela.operator (ans, name, profile, settings) VALUES (%s, %s, %s, %s)",
        (house.ans, house.name, house.profile, settings),
    )
    clinics = (
        (
            house.ans,
            each.code,
            each.name,
            each.specialties.split("|"),
            [each.phone],
            [f"contato@{each.code}.example.com"],
        )
        for each in house.clinics
    )
    # the trigger that keeps the addresses of providers writes behind the wall
    connection.execute("SELECT set_config('chancela.operator', %s, true)", (house.ans,))
    _copy(connection, "provider", ("operator", "code", "name", "specialties", "phones", "emails"), clinics)


def load_people(connection: Opened, house: House, people: Sequence[Invented]) -> None:
    """Load people with their contacts, guardians and helpers."""
    _copy(connection, "beneficiary", PEOPLE_COLUMNS, (_person(house, each) for each in people))
    _copy(connection, "contact", CONTACT_COLUMNS, (row for each in people for row in _contacts(house, each)))
    _copy(connection, "guardian", GUARDIAN_COLUMNS, (row for each in people for row in _guardians(house, each)))
    _copy(connection, "tie", TIE_COLUMNS, (_help(house, each) for each in people if each.helper_card))


def _person(house: House, each: Invented) -> tuple[Any, ...]:
    holder = invented.person_id(house.ans, each.holder_card) if each.holder_card else None
    named = invented.person_id(house.ans, each.named_guardian_card) if each.named_guardian_card else None
    return (
        *(house.ans, invented.person_id(house.ans, each.card_number), each.card_number, each.name),
        *(each.relation.value, holder, each.birth_date, each.cpf, each.plan, each.standing.value, each.joined_date),
        *(each.ended_date, each.card_valid_until, each.covers_dental, each.covers_medical, each.has_app),
        *(each.uses_no_mobile, each.protected, named),
    )


def _contacts(house: House, each: Invented) -> Iterable[tuple[Any, ...]]:
    person = invented.person_id(house.ans, each.card_number)
    found = zip(KINDS, (each.mobile, each.landline, each.email), strict=True)
    for number, (kind, address) in enumerate(found, start=1):
        if address is not None:
            yield house.ans, invented.contact_id(person, number), person, kind, address, CONFIRMED


def _guardians(house: House, each: Invented) -> Iterable[tuple[Any, ...]]:
    ward = invented.person_id(house.ans, each.card_number)
    return ((house.ans, ward, invented.person_id(house.ans, card)) for card in each.guardian_cards)


def _help(house: House, each: Invented) -> tuple[Any, ...]:
    """Return the delegation by which a helper receives a person's codes; its link was taken, and opens nothing."""
    person, helper = (invented.person_id(house.ans, card or "") for card in (each.card_number, each.helper_card))
    now = datetime.now(BRAZIL)
    gone = hashlib.sha256(secrets.token_bytes(32)).digest()
    return (
        *(house.ans, invented.tie_id(person), TieKind.DELEGATION.value, person, person, helper, Scope.RECEIVE.value),
        *(gone, now, now + LONGEST_DELEGATION, now),
    )


def _copy(connection: Opened, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    statement = sql.SQL("COPY chancela.{} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with _wall_lowered(connection, table), connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


@contextmanager
def _wall_lowered(connection: Opened, table: str) -> Iterator[None]:
    """Let the owner of a walled table, who need not be a superuser, COPY into it; a fault undoes this as well."""
    walled = table in WALLED
    if walled:
        connection.execute(_wall(table, "NO FORCE"))
    yield
    if walled:
        connection.execute(_wall(table, "FORCE"))


def _wall(table: str, how: Literal["FORCE", "NO FORCE"]) -> sql.Composed:
    return sql.SQL("ALTER TABLE chancela.{} {} ROW LEVEL SECURITY").format(sql.Identifier(table), sql.SQL(how))

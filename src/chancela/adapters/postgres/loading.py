"""Loading cases: a set is one query and one JSON text, with all that its decisions look at coming along."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import msgspec

from chancela.adapters.postgres import statements
from chancela.domain.absence import Absence
from chancela.domain.case import Case
from chancela.domain.contact import Contact
from chancela.domain.delivery import Delivery
from chancela.domain.guia import Guia
from chancela.domain.ladder import Climb
from chancela.domain.late import LateVisit
from chancela.domain.people import Beneficiary, Person, Provider
from chancela.domain.report import Report
from chancela.domain.series import Session
from chancela.domain.tally import Day, Fleet
from chancela.domain.token import Secret, Token, Validation

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from psycopg import AsyncConnection

SQL: Final = statements.read("cases.sql")


class Look(StrEnum):
    """What a deed will look at beside the cases themselves; the value names the statement."""

    CASES = "load"
    TO_JUDGE = "load_to_judge"
    TO_SEND = "load_to_send"


@dataclass(frozen=True, slots=True)
class _Row:
    guia: Guia
    token: Token | None = None
    secret: Secret | None = None
    deliveries: tuple[Delivery, ...] | None = None
    validation: Validation | None = None
    day: Day | None = None
    beneficiary: Beneficiary | None = None
    contacts: tuple[Contact, ...] | None = None
    network: Provider | None = None
    sends: dict[UUID, int] | None = None
    numbers: dict[UUID, int] | None = None
    reports: dict[str, int] | None = None
    climb: Climb | None = None
    report: Report | None = None
    absence: Absence | None = None
    late: LateVisit | None = None
    sessions: tuple[Session, ...] | None = None
    tied: bool = False


_ROWS: Final = msgspec.json.Decoder(list[_Row])
_FLEET: Final = msgspec.json.Decoder(Fleet)


@dataclass(slots=True)
class Along:
    """What came along with the cases; None where it was not asked for."""

    people: dict[UUID, Person] | None = None
    providers: dict[str, Provider] | None = None
    sends: dict[UUID, dict[UUID, int]] | None = None
    numbers: dict[UUID, int] | None = None
    reports: dict[UUID, dict[str, int]] | None = None
    days: dict[str, Day] | None = None
    fleet: Fleet | None = None
    tied: frozenset[UUID] = frozenset()  # those of the people of whom there is a tie
    at: datetime | None = None  # when they were read, by the database's clock, all of them being held


async def hold(connection: AsyncConnection[tuple[Any, ...]], operator: str, guia_ids: Collection[UUID]) -> None:
    """Lock the guias that exist, in key order, until the transaction ends; what is read after this is as it is now."""
    await connection.execute(SQL["hold"], {"operator": operator, "ids": _array(guia_ids)})


async def load(
    connection: AsyncConnection[tuple[Any, ...]], statement: str, guia_ids: Collection[UUID], values: dict[str, Any]
) -> tuple[dict[UUID, Case], Along]:
    """Return the cases that exist by their id, in key order, and what came along."""
    asked = {**values, "ids": _array(guia_ids)}
    row = await (await connection.execute(SQL[statement], asked)).fetchone()
    rows = _ROWS.decode(row[0]) if row else []
    cases = {each.guia.id: _case(each) for each in rows}
    along = _along(rows) if statement in {Look.TO_JUDGE, Look.TO_SEND} else Along()
    if row and statement in set(Look):
        along.at = row[1]
    if row and statement == Look.TO_JUDGE:
        along.fleet = _FLEET.decode(row[2])
    if statement == Look.TO_SEND:
        _bring_people(along, rows)
    return cases, along


def _array(guia_ids: Collection[UUID]) -> str:
    return "{" + ",".join(map(str, guia_ids)) + "}"


def _case(row: _Row) -> Case:
    return Case(
        row.guia,
        row.token,
        row.secret,
        row.deliveries or (),
        row.validation,
        row.climb,
        row.report,
        row.absence,
        row.late,
        row.sessions or (),
    )


def _along(rows: list[_Row]) -> Along:
    return Along(days={row.guia.provider: row.day or Day() for row in rows})


def _bring_people(along: Along, rows: list[_Row]) -> None:
    along.people = {each.id: Person(each, row.contacts or ()) for row in rows if (each := row.beneficiary)}
    along.tied = frozenset(row.guia.beneficiary_id for row in rows if row.tied)
    along.providers = {house.code: house for row in rows if (house := row.network)}
    along.sends = {row.guia.beneficiary_id: row.sends or {} for row in rows}
    along.numbers = {contact: count for row in rows for contact, count in (row.numbers or {}).items()}
    along.reports = {row.guia.beneficiary_id: row.reports or {} for row in rows}

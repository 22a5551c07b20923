"""Furnishing a demo: its invented operators on the first start, and the accounts by which they are entered."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import psycopg

from chancela.adapters.demo import loading
from chancela.adapters.demo.houses import HOUSES
from chancela.adapters.exports import people
from chancela.adapters.postgres import clients, pool as pools
from chancela.cli import secrets_file
from chancela.cli.home import Sorry
from chancela.cli.secrets_file import Credentials, Entrance
from chancela.domain.permissions import ActorKind

if TYPE_CHECKING:
    from chancela.adapters.demo.houses import Colleague, House
    from chancela.adapters.exports.people import Row
    from chancela.bootstrap.settings import Settings

SHOWN = 1_000  # people of an operator that are told; `chancela export people` gives all
AUDITOR = ActorKind.AUDITOR.value
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def furnish(settings: Settings, count: int | None) -> bool:
    """Load the invented operators unless they are there, with `count` people each; tell whether they were loaded."""
    with psycopg.connect(settings.database_url or "") as connection:
        try:
            known = loading.loaded(connection)
        except loading.NotADemoError:
            raise Sorry("This database belongs to real operators; a demo needs one of its own.") from None
        if not known:
            loading.load(connection, count)
    return not known


def credentials(settings: Settings) -> dict[str, Credentials]:
    """Return what enters each operator: kept from before, made where it is missing. Django must be started."""
    kept = secrets_file.read(settings.data)
    missing = asyncio.run(_new_clients(settings, kept))
    made = {ans: _entrance(house, missing[ans]) for house in HOUSES if (ans := house.ans) in missing}
    entrances = {**kept, **made}
    staffed = {
        house.ans: _staffed(house, entrances[house.ans])
        for house in HOUSES
        if house.staff.keys() - entrances[house.ans].roles.keys()
    }
    if made or staffed:
        secrets_file.write(settings.data, {**entrances, **staffed})
    return {**entrances, **staffed}


def told(settings: Settings, entrances: dict[str, Credentials]) -> list[dict[str, Any]]:
    """Return the operators as `chancela demo --json` tells them."""
    with psycopg.connect(settings.database_url or "") as connection:
        return [
            {
                "ans": house.ans,
                "name": house.name,
                "profile": house.profile,
                "client_id": entrances[house.ans].client_id,
                "client_secret": entrances[house.ans].client_secret,
                "provider": {
                    "code": house.desk,
                    "login": entrances[house.ans].login,
                    "password": entrances[house.ans].password,
                },
                "staff": asdict(entrances[house.ans].roles[AUDITOR]),
                "roles": {role: asdict(entrance) for role, entrance in entrances[house.ans].roles.items()},
                "beneficiaries": [_person(each) for each in people.rows(connection, house.ans, SHOWN)],
            }
            for house in HOUSES
        ]


def _person(row: Row) -> dict[str, str | None]:
    return {name: getattr(row, name) for name in ("card_number", "name", "relation", "mobile", "email")}


async def _new_clients(settings: Settings, kept: dict[str, Credentials]) -> dict[str, clients.NewClient]:
    """Return a new client for each operator whose kept one the database does not know."""
    new = {}
    async with pools.pool(settings.database_url or "", most=2) as pool:
        for house in HOUSES:
            before = kept.get(house.ans)
            found = await clients.find(pool, before.client_id) if before else None
            if before is None or not clients.proven(found, before.client_secret):
                new[house.ans] = await clients.create(pool, house.ans, "demo")
    return new


def _entrance(house: House, new: clients.NewClient) -> Credentials:
    from chancela.portals.accounts import opening
    from chancela.portals.demo import doors

    password = _password()
    clinic = next(each for each in house.clinics if each.code == house.desk)
    if not opening.new_password(house.login, password):
        opening.open_account(house.login, password, house.ans, house.desk, clinic.name, totp_secret=doors.TOTP_SECRET)
    return Credentials(new.id, new.secret, house.login, password)


def _staffed(house: House, entrance: Credentials) -> Credentials:
    """Return the entrance with an account for each of the operator's own people."""
    missing = {role: each for role, each in house.staff.items() if role not in entrance.roles}
    opened = {role.value: _opened(house, role, each) for role, each in missing.items()}
    return replace(entrance, roles={**entrance.roles, **opened})


def _opened(house: House, role: ActorKind, person: Colleague) -> Entrance:
    from chancela.portals.accounts import opening
    from chancela.portals.accounts.models import Role
    from chancela.portals.demo import doors

    password, secret = _password(), doors.TOTP_SECRET
    if not opening.new_password(person.login, password):
        opening.open_account(person.login, password, house.ans, "", person.name, Role(role), totp_secret=secret)
    return Entrance(person.login, password)


def _password() -> str:
    """Return three groups of four letters that nobody confuses: 59 bits, to be typed by a person."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))

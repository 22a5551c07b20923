"""The stage: an embedded PostgreSQL of its own, durable, with one operator, its people and many guias."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg

from chancela.adapters.demo import invented, loading
from chancela.adapters.demo.houses import Clinic, House
from chancela.adapters.demo.invented import Invented
from chancela.adapters.postgres import embedded
from chancela.bootstrap.app import App
from chancela.bootstrap.settings import Settings
from chancela.cli import home
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.people import Relation, Standing
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.refusal import Refused
from chancela.usecases.register_guia import RegisterGuia

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from bench.plan import Plan

ANS: Final = "999009"
ACTOR: Final = Actor(ANS, ActorKind.CLIENT, "bench")
PROCEDURES: Final = (RequestedProcedure("22", "81000030"),)
TOGETHER: Final = 2048
BORN = date(1980, 1, 1)  # adults, who read their own codes
LONG_AGO, LONG_AFTER = date(2020, 1, 1), date(2035, 1, 1)


class FailedError(home.Sorry):
    """The product did not do what was to be measured."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the run takes place; `fresh` gives guias that await their first code, each once."""

    settings: Settings
    fresh: Iterator[UUID]

    @property
    def url(self) -> str:
        """Return the database's address."""
        return self.settings.database_url or ""

    def take(self, count: int) -> list[UUID]:
        """Return so many fresh guias, each of another person as long as there are people enough."""
        return list(itertools.islice(self.fresh, count))


@contextlib.contextmanager
def opened(plan: Plan, progress: Callable[[int], None]) -> Iterator[Stage]:
    """Give the stage in a folder that is thrown away afterwards; `progress` is told how many guias there are."""
    with tempfile.TemporaryDirectory(prefix="chancela-bench-") as made:
        data = Path(made) / "data"
        server = embedded.start(data / "postgres")
        try:
            settings = Settings(data=data, database_url=server.url, demo=True)
            _migrate(settings)
            _furnish(settings, plan)
            guias = asyncio.run(_registered(settings, plan, progress))
            settle(server.url)
            yield Stage(settings, iter(guias))
        finally:
            server.close()


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """Return the environment in which the product's own commands work on this stage."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("CHANCELA_")}
    ours = {
        "CHANCELA_DATABASE_URL": settings.database_url or "",
        "CHANCELA_DATA": str(settings.data),
        "CHANCELA_DEMO": "1",
    }
    return bare | ours | more


def settle(url: str) -> None:
    """Leave nothing for autovacuum or a checkpoint to do in the middle of a measurement."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def _migrate(settings: Settings) -> None:
    command = [sys.executable, "-m", "chancela.cli.main", "migrate"]
    subprocess.run(command, check=True, env=environment(settings), stdout=subprocess.DEVNULL)


def _furnish(settings: Settings, plan: Plan) -> None:
    """Load the catalogue and the operator; everybody has a confirmed mobile and was sent an SMS before."""
    house = _house(plan.providers)
    with psycopg.connect(settings.database_url or "") as connection:
        loading.load_catalogue(connection)
        loading.load_house(connection, house)
        loading.load_people(connection, house, [_person(number) for number in range(plan.people)])
        connection.execute("UPDATE chancela.beneficiary SET preferred_channel = 'sms'")
        connection.execute(
            "UPDATE chancela.operator SET settings = jsonb_set(settings, '{policy,email_asks_cpf}', 'false')"
        )


def _house(providers: int) -> House:
    clinics = tuple(
        Clinic(f"2{number:04d}", f"Clínica {number}", "clínica geral", invented.landline("11", number))
        for number in range(providers)
    )
    return House(ANS, "Bancada", "one-code-per-guia", "Bancada", False, clinics[0].code, "", clinics, (), ())


def _person(number: int) -> Invented:
    return Invented(
        card_number=_card(number),
        name=f"Pessoa {number}",
        relation=Relation.HOLDER,
        holder_card=None,
        birth_date=BORN,
        cpf=invented.cpf(300_000_000 + number),
        plan="Bancada",
        standing=Standing.ACTIVE,
        joined_date=LONG_AGO,
        ended_date=None,
        card_valid_until=LONG_AFTER,
        covers_dental=True,
        covers_medical=False,
        has_app=False,
        mobile=invented.mobile("11", number),
        landline=None,
        email=f"pessoa{number}@example.com",
    )


def _card(number: int) -> str:
    return f"9{number:010d}"


async def _registered(settings: Settings, plan: Plan, progress: Callable[[int], None]) -> list[UUID]:
    """Register the guias by the product's own deed, so that their trail is whole."""
    made: list[UUID] = []
    async with App(settings) as app:
        while len(made) < plan.guias:
            upto = min(plan.guias, len(made) + TOGETHER)
            outcomes = await asyncio.gather(*(app.do(_command(each, plan)) for each in range(len(made), upto)))
            for outcome in outcomes:
                if isinstance(outcome, Refused):
                    raise FailedError(f"A guia was refused: {outcome}")
                made.append(outcome.guia.id)
            progress(len(made))
    return made


def _command(number: int, plan: Plan) -> RegisterGuia:
    provider = f"2{number % plan.providers:04d}"
    return RegisterGuia(ACTOR, Kind.ODONTO, _card(number % plan.people), provider, PROCEDURES)

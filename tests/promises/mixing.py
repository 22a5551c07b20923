"""Many tasks that ask for codes of the same guias and give codes that they were given before, most of them old."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.types.json import Json

from chancela.domain.case import Case
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.validate_token import ValidateToken
from tests import visits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from chancela.bootstrap.app import App
    from chancela.domain.permissions import Actor

ROUNDS = 24
NEWEST = 3
LIMITS = ("sends_per_guia_hour", "sends_per_person_hour", "sends_per_provider_floor", "wrong_per_provider_floor")


@dataclass
class Diary:
    """What was seen: the codes that were issued, by guia and generation, and those that were accepted."""

    issued: dict[tuple[UUID, int], str] = field(default_factory=dict)
    accepted: list[tuple[UUID, int, str]] = field(default_factory=list)

    def __add__(self, other: Diary) -> Diary:
        return Diary({**self.issued, **other.issued}, self.accepted + other.accepted)

    def codes(self, guia_id: UUID) -> list[str]:
        """The codes seen of a guia, in the order of their generations."""
        return [code for (guia, _), code in sorted(self.issued.items()) if guia == guia_id]

    def faults(self, database_url: str) -> list[str]:
        """What was accepted though it was not the code of its generation, or is not in the table."""
        wrong = [f"{each} is not the code" for each in self.accepted if self.issued.get(each[:2]) != each[2]]
        with psycopg.connect(database_url) as connection:
            kept = connection.execute("SELECT guia_id, generation FROM chancela.validation").fetchall()
        seen = sorted(each[:2] for each in self.accepted)
        return wrong if seen == sorted(kept) else [*wrong, f"accepted {seen}, kept {kept}"]


async def mix(app: App, desk: Actor, guias: Sequence[UUID], seed: int, tasks: int = 32) -> Diary:
    """Run the tasks to their end; every second deed asks for a code, the others give one of the newest seen."""
    diary, chance = Diary(), random.Random(seed)
    await asyncio.gather(*(_one_task(app, desk, guias, diary, chance) for _ in range(tasks)))
    return diary


async def _one_task(app: App, desk: Actor, guias: Sequence[UUID], diary: Diary, chance: random.Random) -> None:
    for _ in range(ROUNDS):
        guia_id = chance.choice(guias)
        known = diary.codes(guia_id)
        if not known or chance.random() < 0.5:
            _note(app, diary, await app.do(IssueToken(desk, guia_id)))
            continue
        code = chance.choice(known[-NEWEST:])
        outcome = await app.do(ValidateToken(desk, guia_id, code))
        if isinstance(outcome, Case) and outcome.validation is not None:
            diary.accepted.append((guia_id, outcome.validation.generation, code))


def _note(app: App, diary: Diary, outcome: Any) -> None:
    if isinstance(outcome, Case) and outcome.token is not None:
        diary.issued[outcome.guia.id, outcome.token.generation] = visits.code(app, outcome)


def lift_the_limits(database_url: str) -> None:
    """Let no limit but those of a code and of a guia stand in the way."""
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "UPDATE chancela.operator SET settings = jsonb_set(settings, '{policy}',"
            " COALESCE(settings -> 'policy', '{}') || %s::jsonb)",
            (Json({**dict.fromkeys(LIMITS, 1_000_000), "cool_down_s": 0}),),
        )
        connection.execute(
            "INSERT INTO chancela.fleet_hour (operator, hour, judged, wrong)"
            " SELECT ans, date_trunc('hour', now()) - interval '1 day', 1000, 1000 FROM chancela.operator"
        )

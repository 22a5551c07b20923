"""The promises over everything that is kept: each trail is told again, and the tables must say the same."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg

from chancela.bootstrap.verify import verify
from chancela.domain.trail import EventKind

if TYPE_CHECKING:
    from chancela.bootstrap.settings import Settings

Key = tuple[str, Any]

BEGINNING = datetime.min.replace(tzinfo=UTC)
TRAIL = "SELECT operator, subject, kind, data, seq, at FROM chancela.trail ORDER BY operator, seq"
LIVE = "SELECT operator, guia_id, generation, wrong_tries FROM chancela.live_token"
PEOPLE = ("person:device:enrolled", "person:device:ended", "person:sheet:printed", "person:sheet:ended")
PROOFS = "SELECT operator, guia_id, generation, event_seq FROM chancela.validation"
TRIES = "SELECT operator, id, wrong_tries FROM chancela.guia"


@dataclass
class Told:
    """What the trail has told of a guia so far; `live` is the generation of its code, `tries` those of this code."""

    live: int | None = None
    tries: int = 0
    spent: int = 0
    generation: int = 0
    proof: tuple[int, int] | None = None
    cancelled: bool = False
    absent: bool = False
    at: datetime = BEGINNING

    def hear(self, kind: str, data: dict[str, Any], seq: int, at: datetime) -> bool:
        """Take one more event; tell whether it may follow what was told before."""
        in_order, self.at = at >= self.at, at
        closed, generation = self.proof is not None or self.cancelled or self.absent, data.get("generation")
        of_the_live_code = self.live is not None and self.live == generation
        match kind:
            case EventKind.GUIA_REGISTERED:
                fits = self.generation == 0
            case EventKind.TOKEN_ISSUED:
                fits = generation == self.generation + 1 and self.spent < 10
                self.live, self.generation, self.tries = generation, generation, 0
            case EventKind.TOKEN_SENT:
                fits = of_the_live_code
            case EventKind.TOKEN_REFUSED | EventKind.TOKEN_LOCKED:
                compared = self.live is None and generation == self.generation  # with what the person carries
                fits = (of_the_live_code or compared) and self._spend(
                    data["attempts_left"], last=kind == EventKind.TOKEN_LOCKED
                )
            case EventKind.TOKEN_EXPIRED:
                fits, self.live = of_the_live_code, None
            case EventKind.GUIA_VALIDATED:
                carried = data.get("method") in {"offline", "paper"} and generation == self.generation
                fits, self.live, self.proof = of_the_live_code or carried, None, (generation, seq)
            case EventKind.ABSENCE_RECORDED:
                fits, self.live, self.absent = True, None, True
            case EventKind.GUIA_CANCELLED:
                fits, self.live, self.cancelled = True, None, True
            case _:
                fits = False
        return in_order and fits and not closed

    def _spend(self, attempts_left: int, *, last: bool) -> bool:
        self.tries += self.live is not None
        self.spent += 1
        left = min(5 - (self.tries if self.live is not None else 0), 10 - self.spent)
        if last:
            self.live = None
        return left == attempts_left >= 0 and last == (left == 0)


async def contradictions(settings: Settings) -> list[str]:
    """Return every place where a promise is broken: by the trail told again, by the tables, by `chancela verify`."""
    found = [each.sentence for each in (await verify(settings)).findings]
    with psycopg.connect(settings.database_url or "") as connection:
        guias, broken = _told(connection)
        kept = {
            "live codes": {(row[0], row[1]): row[2:] for row in connection.execute(LIVE)},
            "validations": {(row[0], row[1]): row[2:] for row in connection.execute(PROOFS)},
            "wrong tries": {(row[0], row[1]): row[2] for row in connection.execute(TRIES)},
        }
    wanted: dict[str, dict[Key, Any]] = {
        "live codes": {key: (each.live, each.tries) for key, each in guias.items() if each.live is not None},
        "validations": {key: each.proof for key, each in guias.items() if each.proof is not None},
        "wrong tries": {key: each.spent for key, each in guias.items()},
    }
    differ = [
        f"{what} of {key}: the trail tells {wanted[what].get(key)}, the table {kept[what].get(key)}"
        for what in wanted
        for key in wanted[what].keys() | kept[what].keys()
        if wanted[what].get(key) != kept[what].get(key)
    ]
    return found + broken + differ


def _told(connection: psycopg.Connection[Any]) -> tuple[dict[Key, Told], list[str]]:
    guias: dict[Key, Told] = {}
    broken = []
    for operator, subject, kind, data, seq, at in connection.execute(TRAIL):
        if kind in PEOPLE:
            continue
        guia = guias.setdefault((operator, subject), Told())
        before = str(guia)
        if not guia.hear(kind, json.loads(data), seq, at):
            broken.append(f"{operator}, event {seq}: {kind} {data} cannot follow {before}")
    return guias, broken


def events(settings: Settings, guia_id: object) -> list[str]:
    """Return what the trail tells of one guia, in order."""
    with psycopg.connect(settings.database_url or "") as connection:
        told = "SELECT kind FROM chancela.trail WHERE subject = %s ORDER BY seq"
        return [row[0] for row in connection.execute(told, (guia_id,))]

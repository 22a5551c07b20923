"""The promises over everything that is kept: each trail is told again, and the tables must say the same."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg

from chancela.bootstrap.verify import verify
from chancela.domain.trail import EventKind
from tests.promises import standing

if TYPE_CHECKING:
    from chancela.bootstrap.settings import Settings

Key = tuple[str, Any]

BEGINNING = datetime.min.replace(tzinfo=UTC)
TRAIL = "SELECT operator, subject, kind, data, seq, at FROM chancela.trail ORDER BY operator, seq"
LIVE = "SELECT operator, guia_id, generation, wrong_tries FROM chancela.live_token"
OF_A_GUIA = "guia:"  # other events have other subjects: people, blocks, outages
PROOFS = "SELECT operator, guia_id, generation, event_seq FROM chancela.validation"
TRIES = "SELECT operator, id, wrong_tries FROM chancela.guia"
SESSIONS = "SELECT operator, guia_id, count(*) FROM chancela.guia_session GROUP BY operator, guia_id"
LATE_ONES = "SELECT operator, guia_id, true FROM chancela.late_visit"
TABLE_74 = {f"0{number}" for number in range(1, 8)}
AFTERWARDS = {
    *(EventKind.TOKEN_REPORTED, EventKind.REPORT_CLOSED, EventKind.ATTENDANCE_DISPUTED, EventKind.DISPUTE_DECIDED),
    EventKind.DISPUTE_WIDENED,
    *(EventKind.ABSENCE_REVIEWED, EventKind.ABSENCE_SUPPLIED, EventKind.OUTAGE_ATTACHED, EventKind.GUIA_RECONCILED),
    *(EventKind.SLIP_PRINTED, EventKind.SLIP_RETURNED),
}


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
    late: bool = False
    disputed: bool = False
    sessions: int = 0
    confirmed: set[int] = field(default_factory=set)
    at: datetime = BEGINNING

    def hear(self, kind: str, data: dict[str, Any], seq: int, at: datetime) -> bool:
        """Take one more event; tell whether it may follow what was told before."""
        in_order, self.at = at >= self.at, at
        fits = self._told_after(kind, data) if kind in AFTERWARDS else not self.over and self._told(kind, data, seq)
        return in_order and fits

    @property
    def over(self) -> bool:
        """Whether no visit follows: it was validated, went on without a code, or was cancelled."""
        return self.proof is not None or self.cancelled or self.absent

    def _told(self, kind: str, data: dict[str, Any], seq: int) -> bool:
        """Take an event of a guia that is not over yet."""
        generation = data.get("generation")
        of_the_live_code = self.live is not None and self.live == generation
        match kind:
            case EventKind.GUIA_REGISTERED:
                return self.generation == 0
            case EventKind.TOKEN_ISSUED:
                fits = generation == self.generation + 1 and self.spent < 10
                self.live, self.generation, self.tries = generation, generation, 0
                return fits
            case EventKind.TOKEN_SENT:
                return of_the_live_code
            case EventKind.TOKEN_REFUSED | EventKind.TOKEN_LOCKED:
                compared = self.live is None and generation == self.generation  # with what the person carries
                return (of_the_live_code or compared) and self._spend(
                    data["attempts_left"], last=kind == EventKind.TOKEN_LOCKED
                )
            case EventKind.TOKEN_EXPIRED:
                self.live = None
                return of_the_live_code
            case EventKind.GUIA_CANCELLED:
                self.live, self.late, self.cancelled = None, False, True
                return self.sessions == 0
            case _:
                return self._attended(kind, data, seq, of_the_live_code=of_the_live_code)

    def _attended(self, kind: str, data: dict[str, Any], seq: int, *, of_the_live_code: bool) -> bool:
        """Take an event that tells of a visit, or of one whose code is to follow."""
        generation = data.get("generation")
        carried = data.get("method") in {"offline", "paper"} and generation == self.generation
        match kind:
            case EventKind.GUIA_VALIDATED:
                fits = generation in self.confirmed if "sessions" in data else of_the_live_code or carried
                fits = fits and data.get("sessions", 0) == self.sessions
                self.live, self.late, self.proof = None, False, (generation, seq)
                return fits
            case EventKind.ABSENCE_RECORDED:
                fits = data["absence"] in TABLE_74 and self._session(data.get("session", self.sessions))
                self.live, self.late, self.absent = None, False, "session" not in data
                return fits
            case EventKind.SESSION_CONFIRMED:
                fits = self._session(data["session"])
                if "upon" in data:
                    return fits and generation in self.confirmed and not self.late
                self.confirmed.add(generation)
                self.live, self.late = None, False
                return fits and (of_the_live_code or carried)
            case EventKind.SERIES_CLOSED:
                return data["sessions"] == self.sessions > 0
            case EventKind.TOKEN_POSTPONED:
                fits, self.live, self.late = not self.late, None, True
                return fits
            case _:
                return False

    def _told_after(self, kind: str, data: dict[str, Any]) -> bool:
        """Take an event that may follow the end of a guia as well."""
        match kind:
            case EventKind.TOKEN_REPORTED:
                self.live = None
            case EventKind.ATTENDANCE_DISPUTED:
                again = self.disputed and "places" not in data  # sessions of which nothing was decided are others
                fits, self.disputed = self.over and not self.cancelled and not again, True
                return fits
            case EventKind.DISPUTE_DECIDED | EventKind.DISPUTE_WIDENED:
                return self.disputed
            case EventKind.OUTAGE_ATTACHED if "session" in data:
                return 0 < data["session"] <= self.sessions
            case EventKind.ABSENCE_REVIEWED | EventKind.ABSENCE_SUPPLIED | EventKind.OUTAGE_ATTACHED:
                return self.absent or self.proof is not None
            case _:
                pass
        return True

    def _session(self, place: int) -> bool:
        """Take the next session; of a guia that is no series, or of one that ends, there is none."""
        before, self.sessions = self.sessions, place
        return place in {before, before + 1} and (place > before or before == 0 or not self.confirmed)

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
        never = standing.broken(connection)
        kept = {
            "live codes": {(row[0], row[1]): row[2:] for row in connection.execute(LIVE)},
            "validations": {(row[0], row[1]): row[2:] for row in connection.execute(PROOFS)},
            "wrong tries": {(row[0], row[1]): row[2] for row in connection.execute(TRIES)},
            "sessions": {(row[0], row[1]): row[2] for row in connection.execute(SESSIONS)},
            "visits that wait": {(row[0], row[1]): row[2] for row in connection.execute(LATE_ONES)},
        }
    wanted: dict[str, dict[Key, Any]] = {
        "live codes": {key: (each.live, each.tries) for key, each in guias.items() if each.live is not None},
        "validations": {key: each.proof for key, each in guias.items() if each.proof is not None},
        "wrong tries": {key: each.spent for key, each in guias.items()},
        "sessions": {key: each.sessions for key, each in guias.items() if each.sessions},
        "visits that wait": {key: each.late for key, each in guias.items() if each.late},
    }
    differ = [
        f"{what} of {key}: the trail tells {wanted[what].get(key)}, the table {kept[what].get(key)}"
        for what in wanted
        for key in wanted[what].keys() | kept[what].keys()
        if wanted[what].get(key) != kept[what].get(key)
    ]
    return found + never + broken + differ


def _told(connection: psycopg.Connection[Any]) -> tuple[dict[Key, Told], list[str]]:
    guias: dict[Key, Told] = {}
    broken = []
    for operator, subject, kind, data, seq, at in connection.execute(TRAIL):
        if not kind.startswith(OF_A_GUIA) or (kind == EventKind.GUIA_RECONCILED and json.loads(data)["refused"]):
            continue  # of a record that was refused its event tells beside its block
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

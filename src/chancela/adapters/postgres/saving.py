"""Saving steps: one set-based statement for each kind of fact, the trail's head locked last and for the shortest time.

A statement takes its rows as one JSON text, in which the facts bear the names that the domain gave them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.adapters.postgres import statements
from chancela.domain import decision as decisions, printed, telling, trail
from chancela.domain.delivery import Purpose
from chancela.domain.trail import EventKind, Head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.domain.case import Case, Step
    from chancela.domain.guia import Guia
    from chancela.domain.printed import Slip
    from chancela.domain.series import Session
    from chancela.domain.token import Validation
    from chancela.domain.trail import Entry
    from chancela.domain.webhook import WebhookKind

FILES: Final = ("cases.sql", "attachments.sql", "printed.sql", "disputes.sql", "webhooks.sql")
SQL: Final = {name: text for each in FILES for name, text in statements.read(each).items()}
_JSON: Final = msgspec.json.Encoder()

Writes = list[tuple[str, list[Any]]]


async def save(
    connection: AsyncConnection[tuple[Any, ...]],
    operator: str,
    steps: Sequence[Step],
    now: datetime,
    today: date,
    seal: Callable[[str, int, bytes], bytes],
    heard: Sequence[tuple[WebhookKind, Guia]] = (),
) -> None:
    """Write the steps of one operator, in order, and their events at the end of its trail; `heard` goes to systems."""
    head = await lock_head(connection, operator, seal)
    entries, reached = trail.append(operator, head, [step.event for step in steps], now)
    first: dict[UUID, Step] = {}
    for step in steps:
        first.setdefault(step.after.guia.id, step)
    last = {step.after.guia.id: step for step in steps}
    spans = [(first[key], last[key]) for key in sorted(first)]  # whoever changes the same rows takes them in this order
    moved = {"seq": reached.seq, "hash": reached.hash, "mac": seal(operator, reached.seq, reached.hash)}
    writes = [
        *_states(spans),
        *_facts(steps, entries, today, now),
        ("insert_webhook_events", [_message(kind, guia, now) for kind, guia in heard]),
        ("insert_events", list(entries)),
        ("move_head", [moved]),
    ]
    rows = {name: _JSON.encode(values).decode() for name, values in writes if values}
    await connection.execute(_together(tuple(rows)), {"operator": operator, **rows})


@lru_cache(maxsize=256)
def _together(names: tuple[str, ...]) -> bytes:
    """Return one statement that does what these do: PostgreSQL runs data-modifying parts of a WITH to their end."""
    parts = (
        b"%s AS (%s)" % (name.encode(), SQL[name].replace(b"%(rows)s", b"%%(%s)s" % name.encode())) for name in names
    )
    return b"WITH " + b",\n".join(parts) + b"\nSELECT 1"


async def lock_head(
    connection: AsyncConnection[tuple[Any, ...]], operator: str, seal: Callable[[str, int, bytes], bytes]
) -> Head:
    """Return the end of the operator's trail, held until the transaction ends; a new trail is started."""
    row = await (await connection.execute(SQL["lock_head"], {"operator": operator})).fetchone()
    if row is None:
        first = trail.start(operator)
        values = {"operator": operator, "hash": first.hash, "mac": seal(operator, 0, first.hash)}
        await connection.execute(SQL["start_head"], values)
        row = await (await connection.execute(SQL["lock_head"], {"operator": operator})).fetchone()
    if row is None:
        raise LookupError(f"the trail of {operator} has no head")
    return Head(row[0], row[1])


def _states(spans: Sequence[tuple[Step, Step]]) -> Writes:
    """Return what becomes of each guia, from the first step that met it to the last."""
    touched = [(before, last.after) for first, last in spans if (before := first.before) is not None]
    changed = [after.guia for before, after in touched if _differs(before, after)]
    held = [
        after
        for before, after in touched
        if after.secret and (before.token, before.secret) != (after.token, after.secret)
    ]
    return [
        ("insert_guias", [last.after.guia for first, last in spans if first.before is None]),
        ("update_guias", changed),
        (
            "drop_live_tokens",
            [{"guia_id": after.guia.id} for before, after in touched if before.secret and not after.secret],
        ),
        ("put_live_tokens", [_live(after) for after in held]),
        ("put_late_visits", [_late(after) for before, after in touched if after.late and before.late != after.late]),
        (
            "drop_late_visits",
            [{"guia_id": after.guia.id} for before, after in touched if before.late and not after.late],
        ),
        (
            "set_climbs",
            [
                {"guia_id": after.guia.id, "rung": after.climb.rung, "at": after.climb.at}
                for before, after in touched
                if after.climb and before.climb != after.climb and after not in held
            ],
        ),
    ]


def _differs(before: Case, after: Case) -> bool:
    """Tell whether the guia's own row changes; a live code keeps its generation itself, so issuing does not."""
    if after.secret is None:
        return before.guia != after.guia
    then, now = before.guia, after.guia
    return (
        then.wrong_tries != now.wrong_tries
        or then.attendance is not now.attendance
        or then.authorisation is not now.authorisation
        or then.procedures != now.procedures
        or then.sessions != now.sessions
    )


def _live(case: Case) -> dict[str, Any]:
    token, secret = case.token, case.secret
    if token is None or secret is None:
        raise ValueError("only a live code is kept")
    return {
        "guia_id": token.guia_id,
        "generation": token.generation,
        "issued_at": token.issued_at,
        "expires_at": token.expires_at,
        "wrong_tries": token.wrong_tries,
        "digest": secret.digest,
        "sealed": secret.sealed,
        "key_date": secret.key_date,
        "rung": case.climb.rung if case.climb else -1,
        "climb_at": case.climb.at if case.climb else None,
    }


def _late(case: Case) -> dict[str, Any]:
    return {**msgspec.to_builtins(case.late), "provider": case.guia.provider}


def _facts(steps: Sequence[Step], entries: Sequence[Entry], today: date, now: datetime) -> Writes:
    """Return what is only ever added: history, proofs, messages, contacts and counts."""
    prefers = {step.after.guia.beneficiary_id: step.prefers for step in steps if step.prefers}
    judged = sum(step.judged for step in steps)
    fleet = {"now": now, "judged": judged, "wrong": sum(step.wrong for step in steps)}
    return [
        ("insert_ended", [token for step in steps for token in step.closed]),
        (
            "insert_validations",
            [_proof(step, entry) for step, entry in zip(steps, entries, strict=True) if _proves(step)],
        ),
        ("insert_sessions", [each for pair in zip(steps, entries, strict=True) for each in _sessions(*pair)]),
        ("change_sessions", _changed_sessions(steps)),
        ("prove_sessions", _proved_sessions(steps)),
        ("insert_untold", _untold(steps)),
        ("drop_untold", [_row(step, step.event.data["without_code"]) for step in steps if _tells(step)]),
        ("insert_attachments", [each for step in steps for each in step.attached]),
        ("insert_rulings", [each for step in steps for each in step.ruled]),
        ("insert_untold_decisions", _once(step.after.guia.id for step in steps if decisions.answers(step.ruled))),
        ("drop_untold_decisions", [{"guia_id": step.after.guia.id} for step in steps if _answers(step)]),
        ("insert_deliveries", [each for step in steps for each in step.planned]),
        ("put_contacts", list({each.id: each for step in steps for each in step.contacts}.values())),
        ("put_reports", list({each.guia_id: each for step in steps if (each := step.report)}.values())),
        ("insert_untold_disputes", _once(step.after.guia.id for step in steps if _is(step, EventKind.DISPUTE_DECIDED))),
        ("drop_untold_disputes", _once(step.after.guia.id for step in steps if _is(step, EventKind.DISPUTE_TOLD))),
        ("put_absences", _absences(steps)),
        ("put_slips", _slips(steps)),
        ("prefer", [{"id": person, "channel": channel} for person, channel in sorted(prefers.items())]),
        ("count_days", _days(steps, today, now)),
        ("count_fleet", [fleet] if judged else []),
    ]


def _absences(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Return the last of each absence with the provider of its guia."""
    last = {step.after.guia.id: step for step in steps if step.absence}
    return [
        {**msgspec.to_builtins(step.absence), "provider": step.after.guia.provider} for _, step in sorted(last.items())
    ]


def _slips(steps: Sequence[Step]) -> list[Slip]:
    """Return the last of each slip, those that ended first: a guia has one sheet to sign at a time."""
    last = {each.id: each for step in steps for each in step.slips}
    return sorted(last.values(), key=lambda each: (printed.alive(each), each.id))


def _proves(step: Step) -> bool:
    return step.event.kind is EventKind.GUIA_VALIDATED


def _sessions(step: Step, entry: Entry) -> list[Session]:
    """Return the sessions that took place, each with the place of its event in the trail; a closed one is known."""
    known = len(step.before.sessions) if step.before else 0
    return [replace(each, event_seq=entry.seq) for each in step.sessions if each.place > known]


def _changed_sessions(steps: Sequence[Step]) -> list[Session]:
    """Return the last of each session that ended its series before its time, or of which a dispute was decided."""
    changed = (step for step in steps if not _is(step, EventKind.OUTAGE_ATTACHED))
    last = {(each.guia_id, each.place): each for step in changed for each in step.sessions}
    return [each for each in last.values() if each.closed_why or each.outcome]


def _proved_sessions(steps: Sequence[Step]) -> list[Session]:
    """Return the sessions of which an outage became the proof, each of them once."""
    return [each for step in steps if _is(step, EventKind.OUTAGE_ATTACHED) for each in step.sessions]


def _untold(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Return of which guias the person is to hear, and whether of a code or of none."""
    heard = ((step, purpose) for step in steps if (purpose := telling.of_step(step)))
    found = {(step.after.guia.id, purpose): _row(step, purpose is Purpose.RECORDED) for step, purpose in heard}
    return list(found.values())


def _row(step: Step, without_code: Any) -> dict[str, Any]:
    return {"guia_id": step.after.guia.id, "without_code": without_code}


def _tells(step: Step) -> bool:
    return step.event.kind is EventKind.ATTENDANCE_TOLD


def _answers(step: Step) -> bool:
    return step.event.kind is EventKind.DECISION_TOLD


def _is(step: Step, kind: EventKind) -> bool:
    return step.event.kind is kind


def _message(kind: WebhookKind, guia: Guia, now: datetime) -> dict[str, Any]:
    return {"kind": kind, "guia_id": guia.id, "provider": guia.provider, "at": now}


def _once(guia_ids: Iterable[UUID]) -> list[dict[str, UUID]]:
    return [{"guia_id": each} for each in dict.fromkeys(guia_ids)]


def _proof(step: Step, entry: Entry) -> Validation:
    """Return a new validation with the place of its event in the trail."""
    if step.after.validation is None:
        raise ValueError("a validated guia has its validation")
    return replace(step.after.validation, event_seq=entry.seq)


def _days(steps: Sequence[Step], today: date, now: datetime) -> list[dict[str, Any]]:
    counts: dict[str, Counter[str]] = {}
    for step in steps:
        if step.before is None or step.planned or step.wrong:
            more = {"guias": int(step.before is None), "sends": len(step.planned), "wrong": int(step.wrong)}
            counts.setdefault(step.after.guia.provider, Counter()).update(more)
    return [
        {"provider": provider, "day": today, "wrong_at": now if count["wrong"] else None, **count}
        for provider, count in counts.items()
    ]

"""Saving steps: each kind of fact as one set-based statement, the trail's head locked last and for the shortest time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.postgres import columns, statements
from chancela.domain import trail
from chancela.domain.trail import EventKind, Head

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from psycopg import AsyncConnection

    from chancela.domain.case import Step
    from chancela.domain.trail import Entry

SQL: Final = statements.read("cases.sql")


async def save(
    connection: AsyncConnection[tuple[Any, ...]],
    operator: str,
    steps: Sequence[Step],
    now: datetime,
    today: date,
    seal: Callable[[str, int, bytes], bytes],
) -> None:
    """Write the steps of one operator, in order, and their events at the end of its trail."""
    head = await lock_head(connection, operator, seal)
    entries, reached = trail.append(operator, head, (step.event for step in steps), now)
    for name, values in _writes(_with_places(steps, entries), entries, now, today):
        await connection.execute(SQL[name], {"operator": operator, **values})
    moved = {"operator": operator, "seq": reached.seq, "hash": reached.hash}
    await connection.execute(SQL["move_head"], {**moved, "mac": seal(operator, reached.seq, reached.hash)})


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


def _with_places(steps: Sequence[Step], entries: Sequence[Entry]) -> list[Step]:
    """Give each validation the place of its event in the trail."""
    return [_placed(step, entry) for step, entry in zip(steps, entries, strict=True)]


def _placed(step: Step, entry: Entry) -> Step:
    validation = step.after.validation
    if validation is None or validation.event_seq is not None:
        return step
    return replace(step, after=replace(step.after, validation=replace(validation, event_seq=entry.seq)))


def _writes(
    steps: Sequence[Step], entries: Sequence[Entry], now: datetime, today: date
) -> list[tuple[str, dict[str, Any]]]:
    """Return the statements that have something to write, with their columns."""
    last = {step.after.guia.id: step for step in steps}
    first: dict[UUID, Step] = {}
    for step in steps:
        first.setdefault(step.after.guia.id, step)
    born = [last[key].after.guia for key, step in first.items() if step.before is None]
    changed = [
        last[key].after.guia for key, step in first.items() if step.before is not None and _touched(step, last[key])
    ]
    reviewed = {step.after.guia.id for step in steps if step.event.kind is EventKind.GUIA_REVIEWED}
    held = [step.after for key, step in last.items() if _holds(first[key], step)]
    dropped = [key for key, step in last.items() if step.after.secret is None and _had_code(first[key])]
    closed = [token for step in steps for token in step.closed]
    validated = [step.after.validation for step in steps if _validates(step) and step.after.validation]
    planned = [each for step in steps for each in step.planned]
    learnt = {each.id: each for step in steps for each in step.contacts}
    prefers = {step.after.guia.beneficiary_id: step.prefers for step in steps if step.prefers}
    writes = [
        ("insert_guias", columns.born(born), born),
        ("update_guias", columns.changed(changed), changed),
        ("update_procedures", columns.procedures([each for each in changed if each.id in reviewed]), reviewed),
        ("drop_live_tokens", {"ids": dropped}, dropped),
        ("put_live_tokens", columns.live(held), held),
        ("insert_ended", columns.ended(closed), closed),
        ("insert_validations", columns.validations(validated), validated),
        ("insert_deliveries", columns.deliveries(planned), planned),
        ("put_contacts", columns.contacts(list(learnt.values())), learnt),
        ("prefer", {"ids": list(prefers), "channels": list(prefers.values())}, prefers),
        ("count_days", columns.days(_counts(steps), now, today), _counts(steps)),
        ("count_fleet", _fleet(steps, now), any(step.judged for step in steps)),
        ("insert_events", columns.events(entries), entries),
    ]
    return [(name, values) for name, values, any_of_them in writes if any_of_them]


def _touched(first: Step, last: Step) -> bool:
    """Tell whether the guia's own row changes; a live code keeps its generation itself, so issuing leaves the row alone."""
    if first.before is None:
        return False
    before, after = first.before.guia, last.after.guia
    if last.after.secret is not None:
        after = replace(after, generation=before.generation, last_end=before.last_end)
    return before != after


def _holds(first: Step, last: Step) -> bool:
    """Tell whether a live code is new or spent a try; a mere sending leaves it as it is."""
    if last.after.secret is None:
        return False
    before = first.before
    return before is None or (before.token, before.secret) != (last.after.token, last.after.secret)


def _had_code(first: Step) -> bool:
    return first.before is not None and first.before.secret is not None


def _validates(step: Step) -> bool:
    return step.event.kind is EventKind.GUIA_VALIDATED


def _counts(steps: Sequence[Step]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {}
    for step in steps:
        more = {"guias": int(step.before is None), "sends": len(step.planned), "wrong": int(step.wrong)}
        if any(more.values()):
            counts.setdefault(step.after.guia.provider, Counter()).update(more)
    return counts


def _fleet(steps: Sequence[Step], now: datetime) -> dict[str, Any]:
    return {"now": now, "judged": sum(step.judged for step in steps), "wrong": sum(step.wrong for step in steps)}

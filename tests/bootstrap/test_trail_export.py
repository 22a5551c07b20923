"""What goes out of the trail is told on it first, counted, the same however long it takes, and no formula."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from chancela.adapters.postgres.chronicles import Chronicles, Wanted
from chancela.bootstrap import trail_export
from chancela.bootstrap.trail_export import Export, TooMany
from chancela.bootstrap.verify import verify
from chancela.domain import trail
from chancela.domain.trail import EventKind
from tests import visits

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from tests.cast import Tenant


async def begun(app: App, tenant: Tenant, wanted: Wanted | None = None) -> Export:
    outcome = await trail_export.begin(app, tenant.auditor, wanted or Wanted(), "csv", {"since": "2026-01-01"})
    assert isinstance(outcome, Export)
    return outcome


async def test_that_events_go_out_is_told_before_the_first_of_them_does(app: App, aurora: Tenant):
    await visits.validated(app, aurora)
    export = await begun(app, aurora)
    (told,) = (await Chronicles(app.pool).page(aurora.ans, Wanted(), limit=1)).entries
    assert (told.kind, told.actor) == (EventKind.TRAIL_EXPORTED, aurora.auditor.name)
    assert json.loads(told.data) == {"format": "csv", "events": 3, "since": "2026-01-01"}
    assert export.events == 3
    assert (await verify(app.settings)).whole


async def test_what_happens_meanwhile_does_not_go_out(app: App, aurora: Tenant, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(trail_export, "AT_ONCE", 2)
    await visits.validated(app, aurora)
    export = await begun(app, aurora)
    await visits.validated(app, aurora)
    gone = [[each.seq for each in page] async for page in trail_export.pages(app, export)]
    assert gone == [[3, 2], [1]]


async def test_only_what_was_asked_for_goes_out(app: App, aurora: Tenant, cambui: Tenant):
    for tenant in (aurora, cambui):
        await visits.validated(app, tenant)
    wanted = Wanted(kinds=frozenset({EventKind.GUIA_VALIDATED.value}))
    export = await begun(app, aurora, wanted)
    gone = [each async for page in trail_export.pages(app, export) for each in page]
    assert [(each.operator, each.kind) for each in gone] == [(aurora.ans, "guia:attendance:validated")]
    assert export.events == 1


async def test_more_than_a_file_takes_is_told_and_writes_nothing(
    app: App, aurora: Tenant, monkeypatch: pytest.MonkeyPatch
):
    await visits.validated(app, aurora)
    monkeypatch.setattr(trail_export, "MOST", 2)
    before = await Chronicles(app.pool).end(aurora.ans)
    assert isinstance(await trail_export.begin(app, aurora.auditor, Wanted(), "csv", {}), TooMany)
    assert await Chronicles(app.pool).end(aurora.ans) == before


async def test_the_seals_can_be_made_anew_from_the_lines(app: App, aurora: Tenant):
    await visits.validated(app, aurora)
    export = await begun(app, aurora)
    text = "".join([trail_export.lines(page) async for page in trail_export.pages(app, export)])
    head = trail.start(aurora.ans)
    for line in reversed(text.splitlines()):
        told = json.loads(line)
        entry = trail.Entry(
            operator=told["operator"],
            seq=told["seq"],
            at=datetime.fromisoformat(told["at"]),
            kind=told["kind"],
            subject=UUID(told["subject"]),
            actor=told["actor"],
            data=told["data"],
            hash=bytes.fromhex(told["hash"]),
        )
        head, breaks = trail.follow(head, [entry])
        assert breaks == ()
    assert head.seq == 3


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@sum", "\tx", "\rx"])
def test_no_cell_is_a_formula(cell: str):
    text = trail_export.table([(cell, 'a;"b"', 5)])
    ((first, second, third),) = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert (first, second, third) == (f"'{cell}", 'a;"b"', "5")

"""The verification of the trail: asked for on a page, done by a worker, and its result shown."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from chancela.adapters.postgres.trail_checks import PATIENCE, TrailChecks
from chancela.bootstrap import trail_check
from chancela.domain.permissions import Permission
from chancela.portals.operator import amounts, trail_findings
from chancela.portals.operator.door import Office, opens

if TYPE_CHECKING:
    from chancela.adapters.postgres.trail_checks import Check

STOP_ASKING = 286  # htmx asks no more after this answer
SLOW = dt.timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Shown:
    """A verification on the page; `percent` is how far it is, `waits` says that no worker has begun it."""

    check: "Check"
    places: tuple[trail_findings.Place, ...]
    unsigned: int
    lasted: str
    percent: int
    waits: bool
    lost: bool


@require_GET
@opens(Permission.READ_TRAIL)
async def check(office: Office) -> HttpResponse:
    """The newest verification, which draws itself anew while it runs, above the ones before."""
    found = [_shown(each) for each in await TrailChecks(office.app.pool).latest(office.operator.ans)]
    context = {"here": "operator_trail", "newest": found[0] if found else None, "older": found[1:]}
    if not office.partly:
        return office.page("operator/trail_check.html", context)
    over = not found or found[0].check.result is not None
    return office.page("operator/_trail_check.html", context, status=STOP_ASKING if over else 200)


def _shown(check: "Check") -> Shown:
    places = check.result.places if check.result else ()
    now = timezone.now()
    return Shown(
        check=check,
        places=tuple(trail_findings.place(*each) for each in places),
        unsigned=sum(where.startswith("checkpoint of ") for where, _ in places),
        lasted=amounts.lasted((check.ended_at - check.asked_at).total_seconds()) if check.ended_at else "",
        percent=min(99, 100 * check.done // check.total) if check.total else 0,
        waits=check.total == 0 and now - check.asked_at > SLOW,
        lost=check.result is None and now - check.seen_at > PATIENCE,
    )


@require_POST
@opens(Permission.READ_TRAIL)
async def ask(office: Office) -> HttpResponse:
    """Ask for a verification; while one runs, it is that one."""
    await trail_check.ask(office.app, office.actor)
    return office.go("operator_trail_check")

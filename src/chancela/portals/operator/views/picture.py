"""Today's picture, or another day's: the page and its file."""

import datetime as dt

from django.http import HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from chancela.bootstrap import trail_export
from chancela.domain.permissions import Permission
from chancela.portals.operator import picture as pictures
from chancela.portals.operator.door import Office, opens

OLDEST = dt.date(2020, 1, 1)


@require_GET
@opens(Permission.READ_PICTURE)
async def picture(office: Office) -> HttpResponse:
    """The picture of a day, today's unless another is asked for."""
    board = await _board(office)
    if board is None:
        return _not_counted(office)
    running = await office.app.outages.of(office.operator.ans) if board.day == board.today else ()
    context = {
        "board": board,
        "here": "operator_picture",
        "outages": [each for each in running if each.confirm_by],
        "declares": office.may(Permission.DECLARE_OUTAGE),
    }
    return office.page("operator/picture.html", context)


@require_GET
@opens(Permission.READ_PICTURE)
async def table(office: Office) -> HttpResponse:
    """Every number of the page as CSV."""
    board = await _board(office)
    if board is None:
        return _not_counted(office)
    text = "\ufeff" + trail_export.table(pictures.table(board))
    name = f'attachment; filename="dia-{office.operator.ans}-{board.day:%Y-%m-%d}.csv"'
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})


async def _board(office: Office) -> pictures.Board | None:
    now = timezone.now()
    try:
        return await pictures.board(office.app, office.operator.ans, _day(office, now), now)
    except pictures.NotCountedError:
        return None


def _not_counted(office: Office) -> HttpResponse:
    answer = office.page("operator/picture_counting.html", {"here": "operator_picture"}, status=503)
    answer["Retry-After"] = "30"
    return answer


def _day(office: Office, now: dt.datetime) -> dt.date:
    """The day asked for; today where it is no day, lies ahead, or is older than anything could be."""
    today = timezone.localdate(now)
    try:
        asked = parse_date(office.request.GET.get("dia", "")) or today
    except ValueError:
        return today
    return asked if OLDEST <= asked <= today else today

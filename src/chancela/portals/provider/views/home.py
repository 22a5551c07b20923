"""The desk with nothing in hand: the queue, and the field that takes a card."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chancela.adapters.postgres.absences import Absences
from chancela.adapters.postgres.attachments import Documents
from chancela.adapters.postgres.dispute_desk import DisputeDesk
from chancela.adapters.postgres.lates import Lates
from chancela.adapters.postgres.reads import GuiaFilter
from chancela.domain.guia import Authorisation
from chancela.domain.permissions import Permission
from chancela.portals.provider import cards, dispute_shown, forms, late_shown, queue
from chancela.portals.provider.door import Desk, opens

ENOUGH = 50
ANSWERED = timedelta(days=3)


async def waiting(desk: Desk) -> dict[str, object]:
    """What every page of the desk shows at its left: what awaits something, and what an auditor answered lately."""
    now, found = timezone.now(), await desk.app.reads.queue(desk.actor)
    answered = await Documents(desk.app.pool).answered(desk.operator.ans, desk.provider, now - ANSWERED, ENOUGH)
    here = {each.guia.id for each in found}
    owing = await Absences(desk.app.pool).owing(desk.operator.ans, desk.provider, ENOUGH)
    others = await desk.app.reads.cases(desk.operator.ans, [each for each in answered if each not in here])
    owe = [each for each in await desk.app.reads.cases(desk.operator.ans, owing) if each and each.absence]
    over = [each for each in others if each and each.guia.authorisation is Authorisation.DENIED]
    pending = await Lates(desk.app.pool).counted(desk.operator.ans, desk.provider, timezone.localdate())
    notice = late_shown.notice(pending, timezone.localdate())
    return {"queue": queue.rows((*found, *over, *owe), now, frozenset(answered))[:ENOUGH], "late_notice": notice}


async def front(desk: Desk) -> dict[str, object]:
    """What the desk shows at its left with nothing in hand: also how many contested attendances await its answer."""
    unanswered = await DisputeDesk(desk.app.pool, desk.operator.ans, desk.provider).unanswered()
    return {**await waiting(desk), "dispute_notice": dispute_shown.notice(unanswered, timezone.localdate())}


@require_GET
@opens(Permission.READ_GUIA)
async def home(desk: Desk) -> HttpResponse:
    """The desk itself; of a provider that is out, why it is closed and what may still be done."""
    if desk.closed:
        return desk.page("provider/closed.html", await front(desk))
    return desk.page("provider/home.html", {**await front(desk), "search": forms.Search()})


@require_POST
@opens(Permission.READ_GUIA)
async def search(desk: Desk) -> HttpResponse:
    """Go to the person or to the guia that the number names."""
    form = forms.Search(desk.request.POST)
    if form.is_valid():
        for number in cards.candidates(form.cleaned_data["q"]):
            if found := await _guia(desk, number):
                return desk.go("guia", found)
            if await desk.app.reads.person(desk.actor, number):
                return desk.go("person", number)
        form.add_error("q", _("Não encontramos esse número. Confira o cartão, inclusive os zeros à esquerda."))
    return desk.page("provider/home.html", {**await front(desk), "search": form}, status=422)


async def _guia(desk: Desk, number: str) -> UUID | None:
    page = await desk.app.reads.guias(desk.actor, GuiaFilter(number=number, limit=1))
    return page.items[0].guia.id if page.items else None

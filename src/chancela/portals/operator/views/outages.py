"""Outages: what is away now and how to say so, what was, and the attendances that each is proof for."""

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from chancela.adapters.postgres import outage_reads
from chancela.domain import sentences
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.design import outage_words
from chancela.portals.operator.door import Office, opens
from chancela.portals.operator.outage_forms import NewOutage, Note
from chancela.usecases.annotate_outage import AnnotateOutage
from chancela.usecases.confirm_outage import ConfirmOutage
from chancela.usecases.declare_outage import DeclareOutage
from chancela.usecases.end_outage import EndOutage

if TYPE_CHECKING:
    from chancela.adapters.postgres.outage_reads import Told

HERE = "operator_outages"
REFUSED = 422
MOST = 200
OF_THE_TIME = {Refusal.OUTAGE_SINCE: "time", Refusal.OUTAGE_RUNNING: "what"}


@require_http_methods(["GET", "HEAD", "POST"])
@opens(Permission.DECLARE_OUTAGE)
async def index(office: Office) -> HttpResponse:
    """What runs, the form to declare, and what was; who sends the form declares."""
    form = NewOutage(office.request.POST if office.request.method == "POST" else None)
    if form.is_valid():
        command = DeclareOutage(office.actor, form.kind(), form.since(), form.channel(), form.cleaned_data["note"])
        outcome = await office.app.do(command)
        office.app.outages.forget(office.operator.ans)
        if not isinstance(outcome, Refused):
            return office.go(HERE, query={"feito": str(outcome.id)})
        form.add_error(OF_THE_TIME.get(outcome.reason), _sentence(outcome))
    return await _shown(office, form)


async def _shown(office: Office, form: NewOutage) -> HttpResponse:
    pool, ans = office.app.pool, office.operator.ans
    before = _instant(office.request.GET.get("antes", ""))
    over = await outage_reads.listed(pool, ans, before)
    running = [await outage_reads.one(pool, ans, each.id) for each in await outage_reads.running(pool, ans)]
    context = {
        "here": HERE,
        "form": form,
        "running": running,
        "first": next((each for each in running if each and each.outage.confirm_by), None),
        "over": over,
        "more": over[-1].outage.ended_at if len(over) == outage_reads.MOST else None,
        "done": await _known(office, office.request.GET.get("feito", "")),
        "again": bool(office.request.GET.get("continua")),
    }
    return office.page("operator/outages.html", context, status=REFUSED if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@opens(Permission.DECLARE_OUTAGE)
async def outage(office: Office, outage_id: UUID) -> HttpResponse:
    """One outage with the attendances of its time; who sends the form writes its note."""
    told = await outage_reads.one(office.app.pool, office.operator.ans, outage_id)
    if told is None:
        raise Http404
    form = Note(office.request.POST if office.request.method == "POST" else None, initial={"note": told.outage.note})
    if form.is_valid():
        await office.app.do(AnnotateOutage(office.actor, outage_id, form.cleaned_data["note"]))
        return office.go("operator_outage", outage_id)
    context = {
        "here": HERE,
        "form": form,
        "told": told,
        "guias": await outage_reads.guias(office.app.pool, office.operator.ans, outage_id, MOST),
        "proof": outage_words.proof(told.outage),
        "trail": office.may(Permission.READ_TRAIL),
    }
    return office.page("operator/outage.html", context, status=REFUSED if form.is_bound else 200)


@require_POST
@opens(Permission.DECLARE_OUTAGE)
async def end(office: Office, outage_id: UUID) -> HttpResponse:
    """End one; what ended meanwhile is told by how it ended."""
    return await _said(office, EndOutage(office.actor, outage_id), {})


@require_POST
@opens(Permission.DECLARE_OUTAGE)
async def confirm(office: Office, outage_id: UUID) -> HttpResponse:
    """Say that one goes on; one that ended meanwhile is told as such."""
    return await _said(office, ConfirmOutage(office.actor, outage_id), {"continua": "1"})


async def _said(office: Office, command: EndOutage | ConfirmOutage, query: dict[str, str]) -> HttpResponse:
    outcome = await office.app.do(command)
    office.app.outages.forget(office.operator.ans)
    if isinstance(outcome, Refused) and outcome.reason is not Refusal.OUTAGE_OVER:
        raise Http404
    return office.go(HERE, query={"feito": str(command.outage_id), **query})


async def _known(office: Office, text: str) -> "Told | None":
    """The outage that was just declared or ended, for the sentence that says so."""
    try:
        return await outage_reads.one(office.app.pool, office.operator.ans, UUID(text))
    except ValueError:
        return None


def _instant(text: str) -> dt.datetime | None:
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if timezone.is_aware(at) else None


def _sentence(refused: Refused) -> str:
    return sentences.sentence(refused, get_language() or sentences.PORTUGUESE)

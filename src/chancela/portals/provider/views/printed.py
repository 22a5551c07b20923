"""A guia on paper at the desk: print it to be signed, and send the signed sheet from the camera or the scanner."""

import asyncio
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancela.adapters.documents.printed import PressError
from chancela.bootstrap import printed as house
from chancela.bootstrap.printed import Kept
from chancela.domain import printed as slips, sentences
from chancela.domain.guia import Attendance
from chancela.domain.permissions import Permission
from chancela.domain.policy_proviso import of_guia
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.provider import printed_forms
from chancela.portals.provider.door import Desk, opens
from chancela.portals.provider.printed_forms import Signed
from chancela.portals.provider.views.guia import held
from chancela.portals.provider.views.home import waiting
from chancela.portals.provider.views.person import introduced, known

if TYPE_CHECKING:
    from chancela.domain.case import Case
    from chancela.domain.printed import Slip

FIELDS = ("photo", "file")
NOTHING_RUNS = "default-src 'none'; sandbox"


@require_POST
@opens(Permission.PRINT_SLIP)
async def print_guia(desk: Desk, guia_id: UUID) -> HttpResponse:
    """Print it: the sheet before it ends, and the page offers the new one."""
    case = await held(desk, guia_id)
    outcome = await house.print_sheet(desk.app, desk.actor, guia_id)
    if isinstance(outcome, Refused):
        return await _page(desk, case, await _form(desk, case), told=_sentence(outcome))
    return desk.go("printed", guia_id, query={"impressa": "1"})


@require_GET
@opens(Permission.PRINT_SLIP)
async def sheet(desk: Desk, guia_id: UUID) -> HttpResponse:
    """The sheet that waits to be signed, as a PDF to save and print."""
    case = await held(desk, guia_id)
    try:
        found = await house.paper(desk.app, desk.actor, guia_id)
    except PressError:
        return desk.page("provider/printed_failed.html", {**await waiting(desk), "guia": case.guia}, 503)
    if found is None:
        raise Http404
    response = HttpResponse(found, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="guia-{case.guia.number}-assinatura.pdf"'
    response["Content-Security-Policy"] = NOTHING_RUNS
    return response


@require_http_methods(["GET", "POST"])
@opens(Permission.PRINT_SLIP)
async def printed(desk: Desk, guia_id: UUID) -> HttpResponse:
    """The page: print, then send what was signed; a file that was sent once is not asked for again."""
    case = await held(desk, guia_id)
    if desk.request.method != "POST":
        return await _page(desk, case, await _form(desk, case))
    form = await _form(desk, case, desk.request.POST)
    kept = await _received(desk, guia_id)
    valid = form.is_valid()
    if isinstance(kept, Refused):
        form.told("file", _sentence(kept))
        return await _page(desk, case, form)
    if kept is None:
        form.told("file", _("Tire uma foto da folha assinada, ou escolha o arquivo."))
    elif not kept.qr and not form.cleaned_data.get("number"):
        form.told("number", _("Não deu para ler o código QR da imagem. Digite o número impresso abaixo dele."))
    elif valid:
        return await _taken(desk, case, form, kept)
    return await _page(desk, case, form, kept)


async def _taken(desk: Desk, case: "Case", form: Signed, kept: Kept) -> HttpResponse:
    """Take the sheet; where it is not taken, what was sent and typed stays, but for a file that never will be."""
    typed = form.cleaned_data["number"]
    outcome = await house.take(desk.app, desk.actor, case.guia.id, kept, typed, **form.said())
    if not isinstance(outcome, Refused):
        return desk.go("printed", case.guia.id, query={"enviada": "1"})
    usual = "file" if kept.qr else "number"
    form.told(printed_forms.FIELD_OF.get(outcome.reason, usual), _sentence(outcome))
    lost = outcome.reason in printed_forms.OF_THE_FILE or (usual == "file" and outcome.reason is Refusal.SLIP_REFUSED)
    return await _page(desk, await held(desk, case.guia.id), form, None if lost else kept)


async def _received(desk: Desk, guia_id: UUID) -> Kept | Refused | None:
    """What was sent now, or else what this account sent a moment ago; None where there is neither."""
    files: list[Any] = [desk.request.FILES[each] for each in FIELDS if each in desk.request.FILES]
    if files:
        return await house.receive(desk.app, desk.actor, guia_id, await asyncio.to_thread(files[0].read))
    return house.unsealed(desk.app.keys, desk.actor, guia_id, desk.request.POST.get("kept", ""))


async def _form(desk: Desk, case: "Case", data: Any = None) -> Signed:
    found = await house.slips(desk.app, desk.actor, case.guia.id)
    alive = next((each for each in found if slips.alive(each)), None)
    return Signed(
        data,
        rules=of_guia(desk.operator, case.guia).absences,
        asks_reason=case.guia.attendance is not Attendance.WITHOUT_TOKEN,
        first=slips.day(alive.printed_at) if alive else None,
        today=timezone.localdate(),
        left=case.guia.sessions - len(case.sessions) if case.guia.sessions > 1 else 0,
    )


def _sentence(refused: Refused) -> str:
    if refused.reason is Refusal.NOT_FOUND:
        raise Http404
    return sentences.sentence(refused, get_language() or sentences.PORTUGUESE)


async def _page(desk: Desk, case: "Case", form: Signed, kept: Kept | None = None, told: str = "") -> HttpResponse:
    found = await house.slips(desk.app, desk.actor, case.guia.id)
    today = timezone.localdate()
    context = {
        **await waiting(desk),
        "guia": case.guia,
        "case": case,
        "person": introduced(await known(desk, case.guia.card_number)),
        "alive": next((_shown(desk, each) for each in found if not slips.over(each, today)), None),
        "returned": [_shown(desk, each) for each in found if each.returned_at],
        "printable": slips.unprintable(case, today) is None,
        "form": form,
        "kept": house.sealed(desk.app.keys, desk.actor, case.guia.id, kept) if kept else "",
        "told": told,
        "just_printed": "impressa" in desk.request.GET,
        "just_sent": "enviada" in desk.request.GET,
    }
    response = desk.page("provider/printed.html", context, 422 if told or form.errors else 200)
    if context["just_printed"] and context["alive"]:
        response["Refresh"] = f"0; url={resolve_url('printed_sheet', case.guia.id)}"  # the download begins by itself
    return response


def _shown(desk: Desk, slip: "Slip") -> dict[str, Any]:
    return {"it": slip, "number": house.numbered(desk.app, desk.operator.ans, slip)}

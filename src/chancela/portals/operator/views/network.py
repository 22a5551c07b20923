"""The network: providers found by code, name, specialty or standing, each seen masked and uncovered for a reason."""

from typing import Any

from asgiref.sync import sync_to_async
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from chancela.adapters.postgres import network_reads
from chancela.adapters.postgres.network_reads import MOST, Asked, Listed
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.operator import network_forms, network_shown, network_words as words, staff
from chancela.portals.operator.door import Office, opens
from chancela.portals.operator.record_forms import Why
from chancela.usecases.see_provider import SeeProvider

REFUSED = 422
HERE = "operator_network"


@require_safe
@opens(Permission.READ_NETWORK)
async def providers(office: Office) -> HttpResponse:
    """A page of the network; the next one goes on after the last name, so that new providers never shift it."""
    told, ans = office.request.GET, office.operator.ans
    form = network_forms.Find(await network_reads.specialties(office.app.pool, ans), told)
    said = form.cleaned_data if form.is_valid() else {}
    asked = Asked(said.get("q", ""), said.get("especialidade", ""), words.HOW[said.get("situacao", "")])
    rows, more = await _found(office, asked, (said.get("depois", ""), said.get("codigo", "")))
    kept = {name: told[name] for name in ("q", "especialidade", "situacao") if told.get(name)}
    context = {
        "here": HERE,
        "form": form,
        "rows": [network_shown.listed(each) for each in rows],
        "asked": bool(kept),
        "first": not said.get("depois"),
        "start": urlencode(kept),
        "next": urlencode({**kept, "depois": rows[-1].key, "codigo": rows[-1].code}) if more else "",
    }
    return office.page("operator/network.html", context)


async def _found(office: Office, asked: Asked, after: tuple[str, str]) -> tuple[tuple[Listed, ...], bool]:
    """What a list is asked for; a code of the network is found by itself."""
    pool, ans, code = office.app.pool, office.operator.ans, asked.text.strip()
    if code and not after[0] and (exact := await network_reads.by_code(pool, ans, code)):
        return exact, False
    rows = await network_reads.listed(pool, ans, asked, after if after[0] else None, MOST + 1)
    return rows[:MOST], len(rows) > MOST


@require_safe
@opens(Permission.READ_NETWORK)
async def provider(office: Office, code: str) -> HttpResponse:
    """A provider's file, masked."""
    return await _sheet(office, code, Why())


@require_http_methods(["GET", "HEAD", "POST"])
@opens(Permission.REVEAL_RECORD)
async def uncover(office: Office, code: str) -> HttpResponse:
    """Show what is masked, once the trail says who saw it and why; asked for in any other way, lead back."""
    if office.request.method != "POST":
        return office.go("operator_provider", code)
    form = Why(office.request.POST)
    if not form.is_valid():
        return await _sheet(office, code, form, status=REFUSED)
    seen = await office.app.do(SeeProvider(office.actor, code, form.cleaned_data["reason"]))
    if isinstance(seen, Refused):
        if seen.reason is Refusal.NOT_FOUND:
            raise Http404
        form.add_error("reason", str(words.refused(seen)))
        return await _sheet(office, code, form, status=REFUSED)
    return await _sheet(office, code, Why(), whole=True)


async def _sheet(office: Office, code: str, form: Why, *, status: int = 200, whole: bool = False) -> HttpResponse:
    found = await network_reads.sheet(office.app.pool, office.operator.ans, code)
    if found is None:
        raise Http404
    wanted = staff.Asked(office.operator.ans, at_providers=True, provider=code)
    people, more = await sync_to_async(staff.found)(wanted, timezone.now())
    context: dict[str, Any] = {
        "here": HERE,
        "form": form,
        "uncovered": whole,
        "done": words.DONE.get(office.request.GET.get("feito", "")),
        "people": people,
        "more_people": more,
        "may_uncover": office.may(Permission.REVEAL_RECORD),
        "may_change": office.may(Permission.CHANGE_NETWORK),
        "may_staff": office.may(Permission.MANAGE_STAFF),
        "may_cases": office.may(Permission.CLOSE_REPORT),
        **network_shown.sheet(found, whole=whole),
    }
    return office.page("operator/provider.html", context, status=status)

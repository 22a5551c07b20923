"""Late codes at the desk: let the code follow the visit, and bring in those that are to follow, several at once."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods

from chancela.adapters.postgres.lates import MOST, Lates
from chancela.domain import offline, sentences
from chancela.domain.permissions import Permission
from chancela.domain.policy_proviso import of_guia
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.provider import late_forms, late_shown, once
from chancela.portals.provider.door import Desk, opens
from chancela.portals.provider.views.guia import held, shown
from chancela.portals.provider.views.home import waiting
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.postpone_token import PostponeToken
from chancela.usecases.validate_token import ValidateToken

if TYPE_CHECKING:
    from chancela.bootstrap.deeds import Command

HERE = "/balcao/pendentes/"
POSTED = require_http_methods(["GET", "POST"])


@POSTED
@opens(Permission.POSTPONE_TOKEN)
async def postpone(desk: Desk, guia_id: UUID) -> HttpResponse:
    """Ask the day of the visit, and let its code follow."""
    case, today = await held(desk, guia_id), timezone.localdate()
    posted = desk.request.method == "POST"
    form = late_forms.LateVisit(desk.request.POST if posted else None, initial={"visit_date": today})
    if form.is_valid():
        outcome = await once.do(desk, PostponeToken(desk.actor, guia_id, form.cleaned_data["visit_date"]))
        if not isinstance(outcome, Refused):
            return desk.go("guia", guia_id)
        if outcome.reason is Refusal.NOT_FOUND:
            raise Http404
        form.add_error("visit_date", _sentence(outcome))
    days = of_guia(desk.operator, case.guia).late_days
    form.fields["visit_date"].widget.attrs |= {"min": f"{offline.day(case.guia.created_at)}", "max": f"{today}"}
    context = {**await waiting(desk), **await shown(desk, case), "form": form, "days": days, "once": once.word()}
    return desk.page("provider/late_postpone.html", context, 422 if posted else 200)


@POSTED
@opens(Permission.POSTPONE_TOKEN)
async def pending(desk: Desk) -> HttpResponse:
    """The visits whose code is to follow; codes are asked for, and given, several at once, each with its outcome."""
    if desk.request.method == "GET":
        return await _list(desk, {}, None)
    data = desk.request.POST
    gives = data.get("do") == "give"
    here = await Lates(desk.app.pool).pending(desk.operator.ans, desk.provider)
    chosen = frozenset(each for each in here if f"{each}" in data.getlist("guia"))
    commands: dict[UUID, Command] = {}
    for each in here:
        typed = data.get(late_shown.field(each), "").strip()[:40]
        if gives and typed:
            commands[each] = ValidateToken(desk.actor, each, typed)
        elif not gives and each in chosen:
            commands[each] = IssueToken(desk.actor, each)
    if not commands:
        told = _("Digite ao menos um código.") if gives else _("Marque ao menos um atendimento.")
        return await _list(desk, {}, chosen, told)
    outcomes = await _done(desk, commands)
    refused = {key: each for key, each in outcomes.items() if isinstance(each, Refused)}
    if any(each.reason is Refusal.SECOND_FACTOR_NEEDED for each in refused.values()):
        return desk.go("mfa_reauthenticate", query={"next": HERE})
    if refused:
        return await _list(desk, {key: _sentence(each) for key, each in refused.items()}, chosen & refused.keys())
    return desk.go("late", query={"validadas" if gives else "pedidos": f"{len(commands)}"})


async def _done(desk: Desk, commands: dict[UUID, "Command"]) -> dict[UUID, UUID | Refused]:
    """Do all at once: what arrives together is one set, and each has its own outcome."""
    outcomes = await asyncio.gather(*(once.do(desk, each, key.hex) for key, each in commands.items()))
    return dict(zip(commands, outcomes, strict=True))


async def _list(desk: Desk, told: dict[UUID, str], chosen: Iterable[UUID] | None, refused: str = "") -> HttpResponse:
    reads = Lates(desk.app.pool)
    here = await reads.pending(desk.operator.ans, desk.provider)
    marked = None if chosen is None else frozenset(chosen)
    rows = late_shown.rows(await desk.app.reads.cases(desk.operator.ans, here), told, marked)
    counted = await reads.counted(desk.operator.ans, desk.provider, timezone.localdate())
    context = {
        "here": "late",
        "rows": rows,
        "more": max(0, counted.count - MOST),
        "notice": late_shown.notice(counted, timezone.localdate()),
        "live": any(each.live for each in rows),
        "refused": refused or (_("Nem todos foram feitos: veja o motivo em cada um.") if told else ""),
        "asked": desk.counted("pedidos"),
        "validated": desk.counted("validadas"),
        "once": once.word(),
    }
    return desk.page("provider/late.html", context, 422 if refused or told else 200)


def _sentence(outcome: Refused) -> str:
    return sentences.sentence(outcome, get_language() or sentences.PORTUGUESE)

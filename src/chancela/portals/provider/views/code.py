"""The code of a guia: how it goes to the person, and how it comes back."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from chancela.domain import sentences
from chancela.domain.delivery import Channel
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.portals.provider import forms, once, screens
from chancela.portals.provider.door import Desk, opens
from chancela.portals.provider.views.guia import held, shown
from chancela.portals.provider.views.home import waiting
from chancela.portals.provider.views.person import known
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.send_token import SendToken
from chancela.usecases.validate_token import ValidateToken

Forms = dict[str, object]
# A page that answered a posting has its address; reloading it leads back to the form.
POSTED = require_http_methods(["GET", "POST"])
CHANNELS = {each.value: each for each in Channel}
# What only the operator can put right: the page says whom to call.
TO_CALL = frozenset(
    {
        Refusal.NO_CONTACT,
        Refusal.CONTACT_ON_FILE,
        Refusal.CONTACT_IN_REVIEW,
        Refusal.CODE_REPORTED,
        Refusal.PAIR_PAUSED,
        Refusal.TOO_MANY_SENDS,
    }
)


@require_GET
@opens(Permission.ISSUE_TOKEN)
async def code(desk: Desk, guia_id: UUID) -> HttpResponse:
    """The channel dialog, or its page where there is no JavaScript; asked so, open for a code already there."""
    return await _show(desk, guia_id, {"opened": "in-hand"} if "tem" in desk.request.GET else {})


@POSTED
@opens(Permission.ISSUE_TOKEN)
async def send(desk: Desk, guia_id: UUID) -> HttpResponse:
    """Have the code go out by the way chosen, to the address on file or to a first one typed here."""
    if desk.request.method == "GET":
        return desk.go("code", guia_id)
    wrong, command = _sending(desk, guia_id)
    if wrong:
        return await _show(desk, guia_id, wrong, status=422)
    outcome = await once.do(desk, command)
    if isinstance(outcome, Refused):
        return await _refused(desk, guia_id, outcome, {})
    return await _show(desk, guia_id, {}) if desk.partly else desk.go("code", guia_id)


def _sending(desk: Desk, guia_id: UUID) -> tuple[Forms, IssueToken | SendToken]:
    """Read what was typed; what is missing comes back as forms with their errors."""
    data = desk.request.POST
    channel = CHANNELS.get(data.get("way", ""))
    phone = forms.Phone(data) if "mobile" in data else None
    mail = forms.Mail(data) if "email" in data else None
    cpf = forms.Cpf(data) if "cpf" in data else None
    wrong: Forms = {
        name: form for name, form in (("phone", phone), ("mail", mail), ("cpf", cpf)) if form and not form.is_valid()
    }
    if wrong:
        kept: Forms = {"phone": phone, "mail": mail, "cpf": cpf}
        return {**kept, "opened": channel.value if channel else ""}, IssueToken(desk.actor, guia_id)
    number = cpf.cleaned_data["cpf"] if cpf else None
    if data.get("do") == "again":
        return {}, SendToken(desk.actor, guia_id, channel, number)
    typed = f"{phone.cleaned_data['ddd']} {phone.cleaned_data['mobile']}" if phone else None
    email = mail.cleaned_data["email"] if mail else None
    return {}, IssueToken(desk.actor, guia_id, channel, typed, email, number)


@POSTED
@opens(Permission.VALIDATE_TOKEN)
async def validate(desk: Desk, guia_id: UUID) -> HttpResponse:
    """Judge the code that the person gave."""
    if desk.request.method == "GET":
        return desk.go("code", guia_id)
    form = forms.Code(desk.request.POST)
    if not form.is_valid():
        return await _show(desk, guia_id, {"code": form.emptied()}, status=422)
    command = ValidateToken(desk.actor, guia_id, form.cleaned_data["code"])
    outcome = await once.do(desk, command)
    if not isinstance(outcome, Refused):
        return desk.go("guia", guia_id, query={"validada": "1"})
    if outcome.reason is Refusal.SECOND_FACTOR_NEEDED:
        return desk.go("mfa_reauthenticate", query={"next": f"/balcao/guias/{guia_id}/codigo/"})
    if outcome.reason is Refusal.GUIA_VALIDATED:
        return desk.go("guia", guia_id)
    return await _show(desk, guia_id, {"code": form.told(_sentence(outcome))}, status=422)


def _in_dialog(desk: Desk) -> bool:
    """Tell whether the part goes into the guia's dialog; on the code's own page it keeps the page's heading."""
    htmx: Any = desk.request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and "/codigo/" not in (htmx.current_url_abs_path or "")


def _sentence(outcome: Refused) -> str:
    return sentences.sentence(outcome, get_language() or sentences.PORTUGUESE)


async def _refused(desk: Desk, guia_id: UUID, outcome: Refused, typed: Forms) -> HttpResponse:
    if outcome.reason is Refusal.NOT_FOUND:
        raise Http404
    told = {
        "refused": _sentence(outcome),
        "to_call": outcome.reason in TO_CALL,
        "moment": outcome.reason is Refusal.JUST_SENT,
    }
    return await _show(desk, guia_id, {**typed, **told}, 422)


async def _show(desk: Desk, guia_id: UUID, more: Forms, status: int = 200) -> HttpResponse:
    case = await held(desk, guia_id)
    person = await known(desk, case.guia.card_number)
    context = {
        **await shown(desk, case),
        "screen": screens.code_screen(desk.operator, person, case, desk.carried, timezone.now()),
        "phone": forms.Phone(),
        "mail": forms.Mail(),
        "cpf": forms.Cpf(),
        "code": forms.Code(),
        "once": once.word(),
        "in_dialog": _in_dialog(desk),
        **{name: value for name, value in more.items() if value is not None},
    }
    if desk.partly:
        return desk.page("provider/_code.html", context, status)
    return desk.page("provider/code.html", {**context, **await waiting(desk)}, status)

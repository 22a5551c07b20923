"""Who works here: the accounts of the operator's people and of its providers', opened, changed, closed and reset."""

import datetime as dt
import functools
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chancela.domain import staff as rules
from chancela.domain.permissions import STAFF, ActorKind, Permission
from chancela.domain.staff import Change, Objection
from chancela.portals.accounts import entering, staffing
from chancela.portals.accounts.models import Role
from chancela.portals.accounts.staffing import By, Done
from chancela.portals.operator import staff, staff_words as words
from chancela.portals.operator.door import Office, opens
from chancela.portals.operator.staff import Asked, Row
from chancela.portals.operator.staff_forms import ChangedColleague, Name, NewAtProvider, NewColleague, filled

REFUSED = 422
HERE = "operator_staff"
DEEDS: dict[str, tuple[Callable[[By, int, dt.datetime], Any], Change]] = {
    "close": (staffing.close, Change.CLOSED),
    "reopen": (staffing.reopen, Change.REOPENED),
    "reset": (staffing.reset, Change.RESET),
}
View = Callable[..., Awaitable[HttpResponse]]


def freshly(view: View) -> View:
    """Let a form be opened only by who showed a second factor lately; a form that waited too long is shown again."""

    @functools.wraps(view)
    async def wrapped(office: Office, *args: Any, **kwargs: Any) -> HttpResponse:
        if office.request.method == "GET" and not rules.is_fresh(office.actor, timezone.now()):
            return office.go(await entering.confirm(office.user, office.request.get_full_path()))
        return await view(office, *args, **kwargs)

    return wrapped


def _by(office: Office) -> By:
    return By(office.actor, office.user.pk, office.app.head_mac)


@require_GET
@opens(Permission.MANAGE_STAFF)
async def people(office: Office) -> HttpResponse:
    """The list: one's own people, or those at the providers' desks."""
    told = office.request.GET
    text, provider, after = (told.get(each, "").replace("\x00", "").strip() for each in ("q", "prestador", "depois"))
    at_providers = bool(provider) or told.get("de") == "prestadores"
    asked = Asked(office.operator.ans, text, at_providers, provider, after)
    rows, more = await sync_to_async(staff.found)(asked, timezone.now())
    context = {
        "here": HERE,
        "asked": asked,
        "rows": rows,
        "more": f"?{urlencode({**told.dict(), 'depois': rows[-1].user.username})}" if more else "",
        "clinic": await office.app.reads.provider(office.operator.ans, provider) if provider else None,
    }
    return office.page("operator/staff.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@opens(Permission.MANAGE_STAFF)
@freshly
async def new(office: Office) -> HttpResponse:
    """Open an account of the operator's own people; then show its link, once."""
    form = NewColleague(_sent(office))
    if not form.is_valid():
        return _new(office, form)
    said = form.cleaned_data
    return await _opened(office, form, Role(said["role"]), "")


@require_http_methods(["GET", "HEAD", "POST"])
@opens(Permission.MANAGE_STAFF)
@freshly
async def new_at_provider(office: Office) -> HttpResponse:
    """Open an account at a provider's desk; then show its link, once."""
    form = NewAtProvider(_sent(office), initial={"provider": office.request.GET.get("prestador", "")})
    if not form.is_valid():
        return _new(office, form)
    code = form.cleaned_data["provider"]
    known = await office.app.reads.provider(office.operator.ans, code)
    if known is None or not known.active:
        form.add_error("provider", words.NO_PROVIDER)
        return _new(office, form)
    return await _opened(office, form, Role.PROVIDER, code)


async def _opened(office: Office, form: Form, role: Role, provider: str) -> HttpResponse:
    said = form.cleaned_data
    deed = sync_to_async(staffing.open_account)
    done = await deed(_by(office), said["login"], said["name"], role, provider, timezone.now())
    if isinstance(done, Objection):
        form.add_error("login" if done is Objection.TAKEN else None, words.OBJECTION[done])
        return _new(office, form)
    return _link(office, done)


def _new(office: Office, form: Form) -> HttpResponse:
    context = {"here": HERE, "form": form, "roles": words.ROLE.items(), "at_provider": isinstance(form, NewAtProvider)}
    return office.page("operator/staff_new.html", context, status=REFUSED if form.is_bound else 200)


def _link(office: Office, done: Done) -> HttpResponse:
    """Show the link of an invitation: this page is the only place where it ever stands."""
    path = resolve_url("invitation", done.secret)
    url = office.app.settings.public_url.rstrip("/") + path
    until = timezone.now() + rules.INVITED_FOR
    return office.page("operator/staff_link.html", {"here": HERE, "user": done.user, "url": url, "until": until})


@require_http_methods(["GET", "HEAD", "POST"])
@opens(Permission.MANAGE_STAFF)
@freshly
async def account(office: Office, account_id: int) -> HttpResponse:
    """One account: how it stands, and its name and role to change."""
    row = await _known(office, account_id)
    form = _form(office, row)
    if not form.is_valid():
        return await _account(office, row, form)
    role = Role(form.cleaned_data.get("role", row.user.role))
    done = await sync_to_async(staffing.change)(
        _by(office), account_id, form.cleaned_data["name"], role, timezone.now()
    )
    if done is None:
        raise Http404
    if isinstance(done, Objection):
        form.add_error(None, words.OBJECTION[done])
        return await _account(office, row, form)
    return office.go("operator_account", account_id, query={"feito": Change.RENAMED.value})


@require_POST
@opens(Permission.MANAGE_STAFF)
async def access(office: Office, account_id: int) -> HttpResponse:
    """Close, reopen or reset an account; a reset shows a new link, once."""
    row = await _known(office, account_id)
    deed, change = DEEDS.get(office.request.POST.get("do", ""), (None, Change.RENAMED))
    if deed is None:
        return office.go("operator_account", account_id)
    done = await sync_to_async(deed)(_by(office), account_id, timezone.now())
    if done is None:
        raise Http404
    if isinstance(done, Objection):
        return await _account(office, row, _form(office, row, None), objection=done)
    if done.secret:
        return _link(office, done)
    return office.go("operator_account", account_id, query={"feito": change.value})


async def _known(office: Office, account_id: int) -> Row:
    row = await sync_to_async(staff.one)(office.operator.ans, account_id, timezone.now())
    if row is None:
        raise Http404
    return row


def _sent(office: Office) -> Any:
    return office.request.POST if office.request.method == "POST" else None


def _form(office: Office, row: Row, sent: Any = ...) -> Form:
    """The role of a provider's person, of oneself and of single sign-on is not a matter of this page."""
    fixed = row.user.role == Role.PROVIDER or row.single or row.user.pk == office.user.pk
    kind = Name if fixed else ChangedColleague
    return kind(_sent(office) if sent is ... else sent, initial=filled(row.user))


async def _account(office: Office, row: Row, form: Form, objection: Objection | None = None) -> HttpResponse:
    done = next((words.DONE[each] for each in words.DONE if each == office.request.GET.get("feito")), "")
    context = {
        "here": HERE,
        "row": row,
        "form": form,
        "done": "" if form.is_bound or objection else done,
        "objection": words.OBJECTION[objection] if objection else "",
        "confirm": await entering.confirm(office.user, resolve_url("operator_account", row.user.pk)),
        "own": row.user.pk == office.user.pk,
    }
    return office.page("operator/staff_account.html", context, status=REFUSED if form.is_bound or objection else 200)


@require_GET
@opens(Permission.READ_POLICY)
async def roles(office: Office) -> HttpResponse:
    """What each role may do, asked of the very table that the doors ask."""
    kinds = [kind for kind in ActorKind if kind in STAFF]
    reached = [(each, [(Role(kind).label, rules.reach(kind, each)) for kind in kinds]) for each in Permission]
    told = [
        (words.PERMISSION.get(each.value, each.value), [(role, words.REACH[reach]) for role, reach in reaches])
        for each, reaches in reached
        if {reach for _, reach in reaches} != {rules.Reach.NONE}
    ]
    heads = [(Role(kind).label, words.ROLE[Role(kind)]) for kind in kinds]
    return office.page("operator/staff_roles.html", {"here": HERE, "heads": heads, "told": told})

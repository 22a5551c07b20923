"""The way to a page: signed in and with a second factor, or led to where that is done."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from chancela.portals.accounts import assurance
from chancela.portals.accounts.models import STAFF, Role, User


def home(user: Any) -> str:
    """The address where this person's work is; the provider's desk for whoever has none."""
    return resolve_url("operator" if getattr(user, "role", Role.PROVIDER) in STAFF else "desk")


def moved(request: HttpRequest, url: str) -> HttpResponse:
    """Answer "see there", in the way the asker understands."""
    if getattr(request, "htmx", False):
        answer: HttpResponse = HttpResponseClientRedirect(url)
        return answer
    return HttpResponseRedirect(url, status=303)


async def stands(user: User) -> bool:
    """Tell whether the session in which this person was read goes on: nobody closed or reset the account since."""
    same = User.objects.filter(pk=user.pk, is_active=True, generation=user.generation, password=user.password)
    return await same.aexists()


async def confirm(user: Any, back: str) -> str:
    """The address where somebody who is signed in shows their second factor once more, then goes `back`."""
    kinds = await assurance.second_factors(user)
    if settings.SIGN_ON and not kinds:
        return resolve_url("sign_on") + "?" + urlencode({"again": "1", "next": back})
    by_key_alone = kinds == {Authenticator.Type.WEBAUTHN}
    page = "mfa_reauthenticate_webauthn" if by_key_alone else "mfa_reauthenticate"
    return resolve_url(page) + "?" + urlencode({"next": back})


async def turned_away(request: HttpRequest, user: Any) -> HttpResponse | None:
    """Sign in first; then show a second factor, or enrol the first one."""
    whole = request.method == "GET" and not getattr(request, "htmx", False)
    back = request.get_full_path() if whole else resolve_url("own_home")
    if not user.is_authenticated:
        return moved(request, redirect_to_login(back, resolve_url("account_login")).url)
    if assurance.assured_at(request, user) is not None:
        return None
    if await assurance.has_second_factor(user):
        return moved(request, await confirm(user, back))
    return moved(request, resolve_url("mfa_index"))

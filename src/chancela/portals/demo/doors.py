"""The demo's open doors: a clinic's or an operator's desk with one press, and a second factor for everybody."""

import base64
from typing import TYPE_CHECKING, Any

from allauth.account.internal.decorators import login_stage_required
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.utils import decrypt
from django.contrib.auth import alogin
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.views.decorators.http import require_POST

from chancela.adapters.demo.houses import HOUSES
from chancela.portals.accounts import assurance
from chancela.portals.accounts.models import User

if TYPE_CHECKING:
    from chancela.adapters.demo.houses import House

# No secret at all: it is printed on the demo's first page, and no other installation has accounts with it.
TOTP_SECRET = base64.b32encode(b"chancela de exemplo!").decode()
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_POST
async def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as the clinic of an invented operator, or in a role of the operator's own people."""
    house = next((each for each in HOUSES if each.ans == request.POST.get("operator")), None)
    login = _login(house, request.POST.get("as")) if house else ""
    user = await User.objects.filter(username=login).afirst()
    if user is None:
        raise Http404
    await alogin(request, user, backend=BACKEND)
    assurance.record(request, user, "demo")
    return HttpResponseRedirect(resolve_url("own_home"), status=303)


def _login(house: "House", role: str | None) -> str:
    if role is None:
        return house.login
    return next((each.login for kind, each in house.staff.items() if kind == role), "")


@require_POST
@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")  # type: ignore[untyped-decorator]
def second_factor(request: HttpRequest) -> HttpResponse:
    """Show the demo's own second factor, for accounts whose secret is the printed one."""
    stage: Any = request._login_stage  # type: ignore[attr-defined]  # noqa: SLF001 - allauth's name for it
    app = Authenticator.objects.filter(user=stage.login.user, type=Authenticator.Type.TOTP).first()
    if app is None or decrypt(app.data["secret"]) != TOTP_SECRET:
        raise Http404
    post_authentication(request, app)
    response: HttpResponse = stage.exit()
    return response


@require_POST
@login_required
def confirm(request: HttpRequest) -> HttpResponse:
    """Show it once more before something delicate, for the same accounts."""
    app = Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.TOTP).first()
    if app is None or decrypt(app.data["secret"]) != TOTP_SECRET:
        raise Http404
    post_authentication(request, app, reauthenticated=True)
    return HttpResponseRedirect(get_next_redirect_url(request) or resolve_url("own_home"), status=303)

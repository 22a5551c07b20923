"""The two cookies of the door: the slip of a code that was asked for, and the session that it opened."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from chancela.domain import passkey as passkeys, session as sessions, short_code
from chancela.portals.hand import door

BEFORE_S = 365 * 24 * 3600

if TYPE_CHECKING:
    from chancela.usecases.enter import Opened


def slip_name(ans: str) -> str:
    """The name of the cookie of a code that was asked for."""
    return f"{settings.ENTRY_COOKIE_NAME}-{ans}"


def keep_slip(response: HttpResponse, ans: str, slip: str) -> None:
    """Let this browser, and no other, enter the code."""
    _set(response, slip_name(ans), slip, int(short_code.LIFE.total_seconds()))


def challenge_name(ans: str) -> str:
    """The name of the cookie of a challenge that a passkey was asked to answer."""
    return f"{settings.ENTRY_COOKIE_NAME}-chave-{ans}"


def keep_challenge(response: HttpResponse, ans: str, slip: str) -> None:
    """Let this browser, and no other, bring the passkey's answer."""
    _set(response, challenge_name(ans), slip, int(passkeys.LIFE.total_seconds()))


def before_name(ans: str) -> str:
    """The name of the cookie of whoever signed in here before; it opens nothing, and outlives the session."""
    return f"{settings.ENTRY_COOKIE_NAME}-antes-{ans}"


def keep_before(response: HttpResponse, ans: str, slip: str) -> None:
    """Let this browser be known for a year as one where its person signed in."""
    _set(response, before_name(ans), slip, BEFORE_S)


def keep_session(response: HttpResponse, ans: str, opened: "Opened", *, stays: bool) -> None:
    """Keep the session's secret: for 30 days, or until the browser is closed."""
    _set(response, door.cookie(ans), opened.secret, int(sessions.STAY.total_seconds()) if stays else None)
    forget(response, slip_name(ans))


def forget(response: HttpResponse, name: str) -> None:
    """Delete a cookie of the door; one of a `__Host-` name goes only as it came (RFC 6265bis)."""
    _set(response, name, "", 0)


def back(request: HttpRequest, ans: str) -> str:
    """Where to go once inside: a page of this operator's Hand that was asked for, else the first one."""
    asked = request.GET.get("next", "")
    home = door.address("hand_home", ans)
    ours = asked.startswith(home) and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if ours else home


def _set(response: HttpResponse, name: str, value: str, age_s: int | None) -> None:
    response.set_cookie(name, value, max_age=age_s, path="/", secure=settings.HTTPS, httponly=True, samesite="Lax")

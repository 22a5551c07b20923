"""Known devices (OWASP "device cookies"): who signed in here before is counted apart from strangers' wrong tries."""

import hashlib
import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

SALT = "chancela.device"
AGE_S = 180 * 24 * 3600


def _fingerprint(login: str) -> str:
    return hashlib.sha256(login.lower().encode()).hexdigest()[:16]


def _read(request: HttpRequest) -> tuple[str, list[str]] | None:
    try:
        device, people = signing.loads(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT, max_age=AGE_S)
    except signing.BadSignature:
        return None
    return str(device), list(people)


def of(request: HttpRequest, login: str) -> str | None:
    """The device's name where this person has signed in on it before."""
    known = _read(request)
    return known[0] if known is not None and _fingerprint(login) in known[1] else None


def remember(request: HttpRequest, response: HttpResponse, login: str) -> None:
    """Note that this person signs in on this device; the last eight people are kept."""
    device, people = _read(request) or (secrets.token_urlsafe(12), [])
    mark = _fingerprint(login)
    kept = [*[each for each in people if each != mark][-7:], mark]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps([device, kept], salt=SALT),
        max_age=AGE_S,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )

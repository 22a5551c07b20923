"""Middleware of our own: requests from other sites change nothing, nothing personal is cached, Portuguese first."""

from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.decorators import async_only_middleware

Next = Callable[[HttpRequest], Awaitable[HttpResponseBase]]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OURS = frozenset({"same-origin", "none"})


@async_only_middleware
def fetch_site(get_response: Next) -> Callable[[HttpRequest], Any]:
    """Refuse what another site makes a browser send: Sec-Fetch-Site (Fetch Metadata) stands beside the CSRF token."""

    async def middleware(request: HttpRequest) -> HttpResponseBase:
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None and site not in OURS and request.method not in SAFE:
            return HttpResponse(status=403)
        return await get_response(request)

    return middleware


@async_only_middleware
def no_store(get_response: Next) -> Callable[[HttpRequest], Any]:
    """Pages speak of people, and some of codes: no browser and no proxy keeps them."""

    async def middleware(request: HttpRequest) -> HttpResponseBase:
        response = await get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


@async_only_middleware
def language(get_response: Next) -> Callable[[HttpRequest], Any]:
    """Portuguese unless the reader chose otherwise; a browser's own language says little about who sits at a desk."""

    async def middleware(request: HttpRequest) -> HttpResponseBase:
        asked = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        chosen = asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(chosen):
            request.LANGUAGE_CODE = chosen
            response = await get_response(request)
        response.headers.setdefault("Content-Language", chosen)
        patch_vary_headers(response, ("Cookie",))
        return response

    return middleware

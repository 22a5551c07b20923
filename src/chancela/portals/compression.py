"""What travels packed: files always, pages when no other site asks, live streams never."""

import functools
import gzip
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.decorators import async_only_middleware
from django.utils.text import compress_string

from chancela.portals.guards import OURS

# RFC 9110, 12.5.3: a weight of zero says "not this one".
TAKEN: Final = re.compile(r"(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[0-9.]+\s*)?(?:,|$)", re.IGNORECASE)
PACKS: Final = re.compile(r"text/(?!event-stream)|application/(?:[a-z.-]+\+)?(?:json|javascript|xml)|image/svg")
WORTH_B: Final = 200
PADDING_B: Final = 100  # as Django's own gzip adds (Heal the Breach)


def takes_gzip(request: HttpRequest) -> bool:
    """Whether who asks can unpack gzip."""
    return TAKEN.search(request.headers.get("Accept-Encoding", "")) is not None


def file(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Pack a file of ours; packed, its ETag is weak, as one file then has two bodies (RFC 9110, 8.8.3)."""
    patch_vary_headers(response, ("Accept-Encoding",))
    if _packs(response) and takes_gzip(request) and response.status_code == HTTPStatus.OK and response.content:
        _send(response, _once(response.content))
        response["ETag"] = f"W/{response['ETag']}"
    return response


@async_only_middleware
def pages(get_response: Callable[[HttpRequest], Awaitable[HttpResponseBase]]) -> Callable[[HttpRequest], Any]:
    """Pack a page that the reader or another page of ours asked for.

    The length of a packed page betrays what it holds to an eavesdropper who can make a browser ask for it again and
    again (BREACH): so what another site asks for goes unpacked, and what is packed gets a random length besides.
    """

    async def middleware(request: HttpRequest) -> HttpResponseBase:
        response = await get_response(request)
        return _page(request, response) if isinstance(response, HttpResponse) else response

    return middleware


def _page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if not _packs(response) or response.has_header("Content-Encoding") or len(response.content) < WORTH_B:
        return response
    patch_vary_headers(response, ("Accept-Encoding", "Sec-Fetch-Site"))
    if takes_gzip(request) and request.headers.get("Sec-Fetch-Site") in OURS:
        _send(response, compress_string(response.content, max_random_bytes=PADDING_B))
    return response


def _packs(response: HttpResponse) -> bool:
    return PACKS.match(response.get("Content-Type", "")) is not None


@functools.lru_cache(maxsize=256)
def _once(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def _send(response: HttpResponse, small: bytes) -> None:
    response.content = small
    response["Content-Length"] = str(len(small))
    response["Content-Encoding"] = "gzip"

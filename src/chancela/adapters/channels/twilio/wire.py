"""HTTP to a company that carries for us: one POST, its answer or why there is none, and what a refusal means."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import httpx
import msgspec

from chancela.adapters.channels.contract import ChannelFailure, SetupError

if TYPE_CHECKING:
    from collections.abc import Mapping

ENOUGH: Final = 64 * 1024  # bytes: every published answer is far shorter
CONNECT_S: Final = 5.0
ANSWER_S: Final = 15.0
LONGEST_WAIT_S: Final = 3600.0
E164: Final = re.compile(r"\+[1-9][0-9]{7,14}\Z")
OF_THE_LETTER: Final = frozenset({400, 413, 422})
OF_THE_MOMENT: Final = frozenset({408, 409, 425, 429})


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted: where to, with which headers, and the body as it goes out."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, at most 64 KiB of body, and in how many seconds one may come again."""

    status: int
    body: bytes = field(default=b"", repr=False)
    retry_after_s: float | None = None

    @property
    def taken(self) -> bool:
        """Tell whether the request was taken (2xx)."""
        return httpx.codes.is_success(self.status)


def client(at_once: int) -> httpx.AsyncClient:
    """Return a client that keeps as many connections as letters go at once, follows no redirect and asks no proxy."""
    limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once, keepalive_expiry=20)
    return httpx.AsyncClient(timeout=httpx.Timeout(None), limits=limits, follow_redirects=False, trust_env=False)


async def post(client: httpx.AsyncClient, request: Request, company: str, patience_s: float = ANSWER_S) -> Answer:
    """Post and return the answer; without one within `patience_s` nobody knows what was taken: the failure passes."""
    headers = {**request.headers, "Accept": "application/json", "Accept-Encoding": "identity"}
    limits = httpx.Timeout(patience_s, connect=min(CONNECT_S, patience_s))
    try:
        async with (
            asyncio.timeout(patience_s),
            client.stream("POST", request.url, headers=headers, content=request.body, timeout=limits) as response,
        ):
            body = bytearray()
            async for piece in response.aiter_raw():
                body += piece
                if len(body) > ENOUGH:
                    raise ChannelFailure(f"{company}: answer too long", permanent=False)
            return Answer(response.status_code, bytes(body), _seconds(response.headers.get("Retry-After")))
    except (TimeoutError, httpx.TimeoutException):
        raise ChannelFailure(f"{company}: no answer in time", permanent=False) from None
    except (httpx.HTTPError, OSError):
        raise ChannelFailure(f"{company}: no connection", permanent=False) from None


def refusal(company: str, answer: Answer, detail: str = "") -> ChannelFailure:
    """Say what an answer means by its status alone (RFC 9110, 15; RFC 6585, 4).

    400, 413 and 422 are about this letter; 408, 409, 425, 429, redirects and 5xx pass; every other 4xx is about us.
    """
    reason = f"{company} {answer.status}{f' {detail}' if detail else ''}"
    if answer.status in OF_THE_LETTER:
        return ChannelFailure(reason, permanent=True)
    ours = httpx.codes.is_client_error(answer.status) and answer.status not in OF_THE_MOMENT
    return ChannelFailure(reason, permanent=False, retry_after_s=answer.retry_after_s, ours=ours)


def garbage(company: str) -> ChannelFailure:
    """Say that an answer was a yes without sense: the letter may have been taken or not."""
    return ChannelFailure(f"{company}: answer without sense", permanent=False)


def json_object(body: bytes) -> dict[str, object] | None:
    """Return a JSON object, or None where the body is something else."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def base_url(settings: Mapping[str, str], default: str) -> str:
    """Return where a company's API is; anything but https is refused, unless it is this machine itself."""
    url = (settings.get("base_url") or default).rstrip("/")
    parts = urlsplit(url)
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and _here(parts.hostname))):
        return url
    raise SetupError("base_url: must look like https://api.example.com")


def given(settings: Mapping[str, str], name: str) -> str:
    """Return a setting that must be there."""
    if value := settings.get(name, "").strip():
        return value
    raise SetupError(f"{name}: must be given")


def with_query(url: str, **pairs: str) -> str:
    """Return a URL with more in its query."""
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(pairs)}"


def number(address: str | None) -> str:
    """Return the phone number of a letter (E.164); one that cannot be called is refused for good."""
    if address and E164.match(address):
        return address
    raise ChannelFailure("no number", permanent=True)


def delivery_id(raw: object) -> UUID | None:
    """Return the delivery that was carried along, or None where it is not one of ours."""
    try:
        return UUID(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _seconds(raw: str | None) -> float | None:
    """Read Retry-After (RFC 9110, 10.2.3): seconds, or a date; never more than an hour."""
    if raw is None:
        return None
    if raw.isascii() and raw.isdigit():
        return min(float(raw[:6]), LONGEST_WAIT_S)
    try:
        wait_s = parsedate_to_datetime(raw).timestamp() - time.time()
    except (ValueError, OverflowError):
        return None
    return min(max(wait_s, 0.0), LONGEST_WAIT_S)

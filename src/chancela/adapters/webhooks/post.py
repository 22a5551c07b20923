"""Posting to addresses that others chose: only to public ones, judged by the very address that is connected to."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters import names
from chancela.domain import webhook as webhooks

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    import httpx

    from chancela.domain.webhook import Place

    Resolve = Callable[[str, int], Awaitable[list[str]]]

CONNECT_S: Final = 5.0
ANSWER_S: Final = 15.0
GONE: Final = 410


class UnreachableError(Exception):
    """A message cannot be brought there; the reason names no address."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of an attempt: `failure` is None where it was taken (2xx), `gone` where it is to be the last (410)."""

    failure: str | None = None
    gone: bool = False


@dataclass(slots=True)
class Post:
    """One client; `here` lets messages go to this machine itself, for a system under trial.

    `resolve` finds the addresses of a name, `judge` tells whether one is public, `trust` is None for the usual
    authorities. No connection is used twice: it would have been opened for another host of the same address, and its
    certificate looked at. No redirect is followed, no proxy asked, and nothing read of an answer but its status.
    """

    here: bool = False
    answer_s: float = ANSWER_S
    resolve: Resolve = names.addresses
    judge: Callable[[str], bool] = webhooks.public
    trust: ssl.SSLContext | None = field(default=None, repr=False)
    _client: httpx.AsyncClient | None = field(default=None, repr=False)

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Taken:
        """Post a body; what keeps it from being taken is returned, never raised."""
        import httpx

        try:
            async with asyncio.timeout(self.answer_s):
                place, address = await self.found(url)
                status = await self._status(place, address, headers, body)
        except UnreachableError as fault:
            return Taken(str(fault))
        except (TimeoutError, httpx.TimeoutException):
            return Taken("no answer in time")
        except (httpx.HTTPError, OSError) as fault:
            return Taken("certificate refused" if _of_certificate(fault) else "no connection")
        return Taken() if httpx.codes.is_success(status) else Taken(f"status {status}", gone=status == GONE)

    async def found(self, url: str) -> tuple[Place, str]:
        """Return where an address leads and what is connected to; raise UnreachableError where it is not public.

        Of a name every address has to be: whoever owns it chooses which of them is found next.
        """
        place = webhooks.place(url, here=self.here)
        if place is None:
            raise UnreachableError("address refused")
        if self.here and place.host == webhooks.LOOPBACK:
            return place, place.host
        try:
            addresses = [place.host] if _is_address(place.host) else await self.resolve(place.host, place.port)
        except (OSError, UnicodeError):
            raise UnreachableError("name unknown") from None
        if not addresses or not all(map(self.judge, addresses)):
            raise UnreachableError("address refused")
        return place, addresses[0]

    async def close(self) -> None:
        """Let go of connections."""
        if self._client is not None:
            await self._client.aclose()

    async def _status(self, place: Place, address: str, headers: Mapping[str, str], body: bytes) -> int:
        import httpx

        if self._client is None:
            limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
            trust = self.trust or ssl.create_default_context()
            self._client = httpx.AsyncClient(verify=trust, limits=limits, follow_redirects=False, trust_env=False)
        host = f"[{place.host}]" if ":" in place.host else place.host
        numbered = f"[{address}]" if ":" in address else address
        sent = {**headers, "host": host if place.port == webhooks.HTTPS else f"{host}:{place.port}", "accept": "*/*"}
        async with self._client.stream(
            "POST",
            f"{place.scheme}://{numbered}:{place.port}{place.target}",
            headers={**sent, "user-agent": "chancela-webhooks/1"},
            content=body,
            timeout=httpx.Timeout(self.answer_s, connect=min(CONNECT_S, self.answer_s)),
            extensions={"sni_hostname": place.host},  # the certificate is the host's, whatever address it has
        ) as response:
            return response.status_code


def _is_address(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return bool(ipaddress.ip_address(host))
    return False


def _of_certificate(fault: BaseException) -> bool:
    return any(isinstance(each, ssl.SSLError) for each in _causes(fault))


def _causes(fault: BaseException | None) -> Iterator[Any]:
    while fault is not None:
        yield fault
        fault = fault.__cause__ or fault.__context__

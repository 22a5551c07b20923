"""Where a browser may lead us: over https to public addresses alone, and to the very address that was checked."""

from __future__ import annotations

import asyncio
import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import httpcore

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

LENGTH: Final = 2048
PORTS: Final = {"https": 443, "http": 80}
UNICAST: Final = ipaddress.ip_network("2000::/3")
NAT64: Final = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: a public IPv4 address where a network has none
SIX_TO_FOUR: Final = ipaddress.ip_network("2002::/16")


class PrivateAddressError(Exception):
    """A name that leads into a private network, to this machine, or to no single host at all."""


@dataclass(frozen=True, slots=True)
class Place:
    """The origin of an endpoint (RFC 6454): `host` bears the port where it is not the scheme's own."""

    scheme: str
    host: str


def place(endpoint: str, *, private: bool = False) -> Place | None:
    """Return an endpoint's origin, or None for what a push service never gives: no https, a password, odd characters.

    With `private`, http to this machine itself will do.
    """
    if len(endpoint) > LENGTH or not re.fullmatch(r"[!-~]+", endpoint):
        return None
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname or port == 0 or "@" in parts.netloc or "\\" in endpoint:
        return None
    if parts.scheme != "https" and not (private and parts.scheme == "http" and _is_here(parts.hostname)):
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Place(parts.scheme, host if port in {None, PORTS[parts.scheme]} else f"{host}:{port}")


def public(address: str) -> bool:
    """Tell whether an IP address belongs to one host of the public internet, also where IPv6 wraps an IPv4 one."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast
    if within := ip.ipv4_mapped:
        return public(str(within))
    if ip in NAT64:
        return public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip in UNICAST and ip not in SIX_TO_FOUR and ip.is_global


@dataclass(slots=True)
class Guard(httpcore.AsyncNetworkBackend):
    """Opens connections to addresses that it has checked itself; nobody asks for the name a second time.

    One private address among several refuses the name. The certificate is checked against the name, as always.
    """

    resolve: Resolve
    private: bool

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return a connection to the first address that answers."""
        try:
            addresses = await self.resolve(host, port)
        except OSError:
            raise httpcore.ConnectError from None
        if not self.private and not all(map(public, addresses)):
            raise PrivateAddressError
        inner = httpcore.AnyIOBackend()
        for address in addresses:
            try:
                return await inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        raise httpcore.ConnectError

    async def sleep(self, seconds: float) -> None:
        """Wait, as the pool asks between attempts."""
        await asyncio.sleep(seconds)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

"""What a device is called in the list of sessions, and from which place a request comes."""

import ipaddress
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

# The first that a User-Agent names is the one: each of them also names those after it.
BROWSERS = (("Edg", "Edge"), ("SamsungBrowser", "Samsung Internet"), ("OPR", "Opera"), ("Firefox", "Firefox"))
MORE_BROWSERS = (("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"))
MORE_SYSTEMS = (("CrOS", "Chromebook"), ("Linux", "Linux"))
OF_ONE_HOUSE = 64  # bits of an IPv6 address that a house has to itself (RFC 6177)


def name(request: HttpRequest) -> str:
    """The browser and the system of a request, as far as they can be told."""
    told = request.headers.get("User-Agent", "")
    browser = next((each for mark, each in (*BROWSERS, *MORE_BROWSERS) if mark in told), None)
    system = next((each for mark, each in (*SYSTEMS, *MORE_SYSTEMS) if mark in told), None)
    return " · ".join(each for each in (browser, system) if each) or _("Aparelho sem nome")


def id_of(told: str) -> UUID | None:
    """The device that a browser says it is; None where it says none."""
    try:
        return UUID(told)
    except ValueError:
        return None


def place(request: HttpRequest) -> str:
    """The address from which a request comes; of an IPv6 address the part that a house has to itself."""
    told = request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((address, OF_ONE_HOUSE), strict=False))
    return str(address)

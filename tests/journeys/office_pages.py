"""Every page of the operator's desk that links lead to, in each role; one of each address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urldefrag, urljoin, urlsplit

from tests.journeys.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.running import Running

ANS: Final = "999003"
OFFICE: Final = "/operadora/"
LINKS: Final = "() => [...document.querySelectorAll('a[href]')].filter((a) => !a.download).map((a) => a.href)"
NAMED: Final = re.compile(r"(?<=/)([0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+)(?=/)")


def kind_of(address: str) -> str | None:
    """The address without what it names, as one page shows many things; None for another desk's."""
    path = urlsplit(address).path
    return NAMED.sub("*", path) if path.startswith(OFFICE) else None


ROLES: Final = ("manager", "auditor", "administrator", "agent", "dpo", "analyst")  # who sees most comes first


def walked(browser: Browser, town: Running, language: str) -> Iterator[tuple[str, Walk]]:
    """Follow every link from the front in each role, one page of each kind that no role before saw."""
    seen: set[str] = set()
    for role in ROLES:
        yield from _walked(Walk(browser, town, ANS), town, role, language, seen)


def _walked(walk: Walk, town: Running, role: str, language: str, seen: set[str]) -> Iterator[tuple[str, Walk]]:
    """Stop at each that is a page of ours."""
    walk.sign_in_as_operator(role)
    walk.context.add_cookies([{"name": "chancela_language", "value": language, "url": town.url}])
    waiting = [urljoin(town.url, OFFICE)]
    seen.discard(OFFICE)
    while waiting:
        address = urldefrag(waiting.pop(0)).url
        kind = kind_of(address)
        if kind is None or kind in seen or not address.startswith(town.url):
            continue
        seen.add(kind)
        if not walk.page.request.get(address).headers.get("content-type", "").startswith("text/html"):
            continue
        walk.page.goto(address)
        waiting += walk.page.evaluate(LINKS)
        yield f"{role}: {kind}", walk
    assert walk.end() == []

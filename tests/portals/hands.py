"""People at their own pages: sign in as they do, with the code that comes to their phone."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Self

from tests.portals.browsing import Visitor

if TYPE_CHECKING:
    import datetime as dt

    from playwright.sync_api import BrowserContext

PATIENCE_S = 30


class Hand(Visitor):
    """A person of an operator, signed in on one device."""

    def __init__(self, url: str, ans: str) -> None:
        super().__init__(url)
        self.ans, self.home = ans, f"/app/{ans}/"

    def __enter__(self) -> Self:
        return self

    def enter(self, card: str, birth_date: dt.date) -> Self:
        """Ask for a sign-in code, read it on the demo's phone, and go in."""
        before = self._codes(card)
        self.open(f"{self.home}entrar/")
        self.post(f"{self.home}entrar/", {**self._hidden(), "who": card, "birth_date": f"{birth_date:%d/%m/%Y}"})
        assert self.path.endswith("/codigo/"), self.text
        self.post(self.path, {**self._hidden(), "code": self._new_code(card, before)})
        assert self.path == self.home, self.text
        return self

    def lend(self, context: BrowserContext) -> None:
        """Let a browser be this device."""
        for each in self.http.cookies.jar:
            context.add_cookies([{"name": each.name, "value": str(each.value), "url": str(self.http.base_url)}])

    def _hidden(self) -> dict[str, str]:
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.page.text)
        return dict(found)

    def _codes(self, card: str) -> list[tuple[str, str]]:
        """When each code to sign in came, and the code; the phone holds its latest messages alone."""
        told = self.http.get(f"/demo/phone/{card}.json").json()
        return [(each["at"], str(each["code"])) for each in told if each["code"] and "uia " not in each["text"]]

    def _new_code(self, card: str, before: list[tuple[str, str]]) -> str:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if new := [each for each in self._codes(card) if each not in before]:
                return new[-1][1]
            time.sleep(0.1)
        raise AssertionError(f"no sign-in code came to {card}")

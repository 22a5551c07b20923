"""A person's walk through the pages in a real browser, one deed a function; it notes whatever should not happen."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, expect

from chancela.adapters.demo import houses
from tests.portals.browsing import CONSULTATION, Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

    from tests.running import Running

DESK, HAND = (1366, 768), (360, 740)
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)
COLOURS = ("color-contrast", "link-in-text-block")  # axe's rules that colours decide; by night no other differs
LOOKS = [(DESK, "light"), (HAND, "dark")]  # each size and each light once: colours do not change with the width
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What is said of a page that was left while it was asked.
LEFT = re.compile(r"Execution context was destroyed|Cannot read properties of null \(reading 'scrollWidth'\)")
# Chromium itself says so of every page that answers 404 or 422; that is an answer, not a fault.
ANSWERED = re.compile(r"Failed to load resource: the server responded with a status of 4(04|22) ")


class Walk:
    """One person at one browser; `desk` is the same clinic without a browser, for what happens elsewhere."""

    def __init__(self, browser: Browser, town: Running, ans: str, **options: Any) -> None:
        self.town, self.ans = town, ans
        self.complaints: list[str] = []
        given = {"viewport": {"width": DESK[0], "height": DESK[1]}, "locale": "pt-BR", "reduced_motion": "reduce"}
        self.context = browser.new_context(base_url=town.url, **{**given, **options})
        self.context.on("request", self._asked)
        self.context.on("console", self._said)
        self.context.on("weberror", lambda fault: self.complaints.append(str(fault.error)))
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.desk = Visitor(town.url)

    def _asked(self, request: Request) -> None:
        if f"http://{urlsplit(request.url).netloc}" != self.town.url and not request.url.startswith("data:"):
            self.complaints.append(f"asked another machine: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not ANSWERED.match(message.text):
            self.complaints.append(f"{message.text} at {message.location['url']}")

    def end(self) -> list[str]:
        """Close the browser; everything that should not have happened."""
        self.context.close()
        self.desk.http.close()
        return self.complaints

    # ------------------------------------------------------------ the desk

    def sign_in(self) -> Page:
        """Through the demo's open door, with the browser and beside it."""
        self.desk.sign_in(self.ans)
        self.page.goto("/")
        self.page.click(f'.house form:has([value="{self.ans}"]) button')
        self.page.wait_for_url("**/balcao/")
        return self.page

    def sign_in_as_operator(self, role: str = "auditor") -> Page:
        """Through the demo's other open door, in a role; auditors begin at the carriers."""
        self.page.goto("/")
        self.page.click(f'.house form:has([value="{self.ans}"]) [name=as][value={role}]')
        self.page.wait_for_url("**/operadora/**")
        if role == "auditor":
            self.page.goto("/operadora/entregas/")
        return self.page

    def take_card(self, card: str) -> None:
        """Type a card into the field that has the focus."""
        self.page.fill("#id_q", card)
        self.page.press("#id_q", "Enter")
        self.page.wait_for_url(f"**/pessoas/{card}/")

    def enter_guia(self, card: str, code: str = CONSULTATION) -> None:
        """From the card to the registered guia, by hand."""
        self.take_card(card)
        self.page.click("text=Tratamento odontológico (GTO)")
        self.page.fill("#id_find", code)
        self.page.click("button:has-text('Procurar')")
        self.page.wait_for_selector(".line")
        self.page.click("button:has-text('Conferir')")
        self.page.click("button:has-text('Registrar a guia')")
        self.page.wait_for_url("**/guias/**")

    def has_guia(self, card: str, code: str = CONSULTATION, kind: str = "odonto") -> str:
        """Enter a guia beside the browser and open it; its address."""
        address = self.desk.new_guia(card, code, kind)
        self.page.goto(address)
        return address

    def has_code(self, card: str) -> str:
        """Open the code's page of a new guia whose code is out; the address of the guia."""
        address = self.desk.new_guia(card)
        self.desk.sent(address)
        self.page.goto(f"{address}codigo/")
        return address

    # ------------------------------------------------------------ the code

    @property
    def number(self) -> str:
        """The number of the guia in hand."""
        found = re.search(r"[Gg]uia ([0-9]{13})", self.page.inner_text("main"))
        assert found
        return found[1]

    def read(self, card: str, old: str = "") -> str:
        """The code that the person's phone shows for the guia in hand, other than an old one."""
        return self.desk.code_after(card, self.number, old)

    def held(self, card: str, channel: str) -> list[dict[str, str]]:
        """What the person's phone holds of a channel about the guia in hand."""
        phone = self.desk.http.get(f"/demo/phone/{card}.json").json()
        return [each for each in phone if each["channel"] == channel and self.number in each["text"]]

    def rest(self) -> None:
        """Let the ways rest as long as a demo wants it between two messages."""
        self.page.wait_for_timeout(houses.COOL_DOWN_S * 1000 + 200)

    def give(self, code: str) -> None:
        """Type a code and press Validar."""
        self.page.fill("[name=code]", code)
        self.page.click("button:has-text('Validar')")

    def refused(self, words: str) -> None:
        """See why the code was not taken, over an empty field."""
        self.page.wait_for_selector(f".error >> text={words}")
        expect(self.page.locator("[name=code]").first).to_have_value("")

    def sealed(self) -> None:
        """See the seal and its code of validation, which fits TISS."""
        self.page.wait_for_selector(".seal.pressed")
        self.page.wait_for_selector("[role=status] >> text=VALIDADA")
        assert re.fullmatch(r"[0-9A-Z-]{1,10}", self.page.inner_text(".validation-code"))

    def spotless(self) -> None:
        """Nothing for axe to find and nothing wider than the screen, at both sizes, light and dark."""
        found = self._looked_over()
        self.page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        self.page.emulate_media(color_scheme="light")
        faulty = {look: each for look, each in found.items() if each}
        assert not faulty, f"{self.page.url}: {faulty}"

    def _looked_over(self, tries: int = 3) -> dict[object, list[str]]:
        """What is found at each look; where a press was still leading on, the page that it led to counts."""
        found: dict[object, list[str]] = {}
        try:
            self.page.wait_for_load_state()
            for (width, height), scheme in LOOKS:
                self.page.set_viewport_size({"width": width, "height": height})
                self.page.emulate_media(color_scheme=scheme)
                wide = ["wider than the screen"] if self.page.evaluate(WIDER) > 0 else []
                found[width, scheme] = [*faults(self.page), *wide]
        except Error as fault:
            if tries > 1 and LEFT.search(str(fault)):
                return self._looked_over(tries - 1)
            raise
        return found


def follow(page: Page, selector: str) -> None:
    """Press what leads to another page, or to the same one anew, and wait until it is read.

    A press alone waits only until the next page has begun: what is looked for at once may not be there yet.
    """
    with page.expect_navigation():
        page.click(selector)


@cache
def _axe() -> Axe:
    return Axe()


def faults(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """What axe finds on a page as it stands, by all its rules or by these."""
    if page.evaluate("typeof window.axe !== 'object'"):
        page.evaluate(_axe().axe_script)
    options = {"resultTypes": ["violations"], **({"runOnly": {"type": "rule", "values": rules}} if rules else {})}
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


def wrong(code: str, by: int = 1) -> str:
    """Six digits that are not these."""
    return f"{(int(code) + by) % 10**6:06d}"

"""Every page that people have in their hand, found by the addresses themselves, each in the states worth looking at."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import psycopg

from chancela.portals.hand import urls
from tests.journeys.walk import HAND, Walk
from tests.portals.browsing import Visitor
from tests.portals.hands import Hand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.running import Running

ANS = "999003"
ORTHODONTICS = "86000012"  # for which her clinic has nobody
ROSA, BORN = "00300000101", dt.date(1981, 10, 5)
TAINA, TAINA_BORN = "00300000801", dt.date(2000, 5, 18)
LAURA = "00300000103"
PASSKEY = "0197a000-0000-7000-8000-00000000c0de"
HAS_PASSKEY = """
    INSERT INTO chancela.passkey (operator, id, beneficiary_id, credential_id, public_key, sign_count, name, created_at)
    SELECT b.operator, %(id)s, b.id, 'a credential of a test', 'a public key', 0, 'Telefone da Rosa', now()
    FROM chancela.beneficiary b WHERE b.operator = %(ans)s AND b.card_number = %(card)s
"""
SECRET = "w" * 43  # of a visit of Laura's, and of help that Tainá asks for
HAS_TIES = """
    INSERT INTO chancela.tie (operator, id, kind, giver_id, of_id, scope, token_hash, created_at, until)
    SELECT g.operator, gen_random_uuid(), t.kind, g.id, o.id, 'receive', sha256(t.secret::bytea), now(), now() + '1 day'
    FROM (VALUES ('visit', %(rosa)s, %(laura)s, %(visit)s), ('delegation', %(taina)s, %(taina)s, %(help)s))
         AS t (kind, giver, whose, secret)
    JOIN chancela.beneficiary g ON g.operator = %(ans)s AND g.card_number = t.giver
    JOIN chancela.beneficiary o ON o.operator = %(ans)s AND o.card_number = t.whose
"""
LONG_AGO = """
    UPDATE chancela.report SET opened_at = opened_at - interval '8 days' WHERE guia_id = %s
"""  # two reports within a week would pause Rosa's codes
NOBODY = "00000000-0000-0000-0000-000000000000"
WHAT_TO_DO = (
    "say in tests/journeys/hand_pages.py what its address needs (Household.given), how it is seen (STATES), "
    "or why it is no page (NO_PAGES)"
)


class Household:
    """Rosa, with two children, a clinic that she goes to, and what the addresses of her pages name."""

    def __init__(self, town: Running) -> None:
        self.town, self.home = town, f"/app/{ANS}/"
        self.rosa, self.desk = Hand(town.url, ANS), Visitor(town.url)
        self.stranger = Hand(town.url, ANS)

    def settle(self) -> None:
        """Let Rosa come in, and have a guia that waits, one with a code, one confirmed and one that she disowned."""
        self.rosa.enter(ROSA, BORN)
        self.desk.sign_in(ANS)
        self.lauras = self.desk.new_guia(LAURA).split("/")[-2]
        self.denied = self.desk.new_guia(ROSA, ORTHODONTICS).split("/")[-2]
        self.waiting, self.live, self.done, self.disowned, self.disputed = (self._guia() for _each in range(5))
        for guia in (self.live, self.done, self.disowned, self.disputed):
            self._own(guia, "gerar/")
        for guia in (self.done, self.disputed):
            self._confirmed(guia)
        self._own(self.disowned, "nao-fui-eu/")
        self._own(self.disputed, "nao-fui-eu/")
        with psycopg.connect(self.town.database_url) as connection:
            connection.execute(HAS_PASSKEY, {"id": PASSKEY, "card": ROSA, "ans": ANS})
            connection.execute(LONG_AGO, (self.disputed,))
            people = {"rosa": ROSA, "laura": LAURA, "taina": TAINA}
            connection.execute(HAS_TIES, {**people, "ans": ANS, "visit": f"v{SECRET}", "help": f"h{SECRET}"})
            asked = "SELECT id FROM chancela.beneficiary WHERE operator = %s AND card_number = %s"
            (self.laura,) = connection.execute(asked, (ANS, LAURA)).fetchone() or ("",)
        self._asks_to_come_in()

    @cached_property
    def given(self) -> dict[str, str]:
        """What stands in the addresses: by the argument's name, or by page and argument where one is not enough."""
        done = dict.fromkeys(("hand_receipt.guia_id", "hand_receipt_file.guia_id"), self.done)
        going = dict.fromkeys((f"hand_visit_{each}.guia_id" for each in ("code", "issue", "not_asked")), self.lauras)
        links = {"secret": f"v{SECRET}", "hand_invitation.secret": f"h{SECRET}"}
        family = {"hand_visit_offer.person_id": str(self.laura), **going, **links}
        denied = {"hand_denial.guia_id": self.denied, "hand_dispute.guia_id": self.disputed}
        return {"ans": ANS, "guia_id": self.live, "passkey_id": PASSKEY, **done, **denied, **family}

    def address(self, name: str) -> str:
        """The address of a page; what it names beside the given is nobody's."""
        return "/app/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda each: self._argument(name, each[1]), routes()[name])

    def lend(self, context: BrowserContext, *, inside: bool) -> None:
        """Let a browser be Rosa's phone, or one on which somebody is on the way in."""
        (self.rosa if inside else self.stranger).lend(context)

    def close(self) -> None:
        """Hang up."""
        for each in (self.rosa, self.desk, self.stranger):
            each.http.close()

    def _argument(self, page: str, name: str) -> str:
        return self.given.get(f"{page}.{name}") or self.given.get(name) or NOBODY

    def _guia(self) -> str:
        return self.desk.new_guia(ROSA).split("/")[-2]

    def _own(self, guia: str, deed: str) -> None:
        page = f"{self.home}guias/{guia}/"
        self.rosa.open(page)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.rosa.page.text)
        assert token
        self.rosa.post(page + deed, {"csrfmiddlewaretoken": token[1]})
        assert self.rosa.page.status_code == 200, self.rosa.text

    def _confirmed(self, guia: str) -> None:
        self._own(guia, "codigo/")
        digits = re.search(r'<span aria-hidden="true">([0-9]{3}) ([0-9]{3})</span>', self.rosa.page.text)
        assert digits, self.rosa.text
        self.desk.open(f"/balcao/guias/{guia}/codigo/")
        self.desk.send(f"/balcao/guias/{guia}/validar/", code=digits[1] + digits[2])
        assert "VALIDADA" in self.desk.text

    def _asks_to_come_in(self) -> None:
        way = f"{self.home}entrar/"
        self.stranger.open(way)
        said = {**self.stranger._hidden(), "who": TAINA, "birth_date": f"{TAINA_BORN:%d/%m/%Y}"}
        self.stranger.post(way, said)
        assert self.stranger.path.endswith("/codigo/"), self.stranger.text


@dataclass(frozen=True, slots=True)
class State:
    """One state of a page: how it is reached, and whether one is signed in."""

    name: str
    words: str
    see: Callable[[Page, Household], Any]
    inside: bool = True

    def __str__(self) -> str:
        return f"{self.name} {self.words}".strip()


def opened(name: str) -> Callable[[Page, Household], Any]:
    """The page as it is at its address."""
    return lambda page, house: page.goto(house.address(name))


def of(guia: str, more: str = "") -> Callable[[Page, Household], Any]:
    """A page of one of the household's guias."""
    return lambda page, house: page.goto(f"{house.home}guias/{getattr(house, guia)}/{more}")


def shown(page: Page, house: Household) -> None:
    """The digits, which only a tap shows."""
    of("live")(page, house)
    page.click(f"form[action$='{house.live}/codigo/'] button")
    page.wait_for_selector(".code-shown span")


def sent_empty(name: str) -> Callable[[Page, Household], Any]:
    """A form that says what is missing."""

    def see(page: Page, house: Household) -> None:
        page.goto(house.address(name))
        page.click("main form button.primary")
        page.wait_for_selector(".field.wrong")

    return see


def going(page: Page, house: Household) -> None:
    """What whoever goes along with Laura sees once her code is made; that it is for her stays as it was."""
    page.goto(house.address("hand_visit"))
    if page.is_visible(f"form[action$='{house.lauras}/gerar/'] button"):
        page.click(f"form[action$='{house.lauras}/gerar/'] button")
    page.wait_for_selector(".code-shown")


def going_sees(page: Page, house: Household) -> None:
    """Laura's digits, shown by a link."""
    going(page, house)
    page.click(f"form[action$='{house.lauras}/codigo/'] button")
    page.wait_for_selector(".code-shown span")


def linked(name: str) -> Callable[[Page, Household], Any]:
    """A link, which is shown once to whoever makes it."""

    def see(page: Page, house: Household) -> None:
        page.goto(house.address(name))
        page.click("main form button.primary")
        page.wait_for_selector("#link")

    return see


# A page that is more than what its address shows to Rosa; all others are found by themselves.
STATES = (
    State("hand_shown", "with the digits", shown),
    State("hand_attendance", "that waits for its code", of("waiting")),
    State("hand_attendance", "confirmed", of("done")),
    State("hand_attendance", "disowned", of("disowned")),
    State("hand_not_me", "of one that is confirmed", of("done", "nao-fui-eu/")),
    State("hand_not_me", "with a protocol", of("disowned", "nao-fui-eu/")),
    State("hand_attendance", "disputed", of("disputed")),
    State("hand_not_me", "of one that is disputed", of("disputed", "nao-fui-eu/")),
    State("hand_doors", "of a stranger", opened("hand_doors"), inside=False),
    State("hand_sign_in", "of a stranger", opened("hand_sign_in"), inside=False),
    State("hand_sign_in", "with errors", sent_empty("hand_sign_in"), inside=False),
    State("hand_code", "of a stranger", opened("hand_code"), inside=False),
    State("hand_code", "with errors", sent_empty("hand_code"), inside=False),
    State("hand_generate", "with errors", sent_empty("hand_generate")),
    State("hand_visit", "before its code is made, of a stranger", opened("hand_visit"), inside=False),
    State("hand_visit", "with a live code, of a stranger", going, inside=False),
    State("hand_visit_code", "with the digits, of a stranger", going_sees, inside=False),
    State("hand_visit", "that is over", lambda page, house: page.goto(f"{house.home}visita/nada/"), inside=False),
    State("hand_invitation", "that is over", lambda page, house: page.goto(f"{house.home}convite/nada/")),
    State("hand_offer", "with its link", linked("hand_offer")),
    State("hand_visit_offer", "with its link", linked("hand_visit_offer")),
    State("hand_contact_new", "where contacts are changed by call", opened("hand_contact_new")),
    State("hand_contact_code", "that nobody asked for", opened("hand_contact_code")),
)


# What is no page to look at here, and why.
NO_PAGES = {
    "hand_logo": "a picture; Cambuí has none",
    "hand_privacy": "Rosa holds the plan and hides from nobody; test_family.py looks at a youth's",
    "hand_visit_issue": "a deed that leads back to the visit",
}


def routes() -> dict[str, str]:
    """Each address of the Hand by its name, as it is written below `/app/`."""
    return {str(each.name): str(each.pattern) for each in urls.urlpatterns}


def states(house: Household) -> list[State]:
    """Every page in every state."""
    return [*(State(name, "", opened(name)) for name in routes() if answers(house, name) is Answer.PAGE), *STATES]


def unexplained(house: Household) -> list[str]:
    """Addresses of which nobody said how they are seen, each with what to do."""
    known = {*(each.name for each in STATES), *NO_PAGES}
    lost = [name for name in routes() if answers(house, name) is Answer.ELSEWHERE and name not in known]
    return [f"{name} shows no page at {house.address(name)}: {WHAT_TO_DO}" for name in lost]


class Answer(StrEnum):
    """What an address is to whoever only opens it."""

    PAGE = "page"
    DEED = "deed"
    FILE = "file"
    ELSEWHERE = "elsewhere"


@cache
def answers(house: Household, name: str) -> Answer:
    """What an address shows Rosa."""
    answer = house.rosa.http.get(house.address(name), follow_redirects=False)
    if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return Answer.DEED
    if answer.status_code != HTTPStatus.OK:
        return Answer.ELSEWHERE
    return Answer.PAGE if "html" in answer.headers["content-type"] else Answer.FILE


def walked(browser: Browser, house: Household, language: str = "pt-br", **options: Any) -> Iterator[tuple[State, Walk]]:
    """Each page in each state, on a phone; what should not have happened on the way fails at the end."""
    walks = {}
    for inside in (True, False):
        walk = Walk(browser, house.town, ANS, **{"viewport": {"width": HAND[0], "height": HAND[1]}, **options})
        house.lend(walk.context, inside=inside)
        walk.context.add_cookies([{"name": "chancela_language", "value": language, "url": house.town.url}])
        walks[inside] = walk
    complaints: list[str] = []
    try:
        for state in states(house):
            walk = walks[state.inside]
            state.see(walk.page, house)
            walk.page.wait_for_load_state()
            assert walk.page.locator("h1:visible").count() == 1, f"{state} shows no page: {walk.page.url}"
            yield state, walk
    finally:
        complaints += [each for walk in walks.values() for each in walk.end()]
    assert complaints == []

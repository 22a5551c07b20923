"""Care goes on while the portal is away: the desk's own machine keeps six visits, and two are written on paper."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import psycopg

from chancela.adapters.demo.care import CELLS, GUESTS, HOUSE, Fault, Way, Whom
from chancela.domain import offline
from tests.journeys import walk
from tests.journeys.care import CENTRAL, DESK, PIN, Guests
from tests.journeys.counting import Hands
from tests.journeys.test_offline_desk import SENT, Line, made_ready
from tests.portals import test_contingency as paper
from tests.portals.browsing import Visitor
from tests.portals.test_contingency_office import TOLD

OUTAGES = "/operadora/quedas/"
ON_PAPER = {Way.LISTED, Way.NUMBERED}

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.journeys.care import Record
    from tests.journeys.counting import Count
    from tests.running import Running


def opened(hands: Hands) -> None:
    """From whatever page stands there to the offline desk, unlocked."""
    hands.page.goto(DESK)
    hands.page.wait_for_selector("[data-view=locked]:not([hidden])")
    hands.again()
    hands.types("[data-unlock] [name=pin]", PIN, enter=True, then="[data-view=form]:not([hidden])")


def entered(hands: Hands, whom: Whom, address: str | None) -> None:
    """Choose the guia in hand, or enter one."""
    guest = GUESTS[whom]
    if address:
        hands.picks("#id_guia", address.rstrip("/").split("/")[-1])
        return
    hands.types("#id_card", guest.card_number, enter=True)
    hands.ticks(f"[name=kind][value={guest.kind.value}]")
    hands.types("#id_find", guest.procedure, enter=True)


def kept(hands: Hands, guests: Guests | None, whom: Whom, address: str | None, code: str | None) -> str:
    """Save one visit on the desk's own machine; its number."""
    page, cell = hands.page, CELLS[whom, Fault.PORTAL]
    opened(hands)
    entered(hands, whom, address)
    if cell.way is Way.KEPT_COMPUTED and guests:
        hands.presses("[data-by-hand] summary")
        code = guests.device(whom, re.sub(r"\D", "", page.inner_text("[data-fill=qr-number]")))
    if code:
        hands.types("#id_code", code)
    else:
        hands.ticks("[name=how][value=reason]")
        hands.picks("#id_reason", str(cell.reason))
    hands.presses("[data-take] .primary", "[data-view=saved]:not([hidden])")
    return re.sub(r"\D", "", page.inner_text("[data-fill=saved]"))


def listed(hands: Hands, whom: Whom, number: str) -> None:
    """Bring in, by one line, what was written on paper under a contingency number."""
    guest, cell = GUESTS[whom], CELLS[whom, Fault.PORTAL]
    reason = cell.tiss if cell.way is Way.LISTED else ""
    kind = {"sp_sadt": "sadt"}.get(guest.kind.value, guest.kind.value)
    cells = (number, paper.now(), guest.card_number, kind, guest.procedure, str(reason))
    hands.page.goto("/balcao/contingencia/")
    hands.again()
    hands.types("#text", "; ".join(cells).rstrip("; "))
    hands.presses("button[accesskey=c]", "text=Confira antes de registrar")
    hands.presses("button:has-text('Registrar 1 atendimento')", "text=1 atendimento registrado")


@contextlib.contextmanager
def declared(guests: Guests) -> Iterator[None]:
    """The operator declares the outage of the portal, and ends it."""
    with Visitor(guests.live.url) as manager:
        manager.sign_in_as_operator(HOUSE, "manager")
        manager.open(OUTAGES)
        if "Portal: queda" not in manager.text:
            now = dt.datetime.now(offline.BRAZIL)
            since = now - dt.timedelta(minutes=10)  # what is on paper knows minutes alone
            told = {"day": "hoje" if since.date() == now.date() else "ontem", "time": f"{since:%H:%M}"}
            manager.send(OUTAGES, what="portal", note="", **told)
            assert "Portal: queda" in manager.text, manager.text
        yield
        manager.open(OUTAGES)
        for each in set(re.findall(rf"{OUTAGES}[0-9a-f-]{{36}}/encerrar/", manager.page.text)):
            manager.open(OUTAGES)
            manager.send(each)


def by_telephone(guests: Guests, whom: Whom) -> str:
    """The call centre tells the clinic one contingency number."""
    with Visitor(guests.live.url) as agent:
        agent.sign_in_as_operator(HOUSE, "agent")
        agent.open(CENTRAL)
        agent.send(f"{CENTRAL}abrir/")
        call = agent.path
        agent.open(f"{call}numero/")
        agent.send(f"{call}numero/", provider=guests.provider, card=GUESTS[whom].card_number, note="portal fora do ar")
        number = " ".join(TOLD.findall(agent.page.text))
        agent.open(call)
        agent.send(f"{call}fim/")
        return number


def of_number(live: Running, number: str) -> str:
    """The id of the guia that stands under a number."""
    asked = "SELECT id FROM chancela.guia WHERE operator = %s AND number = %s"
    with psycopg.connect(live.database_url) as connection:
        found = connection.execute(asked, (HOUSE, re.sub(r"\D", "", number))).fetchone()
    assert found, number
    return str(found[0])


def desk_of(browser: Browser, line: Line) -> Page:
    """A browser of the clinic, whose way to the portal can be cut."""
    given: dict[str, Any] = {"viewport": {"width": walk.DESK[0], "height": walk.DESK[1]}, "locale": "pt-BR"}
    context = browser.new_context(base_url=line.url, reduced_motion="reduce", **given)
    context.set_default_timeout(walk.PATIENCE_MS)
    return context.new_page()


def walked(browser: Browser, guests: Guests) -> dict[Whom, Record]:
    """Walk the eight people through an outage: each is written down meanwhile, and all go in afterwards."""
    line, known = Line(guests.live.url), {Whom.WITHOUT_DATA: guests.sheet(Whom.WITHOUT_DATA)}
    waiting = guests.guia(Whom.LANDLINE)
    guests.clinic.sent(waiting)
    guests.clinic.open(waiting)
    known[Whom.LANDLINE] = guests.clinic.code(GUESTS[Whom.LANDLINE].card_number, guests.clinic.number)
    free = {Whom.HOME: paper.numbers(guests.clinic)[0], Whom.NO_PHONE: by_telephone(guests, Whom.NO_PHONE)}
    hands = Hands(desk_of(browser, line))
    made_ready(hands.page)
    line.cut()
    done: dict[Whom, tuple[str, Count]] = {}
    with declared(guests):
        for whom in Whom:
            if CELLS[whom, Fault.PORTAL].way in ON_PAPER:
                continue
            standing = waiting if whom is Whom.LANDLINE else None
            number = kept(hands, guests, whom, standing, known.get(whom))
            done[whom] = (waiting.rstrip("/").split("/")[-1] if standing else number, hands.noted())
        line.join()
        hands.page.goto(DESK)
        assert hands.page.evaluate(SENT, 20)
        for whom, number in free.items():
            listed(hands, whom, number)
            done[whom] = (number, hands.noted())
    hands.page.context.close()
    line.cut()
    ids = {whom: key if "-" in key else of_number(guests.live, key) for whom, (key, _) in done.items()}
    return {whom: guests.record(ids[whom], done[whom][1]) for whom in Whom}

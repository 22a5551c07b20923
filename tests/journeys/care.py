"""Care goes on: a receptionist walks each of the 24 cells by hand, and steps, keys and waits are counted."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import httpx
import psycopg

from chancela.adapters.demo.care import CELLS, GUESTS, HOUSE, Fault, Way, Whom
from chancela.domain import offline
from tests import callers, cast
from tests.adapters.documents import signed
from tests.journeys.counting import Count, Hands
from tests.journeys.test_offline_desk import PROVIDER, enrolled
from tests.portals.browsing import Visitor
from tests.portals.hands import Hand
from tests.portals.test_paper import printed

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from chancela.adapters.demo.invented import Invented
    from tests.handheld import Handheld
    from tests.journeys.walk import Walk
    from tests.running import Running

CENTRAL, DESK, PIN, MOTHER = "/operadora/central/", "/balcao/", "ipê-amarelo 7", "00100000101"
SPELLED: Final = re.compile(r'<span aria-hidden="true">([0-9]{3}) ([0-9]{3})</span>')
PEOPLE = {each.card_number: each for each in cast.cast().aurora.people}
FRESH = (
    "DELETE FROM chancela.sign_in",
    "UPDATE chancela.device SET ended_at = now(), secret = NULL WHERE operator = '999001' AND ended_at IS NULL",
)
TRAIL = "SELECT array_agg(kind ORDER BY seq) FROM chancela.trail WHERE operator = %s AND subject = %s"


@dataclass(frozen=True)
class Record:
    """How a cell ended: what the machine edge says, what the trail says, what it took at the desk."""

    tiss: str | None
    code: str | None
    reason: str | None
    proven: bool
    trail: tuple[str, ...]
    steps: int
    keys: int
    seconds: float


class Guests:
    """The eight people and their phones, and whoever else is not at the desk: nothing of theirs is counted."""

    def __init__(self, live: Running, folder: Path) -> None:
        self.live, self.folder = live, folder
        self.provider = PROVIDER
        self.clinic = Visitor(live.url)
        self.clinic.sign_in(HOUSE)
        self.devices: dict[Whom, Handheld] = {}
        told = live.operator(HOUSE)
        self.http = httpx.Client(base_url=live.url, timeout=20)
        asked = (str(told["client_id"]), str(told["client_secret"]))
        token = self.http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=asked).json()
        self.http.headers["Authorization"] = f"Bearer {token['access_token']}"

    def close(self) -> None:
        """Leave."""
        self.clinic.http.close()
        self.http.close()

    def get_ready(self) -> None:
        """Let whoever has a smartphone compute codes on it, before anything fails."""
        with psycopg.connect(self.live.database_url, autocommit=True) as connection:
            for statement in FRESH:
                connection.execute(statement)
        self.device(Whom.SMARTPHONE, "2026000000000")

    def phone(self, whom: Whom, trouble: str) -> None:
        """Let somebody's phone lose everything, or take messages again."""
        card = GUESTS[whom].card_number
        self.clinic.open(f"/demo/phone/{card}")
        self.clinic.send(f"/demo/phone/{card}/defeito", trouble=trouble)

    def guia(self, whom: Whom) -> str:
        """The guia in hand: entered beforehand; the address of its page."""
        guest = GUESTS[whom]
        return self.clinic.new_guia(guest.card_number, guest.procedure, guest.kind.value.replace("_", "-"))

    def device(self, whom: Whom, number: str) -> str:
        """What the person's own phone computes without a signal for a guia's number, today."""
        if whom not in self.devices:
            with Hand(self.live.url, HOUSE) as hand:
                hand.enter(GUESTS[whom].card_number, person(whom).birth_date)
                self.devices[whom] = enrolled(hand)
        day = dt.datetime.now(offline.BRAZIL).date()
        asked = offline.challenge(HOUSE, number, PROVIDER, day)
        return offline.ocra(offline.SUITE, self.devices[whom].key, asked)

    def sheet(self, whom: Whom) -> str:
        """The first of the codes that a person has on paper."""
        with Hand(self.live.url, HOUSE) as hand:
            hand.enter(GUESTS[whom].card_number, person(whom).birth_date)
            return printed(hand)[0]

    def record(self, guia_id: str, hands: Count) -> Record:
        """What the machine edge and the trail say of a guia, with what was counted."""
        told = self.http.get(f"/v1/guias/{guia_id}").json()
        proof, absence = told["validation"], told["absence"] or {}
        with psycopg.connect(self.live.database_url) as connection:
            (kinds,) = connection.execute(TRAIL, (HOUSE, guia_id)).fetchone() or ((),)
        return Record(
            tiss=absence.get("reason"),
            code=None if proof is None else proof["validation_code"],
            reason=absence.get("finer_reason"),
            proven=absence.get("outage") is not None,
            trail=tuple(kinds or ()),
            steps=hands.steps,
            keys=hands.keys,
            seconds=round(hands.seconds, 1),
        )


def person(whom: Whom) -> Invented:
    """The invented person of a row."""
    return PEOPLE[GUESTS[whom].card_number]


# ------------------------------------------------------------ the portal answers


def coded(hands: Hands, guests: Guests, whom: Whom, *, reader: str | None = None) -> None:
    """Send the code, and type what the person reads out, or whoever answers for them."""
    page = hands.page
    number = _number(page)
    if page.locator("#code-dialog[open]").count() == 0:
        hands.presses("a:has-text('Enviar o código')", "#code-dialog[open] .code-part")
    hands.presses("#code-dialog form[action$='/codigo/enviar/'] button.primary", "#code-dialog [name=code]")
    with hands.waits():
        code = guests.clinic.code(reader or GUESTS[whom].card_number, number)
    sealed(hands, code)


def sealed(hands: Hands, code: str) -> None:
    """Type a code and see the seal."""
    hands.types("#code-dialog form[action$='/validar/'] [name=code]", code)
    hands.presses("#code-dialog form[action$='/validar/'] button", ".seal.pressed")


def _number(page: Page) -> str:
    found = re.search(r"[Gg]uia ([0-9]{13})", page.inner_text("main"))
    assert found
    return found[1]


def by_code(hands: Hands, guests: Guests, whom: Whom) -> None:
    """The person reads the code out."""
    coded(hands, guests, whom)


def by_family(hands: Hands, guests: Guests, whom: Whom) -> None:
    """The code comes to the mother, who tells it to the adult at the desk."""
    coded(hands, guests, whom, reader=MOTHER)


def by_call(hands: Hands, guests: Guests, whom: Whom) -> None:
    """The person rings the call centre from the desk's telephone, and hears the code."""
    code = told_by_telephone(guests, whom, hands.page.url.rstrip("/").split("/")[-1])
    if hands.page.locator("#code-dialog[open]").count() == 0:
        hands.presses("a[data-opens=code-dialog]", "#code-dialog[open] [name=code]")
    sealed(hands, code)


def computed(hands: Hands, guests: Guests, whom: Whom) -> None:
    """The person's phone computes the code without a signal."""
    code = guests.device(whom, _number(hands.page))
    hands.presses("text=Gerar no celular da pessoa (QR)")
    hands.presses("text=Informar o código que apareceu", "#code-dialog[open] [name=code]")
    sealed(hands, code)


def late(hands: Hands, guests: Guests, whom: Whom) -> None:
    """The visit goes on, the phone comes back, and a code for that day is asked for."""
    page, number = hands.page, _number(hands.page)
    hands.presses("text=O código vem depois", "h1:text('O código vem depois')")
    hands.presses("button:has-text('Deixar o código para depois')", "text=à espera do código")
    guests.phone(whom, "none")
    hands.presses("a:has-text('Pedir o código tardio')", "#code-dialog[open] .code-part")
    hands.presses("#code-dialog form[action$='/codigo/enviar/'] button.primary", "#code-dialog [name=code]")
    with hands.waits():
        code = guests.clinic.code(GUESTS[whom].card_number, number)
    sealed(hands, code)
    page.wait_for_selector("text=com código tardio")


def signed_sheet(hands: Hands, guests: Guests, whom: Whom) -> None:
    """Print the guia, have it signed, send the photo."""
    page = hands.page
    with page.expect_download() as download:
        hands.presses("button:has-text('Imprimir guia para assinatura')", "text=2. Enviar a folha assinada")
    photo = guests.folder / "folha.jpg"
    photo.write_bytes(signed.photo(download.value.path().read_bytes()))
    hands.takes("#id_file", photo)
    hands.picks("#id_reason", str(CELLS[whom, Fault.NOTHING].reason))
    hands.presses("button:has-text('Enviar a guia assinada')", "text=Recebida. O atendimento está registrado")


def without_code(hands: Hands, guests: Guests, whom: Whom) -> None:
    """A reason in the place of a code."""
    reason = CELLS[whom, Fault.CARRIER].reason
    hands.presses("a:has-text('eguir sem código')", "h1:text('Seguir sem código')")
    hands.presses(f"button.reason[value={reason}]", ".validation-code")


def told_by_telephone(guests: Guests, whom: Whom, guia_id: str) -> str:
    """The call centre identifies the caller and reads a code out; no message goes out."""
    with Visitor(guests.live.url) as agent:
        agent.sign_in_as_operator(HOUSE, "agent")
        agent.open(CENTRAL)
        agent.send(f"{CENTRAL}abrir/")
        call = agent.path
        agent.send(f"{call}quem/", who=GUESTS[whom].card_number)
        while "Pergunta" in agent.text and "Cadastro conferido" not in agent.text:
            kind = callers.kind_of(agent.text)
            agent.send(f"{call}resposta/", answer=callers.answer(kind, person(whom), PEOPLE.values()))
        agent.post(f"{call}ler/", {**agent.form("/conta/sair/"), "guia": guia_id, "reason": "lost"})
        found = SPELLED.search(agent.page.text)
        assert found, agent.text
        agent.open(call)
        agent.send(f"{call}fim/")
        return found[1] + found[2]


WALKED: Final = {
    Way.CODE: by_code,
    Way.CALLED: by_code,
    Way.FAMILY: by_family,
    Way.READ_OUT: by_call,
    Way.COMPUTED: computed,
    Way.LATE: late,
    Way.SIGNED: signed_sheet,
    Way.REASON: without_code,
}


def at_the_desk(hands: Hands, guests: Guests, whom: Whom, fault: Fault) -> Record:
    """Walk one cell while the portal answers."""
    if fault is Fault.CARRIER:
        guests.phone(whom, "off")
    address = guests.guia(whom)
    hands.page.goto(address)
    hands.again()
    try:
        WALKED[CELLS[whom, fault].way](hands, guests, whom)
    finally:
        guests.phone(whom, "none")
    return guests.record(address.rstrip("/").split("/")[-1], hands.noted())


def walked(walk: Walk, guests: Guests, fault: Fault) -> dict[Whom, Record]:
    """Walk the eight people while the portal answers: all is well, or nothing reaches their phones."""
    hands = Hands(walk.page)
    return {whom: at_the_desk(hands, guests, whom, fault) for whom in Whom}

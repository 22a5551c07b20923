"""Draws docs/screenshots/*.png: starts a demo in a folder of its own, walks the whole way in a real browser and looks.

`screenshots.py --every-look FOLDER` draws each picture at both sizes, light and dark, for whoever changes a page.
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
from playwright.sync_api import Browser, Page, sync_playwright

import care_pictures
import office_pictures
from camera import Camera

PICTURES = pathlib.Path(__file__).resolve().parent.parent / "docs" / "screenshots"
PHONE_WIDTH = 412
SIZES = {"desk": (1366, 768), "hand": (360, 740)}
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--force-color-profile=srgb"]
# What waits at each desk: kind, card, TUSS code, and whether the code is out already.
QUEUES = {
    "999001": (
        ("consulta", "00100000301", "10101012", True),
        ("sp_sadt", "00100000401", "40304361", False),
        ("odonto", "00100000501", "81000030", True),
        ("internacao", "00100000601", "30715016", False),
        ("odonto", "00100000201", "81000065", False),
    ),
    "999003": (
        ("odonto", "00300000501", "81000065", True),
        ("odonto", "00300000502", "81000030", False),
        ("odonto", "00300000601", "84000198", False),
    ),
}
ROSA, MARINA, IOLANDA = "00300000101", "00100000301", "00100000202"
RUNG_MS = 30_000  # a rung of the demo's ladder waits 12 seconds
# A demo's messages all go to its phones; the operator's page is drawn as if these had carried them.
CARRIERS = """
INSERT INTO chancela.carrier (operator, name, kind, channel, secrets, cost_millis, daily_cap_millis) VALUES
    ('999001', 'sms-principal', 'sms_smpp', 'sms', '', 80, 900000),
    ('999001', 'sms-reserva', 'sms_zenvia', 'sms', '', 95, NULL),
    ('999001', 'whatsapp', 'whatsapp', 'whatsapp', '', 35, NULL), ('999001', 'voz', 'voice', 'voice', '', 210, NULL),
    ('999001', 'correio', 'email', 'email', '', 0, NULL), ('999001', 'avisos', 'push', 'app', '', 0, NULL);
INSERT INTO chancela.carrier_day
SELECT '999001', n.carrier, (now() AT TIME ZONE 'America/Sao_Paulo')::date, n.sent, n.delivered, n.failed, n.spent
FROM (VALUES ('sms-principal', 8412, 8190, 96, 672960), ('sms-reserva', 640, 551, 12, 60800),
             ('avisos', 5233, 5228, 1, 0), ('whatsapp', 713, 706, 2, 24955), ('voz', 58, 49, 3, 12180),
             ('correio', 6120, 0, 9, 0))
     AS n (carrier, sent, delivered, failed, spent);
INSERT INTO chancela.carrier_state VALUES
    ('999001', 'sms-principal', 'closed', now() - interval '9 hours', NULL),
    ('999001', 'sms-reserva', 'slow', now() - interval '12 minutes', 'receipts late');
UPDATE chancela.delivery SET carrier = CASE channel WHEN 'sms' THEN 'sms-principal' ELSE 'avisos' END
WHERE operator = '999001' AND state = 'delivered' AND channel IN ('sms', 'app');
"""
NO_CARRIERS = """
DELETE FROM chancela.carrier WHERE operator = '999001';
DELETE FROM chancela.carrier_day WHERE operator = '999001';
DELETE FROM chancela.carrier_state WHERE operator = '999001';
"""
Told = dict[str, Any]


@contextlib.contextmanager
def demo() -> Iterator[Told]:
    """What a demo of our own tells when it is ready; its folder goes with it."""
    with tempfile.TemporaryDirectory(prefix="chancela-pictures-") as data:
        command = [sys.executable, "-m", "chancela.cli.main", "demo", "--json", "--data", data, "--port", "0"]
        ours = {name: value for name, value in os.environ.items() if not name.startswith("CHANCELA_")}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ours)
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                raise SystemExit("chancela: the demo ended before it was ready.")
            yield json.loads(line)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)


def fill_queue(url: str, operator: Told) -> None:
    """Let guias wait at the operator's desk, entered through the API as an integrator would."""
    with httpx.Client(base_url=url, timeout=20) as api:
        keys = (operator["client_id"], operator["client_secret"])
        granted = api.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=keys).json()
        api.headers["Authorization"] = f"Bearer {granted['access_token']}"
        for kind, card, code, out in QUEUES.get(operator["ans"], ()):
            asked = {"table": "22", "code": code, "quantity": 1}
            wish = {"kind": kind, "card_number": card, "provider": operator["provider"]["code"], "procedures": [asked]}
            entered = api.post("/v1/guias", json=wish)
            entered.raise_for_status()
            if out:
                api.post(f"/v1/guias/{entered.json()['id']}/token", json={}).raise_for_status()


def enter_desk(page: Page, ans: str) -> None:
    """Sign in as the clinic of an operator."""
    page.goto("/")
    page.click(f'.house form:has([value="{ans}"]) button')
    page.wait_for_url("**/balcao/")


def does(page: Page, card: str, words: str) -> None:
    """Say what a demo phone does with its messages."""
    page.goto(f"/demo/phone/{card}")
    page.click(f"text={words}")
    page.wait_for_selector(f"button[aria-pressed=true]:has-text('{words}')")


def add(page: Page, *codes: str) -> None:
    """Add procedures to the guia being entered."""
    for count, code in enumerate(codes):
        page.fill("#id_find", code)
        page.press("#id_find", "Enter")
        page.wait_for_selector(f".line >> nth={count}")


def draw(camera: Camera) -> None:
    """Walk the whole way, from the tour to the seal, and take each picture where it belongs."""
    page = camera.page
    page.goto("/")
    camera.takes("demo")
    enter_desk(page, "999001")
    page.goto(f"/balcao/pessoas/{MARINA}/nova/odonto/")
    add(page, "85100200")
    page.click('[data-tooth="26"]')
    page.check("[name=faces-0][value=O]")
    page.check("[name=faces-0][value=D]")
    page.evaluate("window.scrollTo(0, 0)")
    camera.takes("desk")
    enter_desk(page, "999003")
    page.goto(f"/balcao/pessoas/{ROSA}/nova/odonto/")
    add(page, "81000065", "84000198")
    page.click("button[value=check]")
    page.click("button[value=register]")
    page.wait_for_selector("dialog[open] [data-focus]:focus")
    camera.takes("channel-dialog")
    to_the_seal(camera)
    up_the_ladder(camera)
    at_the_operator(camera)
    care_pictures.draw(camera)
    office_pictures.draw(camera)
    in_the_hand(camera)


def to_the_seal(camera: Camera) -> None:
    """From the registered guia: what waits, the message in the phone, and the seal."""
    page = camera.page
    guia = page.url.partition("?")[0]
    page.click("dialog .primary")
    page.wait_for_selector("dialog .ladder >> text=Entregue")
    page.goto(guia)
    page.wait_for_selector(".ladder >> text=Entregue")
    camera.takes("guia-awaiting")
    whole = page.viewport_size or {"width": PHONE_WIDTH, "height": SIZES["hand"][1]}
    page.set_viewport_size({**whole, "width": min(PHONE_WIDTH, whole["width"])})
    page.goto(f"/demo/phone/{ROSA}")
    code = re.search(r"#(\d{6})", page.inner_text(".message.sms >> nth=0"))
    if code is None:
        raise SystemExit("chancela: no code came to the phone.")
    camera.takes("phone")
    page.set_viewport_size(whole)
    page.goto(f"{guia}codigo/")
    page.fill("[name=code]", code[1])
    page.press("[name=code]", "Enter")
    page.wait_for_selector(".seal.pressed")
    camera.takes("guia-validated")


def up_the_ladder(camera: Camera) -> None:
    """A mobile that is off: what was sent to it is lost, and the landline is about to ring."""
    page = camera.page
    does(page, IOLANDA, "Telefone desligado")
    enter_desk(page, "999001")
    page.goto(f"/balcao/pessoas/{IOLANDA}/nova/odonto/")
    add(page, "81000065")
    page.click("button[value=check]")
    page.click("button[value=register]")
    page.wait_for_selector("dialog[open] [data-focus]:focus")
    page.click("dialog .primary")
    page.wait_for_selector("dialog .ladder li >> nth=1", timeout=RUNG_MS)
    page.wait_for_selector("dialog .ladder li:nth-child(2):has-text('Enviado')")
    camera.takes("ladder")
    does(page, IOLANDA, "Tudo chega")


def at_the_operator(camera: Camera) -> None:
    """The operator's own desk: how its carriers stand."""
    page = camera.page
    with psycopg.connect(camera.database_url, autocommit=True) as owner:
        owner.execute(CARRIERS)
        page.goto("/")
        page.click('.house form:has([value="999001"]) [name=as][value=auditor]')
        page.goto("/operadora/entregas/")
        page.wait_for_selector("text=sms-principal")
        camera.takes("operator")
        owner.execute(NO_CARRIERS)


def in_the_hand(camera: Camera) -> None:
    """What a person sees in their own hand: the live code, its digits, the family, and how it all works."""
    page, whole = camera.page, camera.page.viewport_size or {"width": PHONE_WIDTH, "height": SIZES["hand"][1]}
    page.set_viewport_size({"width": min(PHONE_WIDTH, whole["width"]), "height": SIZES["hand"][1]})
    sign_in(camera, "999001", MARINA)
    camera.takes("hand-home")
    page.click("main .live button")
    page.wait_for_selector("text=Esconder")
    camera.takes("hand-code")
    page.goto("/app/999001/familia/")
    camera.takes("hand-family")
    page.goto("/app/999001/ajuda/")
    camera.takes("hand-help")
    page.set_viewport_size(whole)


def sign_in(camera: Camera, ans: str, card: str) -> None:
    """Come in as a person, by the code that their demo phone gets."""
    page = camera.page
    with psycopg.connect(camera.database_url) as owner:
        asked = "SELECT birth_date FROM chancela.beneficiary WHERE operator = %s AND card_number = %s"
        (born,) = owner.execute(asked, (ans, card)).fetchone() or (None,)
    page.goto(f"/app/{ans}/entrar/")
    page.fill("[name=who]", card)
    page.fill("[name=birth_date]", f"{born:%d/%m/%Y}")
    page.press("[name=birth_date]", "Enter")
    page.wait_for_selector("[name=code]")
    entry = page.url
    page.goto(f"/demo/phone/{card}")
    page.wait_for_selector("text=para entrar no app")
    code = re.search(r"(\d{6}) para entrar", page.inner_text("main"))
    page.goto(entry)
    page.fill("[name=code]", code[1] if code else "")
    page.press("[name=code]", "Enter")
    page.wait_for_url(f"**/app/{ans}/")


def looks(words: list[str]) -> list[tuple[str, str, str]]:
    """Which sizes and schemes to draw, each with the ending of its names; the desk by day alone for the READMEs."""
    if not words:
        return [("desk", "light", "")]
    return [(size, scheme, f"-{size}-{scheme}") for size in SIZES for scheme in ("light", "dark")]


def draw_all(browser: Browser, told: Told, folder: pathlib.Path, words: list[str]) -> None:
    """Draw every picture in each look asked for."""
    for size, scheme, ending in looks(words):
        width, height = SIZES[size]
        context = browser.new_context(
            base_url=told["url"],
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="pt-BR",
            reduced_motion="reduce",
        )
        draw(Camera(context, folder, ending, told["database_url"]))
        context.close()


def main(words: list[str]) -> int:
    """Draw; status 2 where the words are not understood."""
    match words:
        case []:
            folder = PICTURES
        case ["--every-look", name]:
            folder = pathlib.Path(name)
        case _:
            print("usage: screenshots.py [--every-look FOLDER]", file=sys.stderr)
            return 2
    folder.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CHANCELA_CHROMIUM") or shutil.which("chromium")
    with demo() as told, sync_playwright() as play:
        for operator in told["operators"]:
            fill_queue(told["url"], operator)
        browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
        draw_all(browser, told, folder, words)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

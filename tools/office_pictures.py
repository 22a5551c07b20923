"""Draws the operator's side with living data: a call, a guia, a person, rules, a day, a trail, a file, the team."""

import io
import json
import pathlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Final

import psycopg
from PIL import Image, ImageDraw, ImageFilter

import invented_day
from chancela.adapters.demo.families import families
from chancela.adapters.demo.houses import HOUSES
from chancela.adapters.demo.invented import cpf

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from camera import Camera
    from chancela.adapters.demo.invented import Invented

ANS, OTHER = "999001", "999003"
HELENA, BENEDITO, ROSA = "00100000101", "00100000201", "00300000101"
ROOT_CANAL, TOOTH = "85200166", "36"
ASKED: Final = ("birth_date", "cpf_end", "card_end", "plan")
HEAD = "carteira;nome;nascimento;cpf;titular;parentesco;plano;celular"
NEW = (
    ("00100008801", "Otávio Prado Nunes", "12/05/1984", "", "titular", "(41) 90000-8801"),
    ("00100008802", "Lia Prado Nunes", "30/01/2016", "00100008801", "filho", ""),
    ("00100008803", "Iara Melo Duarte", "07/11/1958", "", "titular", "(41) 90000-8803"),
    ("00100008804", "Sem Data", "ontem", "", "titular", ""),
)


def draw(camera: "Camera") -> None:
    """Draw each page of the office in the role that it is for."""
    with psycopg.connect(camera.database_url, autocommit=True) as owner:
        on_the_phone(camera, owner)
        under_audit(camera)
        on_file(camera)
        with no_rules_written(owner):
            in_rules(camera)
        bringing_people(camera)
        at_work(camera)
        with invented_day.invented(owner, ANS) as day:
            enter(camera.page, "auditor")
            camera.page.goto(f"/operadora/hoje/?dia={day}")
            camera.takes("office-day")
        in_the_trail(camera, owner)


def enter(page: "Page", role: str, ans: str = ANS) -> None:
    """Come in as one of an operator's own people."""
    page.goto("/")
    page.click(f'.house form:has([value="{ans}"]) [name=as][value={role}]')
    page.wait_for_url("**/operadora/**")


def person(card: str) -> "Invented":
    """Who has a card of the operator that is drawn."""
    house = next(each for each in HOUSES if each.ans == ANS)
    return next(each for each in families(house, date.today()) if each.card_number == card)  # noqa: DTZ011 - as the demo


def on_the_phone(camera: "Camera", owner: psycopg.Connection) -> None:
    """Somebody without a mobile rings: the agent knows who it is, and reads the code out."""
    page, caller = camera.page, person(BENEDITO)
    said = (f"{caller.birth_date:%d%m%Y}", caller.cpf[-4:], caller.card_number[-4:], caller.plan)
    enter(page, "agent")
    page.goto("/operadora/central/")
    page.click("main form .primary")
    page.fill("[name=who]", caller.card_number)
    page.press("[name=who]", "Enter")
    page.wait_for_selector("[name=answer]")
    asked = json.dumps([{"kind": each, "fitted": None} for each in ASKED])
    owner.execute("UPDATE chancela.call SET questions = %s WHERE operator = %s AND ended_at IS NULL", (asked, ANS))
    page.reload()
    for each in said:
        if page.query_selector("[name=answer]"):
            page.fill("[name=answer]", each)
            page.press("[name=answer]", "Enter")
            page.wait_for_load_state()
    page.check("[name=reason] >> nth=0")
    camera.takes("office-call")
    page.click("button[form=read] >> nth=0")
    page.wait_for_selector(".code-read")
    camera.takes("office-call-code")
    page.click("text=Encerrar")
    page.wait_for_load_state()


def under_audit(camera: "Camera") -> None:
    """A root canal with its x-ray: sent by the clinic, looked at by the auditor."""
    page = camera.page
    page.goto("/")
    page.click(f'.house form:has([value="{OTHER}"]) button')
    page.wait_for_url("**/balcao/")
    page.goto(f"/balcao/pessoas/{ROSA}/nova/odonto/")
    page.fill("#id_find", ROOT_CANAL)
    page.press("#id_find", "Enter")
    page.wait_for_selector(".line")
    page.click(f'[data-tooth="{TOOTH}"]')
    page.click("button[value=check]")
    page.click("button[value=register]")
    page.wait_for_url("**/guias/**")
    address = page.url.partition("?")[0]
    page.goto(address)  # without the dialog that asks by which way the code goes
    guia = address.rstrip("/").rpartition("/")[2]
    page.click("text=Enviar documentos")
    page.set_input_files("#id_file", {"name": "raio-x-dente-36.jpg", "mimeType": "image/jpeg", "buffer": x_ray()})
    page.click("button:has-text('Enviar documento')")
    page.wait_for_selector("text=Recebido. A auditoria já pode ver.")
    enter(page, "auditor", OTHER)
    page.goto(f"/operadora/auditoria/{guia}/")
    page.evaluate("Promise.all([...document.images].map((each) => each.decode()))")
    camera.takes("office-audit")


def x_ray() -> bytes:
    """A drawing that looks like the x-ray of three molars."""
    film = Image.new("L", (720, 480), 26)
    pen = ImageDraw.Draw(film)
    pen.rectangle((0, 250, 720, 480), fill=74)
    for left in (70, 290, 510):
        pen.rounded_rectangle((left, 90, left + 160, 240), 52, fill=226)
        for root in (left + 10, left + 96):
            pen.polygon(((root, 220), (root + 56, 220), (root + 34, 430), (root + 22, 430)), fill=184)
            pen.line((root + 28, 200, root + 28, 415), fill=104, width=7)
        pen.ellipse((left + 48, 140, left + 112, 205), fill=112)
    pen.ellipse((292, 392, 352, 452), fill=34)
    out = io.BytesIO()
    film.filter(ImageFilter.GaussianBlur(7)).save(out, "JPEG", quality=85)
    return out.getvalue()


def on_file(camera: "Camera") -> None:
    """A person's file as the manager sees it, names and numbers covered."""
    page = camera.page
    enter(page, "manager")
    page.goto("/operadora/pessoas/")
    page.fill("[name=q]", HELENA)
    page.press("[name=q]", "Enter")
    page.wait_for_selector("#contacts")
    camera.takes("office-person")


@contextmanager
def no_rules_written(owner: psycopg.Connection) -> Iterator[None]:
    """Leave the operator with the rules with which it began."""
    yield
    owner.execute("DELETE FROM chancela.policy_version WHERE operator = %s", (ANS,))


def in_rules(camera: "Camera") -> None:
    """The rules as sentences, in a draft that differs from what holds."""
    page = camera.page
    enter(page, "analyst")
    page.goto("/operadora/regras/")
    page.click("text=Mudar as regras")
    page.wait_for_selector("[role=status] >> text=Rascunho feito.")
    draft = page.url.partition("?")[0]
    page.click("a:has-text('Mudar') >> text=Mudar Prazos e tentativas")
    page.fill("[name='valid.hours']", "24")
    page.click("text=Salvar")
    page.wait_for_selector("[role=status] >> text=Salvo.")
    page.goto(draft)
    camera.takes("office-rules")


def bringing_people(camera: "Camera") -> None:
    """A file of people before anything of it is brought in."""
    page, helena = camera.page, person(HELENA)
    rows = [f"{HELENA};{helena.name};{helena.birth_date:%d/%m/%Y};{helena.cpf};;titular;{helena.plan};(41) 90000-1234"]
    for number, (card, name, born, holder, tie, mobile) in enumerate(NEW):
        rows.append(f"{card};{name};{born};{cpf(910_000_000 + number)};{holder};{tie};{helena.plan};{mobile}")
    enter(page, "manager")
    page.goto("/operadora/importacoes/")
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "pessoas-marco.csv")
        file.write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
        page.set_input_files("#id_file", file)
        page.click("text=Enviar e ver a prévia")
        page.wait_for_selector("text=O que mudaria")
    camera.takes("office-import")
    page.click("button:has-text('Descartar')")
    page.wait_for_url("**/operadora/importacoes/")


def at_work(camera: "Camera") -> None:
    """Who works here, as the administrator sees it."""
    enter(camera.page, "administrator")
    camera.page.goto("/operadora/equipe/")
    camera.takes("office-team")


def in_the_trail(camera: "Camera", owner: psycopg.Connection) -> None:
    """The story of a guia from its entry to its seal."""
    newest = "SELECT guia_id FROM chancela.validation WHERE operator = %s ORDER BY validated_at DESC LIMIT 1"
    (guia,) = owner.execute(newest, (OTHER,)).fetchone() or (None,)
    enter(camera.page, "auditor", OTHER)
    camera.page.goto(f"/operadora/trilha/guias/{guia}/")
    camera.takes("office-trail")

"""The operator declares what is away, ends it, and sees what it was proof for; the desk is told calmly meanwhile."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterator

import psycopg
import pytest

from chancela.domain.delivery import Channel
from chancela.domain.outage import Outage, OutageKind
from chancela.portals.accounts.models import Role
from chancela.portals.design import outage_words
from chancela.portals.operator.outage_forms import NewOutage
from tests.portals.browsing import Visitor
from tests.portals.conftest import Installation

ANS = "999003"
PAGE = "/operadora/quedas/"
SMS, PORTAL = "carrier:sms", "portal"


@pytest.fixture
def owner(demo: Installation) -> Iterator[psycopg.Connection]:
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        yield connection
        connection.execute("UPDATE chancela.absence SET outage_id = NULL")
        connection.execute("DELETE FROM chancela.outage")


@pytest.fixture
def manager(office_as: Callable[..., Visitor], owner: psycopg.Connection) -> Visitor:
    return office_as(Role.MANAGER)


def declare(visitor: Visitor, what: str = SMS, **more: str) -> int:
    visitor.open(PAGE)
    status: int = visitor.send(PAGE, what=what, **{"day": "hoje", "time": "", "note": "", **more}).status_code
    return status


def earlier(owner: psycopg.Connection, hours: str) -> None:
    """Let every outage have been declared so long before."""
    for column in (b"started_at", b"confirm_by"):
        owner.execute(b"UPDATE chancela.outage SET %b = %b - %%s::interval" % (column, column), (hours,))


def ids(owner: psycopg.Connection) -> list[uuid.UUID]:
    return [row[0] for row in owner.execute("SELECT id FROM chancela.outage ORDER BY started_at").fetchall()]


def test_where_nothing_is_away_the_page_says_so(manager: Visitor):
    manager.open(PAGE)
    for told in ("Tudo no ar.", "Nenhuma queda até hoje.", "Declarar uma queda"):
        assert told in manager.text


def test_what_is_declared_runs_is_ended_and_stays_on_the_page(manager: Visitor, owner):
    declare(manager, note="A operadora de SMS avisou")
    assert "Envio por SMS: queda declarada desde hoje" in manager.text
    assert "A operadora de SMS avisou" in manager.text
    (outage_id,) = ids(owner)
    once = manager.form(f"{PAGE}{outage_id}/encerrar/")
    for _ in range(2):
        manager.post(f"{PAGE}{outage_id}/encerrar/", once)
        assert "Envio por SMS: queda encerrada." in manager.text
        assert "Tudo no ar." in manager.text


def test_what_runs_by_the_operators_word_says_until_when_it_is_to_be_confirmed(manager: Visitor, owner):
    declare(manager, note="A operadora de SMS avisou")
    (outage_id,) = ids(owner)
    assert re.search(r"amanhã, \d\d:\d\d sem isso, termina nessa hora", manager.text)
    earlier(owner, "23 hours")
    manager.open(PAGE)
    assert re.search(r"(hoje|amanhã), \d\d:\d\d sem isso, termina nessa hora", manager.text)
    manager.open(f"{PAGE}{outage_id}/")
    assert "se continua fora: sem isso, a queda termina nessa hora" in manager.text
    manager.post(f"{PAGE}{outage_id}/continua/", manager.form(f"{PAGE}{outage_id}/continua/"))
    assert re.search(r"Envio por SMS: continua fora\. Confirme de novo até amanhã, \d\d:\d\d\.", manager.text)
    assert owner.execute("SELECT 1 FROM chancela.trail WHERE kind = 'operator:outage:confirmed'").fetchall()


def test_what_nobody_confirmed_is_over_and_says_so_to_whoever_comes_too_late(manager: Visitor, owner):
    declare(manager)
    (outage_id,) = ids(owner)
    late = manager.form(f"{PAGE}{outage_id}/continua/")
    earlier(owner, "25 hours")
    manager.open(PAGE)
    assert "Tudo no ar." in manager.text
    assert f"{PAGE}{outage_id}/" in manager.page.text
    manager.post(f"{PAGE}{outage_id}/continua/", late)
    assert re.search(r"Envio por SMS: esta queda já terminou, .*Se continua fora, declare de novo", manager.text)
    assert "Tudo no ar." in manager.text


def test_what_the_system_noticed_needs_no_word(manager: Visitor, owner):
    noticed = "INSERT INTO chancela.outage (operator, id, what, started_at, noticed, note)"
    owner.execute(f"{noticed} VALUES (%s, %s, 'portal', now() - interval '1 hour', true, '')", (ANS, uuid.uuid4()))
    manager.open(PAGE)
    assert "não precisa: o sistema encerra quando voltar" in manager.text
    assert "Continua fora" not in manager.text


@pytest.mark.parametrize(("role", "way"), [(Role.MANAGER, True), (Role.AUDITOR, False)])
def test_todays_picture_says_until_when_an_outage_is_to_be_confirmed(
    manager: Visitor, office_as: Callable[..., Visitor], role: Role, way: bool
):
    declare(manager)
    visitor = office_as(role)
    visitor.open("/operadora/hoje/")
    said = r"Envio por SMS: queda declarada em curso, desde (hoje|ontem), [\d:]+\."
    assert re.search(said + r" Precisa ser confirmada até amanhã, [\d:]+ ?;", visitor.text)
    assert ("Ver em Quedas" in visitor.text) is way
    visitor.open("/operadora/hoje/?dia=2026-01-05")
    assert "Precisa ser confirmada" not in visitor.text


def test_what_is_typed_and_where_it_ends_is_said_to_the_minute(manager: Visitor):
    declare(manager)
    assert "vale o minuto inteiro" in manager.text
    assert "do instante em que se aperta: o que foi anotado no minuto dele ainda fica coberto." in manager.text


def test_the_same_is_not_declared_twice_and_what_was_typed_stays(manager: Visitor):
    declare(manager)
    assert declare(manager, note="de novo") == 422
    assert "Já há uma queda deste tipo em aberto." in manager.text
    assert 'value="de novo"' in manager.page.text


def test_a_time_that_is_none_or_yet_to_come_is_refused_in_words(manager: Visitor, owner):
    assert declare(manager, time="25:99") == 422
    assert "Escreva a hora assim: 10:12." in manager.text
    ago = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5)
    later = ago.astimezone(dt.timezone(dt.timedelta(hours=-3)))
    if later.date() == dt.datetime.now(dt.timezone(dt.timedelta(hours=-3))).date():
        assert declare(manager, time=f"{later:%H:%M}") == 422
        assert "A queda começa nas últimas 24 horas" in manager.text
    assert ids(owner) == []


def test_one_outage_has_its_note_and_its_attendances(manager: Visitor, owner):
    declare(manager, PORTAL)
    (outage_id,) = ids(owner)
    manager.open(f"{PAGE}{outage_id}/")
    assert "Nenhum atendimento sem código neste tempo." in manager.text
    assert "declarada pela operadora" in manager.text
    manager.send(f"{PAGE}{outage_id}/", note="Fibra rompida")
    assert 'value="Fibra rompida"' in manager.page.text


def test_the_desk_is_told_calmly_while_one_runs(manager: Visitor, desk: Visitor, owner):
    assert "fora do ar" not in desk.open("/balcao/").text
    declare(manager)
    until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30)
    while "fora do ar" not in desk.text and dt.datetime.now(dt.UTC) < until:
        desk.open("/balcao/")
    assert re.search(r"O envio por SMS está fora do ar desde \d\d:\d\d\. Use outro meio; se o código", desk.text)


def test_a_guia_without_a_code_tells_the_outage_that_proves_it(manager: Visitor, desk: Visitor, owner):
    declare(manager, PORTAL)
    guia = desk.new_guia("00300000101")
    desk.open(f"{guia}sem-codigo/")
    desk.send(f"{guia}sem-codigo/", reason="system_down")
    said = r"Portal: queda desde \d\d:\d\d de \d\d/\d\d/\d{4}, declarada pela operadora"
    for page in (guia, f"{guia}papel/"):
        desk.open(page)
        assert re.search(said, desk.text), page
    (outage_id,) = ids(owner)
    manager.open(f"{PAGE}{outage_id}/")
    assert desk.number in manager.text


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.AGENT, Role.DPO])
def test_to_others_the_page_does_not_exist(office_as: Callable[..., Visitor], role: Role):
    visitor = office_as(role)
    assert visitor.http.get(PAGE).status_code == 404
    assert "Quedas" not in visitor.text


def test_an_outage_of_another_operator_is_like_none(manager: Visitor, office_as: Callable[..., Visitor], owner):
    declare(manager)
    other = office_as(Role.MANAGER, "999002")
    for known in (ids(owner)[0], uuid.uuid4()):
        assert other.http.get(f"{PAGE}{known}/").status_code == 404
        other.open(PAGE)
        assert "Tudo no ar." in other.text
        for way in ("encerrar", "continua"):
            other.open(PAGE)
            assert other.post(f"{PAGE}{known}/{way}/", other.form(PAGE)).status_code == 404


# ---------------------------------------------------------------- words

NOON = dt.datetime(2026, 11, 20, 15, 12, tzinfo=dt.UTC)


def outage(what: OutageKind = OutageKind.CARRIER, **more: object) -> Outage:
    return Outage(uuid.UUID(int=1), what, NOON, **{"noticed": True, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("channel", [None, *Channel])
def test_each_channel_has_its_line(channel: Channel | None):
    assert "desde 12:12" in outage_words.line(outage(channel=channel), NOON)
    assert outage_words.what(outage(channel=channel))


@pytest.mark.parametrize("what", OutageKind)
def test_what_began_before_today_tells_its_day(what: OutageKind):
    assert "desde ontem, 12:12" in outage_words.line(outage(what), NOON + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "Portal: queda desde 12:12 de 20/11/2026, notada pelo sistema"),
        (
            {"ended_at": NOON + dt.timedelta(minutes=8)},
            "Portal: queda de 12:12 a 12:20 de 20/11/2026, notada pelo sistema",
        ),
        (
            {"ended_at": NOON + dt.timedelta(hours=12), "declared_by": "gerente"},
            "Portal: queda de 12:12 de 20/11/2026 a 00:12 de 21/11/2026, declarada pela operadora",
        ),
    ],
)
def test_the_proof_is_told_from_when_to_when_and_by_whom(more, said):
    assert outage_words.proof(outage(OutageKind.PORTAL, **more)) == said


def test_what_is_typed_means_what_channel_and_when():
    form = NewOutage({"what": SMS, "day": "ontem", "time": "23:50", "note": ""})
    assert form.is_valid()
    assert (form.kind(), form.channel()) == (OutageKind.CARRIER, Channel.SMS)
    assert f"{form.since():%H:%M}" == "23:50"
    assert dt.timedelta() < dt.datetime.now(dt.UTC) - form.since() < dt.timedelta(days=2)
    now = NewOutage({"what": "database", "day": "hoje", "time": "", "note": ""})
    assert now.is_valid() and now.channel() is None
    assert abs(dt.datetime.now(dt.UTC) - now.since()) < dt.timedelta(seconds=5)

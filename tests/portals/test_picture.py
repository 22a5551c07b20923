"""The day's picture: figures of one's own operator, the day before beside them, any day, and all of it as CSV."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io
import itertools
import re
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation
from psycopg_pool import PoolClosed

from chancela.adapters.postgres import pictures as stored
from chancela.adapters.postgres.pictures import Pictures
from chancela.bootstrap.app import App
from chancela.bootstrap.settings import Settings
from chancela.domain.delivery import Channel
from chancela.domain.picture import Arrival, Day, Miss, Way
from chancela.portals.operator import picture as pictures, picture_words
from tests import visits
from tests.cast import Tenant
from tests.portals.browsing import Visitor

ROSA = "00300000101"
DAY = dt.date(2026, 11, 20)
FULL = Day(
    validated={(hour, way): 10**6 + hour for hour in range(24) for way in Way},
    registered=10**9,
    issued=3,
    misses=dict.fromkeys(Miss, 7),
    absences={"03": 2, "99": 1},
    arrivals={channel: Arrival(5, 1.25, 75) for channel in Channel},
)


def board(day: Day, before: Day, now: int | None = None, awaiting: int = 0) -> pictures.Board:
    at = dt.datetime(2026, 11, 20, 17, 30, tzinfo=dt.UTC)
    drawn = pictures.drawn(DAY, DAY if now is not None else DAY + dt.timedelta(days=9), at, day, before, awaiting)
    assert drawn.now == (None if now is None else 14)
    return drawn


def page(drawn: pictures.Board, language: str = "pt-br") -> str:
    office = {"operator": SimpleNamespace(name="x", ans="1"), "menu": (), "me": "x", "here": ""}
    with translation.override(language):
        return render_to_string("operator/_picture_columns.html", {"board": drawn, **office})


@pytest.mark.parametrize("way", Way)
def test_each_way_has_a_word_and_a_pattern_of_its_own(way: Way):
    assert picture_words.WAY[way]
    patterns = render_to_string("operator/_picture_patterns.html")
    drawn = {
        key: re.sub(r'class="[^"]*"', "", inside)
        for key, inside in re.findall(r'<pattern id="p-(\w+)"[^>]*>(.*?)</pattern>', patterns)
    }
    assert [key for key, inside in drawn.items() if inside == drawn[way.value]] == [way.value]


def test_a_drawing_has_a_title_and_geometry_that_no_language_changes():
    for language in ("pt-br", "en"):
        drawn = page(board(FULL, FULL), language)
        assert 'role="img"' in drawn
        assert "<title" in drawn and "<desc" in drawn
        assert not re.findall(r' (?:x|y|d|width|height)="[^"]*,[^"]*"', drawn)
        assert "style=" not in drawn
        assert len(re.findall('class="block" x', drawn)) == 24 * len(Way) + len(Way)
    assert "10.000.000" in page(board(FULL, FULL))
    assert "10,000,000" in page(board(FULL, FULL), "en")


def test_an_empty_day_is_drawn_with_its_scale():
    drawn = page(board(Day(), Day()))
    assert 'class="block"' not in drawn
    assert drawn.count('class="line"') == 2


def test_while_a_day_runs_the_day_before_is_told_up_to_the_same_hour():
    before = Day(validated={(8, Way.SMS): 2, (20, Way.SMS): 5})
    running = board(Day(validated={(9, Way.SMS): 3}), before, now=14, awaiting=4)
    told = {str(each.word): (each.now, each.before) for each in running.figures}
    assert told["Atendimentos validados"] == (3, 7)
    assert told["Validados até o fim desta hora"] == (3, 2)
    assert told["Códigos valendo agora"] == (4, "")
    assert told["Atendimentos sem código"] == ("nenhum", "nenhum")
    over = board(Day(), Day())
    assert not {"Códigos valendo agora", "Validados até o fim desta hora"} & {str(each.word) for each in over.figures}


def test_the_share_without_a_code_is_told_with_its_reasons():
    drawn = board(Day(validated={(9, Way.NONE): 1, (9, Way.SMS): 11}, absences={"03": 1}), Day())
    assert {str(each.word): each.now for each in drawn.figures}["Atendimentos sem código"] == "1 (8,3 %)"
    assert [(each.bar.key, str(each.word), each.said) for each in drawn.absences] == [
        ("03", "Sistema instável, regularizado depois", 1)
    ]


def test_the_file_holds_every_number():
    rows = [[str(cell) for cell in row] for row in pictures.table(board(FULL, Day()))]
    assert {len(row) for row in rows} == {5}
    assert sum(row[1] == "validações" for row in rows) == 24 * len(Way)
    assert ["2026-11-20", "sem código", "", "03 Sistema instável, regularizado depois", "2"] in rows
    assert ["2026-11-20", "sem código", "", "99", "1"] in rows
    assert ["2026-11-20", "95 de 100 chegaram até (s)", "", "SMS", "75"] in rows


async def test_a_day_is_counted_once_a_minute_however_many_look(app: App, cambui: Tenant):
    await visits.validated(app, cambui)
    at = timezone.now()
    day = timezone.localdate(at)

    async def looked(later: dt.timedelta) -> int:
        return (await pictures.board(app, cambui.ans, day, at + later)).counted.total

    assert await asyncio.gather(looked(dt.timedelta()), looked(dt.timedelta())) == [1, 1]
    await visits.validated(app, cambui)
    assert await looked(dt.timedelta(seconds=59)) == 1
    assert await looked(pictures.FRESH) == 2


async def test_a_count_that_failed_is_made_again(settings: Settings, cambui: Tenant):
    at = timezone.now()
    async with App(settings) as closed:
        pass
    with pytest.raises(PoolClosed):
        await pictures.board(closed, cambui.ans, DAY, at)
    async with App(settings) as app:
        assert (await pictures.board(app, cambui.ans, DAY, at)).counted.total == 0


async def test_days_are_counted_one_after_another_and_only_so_many_wait(
    app: App, cambui: Tenant, monkeypatch: pytest.MonkeyPatch
):
    at, end, running, met = timezone.now(), asyncio.Event(), 0, []

    async def slow(self: Pictures, operator: str, since: dt.datetime, until: dt.datetime) -> Day:
        nonlocal running
        running += 1
        met.append(running)
        await end.wait()
        running -= 1
        return Day()

    monkeypatch.setattr(Pictures, "day", slow)
    monkeypatch.setattr(pictures, "PATIENCE_S", 0.05)
    days = [DAY - dt.timedelta(days=3 * nth) for nth in range(1, 6)]
    for day in days:
        with pytest.raises(pictures.NotCountedError):
            await pictures.board(app, cambui.ans, day, at)
    held = [each for each in pictures._SEEN.values() if not each.task.done()]
    assert (len(held), met) == (pictures.MOST_WAITING, [1])
    end.set()
    await asyncio.gather(*(each.task for each in held))
    assert set(met) == {1}
    monkeypatch.setattr(pictures, "PATIENCE_S", 10)
    assert (await pictures.board(app, cambui.ans, days[0], at)).counted == Day()


async def test_a_day_that_took_long_rests_before_it_is_counted_again(
    app: App, cambui: Tenant, monkeypatch: pytest.MonkeyPatch
):
    at, counted = timezone.now(), []
    ticks = itertools.count(0, 100)

    async def refused(self: Pictures, operator: str, since: dt.datetime, until: dt.datetime) -> Day:
        counted.append(since)
        raise psycopg.errors.QueryCanceled

    monkeypatch.setattr(Pictures, "day", refused)
    monkeypatch.setattr(pictures, "_clock", lambda: next(ticks))
    for later in (0, 60, 1900, 2100):
        with pytest.raises(pictures.NotCountedError):
            await pictures.board(app, cambui.ans, DAY, at + dt.timedelta(seconds=later))
    assert len(counted) == 4  # the day and the one before, each twice


async def test_a_count_ends_by_itself_within_a_minute(app: App, cambui: Tenant, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stored, "LIMIT", "SET LOCAL statement_timeout = '20ms'")
    monkeypatch.setitem(stored.SQL, "awaiting", b"SELECT count(*) FROM (SELECT pg_sleep(5)) AS long")
    with pytest.raises(psycopg.errors.QueryCanceled):
        await Pictures(app.pool).awaiting(cambui.ans)


# ---------------------------------------------------------------- the page


def figure(visitor: Visitor, word: str) -> int:
    found = re.search(rf"{word} ([0-9.]+)", visitor.text)
    assert found, visitor.text
    return int(found[1].replace(".", ""))


def test_the_page_shows_today_and_other_days(office: Visitor):
    office.open("/operadora/hoje/")
    assert office.page.status_code == 200
    assert "Atendimentos validados" in office.text
    office.open("/operadora/hoje/?dia=2024-02-29")
    assert "Nenhum: todos os atendimentos deste dia tiveram o seu código." in office.text
    assert "29 de fevereiro de 2024" in office.text
    assert "Nenhum atendimento validado neste dia, nem no anterior." in office.text
    assert "Códigos valendo agora" not in office.text


@pytest.mark.parametrize("asked", ["x", "2024-02-30", "9999-12-31", "0001-01-01", "2024-1", "%00"])
def test_no_day_is_today(office: Visitor, asked: str):
    assert office.open(f"/operadora/hoje/?dia={asked}").status_code == 200
    assert "Hoje, " in office.text


def test_another_operators_day_is_not_in_it(demo: Any, office: Visitor):
    with Visitor(demo.url) as visitor:
        visitor.sign_in_as_operator("999001")
        visitor.open("/operadora/hoje/")
        before = figure(visitor, "Guias registradas")
        with Visitor(demo.url) as desk:
            desk.sign_in("999003")
            desk.new_guia(ROSA)
        visitor.open("/operadora/hoje/")
        assert figure(visitor, "Guias registradas") == before


def test_all_of_it_is_taken_out_as_csv(office: Visitor):
    answer = office.open("/operadora/hoje/csv/?dia=2024-02-29")
    assert 'filename="dia-999003-2024-02-29.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["dia", "figura", "hora", "o quê", "valor"]
    assert ["2024-02-29", "totais", "", "Atendimentos validados", "0"] in rows

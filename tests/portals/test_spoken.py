"""Moments as people say them."""

import datetime as dt

import pytest
from django.utils import formats, translation

from chancela.portals.design import spoken

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)  # nine in the morning in São Paulo


@pytest.mark.parametrize(
    ("at", "portuguese", "english"),
    [
        (NOW, "hoje, 09:00", "today, 09:00"),
        (NOW + dt.timedelta(days=1), "amanhã, 09:00", "tomorrow, 09:00"),
        (NOW - dt.timedelta(days=1), "ontem, 09:00", "yesterday, 09:00"),
        (NOW + dt.timedelta(days=2), "22 de novembro, 09:00", "22 November, 09:00"),
        (NOW + dt.timedelta(days=60), "19 de janeiro de 2027, 09:00", "19 January 2027, 09:00"),
        (dt.datetime(2026, 11, 21, 2, 30, tzinfo=dt.UTC), "hoje, 23:30", "today, 23:30"),
    ],
)
def test_a_day_near_is_named_and_a_day_far_is_dated(at: dt.datetime, portuguese: str, english: str):
    with translation.override("pt-br"):
        assert spoken.moment(at, NOW) == portuguese
    with translation.override("en"):
        assert spoken.moment(at, NOW) == english


@pytest.mark.parametrize(
    ("ago", "said"), [(5, "agora"), (60, "1 min"), (3599, "59 min"), (7200, "2 h"), (3 * 86_400, "3 d")]
)
def test_how_long_ago_is_said_in_one_unit(ago: int, said: str):
    with translation.override("pt-br"):
        assert spoken.since(NOW - dt.timedelta(seconds=ago), NOW) == said


@pytest.mark.parametrize(
    ("form", "portuguese", "english"),
    [
        ("SHORT_DATE_FORMAT", "06/12/2026", "06/12/2026"),
        ("DATE_FORMAT", "6 de Dezembro de 2026", "6 December 2026"),
        ("SHORT_DATETIME_FORMAT", "06/12/2026 15:00", "06/12/2026 15:00"),
        ("DATETIME_FORMAT", "6 de Dezembro de 2026 às 15:00", "6 December 2026, 15:00"),
    ],
)
def test_a_day_is_written_before_its_month_and_an_hour_without_halves_of_the_day(
    form: str, portuguese: str, english: str
):
    day = dt.datetime(2026, 12, 6, 15, 0)  # noqa: DTZ001 - as a template has it
    for language, said in (("pt-br", portuguese), ("en", english)):
        with translation.override(language):
            assert formats.date_format(day, form) == said

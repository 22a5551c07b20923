"""Everything the core can say has a word at the desk, in both languages, and an icon that exists."""

import itertools

import pytest
from django.template.loader import get_template
from django.utils import translation

from chancela.domain import teeth
from chancela.domain.contact import ContactKind
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.guia import ItemState, Kind, Status
from chancela.domain.people import Relation, Standing
from chancela.domain.policy import ContactDoor
from chancela.domain.report import ReportWay
from chancela.domain.story import Happened
from chancela.domain.token import Method, Window
from chancela.portals.design import words as shared
from chancela.portals.hand import words as hand
from chancela.portals.hand.views import receipt
from chancela.portals.operator import words as office
from chancela.portals.provider import chart, regions, words

STATES = (shared.STATUS, words.ITEM, shared.DELIVERY, shared.STANDING, office.HEALTH)


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (Status, shared.STATUS),
        (ItemState, words.ITEM),
        (DeliveryState, shared.DELIVERY),
        (Standing, shared.STANDING),
        (Channel, shared.CHANNEL),
        (Channel, words.SEND_BY),
        (Channel, words.SEND_AGAIN_BY),
        (Channel, words.FOLLOWS_BY),
        (ReportWay, office.WAY),
        (ContactKind, office.CONTACT),
        (ContactKind, office.CONTACT_ICON),
        (ContactKind, shared.MISTYPED),
        (Kind, shared.KIND),
        (Kind, words.KIND_SHORT),
        (Kind, words.KIND_ICON),
        (Kind, words.KIND_KEY),
        (Window, words.WINDOW),
        (Method, words.METHOD),
        (Method, receipt.METHOD),
        (Window, receipt.WINDOW),
        (Happened, hand.HAPPENED | hand.FATE | dict.fromkeys([Happened.CODE_SENT])),
        (Relation, words.RELATION),
        (ContactDoor, words.DOOR),
        (teeth.REGIONS, regions.REGIONS),
    ],
)
def test_nothing_the_core_knows_is_without_a_word(known, said):
    assert set(said) == set(known)


def test_no_state_is_a_colour_alone():
    for said in itertools.chain.from_iterable(table.values() for table in STATES):
        assert said.word
        get_template(f"design/icons/{said.icon}.svg")
        assert said.tone in {"good", "wait", "bad", "still"}


def test_every_way_to_a_person_has_an_icon():
    for name in (*(each.value for each in Channel), *office.CONTACT_ICON.values()):
        get_template(f"design/icons/{name}.svg")


def test_states_differ_by_word_in_both_languages():
    tables = (shared.STATUS, words.ITEM, shared.STANDING, office.HEALTH)
    for language, table in itertools.product(("pt-br", "en"), tables):
        with translation.override(language):
            said = [str(each.word) for each in table.values()]
        assert len(set(said)) == len(said)


def test_the_chart_holds_every_tooth_once():
    shown = [tooth.fdi for row in chart.rows() for tooth in row.teeth]
    assert len(shown) == len(set(shown))
    assert set(shown) == teeth.PERMANENT | teeth.DECIDUOUS


def test_the_chart_is_seen_from_before_the_person():
    upper, lower, *_milk = chart.rows()
    assert [tooth.fdi for tooth in upper.teeth][:2] == ["18", "17"]
    assert [tooth.fdi for tooth in lower.teeth][-1] == "38"

"""Registering a guia: who may, what is refused, and what the analysis makes of it."""

from dataclasses import replace
from datetime import date

import pytest

from chancela.domain.guia import Attendance, Authorisation, Kind, RequestedProcedure
from chancela.domain.people import Standing
from chancela.domain.profiles import ONE_CODE_PER_GUIA
from chancela.domain.refusal import Refusal
from chancela.usecases.register_guia import RegisterGuia
from tests.usecases import scene as scenes
from tests.usecases.scene import AUDITED, CARD, CLOSED, DENIED, DESK, NEIGHBOUR, OK, ONCE, PROVIDER, Scene, reason


@pytest.fixture
def scene() -> Scene:
    return Scene()


def asking(*procedures: RequestedProcedure, **more: object) -> RegisterGuia:
    plain = {"actor": DESK, "kind": Kind.ODONTO, "card_number": CARD, "provider": PROVIDER}
    return RegisterGuia(**{**plain, "procedures": procedures or (RequestedProcedure("22", OK),), **more})


def test_a_guia_gets_its_number_from_the_year_and_a_count(scene: Scene):
    assert [scene.register().guia.number for _ in range(3)] == ["2026000000001", "2026000000002", "2026000000003"]


def test_a_guia_is_valid_for_ninety_days(scene: Scene):
    guia = scene.register().guia
    assert (guia.created_at, guia.valid_until) == (scene.memory.now, date(2027, 2, 18))


def test_a_guia_keeps_what_was_written_on_it(scene: Scene):
    guia = scene.register(provider_number="A-17", requester="Dra. Lia", notes="urgente").guia
    assert (guia.provider_number, guia.requester, guia.notes) == ("A-17", "Dra. Lia", "urgente")
    assert scene.now(scene.register()).guia.provider_number is None


def test_registering_is_told_to_the_trail_without_the_person(scene: Scene):
    scene.register()
    (entry,) = scene.memory.shelf.trail
    assert entry.kind == "guia:guia:registered"
    assert CARD not in entry.data


@pytest.mark.parametrize(
    ("codes", "authorisation", "attendance"),
    [
        ((OK,), Authorisation.AUTHORISED, Attendance.AWAITING_TOKEN),
        ((OK, DENIED), Authorisation.PARTIALLY_AUTHORISED, Attendance.AWAITING_TOKEN),
        ((AUDITED,), Authorisation.UNDER_AUDIT, Attendance.NONE),
        ((DENIED,), Authorisation.DENIED, Attendance.NONE),
    ],
)
def test_the_analysis_says_whether_it_awaits_a_code(
    scene: Scene, codes: tuple[str, ...], authorisation: Authorisation, attendance: Attendance
):
    guia = scene.register(*codes).guia
    assert (guia.authorisation, guia.attendance) == (authorisation, attendance)


def test_a_suspended_person_gets_a_guia_that_says_why_not():
    guia = Scene(standing=Standing.SUSPENDED).register().guia
    assert [each.code for each in guia.procedures[0].reasons] == ["1016"]


# refusals


def test_an_unknown_card_is_refused(scene: Scene):
    assert reason(scene.do(asking(card_number="00000"))) == Refusal.CARD_UNKNOWN


@pytest.mark.parametrize("provider", ["99999", NEIGHBOUR])
def test_an_unknown_provider_and_a_foreign_one_are_refused_alike(scene: Scene, provider: str):
    assert reason(scene.do(asking(provider=provider))) == Refusal.PROVIDER_UNKNOWN


def test_a_provider_that_left_the_network_registers_nothing(scene: Scene):
    actor = replace(DESK, provider=CLOSED)
    assert reason(scene.do(asking(actor=actor, provider=CLOSED))) == Refusal.PROVIDER_INACTIVE


def test_who_may_not_register_learns_nothing_of_cards(scene: Scene):
    for card in (CARD, "00000"):
        assert reason(scene.do(asking(actor=scenes.AUDITOR, card_number=card))) == Refusal.PROVIDER_UNKNOWN


@pytest.mark.parametrize("quantities", [(), (0,), (100,), (1, -1), (1,) * 51])
def test_procedures_are_1_to_50_with_quantities_of_1_to_99(scene: Scene, quantities: tuple[int, ...]):
    asked = tuple(RequestedProcedure("22", OK, quantity) for quantity in quantities)
    assert reason(scene.do(asking(procedures=asked))) == Refusal.PROCEDURES_MISSING


@pytest.mark.parametrize("quantities", [(1,), (99,), (1,) * 50])
def test_these_are_enough(scene: Scene, quantities: tuple[int, ...]):
    asked = tuple(RequestedProcedure("22", OK, quantity) for quantity in quantities)
    assert len(scene.do(asking(procedures=asked)).guia.procedures) == len(quantities)


def test_a_provider_presents_its_number_once(scene: Scene):
    scene.register(provider_number="A-17")
    assert reason(scene.register(provider_number="A-17")) == Refusal.GUIA_PRESENTED


def test_a_number_is_presented_once_also_within_one_set(scene: Scene):
    first, second = scene.do_all(asking(provider_number="A-17"), asking(provider_number="A-17"))
    assert first.guia.provider_number == "A-17"
    assert reason(second) == Refusal.GUIA_PRESENTED


def test_two_providers_may_use_the_same_number(scene: Scene):
    scene.register(provider_number="A-17")
    other = asking(actor=scenes.NEIGHBOUR_DESK, provider=NEIGHBOUR, provider_number="A-17")
    assert scene.do(other).guia.provider_number == "A-17"


def test_an_empty_number_is_none(scene: Scene):
    assert [scene.register(provider_number="").guia.provider_number for _ in range(2)] == [None, None]


def test_a_refused_guia_uses_up_no_number(scene: Scene):
    scene.do_all(asking(card_number="00000"), asking(), asking(procedures=()))
    assert scene.register().guia.number == "2026000000002"


# repetition


def authorised(case: object) -> list[bool]:
    return [each.authorisation.value == "authorised" for each in case.guia.procedures]


def test_a_repetition_within_its_time_is_denied(scene: Scene):
    assert authorised(scene.register(ONCE)) == [True]
    scene.later(days=179)
    assert authorised(scene.register(ONCE)) == [False]
    scene.later(days=1)
    assert authorised(scene.register(ONCE)) == [True]


def test_a_cancelled_guia_does_not_count_as_a_repetition(scene: Scene):
    scene.cancel(scene.register(ONCE))
    assert authorised(scene.register(ONCE)) == [True]


def test_a_repetition_is_found_within_one_set(scene: Scene):
    once = asking(RequestedProcedure("22", ONCE))
    assert [authorised(case) for case in scene.do_all(once, once)] == [[True], [False]]


def test_a_repetition_is_found_within_one_guia(scene: Scene):
    assert authorised(scene.register(ONCE, OK, ONCE)) == [True, True, False]


def test_without_such_a_rule_the_past_is_not_asked(scene: Scene):
    assert authorised(Scene(rules=()).register(ONCE, ONCE)) == [True, True]


def test_a_system_of_the_operator_registers_for_any_provider_a_bound_one_for_its_own(scene: Scene):
    assert scene.do(asking(actor=scenes.CLIENT, provider=NEIGHBOUR)).guia.provider == NEIGHBOUR
    bound = replace(scenes.CLIENT, provider=PROVIDER)
    assert scene.do(asking(actor=bound)).guia.provider == PROVIDER
    assert reason(scene.do(asking(actor=bound, provider=NEIGHBOUR))) == Refusal.PROVIDER_UNKNOWN


def test_with_no_impediment_alone_a_guia_awaits():
    assert Scene(ONE_CODE_PER_GUIA).register(OK, AUDITED).guia.attendance is Attendance.NONE

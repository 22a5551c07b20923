"""The operator's people at a provider's file: they uncover it for a reason, change it, and put it out and in again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from chancela.domain import network
from chancela.domain.case import Case
from chancela.domain.network import House
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.professional import Council, Entry, Professional
from chancela.domain.profiles import ONE_CODE_PER_GUIA
from chancela.domain.refusal import Refusal
from chancela.usecases.admit_provider import AdmitProvider
from chancela.usecases.put_professional import PutProfessional
from chancela.usecases.put_provider import PutProvider
from chancela.usecases.see_provider import SeeProvider
from tests.usecases.scene import ANS, CLIENT, CLOSED, CPF, DESK, NEIGHBOUR, NOWHERE, PROVIDER, SYSTEM, Scene, reason

WHY = "Saiu da rede a pedido dele."
MOBILE, LANDLINE, EMAIL = "41 90000-1234", "41 3000-1234", "Rosa@Example.com"
ANALYST = Actor(ANS, ActorKind.ANALYST, "analista")
FREE = replace(ONE_CODE_PER_GUIA, cool_down_s=0)  # takes first contacts
BOUND = replace(CLIENT, provider=PROVIDER)
STRANGERS = (DESK, CLIENT, SYSTEM, *(Actor(ANS, kind, kind.value) for kind in (ActorKind.AGENT, ActorKind.BENEFICIARY)))


@pytest.fixture
def scene() -> Scene:
    return Scene()


def put(scene: Scene, by: Actor = ANALYST, code: str = PROVIDER, **said: Any) -> Any:
    typed = {"name": "Clínica Nova", "specialties": ("Ortodontia",), "phones": (LANDLINE,), "emails": (EMAIL,), **said}
    return scene.do(PutProvider(by, code, **typed))


def admit(scene: Scene, *, active: bool, by: Actor = ANALYST, code: str = PROVIDER, why: str = WHY) -> Any:
    return scene.do(AdmitProvider(by, code, active, why))


def dentist(scene: Scene, by: Actor = ANALYST, code: str = PROVIDER, id_: Any = None, **said: Any) -> Any:
    typed = {"name": "Rosa Prado", "council": "CRO", "number": "12345", "uf": "PR", "phones": (MOBILE,), **said}
    return scene.do(PutProfessional(by, code, id_, **typed))


def told(scene: Scene) -> dict[str, Any]:
    """The data of the last event."""
    data: dict[str, Any] = json.loads(scene.memory.shelf.trail[-1].data)
    return data


# seeing


@pytest.mark.parametrize("kind", [ActorKind.AUDITOR, ActorKind.ANALYST, ActorKind.MANAGER, ActorKind.DPO])
def test_what_is_uncovered_stands_in_the_trail_with_its_reason(scene: Scene, kind: ActorKind):
    seen = scene.do(SeeProvider(Actor(ANS, kind, "eu"), PROVIDER, WHY))
    assert isinstance(seen, House) and seen.provider.phones
    (event,) = scene.memory.shelf.trail
    assert (event.kind, event.subject, event.actor) == ("beneficiary:record:seen", network.subject(ANS, PROVIDER), "eu")
    assert told(scene) == {"part": "provider", "provider": PROVIDER, "reason": WHY}


def test_nothing_is_uncovered_without_a_reason_a_right_or_a_provider(scene: Scene):
    assert reason(scene.do(SeeProvider(ANALYST, PROVIDER, "curto 12"))) == Refusal.REASON_NEEDED
    administrator = Actor(ANS, ActorKind.ADMINISTRATOR, "acessos")
    for command in (
        SeeProvider(ANALYST, "nenhum", WHY),
        SeeProvider(administrator, PROVIDER, WHY),
        *(SeeProvider(each, PROVIDER, WHY) for each in STRANGERS),
    ):
        assert reason(scene.do(command)) == Refusal.NOT_FOUND
    assert scene.trail == []


# changing


def test_a_provider_is_changed_and_the_trail_says_what_but_not_to_what(scene: Scene):
    house = put(scene)
    assert (house.provider.name, house.provider.specialties) == ("Clínica Nova", {"ortodontia"})
    assert (house.provider.phones, house.provider.emails) == ({"+554130001234"}, {"rosa@example.com"})
    assert house.provider.active
    assert scene.trail == ["network:provider:changed"]
    assert told(scene) == {"provider": PROVIDER, "what": "changed", "changed": "name,specialties,phones,emails"}


def test_two_changes_of_one_provider_in_a_set_stand_on_one_another(scene: Scene):
    same = PutProvider(ANALYST, PROVIDER, "Clínica Nova", (), (), ())
    first, second = scene.do_all(same, same)
    assert isinstance(first, House) and reason(second) == Refusal.NOTHING_TO_REVIEW


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"name": "  "}, Refusal.DETAILS_MISSING),
        ({"specialties": ("x" * 61,)}, Refusal.DETAILS_MISSING),
        ({"phones": ("123",)}, Refusal.CONTACT_INVALID),
        ({"emails": ("ninguem",)}, Refusal.CONTACT_INVALID),
        ({"emails": tuple(f"a{each}@example.com" for each in range(21))}, Refusal.CONTACT_INVALID),
    ],
)
def test_what_cannot_be_is_refused(scene: Scene, said: dict[str, Any], why: Refusal):
    assert reason(put(scene, **said)) == why
    assert reason(dentist(scene, **said)) == why
    assert scene.trail == []


def test_who_may_not_change_the_network_meets_no_provider(scene: Scene):
    readers = [Actor(ANS, kind, kind.value) for kind in (ActorKind.AUDITOR, ActorKind.DPO, ActorKind.ADMINISTRATOR)]
    for by in (*readers, *STRANGERS):
        for outcome in (put(scene, by), admit(scene, active=False, by=by), dentist(scene, by)):
            assert reason(outcome) == Refusal.NOT_FOUND
    for outcome in (put(scene, code="x"), admit(scene, active=False, code="x"), dentist(scene, code="x")):
        assert reason(outcome) == Refusal.NOT_FOUND
    assert scene.trail == []


# professionals


def test_a_professional_is_added_changed_ended_and_let_in_again(scene: Scene):
    one = dentist(scene, specialties=("Endodontia",), emails=(EMAIL,))
    assert one.entry == Entry(Council.CRO, "12345", "PR") and one.active
    assert told(scene) == {"provider": PROVIDER, "professional": str(one.id), "what": "added"}
    now = dentist(scene, id_=one.id, name="Rosa Prado Lima", specialties=("Endodontia",), emails=(EMAIL,))
    assert (now.id, now.name) == (one.id, "Rosa Prado Lima")
    assert (told(scene)["what"], told(scene)["changed"]) == ("changed", "name")
    ended = dentist(scene, id_=one.id, active=False)
    assert not ended.active and told(scene)["what"] == "deactivated"
    assert dentist(scene, id_=one.id).active and told(scene)["what"] == "activated"
    assert {each.kind for each in scene.memory.shelf.trail} == {"network:professional:changed"}
    assert {each.subject for each in scene.memory.shelf.trail} == {network.subject(ANS, PROVIDER)}


def test_an_entry_stands_once_at_a_provider_and_may_stand_at_another(scene: Scene):
    one = dentist(scene)
    assert reason(dentist(scene, name="Outra Pessoa")) == Refusal.PROFESSIONAL_KNOWN
    other = dentist(scene, number="777")
    assert reason(dentist(scene, id_=other.id)) == Refusal.PROFESSIONAL_KNOWN
    assert isinstance(dentist(scene, code=NEIGHBOUR), Professional)
    assert reason(dentist(scene, id_=one.id)) == Refusal.NOTHING_TO_REVIEW


def test_of_two_of_one_entry_in_a_set_one_is_added(scene: Scene):
    command = PutProfessional(ANALYST, PROVIDER, None, "Rosa Prado", "CRO", "1", "PR")
    first, second = scene.do_all(command, command)
    assert isinstance(first, Professional) and reason(second) == Refusal.PROFESSIONAL_KNOWN


def test_a_professional_of_another_provider_or_of_nobody_is_like_none(scene: Scene):
    one = dentist(scene, code=NEIGHBOUR)
    for id_ in (one.id, NOWHERE):
        assert reason(dentist(scene, id_=id_)) == Refusal.NOT_FOUND


def test_a_council_that_is_none_is_told(scene: Scene):
    assert reason(dentist(scene, uf="XX")) == Refusal.DETAILS_MISSING


@pytest.mark.parametrize("active", [True, False])
def test_no_code_goes_to_a_professional_active_or_not(*, active: bool):
    scene = Scene(FREE, contacts=())
    one = dentist(scene, emails=(EMAIL,))
    dentist(scene, id_=one.id, emails=(EMAIL,), active=active)
    case = scene.register()
    for typed in ({"phone": MOBILE}, {"email": EMAIL.upper(), "cpf": CPF}):
        assert reason(scene.issue(case, **typed)) == Refusal.CONTACT_OF_PROVIDER


def test_at_another_provider_a_professionals_number_is_looked_at_first():
    scene = Scene(FREE, contacts=())
    dentist(scene, code=NEIGHBOUR)
    assert reason(scene.issue(scene.register(), phone=MOBILE)) == Refusal.CONTACT_IN_REVIEW


# out of the network, and in again


def test_a_provider_is_put_out_for_a_reason_and_let_in_again(scene: Scene):
    house = admit(scene, active=False)
    assert (house.provider.active, house.ended_at, house.ended_why) == (False, scene.memory.now, WHY)
    assert told(scene) == {"provider": PROVIDER, "what": "deactivated", "reason": WHY}
    assert reason(admit(scene, active=False)) == Refusal.NOTHING_TO_REVIEW
    again = admit(scene, active=True, why="Voltou para a rede.")
    assert (again.provider.active, again.ended_at, again.ended_why) == (True, None, None)
    assert told(scene)["what"] == "activated"
    assert isinstance(scene.register(), Case)


def test_nobody_is_put_out_or_let_in_without_a_reason(scene: Scene):
    assert reason(admit(scene, active=False, why="não")) == Refusal.REASON_NEEDED
    assert reason(admit(scene, active=True, code=CLOSED, why="")) == Refusal.REASON_NEEDED
    assert scene.trail == []


@pytest.mark.parametrize("by", [DESK, BOUND, CLIENT])
def test_a_provider_that_is_out_registers_nothing_and_asks_for_no_code(scene: Scene, by: Actor):
    case, sent = scene.register(), scene.awaiting()
    admit(scene, active=False)
    scene.later(minutes=2)
    assert reason(scene.register(by=by)) == Refusal.PROVIDER_INACTIVE
    assert reason(scene.issue(case, by=by, cpf=CPF)) == Refusal.PROVIDER_INACTIVE
    assert reason(scene.send(sent, by=by, cpf=CPF)) == Refusal.PROVIDER_INACTIVE


@pytest.mark.parametrize("by", [DESK, BOUND])
def test_a_visit_already_made_is_still_proven_and_cancelled(scene: Scene, by: Actor):
    sent, mistaken = scene.awaiting(), scene.register()
    admit(scene, active=False)
    assert isinstance(scene.validate(sent, scene.code(sent), by=by), Case)
    assert isinstance(scene.cancel(mistaken, by=by), Case)


def test_the_person_still_gets_a_code_for_a_guia_of_a_provider_that_is_out(scene: Scene):
    case = scene.register()
    admit(scene, active=False)
    me = Actor(ANS, ActorKind.BENEFICIARY, "person", person=scene.ana, acts_for=frozenset({scene.ana}))
    issued = scene.issue(case, by=me)
    assert isinstance(issued, Case) and isinstance(scene.validate(issued, scene.code(issued)), Case)


def test_a_code_that_was_sent_goes_on_by_its_next_way(scene: Scene):
    sent = scene.awaiting()
    admit(scene, active=False)
    scene.later(minutes=30)
    assert not hasattr(scene.climb(sent), "reason")


def test_a_foreign_desk_learns_nothing_of_who_is_out(scene: Scene):
    case = scene.register()
    admit(scene, active=False)
    other = replace(DESK, provider=NEIGHBOUR)
    assert reason(scene.register(by=other)) == Refusal.PROVIDER_UNKNOWN
    assert reason(scene.issue(case, by=other)) == Refusal.NOT_FOUND

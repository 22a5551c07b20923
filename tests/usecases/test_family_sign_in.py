"""Who has a door of their own, and to whose number the code that opens it goes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.people import Relation
from chancela.domain.sign_in import Claim, SignIn
from chancela.usecases.ask_sign_in import AskSignIn
from tests.usecases.scene import EMAIL, SYSTEM, Scene

if TYPE_CHECKING:
    from uuid import UUID

CARD = "77"
SMALL, OLDER, GROWN = date(2018, 1, 1), date(2012, 1, 1), date(1980, 12, 31)
NUMBER, OTHERS = "+5541900001111", "+5541900002222"


def asked(scene: Scene, birth_date: date) -> SignIn:
    """What is kept when somebody asks as the dependant."""
    id_ = scene.do(AskSignIn(SYSTEM, Claim(CARD, None, birth_date), b"here"))
    found: SignIn = scene.memory.shelf.sign_ins[id_]
    return found


def dependant(scene: Scene, birth_date: date, mobile: str, **about: Any) -> UUID:
    relation = about.pop("relation", Relation.CHILD)
    given = {"birth_date": birth_date, "holder_id": scene.ana, "relation": relation, "has_app": True, **about}
    return scene.someone(CARD, mobile, **given)


@pytest.mark.parametrize(("birth_date", "opens"), [(SMALL, False), (OLDER, True), (GROWN, True)])
def test_a_small_child_has_no_door_and_is_answered_like_nobody(birth_date: date, opens: bool):
    scene = Scene()
    child = dependant(scene, birth_date, OTHERS)
    assert asked(scene, birth_date).beneficiary_id == (child if opens else None)
    assert len(scene.memory.shelf.deliveries) == opens


@pytest.mark.parametrize("flag", ["private", "protected"])
def test_whoever_hides_from_the_holder_gets_no_code_by_the_holders_number(flag: str):
    scene = Scene(contacts=((ContactKind.MOBILE, NUMBER, ContactState.CONFIRMED),))
    wife = dependant(scene, GROWN, NUMBER, relation=Relation.SPOUSE, **{flag: True})
    assert asked(scene, GROWN).beneficiary_id is None
    own = scene.knows(ContactKind.EMAIL, EMAIL, ContactState.CONFIRMED, wife)
    scene.later(minutes=20)
    assert asked(scene, GROWN).contact_id == own.id


def test_whoever_hides_nothing_may_share_a_number_with_the_holder():
    scene = Scene(contacts=((ContactKind.MOBILE, NUMBER, ContactState.CONFIRMED),))
    wife = dependant(scene, GROWN, NUMBER, relation=Relation.SPOUSE)
    assert asked(scene, GROWN).beneficiary_id == wife

"""A message that waited: who may still get it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from chancela.domain import addressee
from chancela.domain.addressee import Addressee
from chancela.domain.contact import Contact, ContactKind
from chancela.domain.family import Circle
from chancela.domain.people import Beneficiary, Person, Relation
from chancela.domain.profiles import PUSH_PER_ATTENDANCE

TODAY, NOW = date(2026, 11, 21), datetime(2026, 11, 21, 12, tzinfo=UTC)
MOTHER, CHILD, AUNT = UUID(int=1), UUID(int=2), UUID(int=3)
HERS, THEIRS = "+5541900000001", "+5541900000002"


def somebody(id_: UUID, address: str, **about: object) -> Person:
    contact = Contact(UUID(int=id_.int * 10), id_, ContactKind.MOBILE, address)
    return Person(Beneficiary(id_, f"{id_.int}", "Pessoa", **about), (contact,))  # type: ignore[arg-type]


def circle(age: int, address: str = THEIRS, **about: object) -> Circle:
    born = date(TODAY.year - age, 1, 1)
    given = {"relation": Relation.CHILD, "holder_id": MOTHER, "birth_date": born, **about}
    mother = somebody(MOTHER, HERS, birth_date=date(1980, 1, 1))
    return Circle(somebody(CHILD, address, **given), guardians=(mother,) if age < 18 else (), holder=mother)


def goes(found: Circle, reader: UUID | None, address: str | None, *, code: bool = True) -> bool:
    return addressee.stands(PUSH_PER_ATTENDANCE, Addressee(found, reader, address), TODAY, NOW, code=code)


def test_a_guardian_gets_the_code_until_the_child_outgrows_them():
    assert [goes(circle(age), MOTHER, HERS) for age in (11, 15, 16, 18)] == [True, True, False, False]


def test_a_notice_also_goes_to_who_is_only_told():
    assert [goes(circle(age), MOTHER, HERS, code=False) for age in (15, 16, 18)] == [True, True, False]


def test_nobody_else_gets_anything_nor_does_another_address_of_a_reader():
    assert not goes(circle(11), AUNT, HERS) and not goes(circle(11), MOTHER, THEIRS)


def test_an_app_has_no_address():
    mother = circle(11).guardians[0]
    with_app = replace(mother, beneficiary=replace(mother.beneficiary, has_app=True))
    assert goes(replace(circle(11), guardians=(with_app,)), MOTHER, None)


def test_a_hidden_persons_own_message_does_not_go_where_the_holder_reads():
    assert goes(circle(17, private=True), None, THEIRS) and not goes(circle(17, HERS, private=True), None, HERS)
    assert goes(circle(17, HERS), None, HERS) and goes(circle(17, private=True), None, None)

"""Who calls: whom a search means, which questions are drawn, and when an answer fits, however it is typed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

import pytest

from chancela.domain import caller as callers
from chancela.domain.caller import QUESTIONS, USED, File, FoundBy, QuestionKind, Search
from chancela.domain.contact import Contact, ContactKind, ContactState
from chancela.domain.people import Beneficiary, Person, Standing

ANA = UUID(int=1)
BORN, JOINED = date(1980, 3, 12), date(2019, 3, 5)
ABOUT: dict[str, Any] = {"birth_date": BORN, "cpf": "52998224725", "plan": "Plano Essencial", "joined_date": JOINED}
ADDRESSES = (
    (ContactKind.MOBILE, "+5541900005949"),
    (ContactKind.LANDLINE, "+554120001234"),
    (ContactKind.EMAIL, "Ana.Souza@example.com"),
)
FOUR = 4


def contact(kind: ContactKind, address: str, state: ContactState = ContactState.CONFIRMED) -> Contact:
    return Contact(UUID(int=9), ANA, kind, address, state)


def person(**about: Any) -> Beneficiary:
    return Beneficiary(about.pop("id", ANA), "00123456789", about.pop("name", "Ana Lúcia de Souza"), **about)


def file(contacts: tuple[Contact, ...] | None = None, **about: Any) -> File:
    known = tuple(contact(*each) for each in ADDRESSES) if contacts is None else contacts
    return File(Person(person(**{**ABOUT, **about}), known), "José Antônio da Silva", ("Caio Souza", "Bia Souza"))


def falling(seed: int) -> Callable[[int], int]:
    chance = Random(seed)
    return chance.randrange


# whom a search means


def test_a_number_means_whoever_has_it_and_nobody_where_nobody_has():
    search = Search(FoundBy.CARD, card="00123456789")
    assert callers.chosen(search, [person()]) == person()
    assert callers.chosen(search, []) is None


def test_a_person_who_is_covered_comes_before_one_who_is_no_more():
    search = Search(FoundBy.CPF, cpf="52998224725")
    old = person(cpf="52998224725", standing=Standing.ENDED)
    new = person(id=UUID(int=2), cpf="52998224725")
    assert callers.chosen(search, [old, new]) == new
    assert callers.chosen(search, [old]) == old


def test_what_looks_like_a_cpf_may_be_a_card_and_the_card_comes_first():
    search = Search(FoundBy.CPF, card="52998224725", cpf="52998224725")
    by_cpf, by_card = person(cpf="52998224725"), replace(person(id=UUID(int=2)), card_number="52998224725")
    assert callers.chosen(search, [by_cpf, by_card]) == by_card
    assert callers.chosen(search, [by_cpf]) == by_cpf


def test_two_cards_of_one_cpf_are_one_person_and_two_people_of_one_name_are_nobody():
    search = Search(FoundBy.NAME, name="ana souza", birth_date=BORN)
    one, two = person(cpf="52998224725"), person(id=UUID(int=2), cpf="52998224725")
    assert callers.chosen(search, [two, one]) == one
    assert callers.chosen(search, [one, replace(two, cpf=None)]) is None


@pytest.mark.parametrize("said", ["Ana Souza", "ANA LUCIA", " ana  lúcia de souza ", "ana de souza"])
def test_a_name_fits_without_accents_and_without_every_word(said: str):
    assert callers.same_name(said, "Ana Lúcia de Souza")


@pytest.mark.parametrize("said", ["", "Ana", "Lúcia Souza", "Ana Silva", "Ana Souza Lima", "!"])
def test_a_first_name_alone_or_a_word_too_many_is_another_name(said: str):
    assert not callers.same_name(said, "Ana Lúcia de Souza")


def test_a_name_in_another_script_fits_nobody_and_stops_no_search():
    search, foreign = Search(FoundBy.NAME, name="ana souza", birth_date=BORN), person(id=UUID(int=2), name="Жанна")
    assert callers.chosen(search, [foreign, person()]) == person()
    family = replace(file(), holder="Жанна", dependants=("王", "Caio Souza"))
    assert not callers.fits(QuestionKind.HOLDER_NAME, "Ana Souza", family)
    assert callers.fits(QuestionKind.DEPENDANT_NAME, "Caio", family)


def test_signs_alone_are_the_end_of_no_number():
    assert not callers.fits(QuestionKind.CARD_END, "?", File(Person(replace(person(), card_number="--"))))


def test_a_name_of_one_word_is_said_by_it():
    assert callers.same_name("cher", "Cher")
    search = Search(FoundBy.NAME, name="Bia Lima", birth_date=BORN)
    assert callers.chosen(search, [person(), person(id=UUID(int=2), name="Bia Lima")]) == person(
        id=UUID(int=2), name="Bia Lima"
    )


# what is drawn


@pytest.mark.parametrize("by", list(FoundBy))
@pytest.mark.parametrize("needed", [2, 3, 5])
def test_as_many_as_needed_and_one_to_spare_are_drawn_without_what_found_the_person(by: FoundBy, needed: int):
    for seed in range(50):
        kinds = callers.drawn(by, file(), needed, falling(seed))
        assert len(kinds) == len(set(kinds)) == needed + 1
        assert not USED[by] & set(kinds)
        hard = [each for each in QuestionKind if each not in USED[by] and not QUESTIONS[each].easy]
        assert sum(QUESTIONS[each].easy for each in kinds) <= max(1, needed + 1 - len(hard))


def test_every_kind_falls_somewhen_and_at_every_place():
    seen = {callers.drawn(FoundBy.NAME, file(), 3, falling(seed)) for seed in range(400)}
    for place in range(FOUR):
        assert {each[place] for each in seen} == set(QuestionKind) - {QuestionKind.BIRTH_DATE}


def test_by_a_lot_every_kind_falls_at_every_place_and_by_the_same_lot_the_same():
    lots = [bytes([nth]) * 32 for nth in range(1, 255)]
    seen = [callers.drawn(FoundBy.NAME, file(), 3, callers.falling(each)) for each in lots]
    assert seen == [callers.drawn(FoundBy.NAME, file(), 3, callers.falling(each)) for each in lots]
    for place in range(FOUR):
        assert {each[place] for each in seen} == set(QuestionKind) - {QuestionKind.BIRTH_DATE}


def test_what_is_not_on_file_is_asked_last():
    bare = File(Person(person(birth_date=BORN, cpf="52998224725")))
    for seed in range(50):
        kinds = callers.drawn(FoundBy.CARD, bare, 3, falling(seed))
        assert set(kinds[:2]) == {QuestionKind.BIRTH_DATE, QuestionKind.CPF_END}
        assert not any(callers.fits(each, "x", bare) for each in kinds[2:])


def test_only_easy_things_are_asked_where_nothing_else_is_on_file():
    bare = replace(file((), birth_date=None, cpf=None), dependants=())
    for seed in range(20):
        kinds = callers.drawn(FoundBy.CARD, bare, 2, falling(seed))
        assert set(kinds) == {QuestionKind.PLAN, QuestionKind.JOINED_MONTH, QuestionKind.HOLDER_NAME}


def test_nobody_is_asked_what_others_are_and_at_the_same_cost():
    rolls: dict[bool, list[int]] = {True: [], False: []}
    for known in (True, False):

        def falls(below: int, known: bool = known) -> int:
            rolls[known].append(below)
            return below - 1

        callers.drawn(FoundBy.CARD, file() if known else None, 3, falls)
    assert rolls[True] == rolls[False]
    for seed in range(50):
        kinds = callers.drawn(FoundBy.CARD, None, 3, falling(seed))
        assert len(set(kinds)) == FOUR and sum(QUESTIONS[each].easy for each in kinds) <= 1


# when an answer fits

RIGHT = {
    QuestionKind.BIRTH_DATE: [
        *(
            "12/03/1980",
            "12031980",
            "120380",
            "12.3.80",
            "1980-03-12",
            "12 de março de 1980",
            "12 mar 80",
            " 12-03-1980 ",
        ),
    ],
    QuestionKind.CPF_END: ["4725", "47-25", "529.982.247-25"],
    QuestionKind.CARD_END: ["6789", "00123456789", "0012 3456 789"],
    QuestionKind.MOBILE_END: ["5949", "(41) 90000-5949"],
    QuestionKind.LANDLINE_END: ["1234", "2000-1234"],
    QuestionKind.EMAIL_NAME: ["ana.souza", "ANA.SOUZA", "ana.souza@example.com"],
    QuestionKind.PLAN: ["Essencial", "plano essencial", "ESSENCIAL plano"],
    QuestionKind.JOINED_MONTH: ["03/2019", "032019", "3/19", "0319", "2019-03", "março de 2019", "mar 19"],
    QuestionKind.HOLDER_NAME: ["jose antonio", "José Silva"],
    QuestionKind.DEPENDANT_NAME: ["caio", "Bia Souza"],
}
WRONG = {
    QuestionKind.BIRTH_DATE: [
        "",
        "1980",
        "12/04/1980",
        "13/03/1980",
        "12/03/1981",
        "12/03",
        "12 foo 1980",
        "١٢/٠٣/١٩٨٠",
    ],
    QuestionKind.CPF_END: ["", "725", "4724", "5"],
    QuestionKind.CARD_END: ["789", "1111"],
    QuestionKind.MOBILE_END: ["949", "5940", "1234"],
    QuestionKind.LANDLINE_END: ["5949", ""],
    QuestionKind.EMAIL_NAME: ["", "ana", "@", "ana.souza@example.org"],
    QuestionKind.PLAN: ["", "plano", "Premium", "Essencial Premium"],
    QuestionKind.JOINED_MONTH: ["", "2019", "04/2019", "03/2018", "março", "05/03/2019"],
    QuestionKind.HOLDER_NAME: ["", "José", "Ana Souza"],
    QuestionKind.DEPENDANT_NAME: ["", "Ana", "Caio Lima", "Souza"],
}


def cases(table: dict[QuestionKind, list[str]]) -> list[tuple[QuestionKind, str]]:
    return [(kind, each) for kind, answers in table.items() for each in answers]


def test_every_kind_is_tried_here():
    assert set(RIGHT) == set(WRONG) == set(QUESTIONS) == set(QuestionKind)


@pytest.mark.parametrize(("kind", "typed"), cases(RIGHT))
def test_an_answer_fits_however_it_is_typed(kind: QuestionKind, typed: str):
    assert callers.fits(kind, typed, file())


@pytest.mark.parametrize(("kind", "typed"), cases(WRONG))
def test_another_answer_does_not_fit(kind: QuestionKind, typed: str):
    assert not callers.fits(kind, typed, file())


@pytest.mark.parametrize("kind", list(QuestionKind))
def test_nothing_fits_where_nobody_or_nothing_is_on_file(kind: QuestionKind):
    bare = File(Person(replace(person(), card_number="")))
    for typed in ("", *RIGHT[kind]):
        assert not callers.fits(kind, typed, None)
        assert not callers.fits(kind, typed, bare)


def test_only_confirmed_addresses_tell_who_somebody_is():
    typed = contact(ContactKind.MOBILE, "+5541900005949", ContactState.PROVISIONAL)
    assert not callers.fits(QuestionKind.MOBILE_END, "5949", file((typed,)))

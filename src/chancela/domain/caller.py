"""Who calls: how a person is searched for, and the questions, drawn from the file, that tell whether it is they."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.people import Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from chancela.domain.people import Beneficiary, Person

END: Final = 4  # how much of the end of a number is asked for


class QuestionKind(StrEnum):
    """What a caller may be asked."""

    BIRTH_DATE = "birth_date"
    CPF_END = "cpf_end"
    CARD_END = "card_end"
    MOBILE_END = "mobile_end"
    LANDLINE_END = "landline_end"
    EMAIL_NAME = "email_name"
    PLAN = "plan"
    JOINED_MONTH = "joined_month"
    HOLDER_NAME = "holder_name"
    DEPENDANT_NAME = "dependant_name"


class FoundBy(StrEnum):
    """By what a person was searched for."""

    CARD = "card"
    CPF = "cpf"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Search:
    """What a caller says of who they are: a card number, a CPF (11 digits), or a name with a birth date.

    What looks like a CPF may be a card number all the same: then both are there.
    """

    by: FoundBy
    card: str | None = field(default=None, repr=False)
    cpf: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    birth_date: date | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class File:
    """What is on file of a person that a caller may be asked for; names are those of the family."""

    person: Person
    holder: str | None = None
    dependants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """How one kind is asked: what is on file for it, and whether what was typed fits one such thing."""

    on_file: Callable[[File], Iterable[str]] = field(repr=False)
    fits: Callable[[str, str], bool] = field(repr=False)
    easy: bool = False  # neighbours know it: at most one of those that must be answered


USED: Final[Mapping[FoundBy, frozenset[QuestionKind]]] = {
    FoundBy.CARD: frozenset({QuestionKind.CARD_END}),
    FoundBy.CPF: frozenset({QuestionKind.CPF_END, QuestionKind.CARD_END}),
    FoundBy.NAME: frozenset({QuestionKind.BIRTH_DATE}),
}
MONTHS: Final = ("jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez")


def words(text: str) -> list[str]:
    """Return the words of a text in lower case without accents, as they are compared."""
    bare = "".join(each for each in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(each))
    return "".join(each if each.isascii() and each.isalnum() else " " for each in bare).split()


def lot(search: Search, day: date) -> bytes:
    """Return what the draw of a day's questions hangs on: what was searched for, however it was written.

    It hangs on nothing that is on file, so that no two draws tell together whether there is such a person.
    """
    born = search.birth_date.isoformat() if search.birth_date else ""
    said = search.cpf or search.card or " ".join(sorted(set(words(search.name or ""))))
    return f"{day.isoformat()}|{search.by.value}|{said}|{born}".encode()


def falling(lot: bytes) -> Callable[[int], int]:
    """Return what gives whole numbers below others by a lot of 32 bytes, as many as a shuffle of the kinds takes."""
    left = int.from_bytes(lot)

    def falls(below: int) -> int:
        nonlocal left
        left, place = divmod(left, below)
        return place

    return falls


def chosen(search: Search, found: Sequence[Beneficiary]) -> Beneficiary | None:
    """Return whom a search means: whoever has the card, is covered; nobody where it still fits two people."""
    named = [each for each in found if search.name is None or same_name(search.name, each.name)]
    fitting = [each for each in named if each.card_number == search.card] or named
    covered = [each for each in fitting if each.standing is Standing.ACTIVE] or fitting
    people = {each.cpf or str(each.id) for each in covered}
    return min(covered, key=lambda each: each.id) if len(people) == 1 else None


def same_name(typed: str, name: str) -> bool:
    """Tell whether a name was said: the first word and one more at least, and no word that is not in it."""
    said, whole = words(typed), words(name)
    enough = len(said) >= min(2, len(whole)) and bool(said)
    return enough and said[:1] == whole[:1] and set(said) <= set(whole)


def drawn(found_by: FoundBy, file: File | None, needed: int, falls: Callable[[int], int]) -> tuple[QuestionKind, ...]:
    """Return the kinds to ask, in order: as many as must be answered and one to spare.

    `falls(n)` gives a whole number below n by chance. Nobody's file, or one that holds too little, is asked what others
    are: no answer fits there. What the person was searched by is never asked, nor more than one easy thing.
    """
    kinds = [each for each in QuestionKind if each not in USED[found_by]]
    for last in range(len(kinds) - 1, 0, -1):
        place = falls(last + 1)
        kinds[last], kinds[place] = kinds[place], kinds[last]
    known = [each for each in kinds if file is None or _on_file(each, file)]
    hard = [each for each in known if not QUESTIONS[each].easy]
    easy = [each for each in known if QUESTIONS[each].easy]
    order = [*_mixed(hard, easy, needed, falls), *(each for each in kinds if each not in known)]
    return tuple(order[: needed + 1])


def _mixed(
    hard: list[QuestionKind], easy: list[QuestionKind], needed: int, falls: Callable[[int], int]
) -> list[QuestionKind]:
    """Put one easy question somewhere among the first ones; the others come last."""
    place = falls(needed + 1)
    return [*hard[:place], *easy[:1], *hard[place:], *easy[1:]]


def fits(kind: QuestionKind, typed: str, file: File | None) -> bool:
    """Tell whether what was typed fits what is on file; nothing fits where nobody, or nothing, is on file."""
    question = QUESTIONS[kind]
    held = tuple(question.on_file(file)) if file is not None else ()
    return any(question.fits(typed, each) for each in held)


def _on_file(kind: QuestionKind, file: File) -> bool:
    return any(QUESTIONS[kind].on_file(file))


def _given(*values: str | None) -> tuple[str, ...]:
    return tuple(each for each in values if each)


def _addresses(kind: ContactKind) -> Callable[[File], Iterable[str]]:
    """Return what gives the person's own confirmed addresses of a kind."""

    def held(file: File) -> Iterable[str]:
        return (
            each.address for each in file.person.contacts if each.kind is kind and each.state is ContactState.CONFIRMED
        )

    return held


def _same_end(typed: str, number: str) -> bool:
    """Tell whether the last four were said, or the whole number; signs between them count for nothing."""
    said, whole = "".join(words(typed)), "".join(words(number))
    return bool(said) and len(said) >= min(END, len(whole)) and whole.endswith(said)


def _same_mail_name(typed: str, address: str) -> bool:
    said, whole = typed.strip().casefold(), address.casefold()
    return said == (whole if "@" in said else whole.partition("@")[0])


def _same_words(typed: str, text: str) -> bool:
    """Tell whether the same words were said, in whatever order; «plano» says nothing of a plan."""
    said = set(words(typed)) - {"plano"}
    return bool(said) and said == set(words(text)) - {"plano"}


def _same_first(typed: str, name: str) -> bool:
    said, whole = words(typed), words(name)
    return bool(said) and said[:1] == whole[:1] and set(said) <= set(whole)


def _numbers(typed: str) -> list[str]:
    """Return the numbers of a typed date; a month may be a word."""
    found = [each for each in words(typed) if each != "de"]
    return [_month(each) if each.isalpha() else each for each in found]


def _month(word: str) -> str:
    return str(MONTHS.index(word[:3]) + 1) if word[:3] in MONTHS else ""


def same_day(typed: str, day: str) -> bool:
    """Tell whether a day was said, in ISO or day first, with any signs or none, with two digits of the year or four."""
    asked = date.fromisoformat(day)
    said = _numbers(typed)
    if len(said) == 1 and len(said[0]) in {6, 8}:
        said = [said[0][:2], said[0][2:4], said[0][4:]]
    elif len(said) == 3 and len(said[0]) == END:  # noqa: PLR2004 - a day has three numbers, ISO begins with the year
        said.reverse()
    return _are(said, (asked.day, asked.month), asked.year)


def _same_month(typed: str, day: str) -> bool:
    asked = date.fromisoformat(day)
    said = _numbers(typed)
    if len(said) == 1 and len(said[0]) in {4, 6}:
        said = [said[0][:2], said[0][2:]]
    elif len(said) > 1 and len(said[0]) == END:
        said.reverse()
    return _are(said, (asked.month,), asked.year)


def _are(said: Sequence[str], first: Sequence[int], year: int) -> bool:
    """Tell whether numbers as typed are these, the last one being a year of two or four digits."""
    plain = [each for each in said if each.isdigit()]
    if len(plain) != len(first) + 1 or len(plain) != len(said):
        return False
    years = {f"{year:04d}", f"{year % 100:02d}"}
    return [int(each) for each in plain[:-1]] == list(first) and plain[-1] in years


def _day(day: date | None) -> tuple[str, ...]:
    return (day.isoformat(),) if day else ()


QUESTIONS: Final[Mapping[QuestionKind, Question]] = {
    QuestionKind.BIRTH_DATE: Question(lambda file: _day(file.person.beneficiary.birth_date), same_day),
    QuestionKind.CPF_END: Question(lambda file: _given(file.person.beneficiary.cpf), _same_end),
    QuestionKind.CARD_END: Question(lambda file: _given(file.person.beneficiary.card_number), _same_end),
    QuestionKind.MOBILE_END: Question(_addresses(ContactKind.MOBILE), _same_end),
    QuestionKind.LANDLINE_END: Question(_addresses(ContactKind.LANDLINE), _same_end),
    QuestionKind.EMAIL_NAME: Question(_addresses(ContactKind.EMAIL), _same_mail_name),
    QuestionKind.PLAN: Question(lambda file: _given(file.person.beneficiary.plan), _same_words, easy=True),
    QuestionKind.JOINED_MONTH: Question(lambda file: _day(file.person.beneficiary.joined_date), _same_month, easy=True),
    QuestionKind.HOLDER_NAME: Question(lambda file: _given(file.holder), same_name, easy=True),
    QuestionKind.DEPENDANT_NAME: Question(lambda file: file.dependants, _same_first, easy=True),
}

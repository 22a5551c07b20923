"""Events of the trail as lines that people read: when, what, who, of whom, and what came of it."""

import datetime as dt
import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import get_language

from chancela.adapters.postgres.chronicles import Chronicles, Faces
from chancela.domain import chronicle, people, sentences
from chancela.domain.chronicle import By, Deed, Fact, Who
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.trail import EventKind
from chancela.portals.accounts.models import User
from chancela.portals.design import spoken
from chancela.portals.operator import trail_kinds, trail_words as words

if TYPE_CHECKING:
    from chancela.bootstrap.app import App
    from chancela.domain.trail import Entry

Words = str | Promise
WHEN = re.compile(r"\d{4}-[01]\d-[0-3]\d(T[0-2]\d:[0-5]\d:[0-5]\d(\.\d+)?[+-]\d\d:\d\d)?", re.ASCII)
REFUSED = {each.value: each for each in Refusal}
LISTS = frozenset({"channels", "notices", "questions", "changed"})


@dataclass(frozen=True, slots=True)
class Name:
    """Who did it, and under it what they are; `account` is what their deeds are found by."""

    word: Words
    under: Words = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody of the plan: card and masked name."""

    id: UUID
    card: str
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """One event; `guia` is (id, number), `led` when it was answered and how."""

    seq: int
    at: dt.datetime
    sentence: Words
    details: tuple[tuple[Words, Words], ...]
    name: Name
    kind: str
    reason: str = ""
    protocol: str = ""
    guia: tuple[UUID, str] | None = None
    person: Face | None = None
    led: tuple[dt.datetime, Words] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What ids and names stand for, and the accounts by their login."""

    faces: Faces
    accounts: Mapping[str, User]


async def lines(app: "App", operator: str, entries: Sequence["Entry"], *, led: bool = False) -> tuple[Line, ...]:
    """Return entries as lines in their order; with `led`, each with what came of it among them."""
    deeds = [chronicle.deed(each.seq, each.at, each.kind, each.subject, each.actor, each.data) for each in entries]
    known = await _known(app, operator, deeds)
    answers = chronicle.led_to(deeds) if led else {}
    told = [line(each, known) for each in deeds]
    return tuple(
        replace(each, led=(answer.at, sentence(answer))) if (answer := answers.get(each.seq)) else each for each in told
    )


async def _known(app: "App", operator: str, deeds: Sequence[Deed]) -> Known:
    logins = {each.who.name for each in deeds if each.who.by is By.ACCOUNT}
    logins |= {str(each.facts["account"]) for each in deeds if "account" in each.facts}
    accounts = {each.username: each async for each in _users(operator, logins)}
    codes = {str(each.facts.get("provider")) for each in deeds} | {each.provider_code for each in accounts.values()}
    faces = await Chronicles(app.pool).faces(operator, set(chronicle.ids(deeds)), logins | codes)
    return Known(faces, accounts)


def _users(operator: str, logins: Iterable[str]) -> AsyncIterator[User]:
    return aiter(User.objects.filter(operator=operator, username__in=list(logins)))


def line(deed: Deed, known: Known) -> Line:
    """Return one event as a line."""
    guia, person = _about(deed, known.faces)
    return Line(
        seq=deed.seq,
        at=deed.at,
        sentence=sentence(deed),
        details=tuple(_details(deed, known)),
        name=name(deed.who, known, person),
        kind=deed.raw,
        reason=str(words.REASON.get(said := str(deed.facts.get("reason") or ""), said)),
        protocol=str(deed.facts.get("protocol") or ""),
        guia=guia,
        person=person,
    )


def sentence(deed: Deed) -> Words:
    """What happened, in one sentence; of an event of a later version, its name."""
    if deed.kind is None:
        return str(words.UNKNOWN) % {"kind": deed.raw}
    for key, value in deed.facts.items():
        if found := words.BY_FACT.get((deed.kind, key, value)):
            return found
    return trail_kinds.KIND[deed.kind]


def _about(deed: Deed, faces: Faces) -> tuple[tuple[UUID, str] | None, Face | None]:
    """Of which guia and person it speaks: its subject's, or else of whomever it names."""
    if deed.subject in faces.guias:
        number, whose = faces.guias[deed.subject]
        return (deed.subject, number), face(whose, faces)
    named = [found for fact in deed.facts.values() if (found := chronicle.uuid(fact))]
    return None, next((one for each in (deed.subject, *named) if (one := face(each, faces))), None)


def face(person: UUID, faces: Faces) -> Face | None:
    """A person of the plan, or None where nobody has this id."""
    if person not in faces.people:
        return None
    card, full = faces.people[person]
    return Face(person, card, people.masked_name(full))


def name(who: Who, known: Known, person: Face | None) -> Name:
    """Who did it: the person themselves, somebody else of the plan, an account, a program, or the system."""
    if who.by is By.PERSON and who.id is not None:
        if person is not None and person.id == who.id:
            return Name(words.OWN, account=who.name)
        other = face(who.id, known.faces)
        return Name(other.name if other else words.BY[By.PERSON], other.card if other else "", who.name)
    if who.by is By.HOUSE:
        return Name(words.HOUSE[who.name], account=who.name)
    if who.by is By.ACCOUNT:
        return _account(who.name, known)
    return Name(str(words.BY[who.by]) % {"name": who.name}, account=who.name)


def _account(login: str, known: Known) -> Name:
    if (user := known.accounts.get(login)) is not None:
        provider = known.faces.providers.get(user.provider_code) if user.provider_code else None
        under = provider or user.get_role_display()
        return Name(str(user), "" if under == str(user) else under, login)
    if login in known.faces.clients:
        return Name(known.faces.clients[login], words.CLIENT, login)
    return Name(login, words.GONE, login)


def _details(deed: Deed, known: Known) -> list[tuple[Words, Words]]:
    said = {key for kind, key, value in words.BY_FACT if kind == deed.kind and deed.facts.get(key) == value}
    shown = {key: fact for key, fact in deed.facts.items() if key not in words.SILENT | said | {"reason", "protocol"}}
    return [
        (_label(deed, key), _value(key, fact, known))
        for key, fact in shown.items()
        if fact not in {None, ""} and chronicle.uuid(fact) is None
    ]


def _label(deed: Deed, key: str) -> Words:
    if key.startswith("item_"):
        return str(words.ITEM) % {"n": key.removeprefix("item_")}
    if deed.kind is not None and (deed.kind, key) in words.FACT_OF:
        return words.FACT_OF[deed.kind, key]
    return words.FACT.get(key, key)


def _listed(key: str, text: str) -> str:
    """What a fact of several words holds, one after another."""
    known = words.OF_FACT[key]
    return ", ".join(str(known.get(each, each)) for each in text.split(","))


def _value(key: str, fact: Fact, known: Known) -> Words:
    """A value in words; one that is no word of ours stands as it is."""
    if isinstance(fact, bool):
        return words.YES if fact else words.NO
    text = str(fact)
    if key == "refused" and text in REFUSED:  # of an import it is how many were
        return sentences.sentence(Refused(REFUSED[text]), get_language() or sentences.PORTUGUESE)
    if key in words.OF_FACT:
        return _listed(key, text)
    if key in LISTS:
        return ", ".join(str(words.VALUE.get(each, each)) for each in text.split(","))
    if (when := _when(text)) is not None:
        return when
    if key == "provider" and text in known.faces.providers:
        return f"{known.faces.providers[text]} ({text})"
    if key == "account" and text in known.accounts:
        return str(known.accounts[text])
    return words.VALUE.get(text, text)


def _when(text: str) -> str | None:
    """A day or an instant as people read it; None of any other text."""
    try:
        match WHEN.fullmatch(text):
            case None:
                return None
            case found if found[1]:
                return spoken.moment(dt.datetime.fromisoformat(text))
            case _day:
                return formats.date_format(dt.date.fromisoformat(text), "SHORT_DATE_FORMAT")
    except ValueError:  # no day of any month
        return None


def grouped() -> list[tuple[Words, list[tuple[str, Words]]]]:
    """Every kind of event by what it is of, for somebody to choose from."""
    return [
        (group, [(kind.value, trail_kinds.KIND[kind]) for kind in EventKind if kind.value.split(":")[0] == first])
        for first, group in words.GROUP.items()
    ]

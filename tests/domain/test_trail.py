"""The trail has no gap and no fork: whatever is done to a row is found."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from chancela.domain import trail
from chancela.domain.trail import Entry, Event, EventKind, Head
from tests.domain import made

START = trail.start("999009")
EVENTS = [Event(EventKind.TOKEN_REFUSED, made.GUIA, "recepcao", {"attempts_left": left}) for left in range(5)]
ENTRIES, HEAD = trail.append("999009", START, EVENTS, made.NOW)


def breaks(entries: list[Entry], start: Head = START) -> list[int]:
    return [found.seq for found in trail.follow(start, entries)[1]]


def test_a_whole_trail_is_followed_to_its_head():
    assert trail.follow(START, ENTRIES) == (HEAD, ())
    assert [entry.seq for entry in ENTRIES] == [1, 2, 3, 4, 5]


def test_nothing_appended_leaves_the_head():
    assert trail.append("999009", HEAD, [], made.NOW) == ((), HEAD)


def test_appending_in_two_steps_is_appending_in_one():
    first, middle = trail.append("999009", START, EVENTS[:2], made.NOW)
    second, end = trail.append("999009", middle, EVENTS[2:], made.NOW)
    assert ((*first, *second), end) == (ENTRIES, HEAD)


CHANGES = [
    {"kind": "guia:attendance:validated"},
    {"subject": made.OTHER_GUIA},
    {"actor": "outra"},
    {"data": '{"attempts_left":5}'},
    {"at": made.NOW + timedelta(microseconds=1)},
    {"hash": hashlib.sha256(b"forged").digest()},
]


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_an_edited_row_is_found(place: int, change: dict[str, object]):
    edited = list(ENTRIES)
    edited[place] = replace(edited[place], **change)
    assert place + 1 in breaks(edited)


def test_an_edited_row_that_was_sealed_again_breaks_the_next():
    changed, _ = trail.append("999009", Head(1, ENTRIES[0].hash), [replace(EVENTS[1], actor="outra")], made.NOW)
    assert breaks([ENTRIES[0], *changed, *ENTRIES[2:]]) == [3]


@pytest.mark.parametrize("place", range(4))
def test_a_deleted_row_is_found(place: int):
    assert breaks([*ENTRIES[:place], *ENTRIES[place + 1 :]]) == [place + 2, place + 2]


@pytest.mark.parametrize("place", range(4))
def test_a_deleted_row_whose_followers_were_renumbered_is_found(place: int):
    renumbered = [replace(entry, seq=entry.seq - 1) for entry in ENTRIES[place + 1 :]]
    assert breaks([*ENTRIES[:place], *renumbered])[0] == place + 1


@pytest.mark.parametrize("place", range(4))
def test_swapped_rows_are_found(place: int):
    swapped = list(ENTRIES)
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    assert place + 1 in breaks(swapped)


@pytest.mark.parametrize("place", range(4))
def test_swapped_contents_are_found(place: int):
    one, other = ENTRIES[place : place + 2]
    swapped = [replace(one, data=other.data), replace(other, data=one.data)]
    assert breaks([*ENTRIES[:place], *swapped, *ENTRIES[place + 2 :]]) == [place + 1, place + 2]


@pytest.mark.parametrize("place", range(5))
def test_an_inserted_row_is_found(place: int):
    again = ENTRIES[place]
    assert breaks([*ENTRIES[: place + 1], again, *ENTRIES[place + 1 :]]) != []


def test_a_cut_tail_does_not_reach_the_head():
    assert trail.follow(START, ENTRIES[:-1])[0] != HEAD


def test_another_operators_trail_does_not_fit():
    assert breaks(list(ENTRIES), trail.start("999001")) == [1]


def test_a_break_says_where_and_what():
    _, found = trail.follow(START, ENTRIES[1:2])
    assert [(each.seq, each.what) for each in found] == [
        (2, "expected event 1, found 2"),
        (2, "its content does not match its seal"),
    ]


def test_an_instant_is_the_same_in_every_zone():
    here = made.NOW.astimezone(timezone(timedelta(hours=-3)))
    fields = (1, "a:b:c", made.GUIA, "recepcao", "{}")
    seq, *rest = fields
    assert trail.link(b"", seq, here, *rest) == trail.link(b"", seq, made.NOW, *rest)


def test_the_seal_is_made_as_it_is_documented():
    """Whoever keeps old trails must be able to verify them for ever: SHA-256 over lengths of four bytes and fields."""
    fields = ["1", "2026-11-20T15:00:00.000000+00:00", ENTRIES[0].kind, str(made.GUIA), "recepcao", ENTRIES[0].data]
    sealed = b"".join(len(field.encode()).to_bytes(4, "big") + field.encode() for field in fields)
    start = hashlib.sha256(b"chancela trail v1 999009").digest()
    assert ENTRIES[0].hash == hashlib.sha256(start + sealed).digest()


def test_a_letter_cannot_wander_from_one_field_into_the_next():
    assert link(actor="ab", data="c") != link(actor="a", data="bc")
    assert link(kind="ab", actor="c") != link(kind="abc", actor="")


def link(
    kind: str = "k", actor: str = "a", data: str = "d", at: datetime = made.NOW, subject: UUID = made.GUIA
) -> bytes:
    return trail.link(b"", 1, at, kind, subject, actor, data)


@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text(), max_size=4))
def test_one_meaning_has_one_text(data: dict[str, str | int | bool | None]):
    turned = dict(reversed(data.items()))
    assert trail.canonical(data) == trail.canonical(turned)
    assert json.loads(trail.canonical(data)) == data


@pytest.mark.parametrize("kind", EventKind)
def test_an_event_is_named_in_three_parts(kind: EventKind):
    assert len(kind.value.split(":")) == 3

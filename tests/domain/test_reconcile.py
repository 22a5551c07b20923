"""What differs between what was written down and what is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chancela.domain import reconcile
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.reconcile import Differs, Said
from chancela.domain.refusal import Refusal
from chancela.domain.token import Token, TokenEnd

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PROCEDURES = (RequestedProcedure("22", "81000030"), RequestedProcedure("22", "81000065", 2, "11", None, "O"))
SAID = Said(AT, "00123456789", Kind.ODONTO, PROCEDURES)


def test_the_same_visit_has_the_same_mark_whatever_its_reason_and_the_zone_of_its_clock():
    elsewhere = AT.astimezone(datetime.strptime("-0300", "%z").tzinfo)
    again = replace(SAID, reason="07", detail="x", taken_at=elsewhere)
    assert reconcile.fingerprint(again) == reconcile.fingerprint(SAID)
    assert len(reconcile.fingerprint(SAID)) == 32


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        ({"taken_at": AT + HOUR}, Differs.TAKEN_AT),
        ({"card_number": "1"}, Differs.CARD),
        ({"kind": Kind.SP_SADT}, Differs.KIND),
        ({"procedures": PROCEDURES[:1]}, Differs.PROCEDURES),
        ({"guia_id": UUID(int=7)}, Differs.GUIA),
        ({"urgent": True}, Differs.URGENT),
    ],
)
def test_another_visit_has_another_mark_and_says_where_it_differs(other: dict[str, Any], differs: Differs):
    now = replace(SAID, **other)
    assert reconcile.fingerprint(now) != reconcile.fingerprint(SAID)
    assert [each.what for each in reconcile.between(SAID, now)] == [differs]


def test_procedures_are_told_with_their_places_and_how_often():
    (said,) = reconcile.between(replace(SAID, procedures=()), SAID)
    assert (said.was, said.now) == ("", "81000030, 81000065 11 O ×2")


def token(generation: int = 1, issued: datetime = AT - HOUR, **more: Any) -> Token:
    return Token(UUID(int=1), generation, issued, issued + timedelta(hours=48), **more)


@pytest.mark.parametrize(
    ("known", "differs"),
    [
        (None, Differs.CODE_WRONG),
        (token(), Differs.CODE_WRONG),
        (token(issued=AT - 50 * HOUR), Differs.CODE_EXPIRED),
        (token(issued=AT - 50 * HOUR, ended_at=AT, end=TokenEnd.EXPIRED), Differs.CODE_EXPIRED),
        (token(ended_at=AT + HOUR, end=TokenEnd.EXPIRED), Differs.CODE_GONE),
        (token(ended_at=AT + HOUR, end=TokenEnd.SUPERSEDED), Differs.CODE_GONE),
        (token(ended_at=AT - HOUR, end=TokenEnd.SUPERSEDED), Differs.CODE_WRONG),
        (token(issued=AT + HOUR, ended_at=AT + 2 * HOUR, end=TokenEnd.SUPERSEDED), Differs.CODE_WRONG),
        (token(ended_at=AT + HOUR, end=TokenEnd.REPORTED), Differs.CODE_WRONG),
        (token(2, AT + HOUR), Differs.CODE_GONE),
        (token(1, AT + HOUR), Differs.CODE_WRONG),
    ],
)
def test_a_code_that_did_not_confirm_was_wrong_expired_or_is_gone(known: Token | None, differs: Differs):
    assert reconcile.code_differs(Refusal.CODE_REFUSED, known, AT).what is differs


def test_a_locked_code_is_called_so_and_one_that_is_to_follow_cannot_be_compared():
    assert reconcile.code_differs(Refusal.CODE_LOCKED, token(), AT).what is Differs.CODE_LOCKED
    assert reconcile.code_differs(Refusal.LATE_CODE_NEEDED, token(), AT).what is Differs.CODE_GONE

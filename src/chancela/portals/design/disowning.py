"""«Não fui eu» of single sessions: those that a page offers to name, and what came back of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.domain import denied_session, dispute as disputes
from chancela.portals.design import series

if TYPE_CHECKING:
    from django.http import QueryDict

    from chancela.domain.case import Case
    from chancela.portals.design.series import Line

LONGEST = 2  # digits of a place
NOWHERE = 0  # what is no place of any session is refused as such


@dataclass(frozen=True, slots=True)
class Said:
    """What a page asks and tells of the sessions of a series that a person says were not theirs.

    `lines` may be named now; `more` tells that something was said already, so that one at least is to be named; `named`
    are those in question, or decided last, as people say them.
    """

    lines: tuple[Line, ...]
    more: bool
    named: str
    missing: bool


def shown(case: Case, *, missing: bool = False) -> Said:
    """Return what a page asks; nothing where the guia is no series, or its attendance not recorded."""
    found, left = series.shown(case), denied_session.left(case)
    lines = tuple(each for each in found.lines if each.place in left) if found else ()
    said = disputes.standing(case.guia, case.report)
    named = series.named(said.sessions) if said is not None and said.sessions else ""
    return Said(lines, said is not None, named, missing)


def places(form: QueryDict) -> tuple[int, ...]:
    """Return the places that a form names; what no page of ours wrote is a place that is none."""
    return tuple(_place(str(each)) for each in form.getlist("session"))


def listed(text: str) -> tuple[int, ...]:
    """Return the places that a page wrote as one text, «2,5»; none where it is empty."""
    return tuple(_place(each) for each in text.split(",")) if text else ()


def seen(form: QueryDict) -> tuple[int, ...] | None:
    """Return the sessions that a page was about when it was shown; of a guia that is no series it says nothing."""
    told = form.get("seen")
    return None if told is None else listed(told)


def names_none(form: QueryDict) -> bool:
    """Tell whether a form that asks for other sessions names none of them."""
    return "more" in form and not form.getlist("session")


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else NOWHERE

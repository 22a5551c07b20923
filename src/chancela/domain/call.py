"""A call at the call centre: its protocol, how its caller was identified, and what was done in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from chancela.domain.caller import QuestionKind
from chancela.domain.refusal import Refusal

if TYPE_CHECKING:
    from chancela.domain.trail import Event

LONGEST: Final = timedelta(hours=4)  # a call that was forgotten opens nothing any more
MOST_WRONG: Final = 2  # the first draws another question, the second spends the call
MOST_WRONG_A_DAY: Final = 6  # of one person, over all agents
MOST_NAMED: Final = 3  # searches of a call, for whoever mistyped a number
LEAST_LETTERS: Final = 10
LONGEST_REASON: Final = 200


class Doing(StrEnum):
    """What may be done for an identified caller."""

    ISSUED = "issued"
    SENT = "sent"
    REVEALED = "revealed"
    REPORTED = "reported"
    CONTACT_PROPOSED = "contact_proposed"
    NUMBER_GIVEN = "number_given"


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done; `about` is a guia's number, or nothing."""

    what: Doing
    at: datetime
    about: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question that was drawn: whether the answer fitted, None while it was not asked yet; never the answer."""

    kind: QuestionKind
    fitted: bool | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one agent (the account's name); `protocol` has 20 digits and is told before anything else.

    `person_id` is who the caller says to be, None where nobody fits; `questions` are as many as must be answered and
    one to spare; `named` counts the searches.
    """

    id: UUID
    agent: str
    protocol: str
    opened_at: datetime
    person_id: UUID | None = None
    named: int = 0
    questions: tuple[Asked, ...] = ()
    wrong: int = 0
    identified_at: datetime | None = None
    reveals: int = 0
    changed_contact: bool = False
    done: tuple[Done, ...] = ()
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallStep:
    """What becomes of a call; what is done to a guia in it is told by the guia's own event."""

    call: Call
    event: Event | None = None


def alive(call: Call, now: datetime) -> bool:
    """Tell whether the call is still under way; one that was forgotten is not."""
    return call.ended_at is None and now < call.opened_at + LONGEST


def spent(call: Call) -> bool:
    """Tell whether the caller answered wrong too often to be identified in this call."""
    return call.wrong >= MOST_WRONG


def untouched(call: Call) -> bool:
    """Tell whether nothing was answered yet, so that whoever rings may still be named anew."""
    return call.identified_at is None and all(each.fitted is None for each in call.questions)


def waiting(call: Call) -> int | None:
    """Return the place of the question that waits for its answer; None before any was drawn, and after the last."""
    if call.identified_at is not None or spent(call):
        return None
    return next((place for place, each in enumerate(call.questions) if each.fitted is None), None)


def answered(call: Call, now: datetime, *, fitted: bool) -> Call:
    """Return the call with the waiting question judged: identified once all but the spare one are answered right."""
    place = waiting(call)
    questions = tuple(replace(each, fitted=fitted) if nth == place else each for nth, each in enumerate(call.questions))
    right = sum(each.fitted is True for each in questions)
    known = fitted and right == len(questions) - 1
    wrong = call.wrong + (not fitted)
    return replace(call, questions=questions, wrong=wrong, identified_at=now if known else None)


def refused(call: Call | None, agent: str, now: datetime) -> Refusal | None:
    """Tell why an agent cannot go on with a call: another's is like none, or it is over."""
    if call is None or call.agent != agent:
        return Refusal.NOT_FOUND
    return None if alive(call, now) else Refusal.CALL_OVER


def unready(call: Call | None, agent: str, now: datetime) -> Refusal | None:
    """Tell why nothing can be done for the caller of a call: also, that it is not known who it is."""
    if (why := refused(call, agent, now)) or call is None:
        return why
    return None if call.identified_at is not None else Refusal.CALLER_NOT_IDENTIFIED


def may_reveal(call: Call) -> bool:
    """Tell whether a code may be read out in this call: not after a contact was changed in it (security.md)."""
    return not call.changed_contact


def may_change(call: Call) -> bool:
    """Tell whether a contact may be changed in this call: not after a code was read out in it (security.md)."""
    return call.reveals == 0


def with_done(call: Call, what: Doing, now: datetime, about: str = "") -> Call:
    """Return the call with one thing more that was done in it."""
    more = (*call.done, Done(what, now, about))
    if what is Doing.REVEALED:
        return replace(call, done=more, reveals=call.reveals + 1)
    return replace(call, done=more, changed_contact=call.changed_contact or what is Doing.CONTACT_PROPOSED)


def reason(text: str) -> str | None:
    """Return why a code is read out, as the trail keeps it: 200 characters without a digit; None under ten letters."""
    plain = "".join("•" if each.isdigit() else each for each in " ".join(text.split()))[:LONGEST_REASON]
    return plain if sum(each.isalpha() for each in plain) >= LEAST_LETTERS else None

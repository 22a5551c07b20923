"""What goes over the wire where care goes on without a code, later, session by session, or is disputed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from chancela.api.wire_parts import LINES, PLAIN, Instant, Wish
from chancela.domain.absence import AbsenceNeed, AbsenceReason, AbsenceReview
from chancela.domain.token import Method, Window


class NewLateVisit(Wish, frozen=True):
    """An attendance that went on without its code, which is to follow."""

    visit_date: Annotated[date, Meta(description="The day of the attendance (Brasília).", examples=["2026-11-18"])]


CallProtocol = Annotated[
    str,
    Meta(
        max_length=40,
        pattern=PLAIN,
        description="The call centre's protocol number, 20 digits; spaces and hyphens may stand between them.",
        examples=["30448420261120000123"],
    ),
]


class NewAbsence(Wish, frozen=True):
    """Why care goes on without a code: one of the operator's reasons, or a value of TISS table 74, its first one."""

    reason: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=40,
            pattern=r"^[0-9a-z_]*(?!\n)$",
            description="A value of TISS table 74 (`01` to `07`), or a finer reason that the operator offers.",
            examples=["07", "no_signal"],
        ),
    ]
    detail: (
        Annotated[str, Meta(max_length=500, pattern=LINES, description="A note, where the reason needs one.")] | None
    ) = None
    call_protocol: CallProtocol | None = None
    second_person: (
        Annotated[str, Meta(max_length=70, pattern=PLAIN, description="Who was there too, where it is asked.")] | None
    ) = None


class NewCallProtocol(Wish, frozen=True):
    """The number that the call centre told."""

    call_protocol: CallProtocol


Place = Annotated[int, Meta(ge=1, le=99)]


class NewSession(Wish, frozen=True):
    """The next session of a series, by its place; with `absence` it took place without a code."""

    place: Annotated[int, Meta(ge=1, le=99, description="The session that comes next: places count from 1.")]
    absence: NewAbsence | None = None


class NewSeriesEnd(Wish, frozen=True):
    """Why a series ends before its last session."""

    why: Annotated[str, Meta(min_length=1, max_length=500, pattern=LINES, examples=["Discharged early"])]


class NewDisputeDecision(Wish, frozen=True):
    """Whether a disputed attendance happened, in words that the person and the provider read.

    `sessions` are those that the dispute was about as you read it: it is refused where they are others by now.
    """

    happened: bool
    text: Annotated[str, Meta(min_length=10, max_length=1000, pattern=LINES)]
    sessions: Annotated[tuple[Place, ...], Meta(max_length=99)] | None = None


class Late(Struct, frozen=True):
    """An attendance whose code is still to come: its day, and the last one on which a late code is taken (Brasília)."""

    visit_date: date
    due_date: date


class Absence(Struct, frozen=True):
    """Why care went on without a code; `reason` is the value of TISS table 74, `finer_reason` the operator's own.

    `owes` is what must still follow until `owes_until`, `missed` what did not come by then; `review` is where it stands
    with the auditors, who refuse in writing (`review_text`); `outage` is the one that is its proof, if it was in one.
    """

    reason: Literal["01", "02", "03", "04", "05", "06", "07"]
    finer_reason: AbsenceReason
    at: Instant
    detail: str | None
    protocol: str
    call_protocol: str | None
    second_person: str | None
    owes: tuple[AbsenceNeed, ...]
    owes_until: date | None
    missed: tuple[AbsenceNeed, ...]
    review: AbsenceReview
    review_text: str | None
    outage: UUID | None


class SessionAbsence(Struct, frozen=True):
    """Why a session has no code; `reason` is the value of TISS table 74, `finer_reason` the operator's own."""

    reason: Literal["01", "02", "03", "04", "05", "06", "07"]
    finer_reason: AbsenceReason
    protocol: str


class Session(Struct, frozen=True):
    """A session that took place: confirmed by a code (`method` and `window`), or without one (`absence`).

    `upon` is the session of the same day whose code stands for this one. `denied` says that it was decided that it did
    not take place: it is not to be paid; while its person disputes it, `disputed` is true: do not pay it yet.
    """

    place: int
    at: Instant
    by: str
    method: Method | None
    window: Window | None
    upon: int | None
    absence: SessionAbsence | None
    disputed: bool = False
    denied: bool = False


class Series(Struct, frozen=True):
    """The sessions of a guia: how many it is for, and those that took place, in order."""

    of: int
    done: tuple[Session, ...]


class Dispute(Struct, frozen=True):
    """An attendance that its person says was not theirs; what it `was` stands again where it happened.

    `outcome` is null until it is decided, by `due_date`; one that did not happen stays disputed, and is not to be paid.
    `sessions` are the places of those of a series that it is about, none where it is about the whole: where they did
    not happen, the guia stands again with its others, unless none is left.
    """

    protocol: str
    opened_at: Instant
    was: Literal["validated", "without_token"]
    due_date: date
    outcome: Literal["happened", "did_not_happen"] | None
    text: str | None
    decided_at: Instant | None
    sessions: tuple[int, ...] = ()

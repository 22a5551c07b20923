"""A case: a guia with its token, deliveries and validation; a step: what one decision makes of it, with its event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancela.domain.absence import Absence
from chancela.domain.delivery import Delivery
from chancela.domain.guia import Guia
from chancela.domain.ladder import Climb
from chancela.domain.late import LateVisit
from chancela.domain.report import Report
from chancela.domain.series import Session
from chancela.domain.token import Secret, Token, Validation

if TYPE_CHECKING:
    from chancela.domain.attachment import Attachment
    from chancela.domain.contact import Contact
    from chancela.domain.decision import Ruling
    from chancela.domain.delivery import Channel
    from chancela.domain.printed import Slip
    from chancela.domain.trail import Event


@dataclass(frozen=True, slots=True)
class Case:
    """A guia and all that belongs to it.

    `token` is the live one or, where there is none, the last; `secret` and `climb` are there only while it lives.
    `report` is what the person said about it, open or closed; `absence` why it has no code; `late` the visit whose code
    is to follow; `sessions` are those of a series that took place, in order.
    """

    guia: Guia
    token: Token | None = None
    secret: Secret | None = None
    deliveries: tuple[Delivery, ...] = ()
    validation: Validation | None = None
    climb: Climb | None = None
    report: Report | None = None
    absence: Absence | None = None
    late: LateVisit | None = None
    sessions: tuple[Session, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One change with the event that tells it: no write without its event.

    `before` is None for a guia that is born; `closed` are tokens that end here; `planned` are messages to send;
    `contacts` are learnt or judged here; `wrong` says that an entry was spent; `report` is opened or closed here;
    `attached` are documents that came, `ruled` the answers that an auditor gave; `absence`, `late` and `sessions` are
    new or changed here, `slips` printed, ended or come back.
    """

    before: Case | None
    after: Case
    event: Event
    closed: tuple[Token, ...] = ()
    planned: tuple[Delivery, ...] = ()
    contacts: tuple[Contact, ...] = ()
    prefers: Channel | None = None
    judged: bool = False
    wrong: bool = False
    report: Report | None = None
    attached: tuple[Attachment, ...] = ()
    ruled: tuple[Ruling, ...] = ()
    absence: Absence | None = None
    late: LateVisit | None = None
    sessions: tuple[Session, ...] = ()
    slips: tuple[Slip, ...] = ()

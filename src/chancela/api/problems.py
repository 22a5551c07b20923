"""Problems (RFC 9457): the one table from refusals to HTTP, and how refusals and faults are written."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from chancela.api import replies
from chancela.api.faults import TOLD, Fault, FaultyError
from chancela.api.replies import ENCODER, Reply
from chancela.api.wire import Problem
from chancela.bootstrap.once import Answer
from chancela.domain import sentences
from chancela.domain.refusal import Refusal, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

URN: Final = "urn:chancela:problem:"
AWAY_S: Final = 5
RUNNING_S: Final = 1

STATUSES: Final[Mapping[Refusal, tuple[int, str]]] = {
    Refusal.NOT_FOUND: (404, "Not found"),
    Refusal.FORBIDDEN: (403, "Not allowed"),
    Refusal.ASKED_IN_APP: (409, "Asked for in the app"),
    Refusal.CODE_REFUSED: (422, "Code refused"),
    Refusal.CODE_MALFORMED: (422, "Malformed code"),
    Refusal.CODE_LOCKED: (409, "Code locked"),
    Refusal.NO_LIVE_CODE: (409, "No live code"),
    Refusal.LATE_CODE_NEEDED: (409, "Late code needed"),
    Refusal.GUIA_VALIDATED: (409, "Guia already validated"),
    Refusal.GUIA_CANCELLED: (409, "Guia cancelled"),
    Refusal.GUIA_DENIED: (409, "Guia denied"),
    Refusal.GUIA_EXPIRED: (409, "Guia expired"),
    Refusal.GUIA_UNDER_ANALYSIS: (409, "Guia under analysis"),
    Refusal.GUIA_PRESENTED: (409, "Guia already presented"),
    Refusal.GUIA_CHANGED: (409, "Guia changed"),
    Refusal.NOTHING_TO_REVIEW: (409, "Nothing to review"),
    Refusal.CARD_UNKNOWN: (422, "Unknown card"),
    Refusal.PROVIDER_UNKNOWN: (422, "Unknown provider"),
    Refusal.PROVIDER_INACTIVE: (409, "Provider deactivated"),
    Refusal.DETAILS_MISSING: (422, "Details missing"),
    Refusal.PROFESSIONAL_KNOWN: (409, "Professional known"),
    Refusal.PROCEDURES_MISSING: (422, "Procedures missing"),
    Refusal.CHANNEL_UNAVAILABLE: (422, "Channel unavailable"),
    Refusal.NO_CONTACT: (422, "No contact"),
    Refusal.CONTACT_ON_FILE: (422, "Contact on file"),
    Refusal.CONTACT_INVALID: (422, "Invalid contact"),
    Refusal.CONTACT_OF_PROVIDER: (422, "Contact of the provider"),
    Refusal.CONTACT_IN_REVIEW: (409, "Contact under review"),
    Refusal.CODE_REPORTED: (409, "Code reported"),
    Refusal.PAIR_PAUSED: (409, "Codes paused"),
    Refusal.JUST_SENT: (429, "Just sent"),
    Refusal.CPF_MISMATCH: (422, "Data do not match"),
    Refusal.TOO_MANY_SENDS: (429, "Too many messages"),
    Refusal.TOO_MANY_WRONG: (429, "Too many wrong entries"),
    Refusal.SECOND_FACTOR_NEEDED: (403, "Second factor needed"),
    Refusal.PASSKEY_REFUSED: (422, "Passkey refused"),
    Refusal.CHANGED_BY_CALL: (403, "Changed by call"),
    Refusal.CONFIRM_YOURSELF: (403, "Confirmation needed"),
    Refusal.INVITATION_OVER: (410, "Invitation over"),
    Refusal.ADULTS_ALONE: (403, "Adults alone"),
    Refusal.TIE_TOO_LONG: (422, "Help lasts too long"),
    Refusal.TOO_MANY_TIES: (409, "Too many helpers"),
    Refusal.TOO_MANY_DEVICES: (409, "Too many devices"),
    Refusal.PAPER_NOT_OFFERED: (409, "Paper codes not offered"),
    Refusal.CALL_OVER: (409, "Call over"),
    Refusal.CALLER_NOT_IDENTIFIED: (403, "Caller not identified"),
    Refusal.CALLER_TRIES_SPENT: (409, "Caller's tries spent"),
    Refusal.REASON_NEEDED: (422, "Reason needed"),
    Refusal.TOO_MANY_REVEALS: (429, "Too many readings"),
    Refusal.NOT_IN_THE_SAME_CALL: (409, "Not in the same call"),
    Refusal.ANOTHER_PERSON_DECIDES: (403, "Another person decides"),
    Refusal.NOT_THE_SAME_PERSON: (409, "Not the same person"),
    Refusal.CODE_ALIVE: (409, "Code alive"),
    Refusal.FILE_REFUSED: (422, "File refused"),
    Refusal.FILE_TOO_BIG: (413, "File too big"),
    Refusal.TOO_MANY_FILES: (409, "Too many files"),
    Refusal.FILES_PAUSED: (429, "Documents paused"),
    Refusal.IMPORT_RUNNING: (409, "Import running"),
    Refusal.IMPORT_NOT_LAST: (409, "Not the last import"),
    Refusal.POLICY_INVALID: (422, "Invalid rules"),
    Refusal.POLICY_DATE_PAST: (422, "Date past"),
    Refusal.POLICY_SHIPPED: (409, "Shipped rules"),
    Refusal.ABSENCE_UNKNOWN: (422, "Reason unknown"),
    Refusal.ABSENCE_NEEDS: (422, "The reason needs more"),
    Refusal.GUIA_WITHOUT_TOKEN: (409, "Guia without a code"),
    Refusal.GUIA_DISPUTED: (409, "Attendance disputed"),
    Refusal.NOTHING_OWED: (409, "Nothing owed"),
    Refusal.PROTOCOL_WRONG: (422, "Protocol number not right"),
    Refusal.LATE_NOT_OFFERED: (409, "No late code here"),
    Refusal.LATE_WINDOW_OVER: (409, "Late window over"),
    Refusal.VISIT_DATE_WRONG: (422, "Day of the attendance"),
    Refusal.SLIP_REFUSED: (422, "Slip refused"),
    Refusal.SLIP_OVER: (409, "Slip over"),
    Refusal.SLIP_UNREADABLE: (422, "Slip not readable"),
    Refusal.BLOCK_REFUSED: (422, "Number refused"),
    Refusal.NUMBER_USED: (409, "Number used"),
    Refusal.BLOCKS_ENOUGH: (409, "Numbers enough"),
    Refusal.TAKEN_AT_WRONG: (422, "Time of the attendance"),
    Refusal.OUTAGE_RUNNING: (409, "Outage running"),
    Refusal.OUTAGE_OVER: (409, "Outage over"),
    Refusal.OUTAGE_SINCE: (422, "Beginning of the outage"),
    Refusal.NO_SESSIONS: (409, "No sessions"),
    Refusal.SESSIONS_DONE: (409, "Sessions complete"),
    Refusal.NO_SESSION_CODE: (409, "The session needs a code"),
    Refusal.DAY_CODE_SPENT: (409, "The day's code is spent"),
    Refusal.SERIES_BEGUN: (409, "Series begun"),
    Refusal.SERIES_NOT_BEGUN: (409, "Series not begun"),
    Refusal.DISPUTE_CLOSED: (409, "Dispute closed"),
    Refusal.DISPUTE_ANSWERED: (409, "Dispute answered"),
    Refusal.DISPUTE_REVIEWED: (403, "Reviewed before"),
    Refusal.WEBHOOK_REFUSED: (422, "Address refused"),
    Refusal.TOO_MANY_WEBHOOKS: (409, "Too many webhooks"),
    Refusal.KEY_REUSED: (422, "Idempotency key reused"),
    Refusal.KEY_RUNNING: (409, "Still running"),
}


@lru_cache(maxsize=4096)
def refused(refusal: Refused, language: str) -> Answer:
    """Return a refusal as it is answered, and kept under an idempotency key."""
    status, title = STATUSES[refusal.reason]
    problem = Problem(
        type=URN + refusal.reason.value,
        title=title,
        status=status,
        detail=sentences.sentence(refusal, language),
        attempts_left=refusal.attempts_left,
        retry_after=RUNNING_S if refusal.reason is Refusal.KEY_RUNNING else refusal.retry_after_s,
    )
    return Answer(status, ENCODER.encode(problem))


def refusal(reason: Refusal, language: str) -> Reply:
    """Return a refusal that no deed made: nothing found, not allowed."""
    return replies.again(refused(Refused(reason), language))


def fault(faulty: FaultyError, language: str) -> Reply:
    """Return a fault as it is answered."""
    told = TOLD[faulty.fault]
    problem = Problem(
        type=URN + faulty.fault.value,
        title=told.title,
        status=told.status,
        detail=told.english if language == sentences.ENGLISH else told.portuguese,
        retry_after=faulty.retry_after,
        field=faulty.field,
    )
    reply = replies.again(Answer(told.status, ENCODER.encode(problem)))
    return Reply(reply.status, reply.body, (*reply.headers, *faulty.headers)) if faulty.headers else reply


def unavailable() -> FaultyError:
    """The database is away."""
    return FaultyError(Fault.UNAVAILABLE, retry_after=AWAY_S)

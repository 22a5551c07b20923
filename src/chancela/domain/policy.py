"""What an operator decides: a policy is data, and these are the questions it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from chancela.domain.absence import ABSENCES, AbsenceRule
from chancela.domain.delivery import Channel
from chancela.domain.series import SessionCode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from chancela.domain.guia import ItemState


MOST_TRIES_PER_CODE = 5
MOST_TRIES_PER_GUIA = 10
LONGEST_LIFE = timedelta(hours=48)
MOST_PAPER_CODES = 20
LATEST_DAYS = 30  # after which nobody gives a code that was computed offline
LEAST_HOLD_HOURS = 24  # security.md, first contacts and changes
CALLER_QUESTIONS = range(2, 5 + 1)
KEPT_DAYS = range(30, 3652 + 1)  # a month to ten years


class CodeNeeded(StrEnum):
    """When a guia asks for its code."""

    AT_ATTENDANCE = "at_attendance"
    ANY_AUTHORISED = "any_authorised"
    NO_IMPEDIMENT = "no_impediment"


class Reissue(StrEnum):
    """What a second request does while a code is alive."""

    SAME_CODE = "same_code"
    NEW_ANNULS_OLD = "new_annuls_old"


class ContactDoor(StrEnum):
    """Where a person may change a contact."""

    APP = "app"
    SITE = "site"
    CALL_CENTRE = "call_centre"


class ContactCare(StrEnum):
    """What a contact that the call centre changes waits for."""

    SECOND_PERSON = "second_person"
    HOLD = "hold"


class Asker(StrEnum):
    """Who may ask for a code."""

    PROVIDER = "provider"
    BENEFICIARY = "beneficiary"


class NoCode(StrEnum):
    """How care goes on when no code comes."""

    RECORDED_REASON = "recorded_reason"
    LATE_TOKEN = "late_token"  # noqa: S105 - a way of attendance, not a secret
    PRINTED_GUIA = "printed_guia"
    CONTINGENCY_GUIA = "contingency_guia"
    CALL_CENTRE = "call_centre"


class Need(StrEnum):
    """What must be so of a person or a guia for a rung to be used."""

    HAS_MOBILE = "has_mobile"
    HAS_APP = "has_app"
    LANDLINE_ONLY = "landline_only"
    USES_NO_MOBILE = "uses_no_mobile"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: the channels that go out together, and how long a receipt is awaited (seconds).

    It is used where all that it needs is so, and where at least one of its channels reaches the person.
    """

    channels: tuple[Channel, ...]
    wait_s: int = 60
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the day (local) in which some channels go out by themselves only for an urgent guia."""

    from_hour: int = 22
    until_hour: int = 7
    channels: tuple[Channel, ...] = (Channel.VOICE,)

    def covers(self, channel: Channel, hour: int) -> bool:
        """Tell whether a channel is to be quiet at this hour (0 to 23)."""
        within = (
            self.from_hour <= hour < self.until_hour
            if self.from_hour <= self.until_hour
            else hour >= self.from_hour or hour < self.until_hour
        )
        return within and channel in self.channels


class Own(StrEnum):
    """What a person's own contacts are for at an age: not used, used beside the guardians', or before them."""

    NONE = "none"
    BESIDE = "beside"
    FIRST = "first"


class Guardians(StrEnum):
    """What guardians get at an age: the codes, a notice without the code, or nothing."""

    CODES = "codes"
    NOTICES = "notices"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Age:
    """Who sees and receives what from an age (whole years) on, until the next one begins."""

    from_years: int
    own: Own
    guardians: Guardians


ADULT = 18  # Código Civil, art. 5
AGES = (
    Age(0, Own.NONE, Guardians.CODES),
    Age(12, Own.BESIDE, Guardians.CODES),
    Age(16, Own.FIRST, Guardians.NOTICES),
    Age(ADULT, Own.FIRST, Guardians.NOTHING),
)


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole of an operator's rules about codes; lengths of time are exact, counts are inclusive limits."""

    profile: str
    code_needed: CodeNeeded
    reissue: Reissue
    channels: tuple[Channel, ...]
    contact_doors: tuple[ContactDoor, ...]
    no_code: tuple[NoCode, ...]
    askers: tuple[Asker, ...] = (Asker.PROVIDER, Asker.BENEFICIARY)
    ladder: tuple[Rung, ...] = ()
    quiet: Quiet = Quiet()
    remembers_channel: bool = False
    provider_types_first_contact: bool = False
    email_asks_cpf: bool = False
    fresh: timedelta = timedelta(minutes=10)
    valid: timedelta = timedelta(hours=48)
    tries_per_code: int = 5
    tries_per_guia: int = 10
    guia_days: int = 90
    sends_per_guia_hour: int = 12
    sends_per_person_hour: int = 180
    sends_per_number_hour: int = 180
    sends_per_provider_floor: int = 60
    sends_per_provider_guia: int = 6
    cool_down_s: int = 30
    families_per_number: int = 3
    wrong_per_provider_floor: int = 20
    wrong_per_provider_percent: int = 15
    ages: tuple[Age, ...] = AGES
    tells_validation: bool = True
    offline_codes: bool = True
    offline_late_days: int = 5
    paper_codes: int = 0
    history_days: int = 1826
    contact_care: ContactCare = ContactCare.SECOND_PERSON
    contact_hold_hours: int = 24
    caller_questions: int = 3
    reveals_per_agent_day: int = 60
    absences: tuple[AbsenceRule, ...] = ABSENCES
    absence_sample_percent: int = 10
    absence_owed_days: int = 7
    late_days: int = 5
    late_reminder_days: int = 2
    slip_days: int = 30
    block_numbers: int = 20
    block_days: int = 90
    outage_minutes: int = 5
    series: tuple[str, ...] = ()
    session_code: SessionCode = SessionCode.PER_SESSION
    day_sessions: int = 2
    dispute_days: int = 15

    def __post_init__(self) -> None:
        """Refuse with ValueError what would break a promise: more guesses, or a code that outlives its day key."""
        tries = 1 <= self.tries_per_code <= min(MOST_TRIES_PER_CODE, self.tries_per_guia)
        if not tries or self.tries_per_guia > MOST_TRIES_PER_GUIA:
            raise ValueError("security.md allows at most 5 tries per code and 10 per guia")
        if not timedelta() < self.valid <= LONGEST_LIFE:
            raise ValueError("security.md lets a code live for at most 48 hours")
        _check_ages(self.ages)
        if not 0 <= self.paper_codes <= MOST_PAPER_CODES or not 0 <= self.offline_late_days <= LATEST_DAYS:
            raise ValueError("a sheet has at most 20 codes, and an offline code is late for at most 30 days")
        if self.history_days not in KEPT_DAYS:
            raise ValueError("people see their attendances for 30 to 3652 days")
        if self.contact_hold_hours < LEAST_HOLD_HOURS or self.caller_questions not in CALLER_QUESTIONS:
            raise ValueError("a contact is held for 24 hours at least, and a caller answers 2 to 5 questions")


def _check_ages(ages: tuple[Age, ...]) -> None:
    """Refuse with ValueError ages that leave somebody out, or an adult in the hands of others."""
    begins = [each.from_years for each in ages]
    if not begins or begins[0] != 0 or begins != sorted(set(begins)):
        raise ValueError("the ages begin with 0 and each begins after the one before")
    if any(each.guardians is not Guardians.NOTHING for each in ages if each.from_years >= ADULT) or ADULT not in begins:
        raise ValueError("adults decide for themselves: an age begins at 18, and from there guardians get nothing")


def needs_code(policy: Policy, items: Iterable[ItemState]) -> bool:
    """Tell whether a guia whose procedures stand like this awaits a code now (design.md §6, first row)."""
    states = [item.value for item in items]
    authorised = "authorised" in states
    pending = "under_audit" in states or "awaiting_document" in states
    match policy.code_needed:
        case CodeNeeded.AT_ATTENDANCE:
            return authorised or pending
        case CodeNeeded.ANY_AUTHORISED:
            return authorised
        case CodeNeeded.NO_IMPEDIMENT:
            return authorised and not pending
        case _:
            assert_never(policy.code_needed)


def shown_since(policy: Policy, now: datetime) -> datetime:
    """Return the instant from which on a person sees their attendances; older ones are like none to them."""
    return now - timedelta(days=policy.history_days)


def wrong_entries_allowed(policy: Policy, guias_today: int) -> int:
    """Return a provider's wrong entries of a day: max(20, 15 % of today's guias) (security.md, guessing)."""
    return max(policy.wrong_per_provider_floor, guias_today * policy.wrong_per_provider_percent // 100)


def sends_allowed(policy: Policy, guias_today: int) -> int:
    """Return a provider's messages of a day; they grow with its guias, so that honest work meets no limit."""
    return max(policy.sends_per_provider_floor, guias_today * policy.sends_per_provider_guia)

"""What a verification may find, in plain sentences: where something is not as it should be, and what."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

MOST: Final = 20  # places told of one kind for one operator

CONTRADICTIONS: Final = {
    "validations_without_event": "a validation has no such event in the trail",
    "events_without_validation": "the trail says validated, but there is no validation with this event",
    "validated_by_a_dead_code": "the trail validates a guia by a code that did not live",
    "validated_by_what_nobody_carried": "the trail validates a guia by a device or a sheet that was not there",
    "paper_used_twice": "the trail validates two guias by one code on paper",
    "series_validated_by_no_session": "the trail validates a series by a code that confirmed none of its sessions",
    "day_codes_overdrawn": "a code of a day confirmed more sessions than the rules of that day allowed",
    "sessions_without_event": "a session of a series has no such event in the trail",
    "events_without_session": "the trail tells of a session, but the series has none with this event",
    "guias_without_event": "a guia has no such registration in the trail",
    "events_without_guia": "the trail says registered, but the guia is gone",
    "registered_twice": "the trail registers the same guia more than once",
    "validated_without_proof": "the guia's attendance and its validation do not agree",
    "validated_with_live_code": "a validated guia still holds a live code",
    "live_codes_without_event": "a live code was never issued by the trail",
    "live_codes_after_their_end": "a code lives although the trail has ended it",
    "ended_codes_without_event": "an ended code was never issued by the trail",
    "ended_codes_without_end": "a code ended in a way that the trail does not tell",
    "issued_without_code": "the trail issued a code that is neither alive nor among those that ended",
    "tries_that_differ": "the guia's wrong tries are not as many as the trail tells",
    "cancelled_without_event": "the guia's cancellation and the trail do not agree",
    "absences_without_event": "a guia without a code has no such reason in the trail",
    "without_code_without_reason": "a guia went on without a code, but has no reason or still holds a live code",
    "refusals_without_event": "an auditor's word on a guia without a code has no such event in the trail",
    "answers_without_event": "an auditor's answer has no such event in the trail",
    "documents_without_event": "a document is another than the trail tells of",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A place and what is wrong there; `operator` is empty where it concerns the whole installation."""

    operator: str
    where: str
    what: str

    @property
    def sentence(self) -> str:
        """Return it as people read it."""
        return f"{self.operator + ', ' if self.operator else ''}{self.where}: {self.what}."


@dataclass(slots=True)
class Findings:
    """Gathers them; of one kind only the first are told one by one, the rest as a number."""

    found: list[Finding] = field(default_factory=list)
    _more: Counter[tuple[str, str]] = field(default_factory=Counter)
    _told: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, operator: str, where: str, what: str, *, kind: str | None = None) -> None:
        """Add a place; `kind` says which places are alike (the sentence itself where it is left out)."""
        key = (operator, kind or what)
        self._told[key] += 1
        if self._told[key] > MOST:
            self._more[key] += 1
        else:
            self.found.append(Finding(operator, where, what))

    def more(self, operator: str, what: str, count: int) -> None:
        """Count places that were found but not told."""
        if count > 0:
            self._more[operator, what] += count

    def all(self) -> tuple[Finding, ...]:
        """Return every finding, and last how many more there are of a kind."""
        rest = (Finding(operator, f"{count} more", what) for (operator, what), count in self._more.items())
        return (*self.found, *rest)

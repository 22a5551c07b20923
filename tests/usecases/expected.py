"""What a guia should be, told a second time and as simply as can be: the model that the deeds are held against."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

GRANTED, AUDIT, DOCUMENT, DENIED = "authorised", "under_audit", "awaiting_document", "denied"


@dataclass
class Expected:
    """One guia by the rules of one manual; every answer is `None` where the deed should be done, or its refusal."""

    profile: str
    items: list[str]
    last_day: date
    cancelled: bool = False
    validated: bool = False
    awaiting: bool = False
    code: str | None = None
    generation: int = 0
    expires_at: datetime | None = None
    spent_on_code: int = 0
    spent_on_guia: int = 0
    end: str | None = None
    asked_for: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.awaiting = self.wants_code()

    def wants_code(self) -> bool:
        granted, waiting = GRANTED in self.items, AUDIT in self.items or DOCUMENT in self.items
        rules = {
            "push-per-attendance": granted or waiting,
            "latest-code-wins": granted,
            "one-code-per-guia": granted and not waiting,
        }
        return rules[self.profile]

    def lives(self, now: datetime) -> bool:
        return self.code is not None and self.expires_at is not None and now < self.expires_at

    def closed(self, today: date) -> str | None:
        """Why nothing can be done about a code."""
        if self.cancelled:
            return "guia-cancelada"
        if self.validated:
            return "guia-ja-validada"
        if today > self.last_day:
            return "guia-vencida"
        if self.awaiting:
            return None
        return "guia-negada" if set(self.items) == {DENIED} else "guia-em-analise"

    def issue(self, now: datetime, today: date, drawn: str) -> str | None:
        if refusal := self.closed(today):
            return refusal
        if self.spent_on_guia == 10:
            return "codigo-bloqueado"
        if not (self.lives(now) and self.profile != "latest-code-wins"):
            self.code, self.generation, self.spent_on_code, self.end = drawn, self.generation + 1, 0, None
            self.expires_at = now + timedelta(hours=48)
        return None

    def send(self, now: datetime, today: date) -> str | None:
        return self.closed(today) or (None if self.lives(now) else "sem-codigo-vivo")

    def validate(self, now: datetime, today: date, entry: str) -> str | None:
        if refusal := self.closed(today):
            return refusal
        if not (len(entry) == 6 and set(entry) <= set("0123456789")):
            return "codigo-malformado"
        if self.end == "locked" or self.spent_on_guia == 10:
            return "codigo-bloqueado"
        if self.generation == 0:
            return "sem-codigo-vivo"
        if not self.lives(now):
            self.code, self.end = None, "expired"
            return "codigo-recusado"
        if entry == self.code:
            self.code, self.end, self.validated, self.awaiting = None, "used", True, False
            return None
        return self._spend()

    def _spend(self) -> str:
        self.spent_on_code += 1
        self.spent_on_guia += 1
        if self.spent_on_code == 5 or self.spent_on_guia == 10:
            self.code, self.end = None, "locked"
        return "codigo-recusado"

    def tries_left(self) -> int:
        """Tries after a refusal: of the code that is there, or of the next where this one has expired."""
        spent = 0 if self.end == "expired" else self.spent_on_code
        return max(0, min(5 - spent, 10 - self.spent_on_guia))

    def cancel(self) -> str | None:
        if self.cancelled:
            return "guia-cancelada"
        if self.validated:
            return "guia-ja-validada"
        self.cancelled, self.awaiting = True, False
        self._end("cancelled")
        return None

    def review(self, item: int, said: str) -> str | None:
        if self.cancelled:
            return "guia-cancelada"
        if not 1 <= item <= len(self.items) or self.items[item - 1] not in {AUDIT, DOCUMENT} or said == AUDIT:
            return "nada-a-revisar"
        if said == DOCUMENT and item in self.asked_for:
            return "nada-a-revisar"
        self.items[item - 1] = said
        self.asked_for.add(item)
        if not self.validated:
            self.awaiting = self.wants_code()
            if not self.awaiting:
                self._end("cancelled")
        return None

    def sweep(self, now: datetime) -> bool:
        if self.code is None or self.lives(now):
            return False
        self._end("expired")
        return True

    def _end(self, how: str) -> None:
        if self.code is not None:
            self.code, self.end = None, how

"""What a guia should be, told a second time and as simply as can be: the model that the deeds are held against."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

GRANTED, AUDIT, DOCUMENT, DENIED = "authorised", "under_audit", "awaiting_document", "denied"
TURNS = {  # what goes out together, and the seconds until what follows
    "push-per-attendance": [(("app", "sms", "email"), 60), (("whatsapp",), 60), (("voice",), 90)],
    "latest-code-wins": [(("sms", "email"), 60), (("whatsapp",), 60), (("voice",), 90)],
    "one-code-per-guia": [],
}
REST, WEEK, LIFE = timedelta(seconds=30), timedelta(days=7), timedelta(hours=48)


@dataclass
class Home:
    """What the guias of one person at one provider share."""

    usual: str = "sms"
    guias: list[Expected] = field(default_factory=list)

    def paused(self, now: datetime) -> bool:
        lately = [each for each in self.guias if each.said_at is not None and each.said_at > now - WEEK]
        return sum(each.verdict != "mistaken" for each in lately) >= 2


@dataclass
class Sent:
    """One message of the latest code."""

    channel: str
    at: datetime
    state: str = "queued"


@dataclass
class Expected:
    """One guia by the rules of one manual; every answer is `None` where the deed should be done, or its refusal."""

    profile: str
    items: list[str]
    last_day: date
    home: Home = field(default_factory=Home)
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
    sent: list[Sent] = field(default_factory=list)
    turn: int = -1
    look_at: datetime | None = None
    said_at: datetime | None = None
    said_of: int = 0
    verdict: str | None = None
    contested: bool = False
    disputed: bool = False
    without: str | None = None

    def __post_init__(self) -> None:
        self.awaiting = self.wants_code()
        self.home.guias.append(self)

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
        if self.disputed:
            return "atendimento-contestado"
        if self.validated:
            return "guia-ja-validada"
        if self.without:
            return "guia-sem-codigo"
        if today > self.last_day:
            return "guia-vencida"
        if self.awaiting:
            return None
        return "guia-negada" if set(self.items) == {DENIED} else "guia-em-analise"

    def stopped(self, now: datetime) -> str | None:
        """Why the person's own word keeps codes from going out."""
        if self.said_at is not None and self.verdict != "mistaken":
            return "codigo-contestado"
        return "envios-em-pausa" if self.home.paused(now) else None

    # sending

    def ways(self, chosen: str | None, hour: int) -> tuple[str, ...]:
        if chosen is not None:
            return (chosen,)
        if turns := TURNS[self.profile]:
            return turns[0][0]
        return ("sms",) if self.home.usual == "voice" and asleep(hour) else (self.home.usual,)

    def resting(self, now: datetime) -> set[str]:
        return {each.channel for each in self.sent if each.at > now - REST and each.state != "failed"}

    def issue(self, now: datetime, today: date, drawn: str) -> str | None:
        if refusal := self.closed(today):
            return refusal
        if self.spent_on_guia == 10:
            return "codigo-bloqueado"
        if refusal := self.stopped(now):
            return refusal
        if self.lives(now) and self.profile != "latest-code-wins":
            return self._goes_out(None, now)
        if set(self.ways(None, clock(now))) & self.resting(now):
            return "enviado-agora"
        self.code, self.generation, self.spent_on_code, self.end = drawn, self.generation + 1, 0, None
        self.expires_at, self.sent = now + LIFE, []
        return self._goes_out(None, now)

    def send(self, now: datetime, today: date, chosen: str | None = None) -> str | None:
        if refusal := self.closed(today) or self.stopped(now):
            return refusal
        return self._goes_out(chosen, now) if self.lives(now) else "sem-codigo-vivo"

    def _goes_out(self, chosen: str | None, now: datetime) -> str | None:
        ways = [each for each in self.ways(chosen, clock(now)) if each not in self.resting(now)]
        if not ways:
            return "enviado-agora"
        self.sent += [Sent(each, now) for each in ways]
        self.home.usual = ways[0]
        turns = TURNS[self.profile]
        self.turn = 0 if turns and chosen is None else -1
        self.look_at = now + timedelta(seconds=60) if turns else None
        return None

    def climb(self, now: datetime, today: date) -> bool:
        """Whether the ladder moves: to its next turn or, where none is open or of use, to its end."""
        if self.code is None or self.look_at is None:
            return False
        latest = max(each.at for each in self.sent)
        lost = all(each.state == "failed" for each in self.sent if each.at == latest)
        if not lost and self.look_at > now:
            return False
        arrived = any(each.state == "delivered" for each in self.sent)
        self.look_at, before = None, self.turn
        if arrived or self.closed(today) or self.stopped(now) or not self.lives(now):
            return True
        used = {each.channel for each in self.sent} | ({"voice"} if asleep(clock(now)) else set())
        for turn, (channels, wait_s) in enumerate(TURNS[self.profile]):
            ways = [each for each in channels if each not in used]
            if turn > before and ways:
                self.sent += [Sent(each, now) for each in ways]
                self.turn, self.look_at = turn, now + timedelta(seconds=wait_s)
                return True
        return True

    def hear(self, channel: str, state: str) -> None:
        """What a carrier tells; no message moves back."""
        order = ("queued", "handed_over", "failed", "delivered")
        for each in self.sent:
            if each.channel == channel and order.index(state) > order.index(each.state):
                each.state = state
                self.look_at = None if state == "delivered" else self.look_at

    # giving the code

    def validate(self, now: datetime, today: date, entry: str) -> str | None:
        if refusal := self.closed(today):
            return refusal
        if not (len(entry) == 6 and set(entry) <= set("0123456789")):
            return "codigo-malformado"
        if self.end == "locked" or self.spent_on_guia == 10:
            return "codigo-bloqueado"
        if self.code is None and self.said_at is not None and self.verdict != "mistaken":
            return "codigo-contestado"
        if self.generation == 0 or self.end == "reported":
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

    # going on without a code

    def go_on(self, now: datetime, today: date, reason: str) -> str | None:
        """The same reason again is answered as before; a live code ends with it."""
        if self.without == reason and not self.disputed and not self.cancelled:
            return None
        if refusal := self.closed(today):
            return refusal
        self.without, self.awaiting = reason, False
        self._end("superseded" if self.lives(now) else "expired")
        return None

    # what the person and the operator say

    def report(self, now: datetime) -> None:
        if (self.validated or self.without) and not self.contested:
            self.said_at, self.said_of, self.verdict = now, self.generation, None
            self.contested = self.disputed = True
            return
        again = self.verdict == "mistaken" and self.generation > self.said_of
        if self.said_at is None or again:
            self.said_at, self.said_of, self.verdict = now, self.generation, None
            self._end("reported" if self.lives(now) else "expired")

    def close(self, verdict: str) -> str | None:
        if self.said_at is None or self.verdict is not None:
            return "nada-a-revisar"
        if self.contested:
            return "atendimento-contestado"
        self.verdict = verdict
        return None

    def decide(self, happened: bool) -> str | None:
        if not self.contested:
            return "nada-a-revisar"
        if self.verdict is not None:
            return "contestacao-encerrada"
        self.verdict, self.disputed = ("mistaken", False) if happened else ("upheld", True)
        return None

    def cancel(self) -> str | None:
        if self.cancelled:
            return "guia-cancelada"
        if self.validated or self.without:
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
        if not self.validated and not self.without:
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


def clock(now: datetime) -> int:
    """The hour in Brasília, which has had no summer time since 2019."""
    return (now - timedelta(hours=3)).hour


def asleep(hour: int) -> bool:
    return hour >= 22 or hour < 7

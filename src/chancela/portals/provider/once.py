"""Each form carries a word used once, so that a double click does a deed a single time."""

import hashlib
import json
import re
import secrets
from typing import TYPE_CHECKING, Any
from uuid import UUID

from chancela.bootstrap.once import Answer, Once
from chancela.domain.refusal import Refusal, Refused

if TYPE_CHECKING:
    from chancela.bootstrap.deeds import Command
    from chancela.domain.case import Case
    from chancela.portals.provider.door import Desk

FIELD = "once"
_WORD = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
DONE, REFUSED = 303, 422


def word() -> str:
    """A new word for a form (128 bits)."""
    return secrets.token_urlsafe(16)


async def do(desk: "Desk", command: "Command", part: str = "") -> UUID | Refused:
    """Do what a form asks, once for each form shown: the second time it answers as the first, guia or refusal.

    A form that asks for several things names each by its `part`.
    """
    given = desk.request.POST.get(FIELD, "")
    key = (given if _WORD.match(given) else word()) + part
    once = Once(f"desk:{desk.user.username}", key, _digest(desk), _render)
    answer: Answer | Refused = await desk.app.do(command, once)
    return answer if isinstance(answer, Refused) else _read(answer)


def _digest(desk: "Desk") -> bytes:
    """What makes a posting the same as its repetition: where it went and all that was typed."""
    posted = desk.request.POST.lists()
    typed = sorted((key, list(values)) for key, values in posted if key not in {"csrfmiddlewaretoken", FIELD})
    return hashlib.sha256(json.dumps([desk.request.path, typed]).encode()).digest()


def _render(outcome: "Case | Refused") -> Answer:
    if isinstance(outcome, Refused):
        told: list[Any] = [outcome.reason.value, outcome.attempts_left, outcome.retry_after_s]
        return Answer(REFUSED, json.dumps(told).encode())
    return Answer(DONE, str(outcome.guia.id).encode())


def _read(answer: Answer) -> UUID | Refused:
    if answer.status == DONE:
        return UUID(answer.body.decode())
    reason, attempts_left, retry_after_s = json.loads(answer.body)
    return Refused(Refusal(reason), attempts_left, retry_after_s)

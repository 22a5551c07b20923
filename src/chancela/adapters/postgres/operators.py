"""An operator's stored settings become its policy, analysis rules and call-centre lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import msgspec

from chancela.domain.analysis import Rule
from chancela.domain.delivery import Channel
from chancela.domain.people import Line, Operator
from chancela.domain.policy import Policy
from chancela.domain.profiles import SHIPPED


@dataclass(frozen=True, slots=True)
class Stored:
    """What `operator.settings` holds: changes to the shipped policy, rules, lines."""

    policy: dict[str, Any] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    lines: tuple[Line, ...] = ()
    accent: str | None = None


_STORED: Final = msgspec.json.Decoder(Stored)


@lru_cache(maxsize=1024)
def operator(ans: str, name: str, profile: str, settings: str, carried: tuple[str, ...] = ()) -> Operator:
    """Return the operator; the shipped profile with the operator's own values over it."""
    stored = _STORED.decode(settings)
    policy = msgspec.convert({**msgspec.to_builtins(SHIPPED[profile]), **stored.policy}, Policy)
    channels = frozenset(Channel(each) for each in carried)
    return Operator(ans, name, policy, stored.rules, stored.lines, stored.accent, channels)


def settings_text(
    rules: tuple[Rule, ...],
    lines: tuple[Line, ...],
    policy: dict[str, Any] | None = None,
    accent: str | None = None,
) -> str:
    """Return settings as they are stored."""
    return msgspec.json.encode(Stored(policy or {}, rules, lines, accent)).decode()

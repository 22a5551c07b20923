"""An operator's stored settings become its policy, analysis rules, call-centre lines and chat."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from chancela.adapters.postgres import policy_text
from chancela.domain.analysis import Rule
from chancela.domain.delivery import Channel
from chancela.domain.people import Line, Operator
from chancela.domain.webhook import WebhookKind


@dataclass(frozen=True, slots=True)
class Stored:
    """What `operator.settings` holds: changes to the shipped policy, rules, lines, colour and chat."""

    policy: dict[str, Any] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    lines: tuple[Line, ...] = ()
    accent: str | None = None
    chat_url: str | None = None

    def __post_init__(self) -> None:
        """Refuse with ValueError a chat that is not at an https address of its own."""
        if self.chat_url is not None and not _safe(self.chat_url):
            raise ValueError("chat_url is an address that begins with https://")


_STORED: Final = msgspec.json.Decoder(Stored)


def _safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    plain = address.isascii() and address.isprintable() and not any(each in address for each in ' \\"<>')
    return plain and parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc


@lru_cache(maxsize=1024)
def operator(
    ans: str,
    name: str,
    profile: str,
    settings: str,
    carried: tuple[str, ...] = (),
    logo: str | None = None,
    policy: str | None = None,
    provisos: str | None = None,
    told: tuple[str, ...] = (),
) -> Operator:
    """Return the operator with the rules of the version in force (`policy` and `provisos` as they are stored).

    Where there is none, they are the shipped profile with the operator's own values over it.
    """
    stored = _STORED.decode(settings)
    rules = policy_text.policy(policy) if policy else policy_text.merged(profile, stored.policy)
    channels = frozenset(Channel(each) for each in carried)
    known = Operator(ans, name, rules, stored.rules, stored.lines, stored.accent, channels, stored.chat_url, logo)
    known = replace(known, told=frozenset(map(WebhookKind, told))) if told else known
    return replace(known, provisos=policy_text.provisos(provisos)) if provisos else known


def settings_text(
    rules: tuple[Rule, ...],
    lines: tuple[Line, ...],
    policy: dict[str, Any] | None = None,
    accent: str | None = None,
    chat_url: str | None = None,
) -> str:
    """Return settings as they are stored."""
    return msgspec.json.encode(Stored(policy or {}, rules, lines, accent, chat_url)).decode()

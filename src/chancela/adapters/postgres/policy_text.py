"""Rules as they are stored: a whole policy and its provisos as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.domain import policy_proviso as domain
from chancela.domain.policy import Policy
from chancela.domain.policy_proviso import Proviso
from chancela.domain.profiles import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PROVISOS: Final = msgspec.json.Decoder(tuple[Proviso, ...])


def merged(profile: str, own: Mapping[str, Any]) -> Policy:
    """Return a shipped policy with an operator's own values over it."""
    return msgspec.convert({**msgspec.to_builtins(SHIPPED[profile]), **own}, Policy)


def policy(text: str) -> Policy:
    """Read a policy; a field that came to be after it was written is as in the profile from which it came."""
    own = msgspec.json.decode(text)
    return merged(own["profile"], own)


def policy_text(kept: Policy) -> str:
    """Return the whole policy, so that no later release changes what somebody approved."""
    return msgspec.json.encode(kept).decode()


def provisos(text: str) -> tuple[Proviso, ...]:
    """Read the provisos of a policy."""
    return _PROVISOS.decode(text)


def provisos_text(kept: Iterable[Proviso]) -> str:
    """Return provisos with no more than what each says."""
    told = [{"reach": asdict(each.reach), "departure": domain.said(each.departure)} for each in kept]
    return msgspec.json.encode(told).decode()

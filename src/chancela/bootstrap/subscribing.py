"""Switching notifications on and off: with the operator's own push carrier, for the person who asks."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from chancela.adapters.postgres.carriers import Carriers
from chancela.adapters.postgres.subscriptions import Subscribed, Subscriptions
from chancela.bootstrap import carrier_desk

if TYPE_CHECKING:
    from chancela.adapters.postgres.carriers import CarrierEntry
    from chancela.bootstrap.app import App
    from chancela.domain.permissions import Actor

PUBLIC_BYTES: Final = 65  # an uncompressed point on P-256 (RFC 8291, 3.1)
AUTH_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Wish:
    """A subscription as a browser gave it (W3C Push API)."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)


async def push_key(app: App, ans: str) -> str | None:
    """Return what a browser needs to subscribe (applicationServerKey), or None where the operator carries no push."""
    entry = await _carrier(app, ans)
    if entry is None:
        return None
    try:
        return carrier_desk.push_key(app, entry)
    except carrier_desk.DeskError:
        return None


async def subscribe(app: App, actor: Actor, wish: Wish) -> bool:
    """Keep a subscription for the actor; False for what no browser gives, or where nothing would be sent to it."""
    entry = await _carrier(app, actor.operator)
    if entry is None or actor.person is None or not _sound(wish, private=entry.settings.get("allow_private") == "yes"):
        return False
    return await Subscriptions(app.pool).enrol(actor.operator, actor.person, wish)


async def devices(app: App, actor: Actor) -> tuple[Subscribed, ...]:
    """Return the actor's own subscriptions."""
    if actor.person is None:
        return ()
    return (await Subscriptions(app.pool).of(actor.operator, [actor.person])).get(actor.person, ())


async def unsubscribe(app: App, actor: Actor, endpoint: str | None = None) -> int:
    """Forget one subscription of the actor's own, or all of them; return how many went."""
    own = [each for each in await devices(app, actor) if endpoint in {None, each.endpoint}]
    return sum([await Subscriptions(app.pool).forget(actor.operator, each.endpoint) for each in own])


async def _carrier(app: App, ans: str) -> CarrierEntry | None:
    entries = await Carriers(app.pool).all(ans)
    return next((each for each in entries if each.kind == "push" and each.enabled), None)


def _sound(wish: Wish, *, private: bool) -> bool:
    from chancela.adapters.channels.push import places

    sizes = (_size(wish.p256dh), _size(wish.auth))
    return sizes == (PUBLIC_BYTES, AUTH_BYTES) and places.place(wish.endpoint, private=private) is not None


def _size(key: str) -> int:
    """Return how many bytes a base64url text holds, 0 for what is none."""
    try:
        return len(base64.b64decode(key.encode("ascii") + b"=" * (-len(key) % 4), altchars=b"-_", validate=True))
    except (UnicodeEncodeError, binascii.Error):
        return 0

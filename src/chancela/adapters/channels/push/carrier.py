"""Web Push: each of a person's browsers gets the note, sealed for it alone; dead subscriptions are told."""

from __future__ import annotations

import asyncio
import re
import ssl
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

import httpcore
from webpush import WebPush, WebPushSubscription
from webpush.types import WebPushKeys

from chancela.adapters import names
from chancela.adapters.channels.contract import Capabilities, Gone, SetupError
from chancela.adapters.channels.push import answers, keys, note, places
from chancela.adapters.channels.push.answers import Fate, Outcome
from chancela.adapters.channels.push.kind import SETTINGS
from chancela.domain.delivery import Channel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chancela.adapters.channels.contract import Letter, Setup, Subscription

    Headers = dict[bytes | str, bytes | str]

AT_ONCE: Final = 16
PATIENCE_S: Final = 15.0
ANSWER_S: Final = 10.0
CONNECT_S: Final = 5.0
ANSWER_BYTES: Final = 64 * 1024
FOUR_WEEKS_S: Final = 28 * 24 * 3600
KEY_BYTES: Final = (65, 16)  # RFC 8291, 3.1 and 3.2: a point of P-256, and the secret beside it


@dataclass(slots=True)
class PushCarrier:
    """Pushes in an operator's name; `trust` says whose certificates are believed, `resolve` who knows addresses."""

    setup: Setup
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)
    resolve: places.Resolve = names.addresses
    answer_s: float = ANSWER_S
    _private: bool = field(init=False)
    _sealing: WebPush = field(init=False, repr=False)
    _pool: httpcore.AsyncConnectionPool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        given = {each.name: self.setup.settings.get(each.name) or each.default or "" for each in SETTINGS}
        self._private = _yes(given)
        self._sealing = _sealing(given, self.setup.secrets.get("private_key", ""))
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=self.trust,
            max_connections=4 * AT_ONCE,
            keepalive_expiry=30.0,
            network_backend=places.Guard(self.resolve, self._private),
        )

    @property
    def name(self) -> str:
        """The name that the operator gave it."""
        return self.setup.name

    @property
    def capabilities(self) -> Capabilities:
        """The app alone; a push service says nothing more once it took a push."""
        return Capabilities(frozenset({Channel.APP}), AT_ONCE, PATIENCE_S)

    async def send(self, letter: Letter) -> str:
        """Push to every subscription and return the letter's own id, or raise ChannelFailure where none was taken.

        Each push service gives each push a name of its own, which nobody asks for again.
        """
        plain = note.note(letter)
        outcomes = await asyncio.gather(*[self._push(each, plain, letter) for each in letter.subscriptions])
        pairs = zip(letter.subscriptions, outcomes, strict=True)
        gone = [Gone(each.endpoint) for each, outcome in pairs if outcome.fate is Fate.GONE]
        if gone and self.setup.tell is not None:
            await self.setup.tell(gone)
        if failure := answers.failure(outcomes):
            raise failure
        return str(letter.id)

    async def close(self) -> None:
        """Let go of connections."""
        await self._pool.aclose()

    async def _push(self, to: Subscription, plain: bytes, letter: Letter) -> Outcome:
        """Push to one subscription; what no browser could have given counts as gone."""
        place = places.place(to.endpoint, private=self._private)
        sealed = self._sealed(to, place, plain) if place else None
        if sealed is None:
            return Outcome(Fate.GONE)
        headers: Headers = {
            **sealed[1],
            "content-type": "application/octet-stream",
            "urgency": "high",
            "topic": note.topic(letter),
        }
        try:
            async with asyncio.timeout(self.answer_s):
                return await self._ask(to.endpoint, headers, sealed[0])
        except places.PrivateAddressError:
            return Outcome(Fate.NEVER, "push: a private address")
        except (TimeoutError, httpcore.TimeoutException):
            return Outcome(Fate.LATER, "push: no answer in time")
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError):
            return Outcome(Fate.LATER, "push: no connection")

    def _sealed(self, to: Subscription, place: places.Place, plain: bytes) -> tuple[bytes, Headers] | None:
        """Return a sealed body and its headers, or None for keys that are none.

        The library writes `aud` from a URL's scheme and host and leaves the port out, so it is given the origin itself.
        """
        try:
            if tuple(len(urlsafe_b64decode(_padded(each))) for each in (to.p256dh, to.auth)) != KEY_BYTES:
                return None
            subscription = WebPushSubscription.model_construct(
                endpoint=cast("Any", place), keys=WebPushKeys(p256dh=to.p256dh, auth=to.auth)
            )
            message = self._sealing.get(plain, subscription)
        except ValueError:
            return None
        return message.encrypted, {name: str(value) for name, value in message.headers.items()}

    async def _ask(self, endpoint: str, headers: Headers, body: bytes) -> Outcome:
        limits = {"connect": min(CONNECT_S, self.answer_s)} | dict.fromkeys(("read", "write", "pool"), self.answer_s)
        async with self._pool.stream(
            "POST", endpoint, headers=headers, content=body, extensions={"timeout": limits}
        ) as answer:
            told = dict(answer.headers)
            read = 0
            async for chunk in answer.aiter_stream():  # to its end, so that the connection can be used again
                read += len(chunk)
                if read > ANSWER_BYTES:
                    break
            retry_after = next((value for name, value in told.items() if name.lower() == b"retry-after"), None)
            return answers.outcome(answer.status, retry_after.decode("latin-1") if retry_after else None)


def _yes(given: Mapping[str, str]) -> bool:
    if given["allow_private"] not in {"yes", "no"}:
        raise SetupError("allow_private must be yes or no")
    return given["allow_private"] == "yes"


def _sealing(given: Mapping[str, str], private_key: str) -> WebPush:
    """Return the library that seals and signs, set up; what is missing or cannot be raises SetupError."""
    subject = given["subject"].removeprefix("mailto:")
    if not re.fullmatch(r"[!-?A-~]+@[!-?A-~]+", subject):
        raise SetupError("subject must be an e-mail address")
    if not re.fullmatch(r"[0-9]{1,7}", given["ttl_s"]) or int(given["ttl_s"]) > FOUR_WEEKS_S:
        raise SetupError("ttl_s must be seconds, at most four weeks")
    public = keys.public_pem(private_key)
    return WebPush(private_key.encode(), public, subscriber=subject, ttl=int(given["ttl_s"]))


def _padded(key: str) -> str:
    return key + "=" * (-len(key) % 4)

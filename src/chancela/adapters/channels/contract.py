"""What every carrier promises: it takes a letter and returns its id for it, tells what it hears, or how it failed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from chancela.domain.delivery import Channel, DeliveryState
    from chancela.domain.message import Language, Message


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where one browser or phone takes pushes (W3C Push API); `p256dh` and `auth` are base64url without padding."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way; `id` is the delivery's, the same at every attempt, so that a repetition shows.

    `address` is E.164 for phones; the app has none, but the person's `subscriptions`.
    """

    id: UUID
    operator: str
    sender: str
    card_number: str
    masked: str
    message: Message
    address: str | None = field(default=None, repr=False)
    subscriptions: tuple[Subscription, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a carrier can do: its channels, how many letters it takes at once, and how long one may last (seconds).

    `delivers` says that taking a letter is delivering it; `receipts` that it tells later what became of one; with
    neither, hand-over is the last that is heard. `replies` says that a person's answer reaches us.
    """

    channels: frozenset[Channel]
    at_once: int
    patience_s: float
    delivers: bool = False
    receipts: bool = False
    replies: bool = False


class ChannelFailure(Exception):  # noqa: N818 - the one word that every storey uses for it
    """A carrier did not take a letter; `reason` is kept, so it never holds an address or a word of the text.

    `permanent`: this letter will never be taken by this address. `retry_after_s`: the carrier said when to come again.
    `ours`: the carrier refuses us (credentials, balance), whatever the letter: another carrier may take it at once.
    """

    def __init__(self, reason: str, *, permanent: bool, retry_after_s: float | None = None, ours: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after_s = retry_after_s
        self.ours = ours


@dataclass(frozen=True, slots=True)
class CarrierReceipt:
    """What a carrier tells of a letter: by its own id, or by ours where the protocol carries it along.

    `state` is HANDED_OVER, DELIVERED or FAILED; `failure` says why, without an address or a word of the text.
    """

    state: DeliveryState
    carrier_id: str | None = None
    delivery_id: UUID | None = None
    at: datetime | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person answered: from which address (E.164 or e-mail), and to which letter where the protocol tells."""

    sender: str = field(repr=False)
    text: str = field(repr=False)
    carrier_id: str | None = None
    delivery_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """A subscription that its push service no longer knows: nobody sends there again."""

    endpoint: str = field(repr=False)


News = CarrierReceipt | Reply | Gone


@dataclass(frozen=True, slots=True)
class Call:
    """An HTTP request of a carrier to us: `url` as the carrier knows it (public), header names in lower case."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a call told, and what its carrier is answered."""

    news: tuple[News, ...] = ()
    status: int = 204
    media_type: str = "text/plain"
    body: bytes = field(default=b"", repr=False)


class ForgedCallError(Exception):
    """A call whose signature or secret does not fit: nothing in it is believed."""


class BadCallError(Exception):
    """A call that is signed well but cannot be understood."""


@dataclass(frozen=True, slots=True)
class Setup:
    """How an operator set a carrier up; `receipts_url` and `voice_url` are ours, as the carrier shall call them.

    `channel` is the one that this carrier carries for the operator. `tell` takes what the carrier hears by itself, on a
    connection of its own or while it sends; it may be called at any time and is awaited.
    """

    operator: str
    name: str
    channel: Channel
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    receipts_url: str = ""
    voice_url: str = ""
    tell: Callable[[Sequence[News]], Awaitable[None]] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing to know about a carrier: its name on the command line, what it is (pt-BR, English), and its default."""

    name: str
    portuguese: str
    english: str
    secret: bool = False
    default: str | None = None  # None: must be given


@dataclass(frozen=True, slots=True)
class Kind:
    """A way of sending that an operator can add: what it carries, what it asks to know, and how it is built.

    `build` raises SetupError where a setting cannot be; it opens nothing.
    """

    name: str
    portuguese: str
    english: str
    channels: frozenset[Channel]
    settings: tuple[Setting, ...]
    build: Callable[[Setup], Carrier]


class SetupError(ValueError):
    """A setting of a carrier that cannot be: which one, and how it should look (English; shown on the command line)."""


class Carrier(Protocol):
    """One way of sending."""

    @property
    def name(self) -> str:
        """The name that the operator gave it."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        ...

    async def send(self, letter: Letter) -> str:
        """Hand a letter over and return the carrier's id for it, or raise ChannelFailure."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Listening(Protocol):
    """A carrier that calls us by HTTP with receipts and replies."""

    def hear(self, call: Call) -> Heard:
        """Return what a call tells; one that is not the carrier's raises ForgedCallError, nonsense BadCallError."""
        ...


class Attending(Protocol):
    """A carrier that keeps a connection on which it hears, also while nothing is sent."""

    async def attend(self) -> None:
        """Keep connected until cancelled; what is heard goes to `Setup.tell`. Faults are waited out here."""
        ...


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a call reads: the digits, who calls (the operator's name), the guia's number, and in which language.

    `visit_date` is the day of a visit that already was: then the code is a late one.
    """

    code: str = field(repr=False)
    sender: str
    number: str
    language: Language
    visit_date: date | None = None


class Speaking(Protocol):
    """A carrier whose calls say what we answer: first it proves the call, then the code is opened, then it speaks."""

    def asked(self, call: Call) -> UUID:
        """Return the delivery that a call asks the words of; ForgedCallError, or BadCallError for none."""
        ...

    def speak(self, call: Call, spoken: Spoken | None) -> Heard:
        """Return what is said (None: the code is no longer alive), and what the call told; raises as `asked` does."""
        ...

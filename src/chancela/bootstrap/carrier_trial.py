"""A test message by one carrier: sent for real, and followed until its receipt comes or the patience ends."""

from __future__ import annotations

import asyncio
import contextlib
import time
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.brazil import phones
from chancela.adapters.brazil.phones import Phone
from chancela.adapters.channels.contract import ChannelFailure, Letter, Subscription
from chancela.adapters.postgres.carriers import Carriers
from chancela.adapters.postgres.subscriptions import Subscriptions
from chancela.bootstrap import carrier_desk, carriers, trials
from chancela.bootstrap.carrier_desk import DeskError
from chancela.domain import contact as contacts
from chancela.domain.contact import ContactKind
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.message import Message
from chancela.domain.permissions import Actor, ActorKind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from chancela.adapters.channels.contract import Carrier
    from chancela.adapters.postgres.carriers import CarrierEntry
    from chancela.bootstrap.app import App

LOOK_EVERY_S: Final = 0.3
NAME: Final = 60  # characters of an operator's name that fit one segment beside the rest
ENDS: Final = frozenset({DeliveryState.DELIVERED, DeliveryState.FAILED})
CODED: Final = frozenset({Channel.WHATSAPP, Channel.VOICE})  # channels whose words stand around a code


@dataclass(frozen=True, slots=True)
class Taken:
    """The carrier took the message: its id, and whether it will tell what becomes of it."""

    carrier_id: str
    tells: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A receipt came."""

    state: DeliveryState
    failure: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """The carrier did not take the message, for good or for now, or because of us."""

    reason: str
    permanent: bool
    ours: bool


@dataclass(frozen=True, slots=True)
class Silence:
    """No last receipt came within the patience (seconds)."""

    waited_s: float


Turn = Taken | Told | Refused | Silence


@dataclass(frozen=True, slots=True)
class _Address:
    masked: str
    address: str | None = field(default=None, repr=False)
    subscriptions: tuple[Subscription, ...] = field(default=(), repr=False)


async def attempt(app: App, operator: str, name: str, to: str, wait_s: float) -> AsyncIterator[Turn]:
    """Send a test message without any code, and yield what happens to it, in order, at most `wait_s` seconds long.

    `to` is a phone number, an e-mail address or, for the app, a card number. What else is heard on the carrier's own
    connection meanwhile is taken as ever. What cannot be tried raises DeskError.
    """
    entry = await carrier_desk.find(app, operator, name)
    if not entry.enabled:
        raise DeskError(f"The carrier {name} is disabled, and nothing told in its name is believed: enable it first.")
    try:
        carrier = carriers.bound(app, entry)
    except carriers.UnboundError as fault:
        raise DeskError(f"The carrier {name} cannot work so: {fault}") from None
    try:
        letter = await _letter(app, entry, to)
        async with _attended(carrier):
            async for turn in _sent(app, entry, carrier, letter, wait_s):
                yield turn
    finally:
        await carrier.close()


async def _sent(app: App, entry: CarrierEntry, carrier: Carrier, letter: Letter, wait_s: float) -> AsyncIterator[Turn]:
    abilities = carrier.capabilities
    try:
        async with asyncio.timeout(abilities.patience_s):
            carrier_id = await carrier.send(letter)
    except ChannelFailure as failure:
        yield Refused(failure.reason, failure.permanent, failure.ours)
        return
    except TimeoutError:
        yield Refused("no answer in time", permanent=False, ours=False)
        return
    yield Taken(carrier_id, abilities.receipts or abilities.delivers)
    if abilities.delivers:
        yield Told(DeliveryState.DELIVERED, None)
    elif abilities.receipts:
        async for turn in _followed(app, entry, (carrier_id, str(letter.id)), wait_s):
            yield turn


async def _followed(app: App, entry: CarrierEntry, ids: tuple[str, ...], wait_s: float) -> AsyncIterator[Turn]:
    """Yield each receipt as it lands, by whichever process it was heard."""
    store, seen, began = Carriers(app.pool), set[DeliveryState](), time.monotonic()
    while True:
        for each in await store.heard(entry.operator, entry.name, ids):
            if each.state not in seen:
                seen.add(each.state)
                yield Told(each.state, each.failure)
        if seen & ENDS:
            return
        if time.monotonic() - began >= wait_s:
            yield Silence(wait_s)
            return
        await asyncio.sleep(LOOK_EVERY_S)


@contextlib.asynccontextmanager
async def _attended(carrier: Any) -> AsyncIterator[None]:
    """Keep the carrier's own connection meanwhile, where it has one."""
    attending = asyncio.create_task(carrier.attend()) if hasattr(carrier, "attend") else None
    try:
        yield
    finally:
        if attending is not None:
            attending.cancel()
            await asyncio.wait([attending])


async def _letter(app: App, entry: CarrierEntry, to: str) -> Letter:
    found = await _address(app, entry, to)
    operator = await app.reads.operator(entry.operator)
    sender = operator.name if operator else entry.operator
    return Letter(
        id=_id(app, entry),
        operator=entry.operator,
        sender=sender,
        card_number="",
        masked=found.masked,
        message=_message(entry.channel, sender),
        address=found.address,
        subscriptions=found.subscriptions,
    )


def _id(app: App, entry: CarrierEntry) -> UUID:
    return trials.new_id(app.keys, entry.operator)


def _message(channel: Channel, sender: str) -> Message:
    """Return the words of a test, which fit GSM-7; where a channel has words only around a code, it is six zeros."""
    bare = unicodedata.normalize("NFKD", sender).encode("ascii", "ignore").decode()
    text = f"Teste de envio da operadora {bare[:NAME]}. Nao e preciso fazer nada."
    subject = "Teste de envio" if channel in {Channel.EMAIL, Channel.APP} else None
    return Message(channel, subject, text, code=trials.CODE if channel in CODED else None)


async def _address(app: App, entry: CarrierEntry, to: str) -> _Address:
    match entry.channel:
        case Channel.APP:
            return await _browsers(app, entry, to)
        case Channel.EMAIL:
            if (email := app.means.formats.email(to)) is None:
                raise DeskError(f"{entry.name} sends e-mail: give a whole address with --to.")
            return _Address(contacts.masked_email(email), email)
        case _:
            found = phones.normalise(to)
            if not isinstance(found, Phone):
                raise DeskError(f"{entry.name} needs a Brazilian number with its area code: --to +5541900005949.")
            if found.kind is not ContactKind.MOBILE and entry.channel is not Channel.VOICE:
                raise DeskError(f"{entry.name} reaches mobiles alone, and this is a landline.")
            return _Address(contacts.masked(found.kind, found.e164), found.e164)


async def _browsers(app: App, entry: CarrierEntry, card: str) -> _Address:
    """Return where a person's browsers take pushes; `card` is the number on their card."""
    person = await app.reads.person(Actor(entry.operator, ActorKind.SYSTEM, "carrier test"), card)
    known = await Subscriptions(app.pool).of(entry.operator, [person.beneficiary.id]) if person else {}
    found = next(iter(known.values()), ())
    if not found:
        raise DeskError(f"Nobody with the card {card} takes pushes: --to is the card number of someone who does.")
    return _Address("app", None, tuple(Subscription(each.endpoint, each.p256dh, each.auth) for each in found))

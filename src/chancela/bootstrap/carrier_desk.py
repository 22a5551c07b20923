"""The desk at which carriers are added, changed, switched and looked at; every change stands in the trail."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from chancela.adapters.keys.day_key import SealError
from chancela.adapters.keys.strongbox import Strongbox
from chancela.adapters.postgres.carriers import CarrierDay, CarrierEntry, Carriers
from chancela.adapters.postgres.world import BRAZIL
from chancela.bootstrap import carriers
from chancela.domain.trail import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from chancela.adapters.channels.contract import Kind
    from chancela.adapters.postgres.carriers import Arrival, CarrierState
    from chancela.bootstrap.app import App
    from chancela.domain.delivery import Channel

NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,30}")
SHARED: Final = frozenset({"inbox", "none"})  # the installation's own, of which days and states are kept by name too
MOST_WEIGHT: Final = 1000
USUAL_WEIGHT: Final = 100
ARRIVAL_OF: Final = timedelta(hours=24)


class DeskError(Exception):
    """What was asked cannot be done; the sentence says why, and what to do next."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A carrier to add; what is None or missing has its default or, with `replaces`, stays as it was."""

    operator: str
    name: str
    kind: str
    channel: Channel | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    weight: int | None = None
    cost_millis: int | None = None
    daily_cap_millis: int | None = None
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A carrier that was kept, and what its company must be told; `push_key` is for browsers (applicationServerKey)."""

    entry: CarrierEntry
    receipts_url: str | None
    push_key: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a carrier stands today: counts of the day, what workers found, and the last day's arrivals."""

    entry: CarrierEntry
    day: CarrierDay
    state: CarrierState | None
    arrival: Arrival | None


async def add(app: App, wish: Wish, actor: str) -> Kept:
    """Add a carrier, or change it where the wish says so; nothing is kept that could not be built."""
    kind = await _kind(app, wish)
    before = await Carriers(app.pool).find(wish.operator, wish.name)
    if before is not None and not wish.replaces:
        raise DeskError(f"There is a carrier {wish.name} of {wish.operator} already: change it with --replace.")
    known = before if before is not None and before.kind == wish.kind else None
    afresh = {each.name for each in kind.settings if each.secret} <= wish.secrets.keys()
    secrets = {**({} if afresh else _secrets(app, known)), **wish.secrets}
    if kind.name == "push" and not secrets.get("private_key"):
        secrets["private_key"] = _new_push_key()
    settings = {**(known.settings if known else {}), **wish.settings}
    _check_names(kind, wish)
    _check_given(kind, settings, secrets)
    entry = _entry(wish, kind, known, settings)
    entry = replace(entry, secrets=Strongbox(app.keys).seal(wish.operator, wish.name, secrets))
    return await _put(app, entry, actor)


async def switch(app: App, operator: str, name: str, *, enabled: bool, actor: str) -> CarrierEntry:
    """Enable or disable a carrier; one that stands so already is left as it is."""
    entry = await find(app, operator, name)
    if entry.enabled == enabled:
        return entry
    if enabled:
        return (await _put(app, replace(entry, enabled=True), actor)).entry
    return await Carriers(app.pool).put(*_change(replace(entry, enabled=False), actor), app.head_mac)


async def find(app: App, operator: str, name: str) -> CarrierEntry:
    """Return a carrier, or say which there are."""
    entry = await Carriers(app.pool).find(operator, name)
    if entry is None:
        names = [each.name for each in await Carriers(app.pool).all(operator)]
        there = f"there are {', '.join(names)}" if names else "add one with `chancela carrier add`"
        raise DeskError(f"The operator {operator} has no carrier {name}; {there}.")
    return entry


async def standings(app: App, operator: str, now: datetime) -> tuple[Standing, ...]:
    """Return the operator's carriers as they stand, disabled ones too, by channel and name."""
    store = Carriers(app.pool)
    if await app.reads.operator(operator) is None:
        raise DeskError(f"There is no operator {operator}: see `chancela operator list`.")
    entries, states = await store.all(operator), await store.states(operator)
    days = await store.days(operator, now.astimezone(BRAZIL).date())
    arrival = await store.arrival(operator, now - ARRIVAL_OF)
    return tuple(
        Standing(each, days.get(each.name, CarrierDay()), states.get(each.name), arrival.get(each.name))
        for each in entries
    )


async def listens(app: App, entry: CarrierEntry) -> str | None:
    """Return where the carrier's company calls us, or None where it never does, or the carrier cannot work."""
    try:
        built = carriers.bound(app, entry)
    except carriers.UnboundError:
        return None
    await built.close()
    return carriers.receipts_url(app, entry.operator, entry.name) if hasattr(built, "hear") else None


def push_key(app: App, entry: CarrierEntry) -> str | None:
    """Return what browsers need to subscribe at a push carrier (base64url), or None for any other."""
    if entry.kind != "push":
        return None
    from chancela.adapters.channels.push import keys

    return keys.application_server_key(_secrets(app, entry)["private_key"])


def subject(operator: str, name: str) -> UUID:
    """Return the id under which the trail knows a carrier, the same for ever."""
    return uuid5(NAMESPACE_URL, f"urn:chancela:carrier:{operator}:{name}")


async def _kind(app: App, wish: Wish) -> Kind:
    if await app.reads.operator(wish.operator) is None:
        raise DeskError(f"There is no operator {wish.operator}: see `chancela operator list`.")
    if not NAME.fullmatch(wish.name) or wish.name in SHARED:
        raise DeskError(
            f"{wish.name!r} cannot be a carrier's name: small letters, digits and hyphens, at most 31, a letter first; "
            f"{' and '.join(sorted(SHARED))} are taken."
        )
    if wish.kind not in carriers.kinds():
        raise DeskError(f"There is no kind {wish.kind!r}; there are {_listed(carriers.kinds())}.")
    if wish.weight is not None and not 1 <= wish.weight <= MOST_WEIGHT:
        raise DeskError(f"A weight is between 1 and {MOST_WEIGHT}; to send nothing, disable the carrier.")
    return carriers.kinds()[wish.kind]


def _channel(kind: Kind, wish: Wish, known: CarrierEntry | None) -> Channel:
    channel = wish.channel or (known.channel if known else None)
    if channel is None and len(kind.channels) == 1:
        return next(iter(kind.channels))
    if channel not in kind.channels or channel is None:
        raise DeskError(f"Say with --channel what {kind.name} shall carry: {_listed(kind.channels)}.")
    return channel


def _check_names(kind: Kind, wish: Wish) -> None:
    """Refuse settings that the kind does not know, and secrets that were given where everybody can read them."""
    secret = {each.name for each in kind.settings if each.secret}
    plain = {each.name for each in kind.settings if not each.secret}
    if shown := sorted(secret & set(wish.settings)):
        raise DeskError(f"{_listed(shown)} is secret: give it with --secret, which keeps it sealed.")
    if unknown := sorted((set(wish.settings) - plain) | (set(wish.secrets) - secret)):
        raise DeskError(
            f"{kind.name} has no setting {_listed(unknown)}; it has {_listed(plain)}, and as secrets {_listed(secret)}."
        )


def _check_given(kind: Kind, settings: Mapping[str, str], secrets: Mapping[str, str]) -> None:
    missing = [
        f"--{'secret' if each.secret else 'set'} {each.name}=… ({each.english})"
        for each in kind.settings
        if each.default is None and not (secrets if each.secret else settings).get(each.name)
    ]
    if missing:
        raise DeskError(f"{kind.name} needs {'; '.join(missing)}.")


def _entry(wish: Wish, kind: Kind, known: CarrierEntry | None, settings: dict[str, str]) -> CarrierEntry:
    weight = known.weight if known else USUAL_WEIGHT
    cost = known.cost_millis if known else 0
    cap = known.daily_cap_millis if known else None
    return CarrierEntry(
        wish.operator,
        wish.name,
        kind.name,
        _channel(kind, wish, known),
        settings,
        b"",
        weight if wish.weight is None else wish.weight,
        cost if wish.cost_millis is None else wish.cost_millis,
        cap if wish.daily_cap_millis is None else wish.daily_cap_millis,
    )


async def _put(app: App, entry: CarrierEntry, actor: str) -> Kept:
    """Keep an enabled carrier once it was built: what its kind refuses is never kept."""
    try:
        built = carriers.bound(app, entry)
        key = push_key(app, entry)
    except carriers.UnboundError as fault:
        raise DeskError(f"The carrier {entry.name} cannot work so: {fault}") from None
    await built.close()
    kept = await Carriers(app.pool).put(*_change(entry, actor), app.head_mac)
    return Kept(kept, await listens(app, kept), key)


def _change(entry: CarrierEntry, actor: str) -> tuple[CarrierEntry, Event]:
    data = {"name": entry.name, "kind": entry.kind, "channel": entry.channel.value, "enabled": entry.enabled}
    return entry, Event(EventKind.CARRIER_CHANGED, subject(entry.operator, entry.name), actor, data)


def _secrets(app: App, entry: CarrierEntry | None) -> dict[str, str]:
    if entry is None:
        return {}
    try:
        return Strongbox(app.keys).open(entry.operator, entry.name, entry.secrets)
    except SealError as fault:
        raise DeskError(str(fault)) from None


def _new_push_key() -> str:
    from chancela.adapters.channels.push import keys

    return keys.new_keys()[0]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"

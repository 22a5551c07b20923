"""The operator's carriers as rows of a page: health, today's counts, arrival, cost, and what waits."""

import asyncio
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chancela.adapters.postgres.carriers import Alarm, Arrival, CarrierDay, CarrierEntry, Carriers, CarrierState
from chancela.adapters.postgres.casework import Casework
from chancela.domain.delivery import Channel
from chancela.portals.design import words as shared
from chancela.portals.operator import amounts, words

if TYPE_CHECKING:
    from chancela.bootstrap.app import App

ARRIVAL_OF = dt.timedelta(hours=24)
ARRIVAL_FOR = dt.timedelta(
    minutes=1
)  # a whole day of messages is looked over for it, a page is drawn every ten seconds
NOBODY, PROVIDER = "none", "provider"
_ARRIVALS: Final[dict[tuple[str | None, str], tuple[dt.datetime, Mapping[str, Arrival]]]] = {}


@dataclass(frozen=True, slots=True)
class Row:
    """A carrier today; what is not known yet is empty. `shared` are those of the installation, for all operators."""

    name: str
    kind: str
    channel: str | Promise
    icon: str
    said: shared.Said
    since: dt.datetime | None
    reason: str
    day: CarrierDay
    p50: str
    p95: str
    cost: str
    cap: str
    shared: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits to go out by a channel."""

    channel: str | Promise
    icon: str
    count: int
    oldest_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Board:
    """Everything of the page, as it was at `at`."""

    at: dt.datetime
    alarms: tuple[tuple[str, Alarm], ...]
    rows: tuple[Row, ...]
    waiting: tuple[Waiting, ...]


async def board(app: "App", operator: str, now: dt.datetime) -> Board:
    """Read how an operator's carriers stand."""
    store, today = Carriers(app.pool), timezone.localdate(now)
    entries, days, states, arrival, alarms, queues = await asyncio.gather(
        store.all(operator),
        store.days(operator, today),
        store.states(operator),
        _arrival(app, operator, now),
        store.alarms(operator),
        Casework(app.pool).queues(operator),
    )
    return Board(
        at=now,
        alarms=tuple([(sounded(each, await _subject(app, operator, each)), each) for each in alarms]),
        rows=rows(entries, days, states, arrival),
        waiting=tuple(Waiting(shared.CHANNEL[q.channel], q.channel.value, q.waiting, q.oldest_at) for q in queues),
    )


async def _arrival(app: "App", operator: str, now: dt.datetime) -> Mapping[str, Arrival]:
    """How long codes took to arrive, as this process last looked, a minute ago at most."""
    place = (app.settings.database_url, operator)
    looked_at, found = _ARRIVALS.get(place, (now - ARRIVAL_FOR, {}))
    if now - looked_at >= ARRIVAL_FOR:
        found = await Carriers(app.pool).arrival(operator, now - ARRIVAL_OF)
        _ARRIVALS[place] = (now, found)
    return found


async def _subject(app: "App", operator: str, alarm: Alarm) -> str:
    """Of what an alarm speaks: a provider by its name and code, or the beginning of numbers."""
    provider = await app.reads.provider(operator, alarm.subject) if alarm.kind == PROVIDER else None
    return f"{provider.name} ({provider.code})" if provider else alarm.subject


def rows(
    entries: tuple[CarrierEntry, ...],
    days: Mapping[str, CarrierDay],
    states: Mapping[str, CarrierState],
    arrival: Mapping[str, Arrival],
) -> tuple[Row, ...]:
    """The operator's own carriers by channel, then the installation's that did something for it today."""
    order = {channel: place for place, channel in enumerate(Channel)}
    own = sorted(entries, key=lambda each: (not each.enabled, order[each.channel], each.name))
    names = {each.name for each in entries} | {NOBODY}
    others = sorted((days.keys() | states.keys()) - names)
    listed = [(each.name, each) for each in own] + [(name, None) for name in others]
    return tuple(
        _row(name, entry, days.get(name, CarrierDay()), states.get(name), arrival.get(name)) for name, entry in listed
    )


def _row(
    name: str, entry: CarrierEntry | None, day: CarrierDay, state: CarrierState | None, arrival: Arrival | None
) -> Row:
    cap = entry.daily_cap_millis if entry else None
    return Row(
        name=name,
        kind=entry.kind if entry else "",
        channel=shared.CHANNEL[entry.channel] if entry else _("de toda a instalação"),
        icon=entry.channel.value if entry else "list",
        said=health(entry, day, state),
        since=state.since if state and (entry is None or entry.enabled) else None,
        reason=(state.reason or "") if state else "",
        day=day,
        p50=amounts.lasted(arrival.p50_s) if arrival else "",
        p95=amounts.lasted(arrival.p95_s) if arrival else "",
        cost=amounts.reais(day.spent_millis) if day.spent_millis else "",
        cap=amounts.reais(cap) if cap else "",
        shared=entry is None,
    )


def health(entry: CarrierEntry | None, day: CarrierDay, state: CarrierState | None) -> shared.Said:
    """How a carrier stands, in a word: switched off, as the workers found it, or working as far as today tells."""
    if entry is not None and not entry.enabled:
        return words.DISABLED
    if state is not None:
        return words.HEALTH.get(state.state, words.UNHEARD)
    return words.HEALTH["closed"] if day.sent else words.UNHEARD


def sounded(alarm: Alarm, subject: str) -> str:
    """What an alarm says."""
    return str(words.ALARM.get(alarm.kind, words.OTHER_ALARM)) % {"subject": subject}

"""The day's picture as a page draws it: figures beside those of the day before, columns, bars, the rows of a file."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic as _clock
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import psycopg
from django.utils import formats, timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chancela.adapters.postgres.pictures import Pictures
from chancela.domain import picture
from chancela.domain.delivery import Channel
from chancela.domain.picture import Columns, Day, Way
from chancela.portals.design import words as shared
from chancela.portals.operator import amounts, picture_words as words, trail_asked

if TYPE_CHECKING:
    from chancela.bootstrap.app import App

Words = str | Promise
FRESH: Final = dt.timedelta(minutes=1)  # a whole day of events is looked over for it
OVER: Final = dt.timedelta(hours=1)  # of a day that is over
RESTS: Final = 20  # times as long as counting took, so that it never is what a database mostly does
BRISK: Final = dt.timedelta(seconds=1)
KEPT: Final = 64
PATIENCE_S: Final = 10.0  # of a page; the count goes on without it
MOST_WAITING: Final = 6  # days of one operator


class NotCountedError(Exception):
    """The day is not counted yet, or not to be counted in a minute."""


@dataclass(slots=True)
class _Count:
    """A day's count: when it was asked for, and once it ended, how long it took."""

    at: dt.datetime
    task: "asyncio.Task[Day]"
    took: dt.timedelta = dt.timedelta()


_SEEN: Final[dict[tuple[str | None, str, dt.date], _Count]] = {}
_TURNS: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Figure:
    """One number and the one of the day before; `before` is empty where there is nothing to compare it with."""

    word: Words
    now: str | int
    before: str | int = ""


@dataclass(frozen=True, slots=True)
class Laid:
    """A bar with its words; `said` is its value, `further` the second one."""

    bar: picture.Bar
    word: Words
    said: str | int
    further: str | int = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One hour of the table: how many by each way, in all, and the day before."""

    hour: int
    counts: tuple[int, ...]
    total: int
    before: int


@dataclass(frozen=True, slots=True)
class Board:
    """Everything of the page; `now` is the hour that runs, None for a day that is over."""

    day: dt.date
    today: dt.date
    at: dt.datetime
    now: int | None
    counted: Day
    ways: tuple[tuple[Way, Words], ...]
    figures: tuple[Figure, ...]
    columns: Columns
    rows: tuple[Row, ...]
    arrivals: tuple[Laid, ...]
    absences: tuple[Laid, ...]
    misses: tuple[Laid, ...]

    @property
    def title(self) -> str:
        """The day in words; Portuguese writes months small, Django's catalogue does not."""
        words = formats.date_format(self.day, "DATE_FORMAT")
        return words.lower() if (translation.get_language() or "pt").startswith("pt") else words

    @property
    def previous(self) -> dt.date:
        """The day before."""
        return self.day - dt.timedelta(days=1)

    @property
    def following(self) -> dt.date | None:
        """The day after, None on the day that runs."""
        return self.day + dt.timedelta(days=1) if self.day < self.today else None


async def board(app: "App", operator: str, day: dt.date, at: dt.datetime) -> Board:
    """Count a day and the one before, and draw them; NotCountedError where that takes long."""
    today = timezone.localdate(at)
    try:
        async with asyncio.timeout(PATIENCE_S):
            counted, before, awaiting = await asyncio.gather(
                _counted(app, operator, day, at),
                _counted(app, operator, day - dt.timedelta(days=1), at),
                Pictures(app.pool).awaiting(operator),
            )
    except (TimeoutError, psycopg.errors.QueryCanceled) as fault:
        raise NotCountedError from fault
    return drawn(day, today, at, counted, before, awaiting)


def drawn(day: dt.date, today: dt.date, at: dt.datetime, counted: Day, before: Day, awaiting: int) -> Board:
    """Draw what was counted of a day and of the one before."""
    now = timezone.localtime(at).hour if day == today else None
    arrivals = {channel.value: each.p50_s for channel, each in counted.arrivals.items()}
    arrival_bars = picture.bars(arrivals, {channel.value: each.p95_s for channel, each in counted.arrivals.items()})
    absence_bars = picture.bars(counted.absences)
    miss_bars = picture.bars({miss.value: counted.misses.get(miss, 0) for miss in words.MISS})
    return Board(
        day=day,
        today=today,
        at=at,
        now=now,
        counted=counted,
        ways=tuple((way, words.WAY[way]) for way in counted.ways),
        figures=tuple(_figures(counted, before, awaiting, now)),
        columns=picture.columns(counted, before),
        rows=tuple(_rows(counted, before)),
        arrivals=tuple(_arrival(bar) for bar in arrival_bars),
        absences=tuple(Laid(bar, words.ABSENCE.get(bar.key, bar.key), int(bar.value)) for bar in absence_bars),
        misses=tuple(Laid(bar, words.MISS[picture.Miss(bar.key)], int(bar.value)) for bar in miss_bars),
    )


async def _counted(app: "App", operator: str, day: dt.date, at: dt.datetime) -> Day:
    """A day as this process last counted it, a minute ago at most; whoever asks meanwhile waits for the same count."""
    place = (app.settings.database_url, operator, day)
    lasts = FRESH if day >= timezone.localdate(at) - dt.timedelta(days=1) else OVER
    found = _SEEN.get(place)
    if found is None or _stale(found, at, lasts):
        waiting = [each for key, each in _SEEN.items() if key[:2] == place[:2] and not each.task.done()]
        if len(waiting) >= MOST_WAITING:
            raise NotCountedError
        found = _SEEN[place] = _begun(app, operator, day, at)
        ended = (each for each in sorted(_SEEN, key=lambda each: _SEEN[each].at) if _SEEN[each].task.done())
        for old in list(ended)[: max(0, len(_SEEN) - KEPT)]:
            del _SEEN[old]
    return await asyncio.shield(found.task)


def _stale(found: _Count, at: dt.datetime, lasts: dt.timedelta) -> bool:
    """Whether to count again: what failed at once, at once; what is under way, never beside itself."""
    if not found.task.done():
        return False
    failed = found.task.cancelled() or found.task.exception() is not None
    rests = RESTS * found.took if found.took > BRISK else dt.timedelta()
    return at - found.at >= (rests if failed else max(lasts, rests))


def _begun(app: "App", operator: str, day: dt.date, at: dt.datetime) -> _Count:
    """Begin to count, one day after another: whoever leafs through a year holds one connection."""
    first, last = trail_asked.midnight(day), trail_asked.midnight(day + dt.timedelta(days=1))
    turn = _TURNS.setdefault(asyncio.get_running_loop(), asyncio.Lock())

    async def count() -> Day:
        async with turn:
            began = _clock()
            try:
                return await Pictures(app.pool).day(operator, first, last)
            finally:
                begun.took = dt.timedelta(seconds=_clock() - began)

    begun = _Count(at, asyncio.ensure_future(count()))
    return begun


def _figures(day: Day, before: Day, awaiting: int, now: int | None) -> Iterator[Figure]:
    """The numbers at the top; while the day runs, validations are held against the day before up to the same hour."""
    yield Figure(_("Atendimentos validados"), day.total, before.total)
    if now is not None:
        yield Figure(_("Validados até o fim desta hora"), day.until(now), before.until(now))
    yield Figure(_("Códigos emitidos"), day.issued, before.issued)
    yield Figure(_("Guias registradas"), day.registered, before.registered)
    if now is not None:
        yield Figure(_("Códigos valendo agora"), awaiting)
    yield Figure(_("Atendimentos sem código"), _share(day), _share(before))


def _share(day: Day) -> str:
    if not day.without_code or day.share_without_code is None:
        return _("nenhum")
    return _("%(n)s (%(share)s %%)") % {"n": day.without_code, "share": amounts.tenths(100 * day.share_without_code)}


def _rows(day: Day, before: Day) -> Iterator[Row]:
    for hour in range(picture.HOURS):
        if day.at(hour) or before.at(hour):
            counts = tuple(day.validated.get((hour, way), 0) for way in day.ways)
            yield Row(hour, counts, day.at(hour), before.at(hour))


def _arrival(bar: picture.Bar) -> Laid:
    channel = shared.CHANNEL[Channel(bar.key)]
    return Laid(bar, channel, amounts.lasted(bar.value), amounts.lasted(bar.further))


def table(board: Board) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a file that holds every number of the page: day, figure, hour, what, value."""
    yield (_("dia"), _("figura"), _("hora"), _("o quê"), _("valor"))
    day = board.day.isoformat()
    for figure in board.figures:
        yield (day, _("totais"), "", figure.word, figure.now)
        if figure.before != "":
            yield (board.previous.isoformat(), _("totais"), "", figure.word, figure.before)
    for (hour, way), count in sorted(board.counted.validated.items()):
        yield (day, _("validações"), hour, words.WAY[way], count)
    for channel, each in board.counted.arrivals.items():
        name = shared.CHANNEL[channel]
        yield (day, _("códigos que chegaram"), "", name, each.delivered)
        yield (day, _("metade chegou até (s)"), "", name, round(each.p50_s, 1))
        yield (day, _("95 de 100 chegaram até (s)"), "", name, round(each.p95_s, 1))
    for code, count in board.counted.absences.items():
        yield (day, _("sem código"), "", f"{code} {words.ABSENCE.get(code, '')}".strip(), count)
    for miss, word in words.MISS.items():
        yield (day, _("recusas"), "", word, board.counted.misses.get(miss, 0))

"""The day's picture: what was counted, and where columns and bars stand, so that drawing is only writing it down."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chancela.domain.delivery import Channel

HOURS: Final = 24
WIDTH: Final = 960  # of a drawing, in its own units
HEIGHT: Final = 280
LEFT: Final = 72  # where the numbers of the scale stand
TOP: Final = 16
FOOT: Final = 32  # where the hours stand
GAP: Final = 8
ROOM: Final = 100  # of a bar that lies, in its own units
STEPS: Final = (1, 2, 5, 10)


class Way(StrEnum):
    """By what an attendance was confirmed: the channel that brought the code, the hand it was in, or nothing."""

    APP = "app"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    VOICE = "voice"
    EMAIL = "email"
    HAND = "hand"  # no message bore it: the person made or saw it in the app, or the call centre read it out
    OFFLINE = "offline"
    PAPER = "paper"
    NONE = "none"  # an absence reason of TISS table 74 stands for it


class Miss(StrEnum):
    """What did not come to a validation."""

    WRONG = "wrong"
    LOCKED = "locked"
    EXPIRED = "expired"
    REPORTED = "reported"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Arrival:
    """How many codes a channel delivered, and the seconds that half and 95 % of them took."""

    delivered: int
    p50_s: float
    p95_s: float


@dataclass(frozen=True, slots=True)
class Day:
    """What was counted of a day; `validated` by hour (0 to 23) and way, `absences` by the code of table 74."""

    validated: Mapping[tuple[int, Way], int] = field(default_factory=dict)
    registered: int = 0
    issued: int = 0
    misses: Mapping[Miss, int] = field(default_factory=dict)
    absences: Mapping[str, int] = field(default_factory=dict)
    arrivals: Mapping[Channel, Arrival] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Return how many attendances were validated."""
        return sum(self.validated.values())

    @property
    def without_code(self) -> int:
        """Return how many were validated by an absence reason."""
        return sum(self.absences.values())

    @property
    def share_without_code(self) -> float | None:
        """Return the part of all validations that had no code, 0 to 1; None where there was none at all."""
        return self.without_code / self.total if self.total else None

    @property
    def ways(self) -> tuple[Way, ...]:
        """Return the ways that were used, in their order."""
        used = {way for (_, way), count in self.validated.items() if count}
        return tuple(way for way in Way if way in used)

    def at(self, hour: int) -> int:
        """Return how many were validated in an hour."""
        return sum(self.validated.get((hour, way), 0) for way in Way)

    def until(self, hour: int) -> int:
        """Return how many were validated before the end of an hour."""
        return sum(self.at(each) for each in range(hour + 1))

    def by(self, way: Way) -> int:
        """Return how many were validated by a way."""
        return sum(count for (_, each), count in self.validated.items() if each is way)


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a column."""

    hour: int
    way: Way
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on a scale: a value, an hour, or how high the day before stood."""

    value: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns by hour, parts one upon the other, and a mark over each hour for the day before."""

    blocks: tuple[Block, ...]
    scale: tuple[Mark, ...]
    hours: tuple[Mark, ...]
    before: tuple[Mark, ...]
    width: int = WIDTH
    height: int = HEIGHT
    column: float = 0.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar that lies, of 100 units at most; a second, longer value ends at `reach` (0 where there is none)."""

    key: str
    value: float
    width: float
    further: float = 0.0
    reach: float = 0.0


def ticks(most: float, about: int = 4) -> tuple[int, ...]:
    """Return round whole numbers from 0 to at least `most`, in about so many steps; 0 and 1 where there is nothing."""
    if most <= 1:
        return (0, 1)
    rough = most / about
    power = 10 ** math.floor(math.log10(rough))
    step = max(1, math.ceil(next(each * power for each in STEPS if each * power >= rough)))
    return tuple(range(0, (math.ceil(most / step) + 1) * step, step))


def columns(day: Day, before: Day) -> Columns:
    """Return the columns of a day beside the marks of the one before."""
    most = max(max(each.at(hour) for hour in range(HOURS)) for each in (day, before))
    scale = ticks(most)
    foot, high = HEIGHT - FOOT, HEIGHT - FOOT - TOP
    step = (WIDTH - LEFT) / HOURS
    return Columns(
        blocks=tuple(_blocks(day, scale[-1], step)),
        scale=tuple(Mark(each, LEFT, _tidy(foot - high * each / scale[-1])) for each in scale),
        hours=tuple(Mark(hour, _tidy(LEFT + step * (hour + 0.5)), HEIGHT - GAP) for hour in range(HOURS)),
        before=tuple(
            Mark(count, _tidy(LEFT + step * hour), _tidy(foot - high * count / scale[-1]))
            for hour in range(HOURS)
            if (count := before.at(hour))
        ),
        column=_tidy(step),
    )


def _blocks(day: Day, most: int, step: float) -> Iterable[Block]:
    foot, high = HEIGHT - FOOT, HEIGHT - FOOT - TOP
    for hour in range(HOURS):
        below = 0
        for way in Way:
            count = day.validated.get((hour, way), 0)
            if count:
                top = foot - high * (below + count) / most
                x, tall = LEFT + step * hour + GAP / 2, high * count / most
                yield Block(hour, way, count, _tidy(x), _tidy(top), _tidy(step - GAP), _tidy(tall))
            below += count


def bars(values: Mapping[str, float], further: Mapping[str, float] | None = None) -> tuple[Bar, ...]:
    """Return bars in the order given, the longest (by its second value, where it has one) as long as there is room."""
    longer = further or {}
    most = max((max(value, longer.get(key, 0)) for key, value in values.items()), default=0) or 1
    return tuple(
        Bar(
            key=key,
            value=value,
            width=_tidy(ROOM * value / most),
            further=longer.get(key, 0),
            reach=_tidy(ROOM * longer.get(key, 0) / most),
        )
        for key, value in values.items()
    )


def _tidy(value: float) -> float:
    return round(value, 1)

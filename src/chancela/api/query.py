"""Queries read strictly: every parameter known, none twice, each as its reader takes it; an empty one is like none."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

import msgspec

from chancela.api.faults import Fault, FaultyError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Readers = Mapping[str, Callable[[str], Any]]

MOST_PARAMETERS: Final = 20
WHOLE: Final = re.compile(r"[1-9][0-9]{0,3}")
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read(query: bytes, readers: Readers) -> dict[str, Any]:
    """Return the values by name; raise where a parameter is unknown, repeated, or refused by its reader."""
    try:
        text = query.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise FaultyError(Fault.PARAMETERS) from None
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name not in readers or name in values:
            raise FaultyError(Fault.PARAMETERS, field=name if name in readers else None)
        values[name] = _read(name, readers[name], value) if value else None
    return {name: value for name, value in values.items() if value is not None}


def whole(value: str, *, most: int) -> int:
    """Return a number from 1 to the most; ValueError for anything else."""
    if not WHOLE.fullmatch(value) or int(value) > most:
        raise ValueError
    return int(value)


def day(value: str) -> date:
    """Return a day as `2026-11-20`; ValueError for anything else."""
    if not DAY.fullmatch(value):
        raise ValueError
    return date.fromisoformat(value)


def _read(name: str, reader: Callable[[str], Any], value: str) -> Any:
    try:
        return reader(value)
    except (ValueError, OverflowError, msgspec.ValidationError):
        raise FaultyError(Fault.PARAMETERS, field=name) from None

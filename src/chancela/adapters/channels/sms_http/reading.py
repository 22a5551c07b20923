"""What is read out of a company's JSON: each value is checked for what it is, and none is believed to be there."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Final

from chancela.adapters.channels.contract import BadCallError

if TYPE_CHECKING:
    from collections.abc import Mapping

_CODE: Final = re.compile(r"(?!.*[0-9]{6})[A-Za-z0-9_.-]{1,48}\Z")
_NUMBER: Final = re.compile(r"\+?([1-9][0-9]{7,14})\Z")


def text(found: Mapping[str, object], name: str) -> str | None:
    """Return a text, or None where there is none."""
    value = found.get(name)
    return value if isinstance(value, str) and value else None


def part(found: Mapping[str, object], name: str) -> dict[str, object]:
    """Return an object within, empty where there is none."""
    value = found.get(name)
    return value if isinstance(value, dict) else {}


def parts(found: Mapping[str, object], name: str) -> list[dict[str, object]]:
    """Return the objects of a list; anything else in it, or no list, raises BadCallError."""
    value = found.get(name)
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise BadCallError(f"{name} is no list of objects")
    return value


def code(value: object) -> str | None:
    """Return an error code that can be kept: a word, never six digits in a row, as a number or a code would have."""
    raw = str(value) if isinstance(value, int) else value
    return raw if isinstance(raw, str) and _CODE.match(raw) else None


def e164(value: object) -> str | None:
    """Return a phone number as E.164, with or without its plus; None for a short code or a name."""
    fits = _NUMBER.match(value) if isinstance(value, str) else None
    return f"+{fits[1]}" if fits else None


def moment(value: object) -> datetime | None:
    """Return an ISO 8601 time that has an offset, or None."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None

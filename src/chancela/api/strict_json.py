"""Bodies read strictly: one JSON text in UTF-8, every field known, none twice."""

from __future__ import annotations

import json
import re
from typing import Any, Final, TypeVar

import msgspec

from chancela.api.faults import Fault, FaultyError

Shape = TypeVar("Shape")

PLACE: Final = re.compile(r" - at `\$\.?([a-z0-9_.\[\]]*)`\Z")  # names of our own fields and numbers: nothing of theirs


class _RepeatedError(ValueError):
    """A field stands twice in an object."""


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise _RepeatedError


FIELDS_ONCE: Final = json.JSONDecoder(object_pairs_hook=_each_once)


def decode(decoder: msgspec.json.Decoder[Shape], body: bytes) -> Shape:
    """Return the shape; raise where the text is not JSON, repeats a field (RFC 8259 section 4), or does not fit."""
    try:
        shape = decoder.decode(body)
        FIELDS_ONCE.decode(body.decode())  # msgspec keeps the last of two
    except msgspec.ValidationError as fault:
        raise FaultyError(Fault.FIELDS, field=place(fault)) from None
    except (ValueError, RecursionError):
        raise FaultyError(Fault.BODY) from None
    return shape


def place(fault: msgspec.ValidationError) -> str | None:
    """Return where a value does not fit, as `procedures[0].quantity`, or None for the whole."""
    match = PLACE.search(str(fault))
    return (match[1] or None) if match else None

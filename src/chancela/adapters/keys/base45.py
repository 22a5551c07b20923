"""Base 45 (RFC 9285): bytes as the characters that a QR holds most densely beside digits."""

from __future__ import annotations

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_PLACES: Final = {each: place for place, each in enumerate(ALPHABET)}
_RADIX: Final = len(ALPHABET)
_LETTERS: Final = {1: 2, 2: 3}  # bytes of a group, to its characters
_BYTES: Final = {2: 1, 3: 2}


def encode(content: bytes) -> str:
    """Return the text of some bytes: three characters for two of them, two for a last one."""
    groups = (content[at : at + 2] for at in range(0, len(content), 2))
    return "".join(_written(int.from_bytes(each, "big"), _LETTERS[len(each)]) for each in groups)


def decode(text: str) -> bytes:
    """Return the bytes of a text; anything that `encode` does not write raises ValueError."""
    groups = [text[at : at + 3] for at in range(0, len(text), 3)]
    return b"".join(map(_read, groups))


def _written(value: int, length: int) -> str:
    letters = []
    for _ in range(length):
        value, place = divmod(value, _RADIX)
        letters.append(ALPHABET[place])
    return "".join(letters)


def _read(group: str) -> bytes:
    if len(group) not in _BYTES or not set(group) <= _PLACES.keys():
        raise ValueError("this is no base 45")
    value = 0
    for each in reversed(group):
        value = value * _RADIX + _PLACES[each]
    try:
        return value.to_bytes(_BYTES[len(group)], "big")
    except OverflowError:
        raise ValueError("this is no base 45") from None

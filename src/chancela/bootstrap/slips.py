"""Slips: signed words that only this installation can have made, for an address or for a cookie.

By one in an address a person says «não pedi este código» of one code, without an account; one in a cookie binds what
was asked for at the door to the browser that asked.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import struct
from typing import TYPE_CHECKING, Final
from uuid import UUID

if TYPE_CHECKING:
    from chancela.adapters.keys.key_file import KeyFile

PURPOSE: Final = "deny slip"
MAC_BYTES: Final = 16
ID_BYTES: Final = 16
_TEXT: Final = struct.Struct(">6s16sI")  # ANS register, guia, generation


def deny(keys: KeyFile, operator: str, guia_id: UUID, generation: int) -> str:
    """Return 56 URL-safe characters that name a guia's code and that only this installation can have made."""
    text = _TEXT.pack(operator.encode("ascii"), guia_id.bytes, generation)
    return base64.urlsafe_b64encode(text + keys.mac(PURPOSE, text)[:MAC_BYTES]).decode("ascii")


def verify(keys: KeyFile, slip: str) -> tuple[str, UUID, int] | None:
    """Return operator, guia and generation of a slip, or None where it is none of ours."""
    try:
        raw = base64.b64decode(slip.encode("ascii"), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    text, mac = raw[: _TEXT.size], raw[_TEXT.size :]
    if len(text) != _TEXT.size or not hmac.compare_digest(keys.mac(PURPOSE, text)[:MAC_BYTES], mac):
        return None
    operator, guia_id, generation = _TEXT.unpack(text)
    return operator.decode("ascii"), UUID(bytes=guia_id), generation


def of(keys: KeyFile, purpose: str, operator: str, id_: UUID) -> str:
    """Return 43 URL-safe characters that name something at an operator, for one purpose alone."""
    signed = id_.bytes + _mac(keys, purpose, operator, id_.bytes)
    return base64.urlsafe_b64encode(signed).decode("ascii").rstrip("=")


def named(keys: KeyFile, purpose: str, operator: str, slip: str) -> UUID | None:
    """Return what a slip names at an operator, or None where it is none of ours for this purpose."""
    try:
        raw = base64.b64decode(slip.encode("ascii") + b"=" * (-len(slip) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    found, mac = raw[:ID_BYTES], raw[ID_BYTES:]
    if len(found) != ID_BYTES or not hmac.compare_digest(_mac(keys, purpose, operator, found), mac):
        return None
    return UUID(bytes=found)


def _mac(keys: KeyFile, purpose: str, operator: str, named: bytes) -> bytes:
    return keys.mac(purpose, operator.encode() + named)[:MAC_BYTES]

"""What a locked screen may show: a title, a line, where a tap leads; never a digit of the code."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from chancela.adapters.channels.contract import ChannelFailure

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Letter

PLAIN_BYTES: Final = 3993  # RFC 8291, 4: what fits into a body of 4096 bytes
START: Final = "/"


def note(letter: Letter) -> bytes:
    """Return the JSON that our service worker shows: `title`, `body`, `url`, and a `tag` that replaces its like.

    A text with the code in it, or one that is too long for a push, raises ChannelFailure for ever.
    """
    message = letter.message
    title = message.subject or letter.sender
    if message.code and re.search(rf"(?<![0-9]){re.escape(message.code)}(?![0-9])", f"{title}\n{message.text}"):
        raise ChannelFailure("push: the text shows the code", permanent=True)
    said = {"title": title, "body": message.text, "url": message.link or START, "tag": topic(letter)}
    plain = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    if len(plain) > PLAIN_BYTES:
        raise ChannelFailure("push: the text is too long", permanent=True)
    return plain


def topic(letter: Letter) -> str:
    """Return the topic of a letter (RFC 8030, 5.4): 32 characters, the same at every attempt."""
    return letter.id.hex

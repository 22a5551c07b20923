"""What the shapes of the wire are made of: texts with their limits, instants, and a body that a client sends."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from msgspec import Meta, Struct

# In Python `$` admits a line feed after the end; `(?!\n)` before it does not, and means the same in ECMA 262.
PLAIN: Final = r"^[^\u0000-\u001f\u007f]*(?!\n)$"  # one line, and nothing that PostgreSQL refuses
LINES: Final = r"^[^\u0000-\u0008\u000b-\u001f\u007f]*$"  # tabs and line feeds too
CODE: Final = r"^[0-9A-Za-z]*(?!\n)$"
FACES: Final = r"^[OLMVDIP]*(?!\n)$"

CardNumber = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=20,
        pattern=PLAIN,
        description="Text: leading zeros matter.",
        examples=["00123456789"],
    ),
]
ProviderCode = Annotated[str, Meta(min_length=1, max_length=20, pattern=PLAIN, examples=["10002"])]
ProviderNumber = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=20,
        pattern=PLAIN,
        description="The provider's own number of the guia; it is presented once.",
        examples=["A-17"],
    ),
]
Instant = Annotated[datetime, Meta(description="RFC 3339, at the offset of Brasília.")]
Zoned = Annotated[datetime, Meta(tz=True)]
Item = Annotated[int, Meta(ge=1, le=50, description="Items of a guia count from 1.")]
Told = Annotated[str, Meta(min_length=1, max_length=500, pattern=LINES, description="The reason, told in writing.")]


class Wish(Struct, frozen=True, forbid_unknown_fields=True):
    """A body that a client sends; unknown fields are refused."""

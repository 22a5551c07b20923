"""Named SQL: statements live in .sql files beside the stores and are known by their name."""

from __future__ import annotations

import re
from importlib import resources
from typing import Final

_NAME: Final = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


_PART: Final = re.compile(r"\{(_\w+)\}")


def read(file: str) -> dict[str, bytes]:
    """Return the statements of a file beside this module, by the name in the comment above each.

    A name that begins with an underscore is a part, which stands in braces where it belongs.
    """
    text = resources.files(__package__).joinpath(file).read_text(encoding="utf-8")
    pieces = _NAME.split(text)
    found = {name: sql.strip() for name, sql in zip(pieces[1::2], pieces[2::2], strict=True)}
    return {name: _whole(sql, found).encode() for name, sql in found.items() if name[0] != "_"}


def _whole(sql: str, found: dict[str, str]) -> str:
    return _PART.sub(lambda part: _whole(found[part[1]], found), sql)

"""Named SQL: statements live in .sql files beside the stores and are known by their name."""

from __future__ import annotations

import re
from importlib import resources
from typing import Final

_NAME: Final = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def read(file: str) -> dict[str, bytes]:
    """Return the statements of a file beside this module, by the name in the comment above each."""
    text = resources.files(__package__).joinpath(file).read_text(encoding="utf-8")
    parts = _NAME.split(text)
    return {name: sql.strip().encode() for name, sql in zip(parts[1::2], parts[2::2], strict=True)}

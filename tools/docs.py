"""Writes the parts of docs/ that are drawn from the code; `--check` only says which of them are stale."""

import pathlib
import re
import sys
from collections.abc import Callable, Iterator, Mapping

import drawings
import matrix

Drawing = Callable[[], Iterator[str]]

PARTS = 4  # before, opening mark, closing mark, after
DOCS = pathlib.Path(__file__).resolve().parent.parent / "docs"
DRAWN: Mapping[str, Mapping[str, Drawing]] = {
    "explanation/care-goes-on.md": {"cells": matrix.cells},
    "explanation/life-of-a-guia.md": {"authorisation": drawings.authorisation, "attendance": drawings.attendance},
    "reference/policies.md": {"policies": drawings.policies, "limits": drawings.limits},
    "reference/api.md": {
        "calls": drawings.calls,
        "scopes": drawings.scopes,
        "refusals": drawings.refusals,
        "faults": drawings.faults,
    },
    "how-to/verify-the-trail.md": {"contradictions": drawings.contradictions},
    "reference/permissions.md": {"permissions": drawings.permissions_of_everybody},
    "reference/cli.md": {"commands": drawings.command_line},
}


def redrawn(text: str, places: Mapping[str, Drawing]) -> str:
    """The page with everything between `<!-- drawn: x -->` and `<!-- end -->` drawn anew."""
    for name, draw in places.items():
        place = re.compile(rf"(<!-- drawn: {name} -->\n).*?(<!-- end -->)", flags=re.DOTALL)
        parts = place.split(text)
        if len(parts) != PARTS:
            raise SystemExit(f"chancela: a page must have exactly one place for the drawing {name!r}.")
        before, opening, closing, after = parts
        text = "".join([before, opening, *(f"{line}\n" for line in draw()), closing, after])
    return text


def main(words: list[str]) -> int:
    """Draw every page, or with `--check` only compare: 1 when one is stale."""
    stale = []
    for name, places in DRAWN.items():
        page = DOCS / name
        text = page.read_text(encoding="utf-8")
        fresh = redrawn(text, places)
        if fresh != text:
            stale.append(name)
            if "--check" not in words:
                page.write_text(fresh, encoding="utf-8")
    for name in stale:
        print(f"chancela: docs/{name} " + ("is stale; make docs renews it" if "--check" in words else "drawn anew"))
    return 1 if stale and "--check" in words else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What the child process runs that sets a printed guia: data in as JSON, a PDF out, within hard limits."""

from __future__ import annotations

import json
import re
import resource
import sys
from importlib import resources
from typing import Any, Final

from chancela.adapters.documents import child

TEMPLATE: Final = "printed.typ"
STANDARD: Final = "ua-1"  # PDF/UA-1, ISO 14289-1
# Letters for which one of our fonts may have no shape: all but Latin ones, their accents and dashes and quotes.
STRANGE: Final = re.compile(r"[^\n\x20-\x7e\u00a0-\u024f\u0300-\u036f\u2010-\u2027]")
IN_ITS_PLACE: Final = "?"
NOTHING: Final = b'#set document(title: [Nada])\n#set text(lang: "pt")\nNada'


def main() -> None:
    """Write the PDF of the sheet that comes by standard input; typst finds no font of this machine and no package."""
    import typst

    for which, most in child.LIMITS:
        resource.setrlimit(which, (most, most))
    compiler = typst.Compiler(ignore_system_fonts=True)
    template = resources.files(__package__).joinpath(TEMPLATE).read_bytes()
    compiler.compile(NOTHING, format="pdf", pdf_standards=[STANDARD])  # all that it needs is in memory after this
    for which in child.NO_MORE:
        resource.setrlimit(which, (0, 0))
    sheet = sys.stdin.buffer.read().decode()
    at = int(json.loads(sheet)["at"])  # the file tells when the sheet was printed, however often it is set

    def drawn(told: str) -> Any:
        return compiler.compile(
            template, format="pdf", sys_inputs={"sheet": told}, pdf_standards=[STANDARD], timestamp=at
        )

    try:
        written = drawn(sheet)
    except RuntimeError:  # PDF/UA admits no letter that its fonts cannot show: care does not wait for one
        written = drawn(json.dumps(_shown(json.loads(sheet))))
    sys.stdout.buffer.write(written if isinstance(written, bytes) else b"")
    sys.stdout.buffer.flush()


def _shown(told: Any) -> Any:
    """Return what is told with a question mark for each letter that may have none in our fonts."""
    if isinstance(told, str):
        return STRANGE.sub(IN_ITS_PLACE, told)
    if isinstance(told, list):
        return [_shown(each) for each in told]
    return {name: _shown(each) for name, each in told.items()} if isinstance(told, dict) else told


if __name__ == "__main__":
    main()

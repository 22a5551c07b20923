"""What the child process runs that sets a printed guia: data in as JSON, a PDF out, within hard limits."""

from __future__ import annotations

import json
import resource
import sys
from importlib import resources
from typing import Final

from chancela.adapters.documents import child

TEMPLATE: Final = "printed.typ"
STANDARD: Final = "ua-1"  # PDF/UA-1, ISO 14289-1
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
    drawn = compiler.compile(
        template, format="pdf", sys_inputs={"sheet": sheet}, pdf_standards=[STANDARD], timestamp=at
    )
    sys.stdout.buffer.write(drawn if isinstance(drawn, bytes) else b"")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

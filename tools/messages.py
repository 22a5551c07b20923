"""Keep the English catalogue of the pages complete: `python tools/messages.py` adds what is missing and compiles it.

Portuguese is the language that templates and code are written in; each of its sentences is looked up in
`src/chancela/portals/locale/en/LC_MESSAGES/django.po`.
"""

import datetime as dt
import io
import pathlib
import sys
from collections.abc import Iterator

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from django.conf import settings
from django.utils.translation.template import templatize

PORTALS = pathlib.Path(__file__).parents[1] / "src" / "chancela" / "portals"
FOLDER = PORTALS / "locale" / "en" / "LC_MESSAGES"
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
}

HEADER = r"""# The English words of the pages; Portuguese is the language they are written in.
msgid ""
msgstr ""
"Language: en\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""
EPOCH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
Msgid = str | tuple[str, str]


def texts() -> Iterator[tuple[str, str]]:
    """Every template and module of the pages as (name, Python text that calls gettext)."""
    if not settings.configured:
        settings.configure()
    for path in sorted(PORTALS.rglob("*")):
        name = path.relative_to(PORTALS).as_posix()
        if path.suffix in {".html", ".txt", ".svg"} and "templates" in path.parts:
            yield name, templatize(path.read_text(encoding="utf-8"), origin=name)
        elif path.suffix == ".py" and "migrations" not in path.parts:
            yield name, path.read_text(encoding="utf-8")


def found() -> dict[Msgid, list[str]]:
    """Every sentence of the pages with the files it stands in."""
    sentences: dict[Msgid, list[str]] = {}
    for name, text in texts():
        source = io.BytesIO(text.encode())
        for _line, function, message, _comments in extract_python(source, list(KEYWORDS), (), {"encoding": "utf-8"}):
            message_id = _message_id(function, message)
            if message_id is not None:
                sentences.setdefault(message_id, []).append(name)
    return sentences


def _message_id(function: str, message: object) -> Msgid | None:
    parts = message if isinstance(message, tuple) else (message,)
    if function.startswith("ngettext"):
        return (str(parts[0]), str(parts[1]))
    return str(parts[0]) if parts and parts[0] else None


def catalogue() -> Catalog:
    """The catalogue as it stands in the repository."""
    with (FOLDER / "django.po").open("rb") as file:
        return pofile.read_po(file, locale="en", domain="django")


def compiled(catalog: Catalog) -> bytes:
    """What gettext reads; nothing in it depends on the moment."""
    out = io.BytesIO()
    catalog.creation_date = catalog.revision_date = EPOCH
    catalog.project = catalog.last_translator = catalog.language_team = "Chancela"
    catalog.version, catalog.msgid_bugs_address = "1", ""
    mofile.write_mo(out, catalog)
    return out.getvalue()


def missing(catalog: Catalog) -> list[Msgid]:
    """The sentences without English."""
    known = {
        each.id for each in catalog if each.id and all([each.string] if isinstance(each.string, str) else each.string)
    }
    return [each for each in found() if each not in known]


def main() -> int:
    """Write the catalogue anew, in the order of its sentences; status 1 while some lack English."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    old = catalogue() if (FOLDER / "django.po").exists() else Catalog(locale="en")
    new = Catalog(locale="en")
    for message_id, files in sorted(found().items(), key=lambda item: str(item[0])):
        known = old.get(message_id[0] if isinstance(message_id, tuple) else message_id)
        kept = known.string if known and isinstance(known.string, str) is isinstance(message_id, str) else ""
        new.add(message_id, kept, locations=[(name, 0) for name in sorted(set(files))])
    body = io.BytesIO()
    pofile.write_po(body, new, omit_header=True, include_lineno=False, width=110)
    (FOLDER / "django.po").write_text(HEADER + body.getvalue().decode(), encoding="utf-8")
    (FOLDER / "django.mo").write_bytes(compiled(catalogue()))
    lacking = missing(catalogue())
    for each in lacking:
        sys.stderr.write(f"without English: {each}\n")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())

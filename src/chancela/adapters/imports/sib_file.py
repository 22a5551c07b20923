"""SIB files as a stream: records one by one, whatever a hostile or broken file tries, in memory that stays flat."""

from __future__ import annotations

import hashlib
import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from chancela.adapters.imports.table import UnreadableFileError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHUNK: Final = 65_536
LONGEST_RECORD: Final = 1_048_576  # bytes; a record of the schema has about 1,500
MOST_PARTS: Final = 200  # elements of one record; the schema knows 45
WHOLE: Final = "beneficiario"
MOVEMENTS: Final = ("inclusao", "retificacao", "reativacao", "mudancaContratual", "cancelamento")
ENCODINGS: Final = frozenset({"utf-8", "utf8", "iso-8859-1", "latin1"})
HEAD: Final = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
NOT_SIB: Final = "O arquivo {path} não é um arquivo do SIB: não começa com mensagemSIB."
WRONG_ENCODING: Final = (
    "O arquivo {path} diz estar em {encoding}, mas está em UTF-8 (linha {line}): peça que seja gerado de novo."
)


@dataclass(frozen=True, slots=True)
class SibRecord:
    """One record of the file: the line of its element, what it is, its attributes, and its texts by element name."""

    line: int
    kind: str
    attributes: dict[str, str]
    texts: dict[str, str]


class SibFile:
    """Reads a file once; `hash_fits` is known at its end, `whole` and `register` with its first record."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.whole = False
        self.version = ""
        self.hash_fits = False
        self._named_hash = ""
        self._sums = [hashlib.md5(usedforsecurity=False) for _ in range(4)]
        self._registers: dict[str, str] = {}
        self._met_once: set[str] = set()
        self._above: Any = None
        self.done = 0

    @property
    def register(self) -> str:
        """Return the ANS register of the operator whose people they are; empty where the file names none."""
        return self._registers.get("destino" if self.whole else "origem", "")

    def records(self) -> Iterator[SibRecord]:
        """Yield every record in order; raises UnreadableFileError where the file as a whole cannot be trusted."""
        try:
            with self.path.open("rb") as file:
                yield from self._read(file)
        except OSError as fault:
            raise UnreadableFileError(f"Não foi possível abrir o arquivo {self.path}: {fault.strerror}.") from fault
        except etree.XMLSyntaxError as fault:
            line = f" (linha {fault.lineno})" if fault.lineno else ""
            raise UnreadableFileError(
                f"O arquivo {self.path} não é um XML inteiro e bem formado{line}: peça que seja gerado de novo."
            ) from fault
        self.hash_fits = self._named_hash in {each.hexdigest().upper() for each in self._sums}

    def _read(self, file: Any) -> Iterator[SibRecord]:
        encoding = self._encoding(file)
        parser: Any = etree.XMLPullParser(
            events=("end",),
            tag=tuple(f"{{*}}{each}" for each in (WHOLE, *MOVEMENTS, "cabecalho", "epilogo", "mensagem", "hash")),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            remove_comments=True,
            remove_pis=True,
            huge_tree=False,
            attribute_defaults=False,
        )
        tail, since = b"", 0
        while chunk := file.read(CHUNK):
            if b"<!DOCTYPE" in tail + chunk or b"<!ENTITY" in tail + chunk:
                raise UnreadableFileError(
                    f"O arquivo {self.path} tem uma DTD, que arquivos do SIB não têm: foi recusado."
                )
            tail, since = chunk[-16:], since + len(chunk)
            parser.feed(chunk)
            self.done += len(chunk)
            for _, element in parser.read_events():
                since = 0
                yield from self._met(element, encoding)
            if since > LONGEST_RECORD:
                raise UnreadableFileError(
                    f"O arquivo {self.path} tem um trecho de mais de 1 MB que não é um registro do SIB: foi recusado."
                )
        parser.close()
        if self._met_once != {"cabecalho", "mensagem", "epilogo", "hash"}:
            raise UnreadableFileError(f"O arquivo {self.path} não tem cabeçalho e epílogo do SIB.")

    def _encoding(self, file: Any) -> str:
        """Return the encoding that the file declares, with the file at its beginning again."""
        start = file.read(512)
        file.seek(0)
        if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in start:
            raise UnreadableFileError(f"O arquivo {self.path} não está em ISO-8859-1 nem em UTF-8.")
        found = HEAD.match(start)
        encoding = found[1].decode().lower() if found else "utf-8"
        if encoding not in ENCODINGS:
            raise UnreadableFileError(
                f"O arquivo {self.path} diz estar em {encoding}: só são lidos ISO-8859-1 e UTF-8, como pede a ANS."
            )
        return encoding

    def _met(self, element: Any, encoding: str) -> Iterator[SibRecord]:
        name = element.tag.rpartition("}")[2]
        if name in {WHOLE, *MOVEMENTS}:
            self._placed(element, name)
            yield self._record(element, name, encoding)
            return
        if name in self._met_once:
            raise UnreadableFileError(NOT_SIB.format(path=self.path))
        self._met_once.add(name)
        if name == "cabecalho":
            self._header(element)
        elif name == "hash":
            self._named_hash = (element.text or "").strip().upper()
        elif name == "mensagem":
            self._sum(element)  # what a message says beside its records

    def _header(self, element: Any) -> None:
        """Read who sent the file to whom; `root` is summed with it, as its attributes come first."""
        root = element.getparent()
        if root is None or etree.QName(root).localname != "mensagemSIB":
            raise UnreadableFileError(NOT_SIB.format(path=self.path))
        self._add(root.attrib.values(), self._sums[2:])  # whether they count, no one says: both fit
        self._sum(element)
        found = {each: element.findtext(f"{{*}}{each}/{{*}}registroANS") for each in ("origem", "destino")}
        self._registers = {each: (text or "").strip() for each, text in found.items()}
        self.version = (element.findtext("{*}versaoPadrao") or "").strip()
        _let_go(element)

    def _placed(self, element: Any, name: str) -> None:
        """Refuse a record that stands where no record stands; the first one says which of the two files it is."""
        above = element.getparent()
        if above is not None and above is self._above and self.whole is (name == WHOLE):
            return
        places = [each.tag.rpartition("}")[2] for each in element.iterancestors()]
        wanted = ("conferencia", "ansParaOperadora") if name == WHOLE else ("beneficiarios", "operadoraParaANS")
        if places != [*wanted, "mensagem", "mensagemSIB"] or "cabecalho" not in self._met_once:
            raise UnreadableFileError(
                f"O arquivo {self.path} não é uma conferência (.CNX) nem um arquivo de movimentos (.SBX) do SIB."
            )
        self.whole, self._above = name == WHOLE, above

    def _record(self, element: Any, kind: str, encoding: str) -> SibRecord:
        texts: dict[str, str] = {}
        pieces: deque[str] = deque(element.attrib.values())
        for count, each in enumerate(element.iter(etree.Element)):
            if count > MOST_PARTS:
                raise UnreadableFileError(
                    f"O arquivo {self.path} tem um registro grande demais (linha {element.sourceline})."
                )
            text = each.text
            if each is not element:
                pieces.extend(each.attrib.values())
            if text and not text.isspace():
                pieces.append(text)
                texts[each.tag.rpartition("}")[2]] = text
        self._add(pieces)
        line = int(element.sourceline or 0)
        if encoding not in {"utf-8", "utf8"} and _garbled(texts.get("nome", "")):
            raise UnreadableFileError(WRONG_ENCODING.format(path=self.path, encoding=encoding.upper(), line=line))
        found = SibRecord(line, kind, dict(element.attrib), texts)
        _let_go(element)
        return found

    def _sum(self, element: Any) -> None:
        for each in element.iter(etree.Element):
            self._add([*each.attrib.values(), *([each.text] if each.text and not each.text.isspace() else [])])

    def _add(self, pieces: Any, sums: Any = None) -> None:
        """Add to the hash, as ISO-8859-1 and as UTF-8, as in the field some take the other (domain.md, SIB)."""
        text = "".join(pieces)
        latin, utf8 = text.encode("iso-8859-1", "xmlcharrefreplace"), text.encode()
        for number, each in enumerate(sums or self._sums):
            each.update(utf8 if number % 2 else latin)


def _let_go(element: Any) -> None:
    """Forget an element and what stood before it, so that nothing but the way down to it stays in memory."""
    element.clear(keep_tail=False)
    above = element.getparent()
    while above is not None and element.getprevious() is not None:
        del above[0]


def _garbled(name: str) -> bool:
    """Tell whether a name is UTF-8 that was read as ISO-8859-1 (`JoÃ£o`)."""
    if name.isascii():
        return False
    try:
        return name.encode("iso-8859-1").decode("utf-8") != name
    except UnicodeError:
        return False


def looks_like(start: bytes) -> bool:
    """Tell whether a file that begins like this looks like one of SIB; reading it tells the rest."""
    return start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")

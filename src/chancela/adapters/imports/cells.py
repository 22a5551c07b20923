"""The cells of one line, read one by one, with everything that is wrong with them said in Portuguese."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from chancela.adapters.brazil import documents, emails, phones
from chancela.adapters.brazil.phones import Phone, PhoneRefusal
from chancela.adapters.imports.table import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

T = TypeVar("T")
BRAZILIAN_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]00:00(?::00)?)?")
SCIENTIFIC = re.compile(r"[0-9][.,][0-9]+E\+?[0-9]+", re.IGNORECASE)
PHONE_PROBLEMS = {
    PhoneRefusal.EMPTY: "telefone em branco",
    PhoneRefusal.CHARACTERS: "telefone com caracteres que não são algarismos (um número por célula)",
    PhoneRefusal.FOREIGN: "telefone de fora do Brasil",
    PhoneRefusal.NO_AREA_CODE: "telefone sem DDD",
    PhoneRefusal.UNKNOWN_AREA_CODE: "DDD que não existe",
    PhoneRefusal.SERVICE_NUMBER: "número de serviço (0800, 4004 e semelhantes), não de uma pessoa",
    PhoneRefusal.LENGTH: "telefone com algarismos de menos ou de mais",
    PhoneRefusal.NO_SUCH_NUMBER: "telefone que não existe no plano de numeração",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell; where it does not refuse the line, only that cell is left out."""

    column: str
    sentence: str
    refuses: bool = True


class Cells:
    """The cells of a line by column; reading one either gives its value or notes a problem and gives nothing."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.problems: list[Problem] = []

    @property
    def refused(self) -> bool:
        """Whether a problem was met that refuses the whole line."""
        return any(problem.refuses for problem in self.problems)

    def text(self, column: str, longest: int, *, needed: bool = False) -> str:
        """Return the cell in NFC with single spaces, at most so many characters long."""
        value = " ".join(self._values.get(column, "").split())
        if not value.isascii():
            value = unicodedata.normalize("NFC", value)
        if needed and not value:
            self.note(column, "em branco")
        if len(value) > longest:
            self.note(column, f"mais de {longest} caracteres")
        return value

    def code(self, column: str, longest: int, *, needed: bool = False) -> str:
        """Return a number that is text: ASCII letters, digits and `. / -`, whose leading zeros matter."""
        value = self.text(column, longest, needed=needed)
        if value and SCIENTIFIC.fullmatch(value):
            self.note(column, "número que a planilha arredondou: formate a coluna como texto e exporte de novo")
        elif value and not re.fullmatch(r"[0-9A-Za-z./-]+", value):
            self.note(column, "só pode ter letras sem acento, algarismos, ponto, barra e hífen")
        return value

    def day(self, column: str, *, needed: bool = False, latest: date = date.max) -> date | None:
        """Return a day written as dd/mm/aaaa or aaaa-mm-dd, from 1900 on."""
        value = self._values.get(column, "").strip()
        if not value:
            if needed:
                self.note(column, "em branco")
            return None
        day = _day(value)
        if day is None:
            self.note(column, "não é uma data: escreva dd/mm/aaaa ou aaaa-mm-dd")
        elif not date(1900, 1, 1) <= day <= latest:
            self.note(column, "data fora do que é possível")
        return day

    def choice(self, column: str, choices: Mapping[str, T], default: T) -> T:
        """Return what a word stands for, the default where the cell is empty."""
        word = fold(self._values.get(column, ""))
        if word and word not in choices:
            self.note(column, f"valor desconhecido; conheço {', '.join(dict.fromkeys(choices))}")
        return choices.get(word, default)

    def cpf(self, column: str) -> str | None:
        """Return a CPF, or None where there is none; a wrong one is told and left out."""
        value = self._values.get(column, "").strip()
        found = documents.cpf(value) if value else None
        if value and found is None:
            self.note(column, "CPF inválido", refuses=False)
        return found

    def cpf_or_cnpj(self, column: str) -> str | None:
        """Return a CPF or CNPJ, or None where there is none; a wrong one is told and left out."""
        value = self._values.get(column, "").strip()
        found = (documents.cnpj(value) or documents.cpf(value)) if value else None
        if value and found is None:
            self.note(column, "nem CPF nem CNPJ válido", refuses=False)
        return found

    def phones(self, column: str, separator: str | None = None) -> Iterator[Phone]:
        """Yield the telephones of a cell, only one without a separator; a wrong one is told and left out."""
        value = self._values.get(column, "")
        for text in value.split(separator) if separator else [value]:
            if not text or text.isspace():
                continue
            found = phones.normalise(text)
            if isinstance(found, Phone):
                yield found
            else:
                self.note(column, PHONE_PROBLEMS[found], refuses=False)

    def emails(self, column: str, separator: str | None = None) -> Iterator[str]:
        """Yield the e-mail addresses of a cell, only one without a separator; a wrong one is told and left out."""
        value = self._values.get(column, "")
        for text in value.split(separator) if separator else [value]:
            if not text or text.isspace():
                continue
            if found := emails.normalise(text):
                yield found
            else:
                self.note(column, "e-mail inválido", refuses=False)

    def addresses(self, column: str, separator: str) -> Iterator[str]:
        """Yield telephones (E.164) and e-mail addresses that stand side by side; a wrong one is told and left out."""
        for text in self._values.get(column, "").split(separator):
            one = Cells({column: text})
            yield from one.emails(column) if "@" in text else (each.e164 for each in one.phones(column))
            self.problems += one.problems

    def words(self, column: str, separator: str) -> tuple[str, ...]:
        """Return the words of a cell in lower case, each once."""
        words = (" ".join(word.split()).lower() for word in self.text(column, 2_000).split(separator))
        return tuple(dict.fromkeys(word for word in words if word))

    def listed(self, column: str, separators: str) -> tuple[str, ...]:
        """Return what stands side by side in a cell, each once and as it is: whether it is anything shows later."""
        found = (each.strip() for each in re.split(f"[{re.escape(separators)}]", self.text(column, 2_000)))
        return tuple(dict.fromkeys(each for each in found if each))

    def note(self, column: str, sentence: str, *, refuses: bool = True) -> None:
        """Note what is wrong with a cell."""
        self.problems.append(Problem(column, sentence, refuses))


@functools.lru_cache(maxsize=65_536)
def _day(value: str) -> date | None:
    try:
        if found := BRAZILIAN_DAY.fullmatch(value):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := ISO_DAY.fullmatch(value):
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    return None

"""The country in memory: its clock, and just enough of its telephones, e-mails and CPFs."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

BRAZIL = ZoneInfo("America/Sao_Paulo")


class PlainFormats:
    """The port `Formats`, by form alone."""

    def mobile(self, text: str) -> str | None:
        digits = re.sub(r"[^0-9]", "", text)
        found = re.fullmatch(r"(?:55)?([1-9]{2}9[0-9]{8})", digits)
        return f"+55{found[1]}" if found else None

    def landline(self, text: str) -> str | None:
        found = re.fullmatch(r"(?:55)?([1-9]{2}[2-5][0-9]{7})", re.sub(r"[^0-9]", "", text))
        return f"+55{found[1]}" if found else None

    def email(self, text: str) -> str | None:
        name, _, domain = text.strip().partition("@")
        return f"{name}@{domain.lower()}" if name and re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", domain) else None

    def cpf(self, text: str) -> str | None:
        digits = re.sub(r"[^0-9]", "", text)
        return digits if len(digits) == 11 and digits[9:] == _check(digits[:9]) else None


def _check(nine: str) -> str:
    """The two check digits of a CPF: weighted sums mod 11."""
    digits = nine
    for _ in range(2):
        total = sum(int(each) * weight for each, weight in zip(digits, range(len(digits) + 1, 1, -1), strict=True))
        digits += str(total * 10 % 11 % 10)
    return digits[9:]

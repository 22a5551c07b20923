"""The numbers under which Brazil knows people, firms and plan operators."""

from __future__ import annotations

import re

from validate_docbr import CNPJ, CNS, CPF

_CPF, _CNPJ, _CNS = CPF(), CNPJ(), CNS()
CPF_WRITTEN = re.compile(r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}|[0-9]{9}-?[0-9]{2}|[0-9]{9,10}")
CNPJ_WRITTEN = re.compile(r"[0-9A-Z]{2}\.?[0-9A-Z]{3}\.?[0-9A-Z]{3}/?[0-9A-Z]{4}-?[0-9]{2}")
CNS_WRITTEN = re.compile(r"[0-9]{15}|[0-9]{3} [0-9]{4} [0-9]{4} [0-9]{4}")
ANS_REGISTER = re.compile(r"[0-9]{6}")


def cpf(text: str) -> str | None:
    """Return the 11 digits of a CPF whose check digits are right, or None.

    Spreadsheets drop leading zeros: nine or ten digits are filled up, and the check digits tell whether that was it.
    """
    bare = text.strip()
    if not CPF_WRITTEN.fullmatch(bare):
        return None
    digits = _only(bare).zfill(11)
    return digits if _CPF.validate(digits) else None


def cnpj(text: str) -> str | None:
    """Return the 14 digits and capitals of a CNPJ whose check digits are right, or None.

    Since July 2026 the first twelve may be letters (Receita Federal, IN RFB 2.229/2024).
    """
    bare = text.strip().upper()
    if not bare.isascii() or not CNPJ_WRITTEN.fullmatch(bare):
        return None
    return _only(bare) if _CNPJ.validate(_only(bare)) else None


def cns(text: str) -> str | None:
    """Return the 15 digits of a national health card whose check is right, or None."""
    bare = text.strip()
    if not CNS_WRITTEN.fullmatch(bare):
        return None
    return _only(bare) if _CNS.validate(_only(bare)) else None


def ans_register(text: str) -> str | None:
    """Return an operator's six-digit ANS register, or None where the text is not of that shape."""
    bare = text.strip()
    return bare if ANS_REGISTER.fullmatch(bare) else None


def ans_register_is_usual(register: str) -> bool:
    """Tell whether the sixth digit checks the five before it; a reason to warn, never to refuse.

    The rule (modulo 11 over the weights 6..2, last digit of what is left to 11) is not published by ANS; it holds for
    every operator in ANS's open list.
    """
    total = sum(int(digit) * weight for digit, weight in zip(register[:5], (6, 5, 4, 3, 2), strict=True))
    return str(11 - total % 11)[-1] == register[5]


def _only(text: str) -> str:
    return re.sub(r"[^0-9A-Z]", "", text)

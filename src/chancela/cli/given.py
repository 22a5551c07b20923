"""What is given on the command line for a carrier: settings, secrets from where they are, amounts in reais."""

from __future__ import annotations

import getpass
import re
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from chancela.cli import home

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chancela.adapters.channels.contract import Kind

MONEY = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,3})?")


def settings(given: Sequence[str]) -> dict[str, str]:
    """Return settings given as NAME=VALUE."""
    pairs = [each.partition("=") for each in given]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise home.Sorry(f"--set takes NAME=VALUE, and {wrong[0]!r} has no value.")
    return {name: value for name, _, value in pairs}


def secrets(kind: str, given: Sequence[str], *, ask: bool) -> dict[str, str]:
    """Return the secrets from where they were said to be; what is missing is asked of a person who sits there."""
    from chancela.bootstrap import carriers

    found = {name: _secret(name, value if equals else None) for name, equals, value in map(_parted, given)}
    if ask and sys.stdin.isatty():
        found |= {name: _secret(name, None) for name in _missing(carriers.kinds(), kind) if name not in found}
    return found


def _parted(text: str) -> tuple[str, str, str]:
    return text.partition("=")


def _missing(known: Mapping[str, Kind], kind: str) -> list[str]:
    """Return the secrets that a kind cannot be without; the key of pushes is made by itself."""
    if kind not in known or kind == "push":
        return []
    return [each.name for each in known[kind].settings if each.secret and each.default is None]


def _secret(name: str, value: str | None) -> str:
    """Return a secret: as given, from a file after `@`, from the input after `@-`, or asked for."""
    try:
        if value is None:
            return getpass.getpass(f"{name}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
        if value == "@-":
            return sys.stdin.read().rstrip("\r\n")
        return Path(value[1:]).read_text(encoding="utf-8").rstrip("\r\n") if value.startswith("@") else value
    except UnicodeDecodeError:
        raise home.Sorry(f"The secret {name} is not text in UTF-8.") from None


def millis(option: str, text: str | None) -> int | None:
    """Return an amount in reais as thousandths of a real."""
    if text is None:
        return None
    if not MONEY.fullmatch(text):
        raise home.Sorry(f"{option} is an amount in reais, as 0.08 or 0,08 or 500; {text!r} is none.")
    return int(Decimal(text.replace(",", ".")) * 1000)


def reais(amount_millis: int) -> str:
    """Return thousandths of a real as an amount in reais, as `millis` takes it."""
    amount = Decimal(amount_millis) / 1000
    return f"{amount:.3f}" if amount_millis % 10 else f"{amount:.2f}"

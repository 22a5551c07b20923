"""An account with a message centre: where it is, as whom we bind, from which address we send, and its habits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from aiosmpplib.state import NPI, TON

from chancela.adapters.channels.contract import SetupError
from chancela.adapters.channels.sms_smpp.kind import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chancela.adapters.channels.contract import Setup

PLAIN_PORT: Final = "2775"  # IANA: smpp
TLS_PORT: Final = "3550"  # IANA: ssmpp
Value = TypeVar("Value")
NAME: Final = 11  # GSM 03.40, 9.1.2.5: an alphanumeric address has at most 11 characters
ALPHABETS: Final = {"gsm7": "gsm0338", "latin1": "latin_1", "ascii": "ascii"}  # as aiosmpplib calls them
BASES: Final = {"as_given": None, "hex": (10, 16), "decimal": (16, 10)}  # of the ids in answers, and in receipts


@dataclass(frozen=True, slots=True)
class Account:
    """`bases` are those of ids in answers and in receipts, None where both are written alike; times in seconds."""

    host: str
    port: int
    tls: bool
    system_id: str
    password: str = field(repr=False)
    system_type: str
    separate: bool
    source: str
    ton: TON
    npi: NPI
    replies: bool
    alphabet: str
    bases: tuple[int, int] | None
    window: int
    per_second: float
    enquire_s: float
    answer_s: float


def account(setup: Setup) -> Account:
    """Read the settings of a carrier; one that cannot be raises SetupError with its name."""
    given = {each.name: each.default or "" for each in SETTINGS} | {**setup.settings, **setup.secrets}
    tls = _choice(given, "tls", {"required": True, "off": False})
    source, ton, npi = _source(given)
    answered = {"": ton is not TON.ALPHANUMERIC, "yes": True, "no": False}
    if given["replies"] == "yes" and ton is TON.ALPHANUMERIC:
        raise SetupError("replies must be no: nobody can answer a name")
    return Account(
        host=_text(given, "host", 253, least=1),
        port=int(_number(given | {"port": given["port"] or (TLS_PORT if tls else PLAIN_PORT)}, "port", 1, 65535)),
        tls=tls,
        system_id=_text(given, "system_id", 15, least=1),
        password=_text(given, "password", 8),
        system_type=_text(given, "system_type", 12),
        separate=_choice(given, "bind", {"transceiver": False, "separate": True}),
        source=source,
        ton=ton,
        npi=npi,
        replies=_choice(given, "replies", answered),
        alphabet=_choice(given, "alphabet", ALPHABETS),
        bases=_choice(given, "receipt_ids", BASES),
        window=int(_number(given, "window", 1, 1000)),
        per_second=_number(given, "per_second", 0, 10_000),
        enquire_s=_number(given, "enquire_s", 0.01, 3600),
        answer_s=_number(given, "answer_s", 0.01, 300),
    )


def _source(given: Mapping[str, str]) -> tuple[str, TON, NPI]:
    """Return the sender's address, type and plan: +E.164 is 1/1, digits alone a short code 3/0, a name 5/0."""
    source = _text(given, "source", 21, least=1)
    if re.fullmatch(r"\+[1-9][0-9]{7,14}", source):
        source, ton, npi = source[1:], TON.INTERNATIONAL, NPI.ISDN
    elif re.fullmatch(r"[0-9]{3,15}", source):
        ton, npi = TON.NETWORK_SPECIFIC, NPI.UNKNOWN
    elif len(source) <= NAME:
        ton, npi = TON.ALPHANUMERIC, NPI.UNKNOWN
    else:
        raise SetupError(f"source must be a short code, +55 and a number, or a name of at most {NAME} characters")
    tons, npis = ({str(each.value): each for each in kind} for kind in (TON, NPI))
    return source, _choice(given, "source_ton", {"": ton, **tons}), _choice(given, "source_npi", {"": npi, **npis})


def _text(given: Mapping[str, str], name: str, most: int, *, least: int = 0) -> str:
    """Return printable ASCII of a length; the lengths are those of SMPP 3.4, 4.1.1, without the final NUL."""
    text = given.get(name, "")
    if least <= len(text) <= most and text.isascii() and text.isprintable():
        return text
    raise SetupError(f"{name} must have {least} to {most} printable ASCII characters")


def _choice(given: Mapping[str, str], name: str, choices: Mapping[str, Value]) -> Value:
    if (chosen := given.get(name, "")) in choices:
        return choices[chosen]
    raise SetupError(f"{name} must be {', '.join(filter(None, choices))}")


def _number(given: Mapping[str, str], name: str, least: float, most: float) -> float:
    text = given.get(name, "")
    if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text) and least <= float(text) <= most:
        return float(text)
    raise SetupError(f"{name} must be a number from {least:g} to {most:g}")

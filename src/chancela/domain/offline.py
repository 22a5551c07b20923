"""Codes computed without a signal: a device's key and a question that both sides know give six digits (RFC 6287)."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from chancela.domain.token import Window

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chancela.domain.policy import Policy

SUITE: Final = "OCRA-1:HOTP-SHA256-6:QH64"
QUESTION_BYTES: Final = 128  # RFC 6287 §5.1: the question, padded with zeros
BRAZIL: Final = ZoneInfo("America/Sao_Paulo")  # a code's day is Brasília's, whatever the device's own zone
SLIP: Final = timedelta(hours=1)  # how wrong a device's clock may be
VALID: Final = timedelta(hours=48)  # after the end of a code's day
MOST_DEVICES: Final = 3  # alive at once, of one person
MOST_TRIED: Final = 24  # pairs of device and day that one entry is compared with
NAME_LENGTH: Final = 60
_HASHES: Final = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}


@dataclass(frozen=True, slots=True)
class Device:
    """A device that computes codes for its person; `secret` is its sealed key, gone once it is ended."""

    id: UUID
    beneficiary_id: UUID
    name: str
    secret: bytes | None = field(repr=False)
    enrolled_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a key agreement leaves here: our public point (65 bytes) for the device, and the common key, sealed."""

    public: bytes
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tried:
    """One candidate: a code that this device computed on this day, and the window in which it would be judged."""

    device: Device
    day: date
    window: Window


def ocra(suite: str, key: bytes, question: str, *, counter: bytes = b"", rest: bytes = b"") -> str:
    """Return the digits of a one-way challenge (RFC 6287 §5 to 7.1) for suites `OCRA-1:HOTP-<hash>-<digits>:<data>`.

    A question is decimal (QN) or hexadecimal (QH); `counter` are the 8 bytes before it, `rest` what follows it (PIN,
    session, time), where the suite names them. Another suite raises ValueError.
    """
    version, function, data = suite.split(":")
    hotp, hashed, digits = function.split("-")
    asked = next((part for part in data.split("-") if part[:2] in {"QN", "QH"}), None)
    if version != "OCRA-1" or hotp != "HOTP" or hashed not in _HASHES or asked is None:
        raise ValueError("this OCRA suite is not spoken here")
    text = f"{int(question):x}" if asked[:2] == "QN" else question
    padded = bytes.fromhex(text.ljust(2 * QUESTION_BYTES, "0"))
    mac = hmac.digest(key, suite.encode("ascii") + b"\0" + counter + padded + rest, _HASHES[hashed])
    at = mac[-1] & 0x0F
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF  # RFC 4226 §5.3
    return f"{number % 10 ** int(digits):0{int(digits)}d}"


def challenge(ans: str, number: str, provider: str, day: date) -> str:
    """Return the question of a guia on a day: 64 hexadecimal digits (SHA-256), the same at both ends."""
    return hashlib.sha256(f"{ans}|{number}|{provider}|{day:%Y-%m-%d}".encode()).hexdigest()


def info(ans: str, device: UUID) -> bytes:
    """Return to what the common key is bound in its derivation (HKDF, RFC 5869)."""
    return f"chancela offline|{ans}|{device}".encode()


def context(ans: str, person: UUID, device: UUID) -> bytes:
    """Return to what the sealed key is bound."""
    return f"offline|{ans}|{person}|{device}".encode()


def days(now: datetime, policy: Policy) -> tuple[tuple[date, Window], ...]:
    """Return the days whose codes are taken now, the newest first, each with the window of a code of that day.

    Today; tomorrow within the day's last hour, for a clock that is fast; days that ended within 48 hours; and, as
    late, those up to `policy.offline_late_days` days ago.
    """
    today, ahead = day(now), day(now + SLIP)
    first = (ahead, today) if ahead != today else (today,)
    past = [today - timedelta(days=back) for back in range(1, max(3, policy.offline_late_days) + 1)]
    judged = [(each, Window.VALID if now <= _end(each) + VALID else Window.LATE) for each in past]
    late = today - timedelta(days=policy.offline_late_days)
    return (
        *((each, Window.VALID) for each in first),
        *((day, window) for day, window in judged if window is Window.VALID or day >= late),
    )


def tried(devices: Iterable[Device], born_at: datetime, now: datetime, policy: Policy) -> tuple[Tried, ...]:
    """Return what an entry for a guia born at `born_at` is compared with: the newest days first, at most 24 pairs.

    A code of a day before the guia, or before the device was enrolled, was computed by nobody; an hour's doubt about
    the device's clock stays.
    """
    live = [each for each in devices if alive(each)]
    pairs = (
        Tried(device, each, window)
        for each, window in days(now, policy)
        for device in live
        if each >= day(max(born_at, device.enrolled_at) - SLIP)
    )
    return tuple(pairs)[:MOST_TRIED]


def alive(device: Device) -> bool:
    """Tell whether the device's codes are still taken."""
    return device.ended_at is None and device.secret is not None


def ended(device: Device, now: datetime) -> Device:
    """Return the device as history: its key is forgotten."""
    return replace(device, ended_at=now, secret=None)


def named(text: str) -> str:
    """Return a device's name as it is kept: printable, one line, at most 60 characters."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:NAME_LENGTH]


def day(at: datetime) -> date:
    """Return the day of an instant in Brasília."""
    return at.astimezone(BRAZIL).date()


def _end(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), BRAZIL)

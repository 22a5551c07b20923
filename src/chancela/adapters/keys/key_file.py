"""The key file: every secret of this machine's Chancela, shared by its processes through one small JSON file."""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Literal

from chancela.adapters.keys import signing, storage
from chancela.adapters.keys.day_key import DayKey, destroyed_at
from chancela.adapters.keys.derive import KEY_BYTES, subkey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

LOOK_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What may be told about a key, never the key; `ends_at`: when it ceased to sign, or when a day key is gone."""

    kind: Literal["signing", "day"]
    name: str
    since: datetime
    ends_at: datetime | None


def utc_now() -> datetime:
    """Return this machine's time; the day that a code belongs to comes from the caller, by the database's clock."""
    return datetime.now(UTC)


class KeyFile:
    """Keys from one file, made on first start (folder 0700, file 0600) and read again when another process changes it.

    A file that others can read, or that is damaged, raises `storage.KeyFileError` and is left as it is. When that
    happens to the file of a running process, it goes on with the keys it has and tells why in `fault`.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime] = utc_now) -> None:
        self._path = path
        self._clock = clock
        self._guard = threading.RLock()
        self._stamp: storage.Stamp | None = None
        self._looked_at = time.monotonic()
        self._fault: str | None = None
        self._days: dict[tuple[str, date], DayKey] = {}
        self._content = self._first()
        self._derive(None)

    def __repr__(self) -> str:
        return f"KeyFile({str(self._path)!r})"

    @property
    def fault(self) -> str | None:
        """Why the file can no longer be read, or None while all is well (for the readiness of a server)."""
        self._look()
        return self._fault

    # ---- day keys

    def day(self, operator: str, day: date) -> DayKey:
        """Return the key for codes that the operator issues on that UTC day, made on first use."""
        self._look()
        return self._days.get((operator, day)) or self._make_day(operator, day)

    def find_day(self, operator: str, day: date) -> DayKey | None:
        """Return the key of that day, or None when it was never made or is destroyed."""
        self._look()
        if found := self._days.get((operator, day)):
            return found
        self._look(at_once=True)
        return self._days.get((operator, day))

    def destroy_expired(self, now: datetime) -> tuple[tuple[str, date], ...]:
        """Forget for ever each day key whose 72 h are over, and return which: (operator, day)."""
        with self._changing() as content:
            gone = tuple((o, d) for o, days in content.days.items() for d in days if destroyed_at(d) <= now)
            if gone:
                kept = {o: {d: s for d, s in days.items() if (o, d) not in gone} for o, days in content.days.items()}
                self._save(replace(content, days={operator: days for operator, days in kept.items() if days}))
        return gone

    def _make_day(self, operator: str, day: date) -> DayKey:
        with self._changing() as content:
            if (operator, day) not in self._days:
                days = {**content.days.get(operator, {}), day: os.urandom(KEY_BYTES)}
                self._save(replace(content, days={**content.days, operator: days}))
            return self._days[operator, day]

    # ---- signatures

    def sign(self, claims: Mapping[str, Any], typ: str | None = None) -> str:
        """Return a compact JWS of the claims under the newest signing key."""
        self._look()
        return signing.sign(self._signers[-1], claims, typ)

    def verify_jws(self, text: str, typ: str | None = None) -> dict[str, Any]:
        """Return the claims of a JWS of exactly this `typ` under any key ever used; else `signing.SignatureError`."""
        self._look()
        return signing.verify(text, self._verifiers, typ)

    def jwks(self) -> dict[str, Any]:
        """Return the public keys, retired ones too, as a JWK set."""
        self._look()
        return signing.key_set(self._signers)

    def rotate(self) -> str:
        """Let a new key sign from now on and return its kid; the ones before it only verify."""
        now = self._clock()
        new = _new_signing_key(now)
        with self._changing() as content:
            old = (key if key.retired_at else replace(key, retired_at=now) for key in content.signing)
            self._save(replace(content, signing=(*old, new)))
        return new.kid

    # ---- other secrets

    def mac(self, purpose: str, data: bytes) -> bytes:
        """Return the 32-byte HMAC-SHA-256 of the data under the purpose's own key."""
        self._look()
        if purpose not in self._macs:
            self._macs[purpose] = hmac.new(subkey(self._content.mac, "mac", purpose), digestmod=hashlib.sha256)
        prepared = self._macs[purpose].copy()
        prepared.update(data)
        return prepared.digest()

    def secret(self, purpose: str) -> bytes:
        """Return 32 secret bytes for the purpose, the same for every process and start."""
        self._look()
        return subkey(self._content.mac, "secret", purpose)

    def list(self) -> tuple[KeyFacts, ...]:
        """Return what may be told about every key, signing keys first, each kind from old to new."""
        self._look(at_once=True)
        signers = tuple(KeyFacts("signing", key.kid, key.created_at, key.retired_at) for key in self._content.signing)
        days = sorted(self._days, key=lambda key: (key[1], key[0]))
        return signers + tuple(KeyFacts("day", f"{o} {d}", _start(d), destroyed_at(d)) for o, d in days)

    # ---- the file

    def _first(self) -> storage.Content:
        if storage.stamp(self._path) is None:
            with storage.locked(self._path):
                if storage.stamp(self._path) is None:
                    storage.write(self._path, _new_content(self._clock()))
        content, self._stamp = storage.read(self._path)
        return content

    def _look(self, *, at_once: bool = False) -> None:
        """Read the file again when it is another one than last time; asks at most once a second unless at once."""
        now = time.monotonic()
        if at_once or now - self._looked_at >= LOOK_EVERY_S:
            with self._guard:
                self._looked_at = now
                if self._fault or storage.stamp(self._path) != self._stamp:
                    self._read_or_go_on()

    @contextmanager
    def _changing(self) -> Iterator[storage.Content]:
        """Hold the file against everyone else and give what is in it now."""
        with self._guard, storage.locked(self._path):
            self._read()
            yield self._content

    def _save(self, content: storage.Content) -> None:
        storage.write(self._path, content)
        self._read()

    def _read_or_go_on(self) -> None:
        try:
            self._read()
        except storage.KeyFileError as fault:
            self._fault = str(fault)

    def _read(self) -> None:
        before = self._content
        self._content, self._stamp = storage.read(self._path)
        self._fault = None
        self._derive(before)

    def _derive(self, before: storage.Content | None) -> None:
        content = self._content
        known = self._days
        self._days = {
            (operator, day): _kept(known.get((operator, day)), secret) or DayKey(operator, day, secret)
            for operator, days in content.days.items()
            for day, secret in days.items()
        }
        if before is None or before.signing != content.signing:
            self._signers = tuple(signing.private_key(key.seed) for key in content.signing)
            self._verifiers = signing.as_set(signing.key_set(self._signers))
        if before is None or before.mac != content.mac:
            self._macs: dict[str, hmac.HMAC] = {}


def _kept(known: DayKey | None, secret: bytes) -> DayKey | None:
    return known if known is not None and known.holds(secret) else None


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _new_content(now: datetime) -> storage.Content:
    return storage.Content(mac=os.urandom(KEY_BYTES), signing=(_new_signing_key(now),), days={})


def _new_signing_key(now: datetime) -> storage.StoredSigningKey:
    seed = os.urandom(KEY_BYTES)
    return storage.StoredSigningKey(signing.kid(signing.private_key(seed)), now, seed)

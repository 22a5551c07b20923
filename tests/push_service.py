"""A push service that follows RFC 8030, 8291 and 8292 with cryptography of its own, and opens as a browser does."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import time
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chancela.adapters.channels.contract import Subscription
from tests.counterpart import Answer, Asked

BODY_BYTES = 4096
DAY_S = 24 * 3600


def plain64(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))


def base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


class Browser:
    """One subscription: it holds the private key, and gives away an endpoint, its public key and a secret."""

    def __init__(self, endpoint: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = os.urandom(16)
        self.endpoint = endpoint

    @property
    def public(self) -> bytes:
        return raw(self.key.public_key())

    @property
    def subscription(self) -> Subscription:
        return Subscription(self.endpoint, base64url(self.public), base64url(self.auth))

    def opened(self, body: bytes) -> dict[str, Any]:
        """Open an aes128gcm body of one record (RFC 8188, 2; RFC 8291, 3.4)."""
        salt, record, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        assert (length, record) == (65, 4096) and len(body) <= BODY_BYTES
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        shared = self.key.exchange(ec.ECDH(), point)
        secret = hkdf(self.auth, shared, b"WebPush: info\x00" + self.public + theirs, 32)
        key = hkdf(salt, secret, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = hkdf(salt, secret, b"Content-Encoding: nonce\x00", 12)
        padded = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\x00")
        assert padded[-1:] == b"\x02"
        said: dict[str, Any] = json.loads(padded[:-1])
        return said


def hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869 with SHA-256, for at most one block."""
    extracted = hmac.new(salt, secret, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()[:length]


def raw(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


@dataclass
class PushService:
    """Judges every push; `said` are whole answers by browser, `vapid` the key that subscriptions were made with."""

    vapid: str
    origin: str = ""
    said: dict[str, Answer] = field(default_factory=dict)
    browsers: dict[str, Browser] = field(default_factory=dict)
    waiting: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def browser(self, name: str) -> Browser:
        """A new subscription at this service."""
        self.browsers[f"/push/{name}"] = Browser(f"{self.origin}/push/{name}")
        return self.browsers[f"/push/{name}"]

    async def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if answer := self.said.get(asked.path.removeprefix("/push/")):
            return answer
        if asked.path not in self.browsers:
            return Answer(410)
        status = self._refusal(asked)
        if status is not None:
            return Answer(status)
        note = self.browsers[asked.path].opened(asked.body)
        self.waiting[asked.path, asked.headers["topic"]] = note
        return Answer(201, headers={"location": f"{self.origin}/message/{len(self.asked)}"})

    def _refusal(self, asked: Asked) -> int | None:
        heads = asked.headers
        if len(asked.body) > BODY_BYTES:
            return 413
        if asked.method != "POST" or not heads.get("ttl", "").isdigit() or heads.get("content-encoding") != "aes128gcm":
            return 400
        if heads.get("urgency") not in {"very-low", "low", "normal", "high"}:
            return 400
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", heads.get("topic", "")):
            return 400
        return None if self._signed(heads.get("authorization", "")) else 403

    def _signed(self, authorization: str) -> bool:
        """Check who sends, that it is meant for this origin, and for a day at most (RFC 8292, 2 and 4.2)."""
        said = re.fullmatch(r"vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)", authorization)
        if said is None or said[4] != self.vapid:
            return False
        head, claims = (json.loads(plain64(part)) for part in (said[1], said[2]))
        signature = plain64(said[3])
        der = utils.encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), plain64(said[4]))
        try:
            key.verify(der, f"{said[1]}.{said[2]}".encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        lives = 0 < claims["exp"] - time.time() <= DAY_S
        return head["alg"] == "ES256" and claims["aud"] == self.origin and lives and claims["sub"].startswith("mailto:")

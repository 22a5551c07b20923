"""A system that is told: it listens on this machine and believes only what the specification lets it believe."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.aggregators import Aggregator, Asked, Told, listening

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TOLERANCE_S = 300


@dataclass
class Receiver:
    """What came, and how it is answered; `instead` answers first, one by one."""

    server: Aggregator
    answers: dict[str, Told] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"{self.server.url}/hook"

    @property
    def asked(self) -> list[Asked]:
        return self.server.asked

    def believed(self, secret: str) -> list[dict[str, Any]]:
        """The messages, each verified."""
        return [verified(secret, each) for each in self.asked]


def verified(secret: str, asked: Asked) -> dict[str, Any]:
    """A message whose signature and time hold (Standard Webhooks, Verifying signatures): by the specification alone."""
    prefix, _, encoded = secret.partition("_")
    assert prefix == "whsec"
    key = base64.b64decode(encoded, validate=True)
    assert 24 <= len(key) <= 64
    sent_at = int(asked.headers["webhook-timestamp"])
    assert abs(time.time() - sent_at) < TOLERANCE_S
    named = asked.headers["webhook-id"]
    assert "." not in named
    content = named.encode() + b"." + str(sent_at).encode() + b"." + asked.body
    right = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    given = [each.partition(",") for each in asked.headers["webhook-signature"].split(" ")]
    assert any(version == "v1" and hmac.compare_digest(each, right) for version, _, each in given), "a forged message"
    found: dict[str, Any] = json.loads(asked.body)
    assert set(found) == {"type", "timestamp", "data"}
    return found


@contextlib.asynccontextmanager
async def receiving(*instead: Told) -> AsyncIterator[Receiver]:
    """Let a system listen on a free port; it takes what comes once `instead` is used up."""
    async with listening(lambda _: Told(204), *instead) as server:
        yield Receiver(server)

"""Who calls: access tokens that are JWTs of ours, verified once and then known, and looked up again for revocation."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.keys.signing import SignatureError
from chancela.adapters.postgres import clients
from chancela.api.faults import Fault, FaultyError
from chancela.domain.permissions import Actor, ActorKind

if TYPE_CHECKING:
    from chancela.adapters.postgres.clients import Client
    from chancela.bootstrap.app import App
    from chancela.domain.people import Operator

TYP: Final = "at+jwt"  # RFC 9068: no receipt and no checkpoint of ours can pass for an access token
AUDIENCE: Final = "urn:chancela:api"
LIFE_S: Final = 900
LOOK_AGAIN_S: Final = 5.0
MOST_KNOWN: Final = 4096
LONGEST: Final = 4096
BEARER: Final = b"bearer "

READ_BENEFICIARIES: Final = "beneficiaries:read"
READ_GUIAS: Final = "guias:read"
WRITE_GUIAS: Final = "guias:write"
REVIEW_GUIAS: Final = "guias:review"
READ_TRAIL: Final = "trail:read"
MANAGE_WEBHOOKS: Final = "webhooks:manage"
SCOPES: Final = {
    READ_BENEFICIARIES: "Look a person up by card number.",
    READ_GUIAS: "Read guias, their events and receipts.",
    WRITE_GUIAS: "Enter and cancel guias, ask for codes and validate them.",
    REVIEW_GUIAS: "Decide procedures under audit and disputes (clients of the operator itself).",
    READ_TRAIL: "Read the trail's checkpoints.",
    MANAGE_WEBHOOKS: "Open, see and end webhooks.",
}


@dataclass(slots=True)
class Session:
    """A token that was verified: for whom, for what, and until when."""

    client_id: str
    actor: Actor
    operator: Operator
    scopes: frozenset[str]
    ends_at: float
    looked_at: float
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)


def scopes(client: Client) -> tuple[str, ...]:
    """Return what a client may ask for; only the operator's own may review."""
    return tuple(each for each in SCOPES if each != REVIEW_GUIAS or client.provider is None)


def access_token(app: App, client: Client, granted: tuple[str, ...]) -> str:
    """Return a signed access token for a client (RFC 9068)."""
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": app.settings.public_url,
        "aud": AUDIENCE,
        "sub": client.id,
        "client_id": client.id,
        "operator": client.operator,
        "provider": client.provider,
        "scope": " ".join(granted),
        "iat": now,
        "exp": now + LIFE_S,
        "jti": str(uuid.uuid4()),
    }
    return app.keys.sign(claims, TYP)


class Gate:
    """Knows the tokens that were verified in this process; a revoked client is noticed within five seconds."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._known: dict[bytes, Session] = {}

    async def session(self, header: bytes | None) -> Session:
        """Return the session of an Authorization header; raise 401 where it has no token that is good now."""
        known = self._known.get(header) if header else None
        if known is None:
            known = await self._admit(header)
        elif time.monotonic() - known.looked_at > LOOK_AGAIN_S or time.time() >= known.ends_at:
            await self._look_again(header, known)
        return known

    async def _admit(self, header: bytes | None) -> Session:
        """Verify a token that is not known yet (a fifth of a millisecond, so it is done once)."""
        claims = self._claims(header)
        client = await clients.find(self._app.pool, claims["sub"])
        operator = await self._app.reads.operator(claims["operator"])
        if client is None or operator is None or client.revoked_at or not _is_for(claims, client):
            raise refused()
        session = Session(
            client.id,
            Actor(client.operator, ActorKind.CLIENT, client.id, client.provider),
            operator,
            frozenset(claims["scope"].split()),
            claims["exp"],
            time.monotonic(),
        )
        self._remember(header or b"", session)
        return session

    def _claims(self, header: bytes | None) -> dict[str, Any]:
        if not header or header[:7].lower() != BEARER or len(header) > LONGEST:
            raise refused(error=None if not header else "invalid_token")
        try:
            claims = self._app.keys.verify_jws(header[7:].strip().decode("ascii"), TYP)
        except (SignatureError, UnicodeDecodeError):
            raise refused() from None
        ours = (claims.get("iss"), claims.get("aud")) == (self._app.settings.public_url, AUDIENCE)
        if not ours or time.time() >= claims["exp"]:
            raise refused()
        return claims

    async def _look_again(self, header: bytes | None, session: Session) -> None:
        """See whether the client still stands, and what its operator decides now; those who ask meanwhile wait."""
        async with session.looking:
            if time.time() < session.ends_at and time.monotonic() - session.looked_at <= LOOK_AGAIN_S:
                return
            client = await clients.find(self._app.pool, session.client_id)
            operator = await self._app.reads.operator(session.actor.operator)
            if client is None or operator is None or client.revoked_at or time.time() >= session.ends_at:
                self._known.pop(header or b"", None)
                raise refused()
            session.operator, session.looked_at = operator, time.monotonic()

    def _remember(self, header: bytes, session: Session) -> None:
        if len(self._known) >= MOST_KNOWN:
            now = time.time()
            self._known = {each: known for each, known in self._known.items() if known.ends_at > now}
            while len(self._known) >= MOST_KNOWN:
                del self._known[next(iter(self._known))]
        self._known[header] = session


def _is_for(claims: dict[str, Any], client: Client) -> bool:
    return (claims["operator"], claims["provider"]) == (client.operator, client.provider)


def refused(error: str | None = "invalid_token") -> FaultyError:
    """Return the 401 of RFC 6750 section 3; where no token was given it names no error."""
    challenge = b'Bearer realm="chancela"' + (f', error="{error}"'.encode() if error else b"")
    return FaultyError(Fault.UNAUTHENTICATED, headers=((b"www-authenticate", challenge),))

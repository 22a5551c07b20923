"""The two ceremonies of WebAuthn (Level 2): what a browser is asked, and the facts that its answer proves."""

from __future__ import annotations

import ipaddress
import json
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from fido2 import cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    CollectedClientData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from chancela.domain import passkey as domain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chancela.domain.passkey import Passkey

ALGORITHMS: Final = (-7, -8, -257)  # ES256, EdDSA, RS256: what authenticators have (WebAuthn L2, 5.4)
ANSWER_LENGTH: Final = 16 * 1024  # characters; the longest answer in use, with an RSA key, has under 3,000
VERIFIED: Final = UserVerificationRequirement.REQUIRED
logging.getLogger("fido2.server").setLevel(logging.WARNING)  # it would name each credential that comes by


@dataclass(frozen=True, slots=True)
class Site:
    """Where the pages are, as browsers tell it: scheme, host and port; passkeys belong to the host."""

    origin: str

    @property
    def host(self) -> str:
        """The relying party's id."""
        return urlsplit(self.origin).hostname or ""

    @property
    def named(self) -> bool:
        """Tell whether the host is a name: browsers keep no passkeys for numbers."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return bool(self.host)
        return False


@dataclass(frozen=True, slots=True)
class Owner:
    """To whom an authenticator says that a passkey belongs; `handle` tells strangers nothing."""

    handle: bytes
    name: str = field(repr=False)
    full_name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer proved; `secret` is what it held of the challenge, which a deed has yet to take."""

    secret: str = field(repr=False)
    credential_id: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int
    handle: bytes | None = None


def site(public_url: str, called: str) -> Site:
    """Return where the pages are: at the installation's own address, whatever a request says.

    Where that is this machine alone, it is the host by which the pages were `called`: "localhost" can have passkeys,
    "127.0.0.1" cannot.
    """
    own = urlsplit(public_url.lower())
    here = _loopback(own.hostname) and _loopback(urlsplit(f"//{called}").hostname)
    return Site(f"{own.scheme}://{called if here else own.netloc}")


def _loopback(host: str | None) -> bool:
    return host in {"localhost", "127.0.0.1", "::1"}


def to_enrol(where: Site, owner: Owner, held: Iterable[Passkey], secret: str) -> dict[str, Any]:
    """Return PublicKeyCredentialCreationOptions in JSON's words: a discoverable passkey that verifies its user."""
    options, _ = _server(where).register_begin(
        PublicKeyCredentialUserEntity(id=owner.handle, name=owner.name, display_name=owner.full_name),
        credentials=_described(held),
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=VERIFIED,
        challenge=websafe_decode(secret),
    )
    return dict(options.public_key)


def to_enter(where: Site, held: Iterable[Passkey], secret: str) -> dict[str, Any]:
    """Return PublicKeyCredentialRequestOptions in JSON's words; with no passkey held, any of this site may answer."""
    options, _ = _server(where).authenticate_begin(
        credentials=_described(held) or None, user_verification=VERIFIED, challenge=websafe_decode(secret)
    )
    return dict(options.public_key)


def enrolled(where: Site, answer: str) -> Answered | None:
    """Return what a RegistrationResponseJSON proves (7.1), or None: the challenge itself is a deed's to judge."""
    try:
        given = RegistrationResponse.from_dict(_read(answer))
        said = given.response.client_data
        verified = _server(where).register_complete(_state(said), given)
        made = verified.credential_data
        if made is None or made.public_key[3] not in ALGORITHMS or said.cross_origin:
            return None
        key = cbor.encode(made.public_key)
        return Answered(websafe_encode(said.challenge), made.credential_id, key, verified.counter)
    except Exception:  # noqa: BLE001 - whatever in a stranger's bytes no reader can take is no answer
        return None


def credential(answer: str) -> bytes | None:
    """Return which credential says that it answers, with nothing proved yet."""
    try:
        return AuthenticationResponse.from_dict(_read(answer)).raw_id
    except Exception:  # noqa: BLE001 - as above
        return None


def entered(where: Site, answer: str, known: Passkey) -> Answered | None:
    """Return what an AuthenticationResponseJSON of a passkey proves (7.2), or None."""
    try:
        given = AuthenticationResponse.from_dict(_read(answer))
        said, shown = given.response.client_data, given.response.authenticator_data
        key = CoseKey.parse(cbor.decode(known.public_key))  # type: ignore[arg-type]  # we wrote it
        own = AttestedCredentialData.create(Aaguid.NONE, known.credential_id, key)
        _server(where).authenticate_complete(_state(said), [own], given)
        if said.cross_origin:
            return None
        secret, handle = websafe_encode(said.challenge), given.response.user_handle
        return Answered(secret, known.credential_id, known.public_key, shown.counter, handle)
    except Exception:  # noqa: BLE001 - as above
        return None


def _server(where: Site) -> Fido2Server:
    entity = PublicKeyCredentialRpEntity(id=where.host, name="Chancela")
    server = Fido2Server(entity, verify_origin=lambda told: told == where.origin)
    server.allowed_algorithms = [each for each in server.allowed_algorithms if each.alg in ALGORITHMS]
    server.timeout = int(domain.LIFE.total_seconds() * 1000)  # type: ignore[assignment]  # typed as its None alone
    return server


def _described(held: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    public = PublicKeyCredentialType.PUBLIC_KEY
    return [PublicKeyCredentialDescriptor(type=public, id=each.credential_id) for each in held]


def _read(answer: str) -> dict[str, Any]:
    """Return an answer's JSON object; an error for what is longer than any answer, or none."""
    if len(answer) > ANSWER_LENGTH:
        raise ValueError("longer than any answer")
    return dict(json.loads(answer))


def _state(said: CollectedClientData) -> dict[str, Any]:
    """Return what the library compares: the answer's own challenge, as the real one is known by its hash alone."""
    return {"challenge": websafe_encode(said.challenge), "user_verification": VERIFIED}

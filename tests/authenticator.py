"""An authenticator in software: it keeps ES256 keys, counts, and answers as a browser would hand it on."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256, CoseKey
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG
SEEN = FLAG.UP | FLAG.UV


@dataclass
class Authenticator:
    """One passkey of one person; `counter` grows with each answer unless it never counts (`step` 0)."""

    origin: str
    host: str
    step: int = 1
    counter: int = 0
    flags: AuthenticatorData.FLAG = SEEN
    handle: str | None = None
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    cose: CoseKey | None = None
    cross_origin: bool = False

    def create(self, options: dict[str, Any], **told: Any) -> str:
        """Make the passkey that the options of a registration ask for."""
        self.handle = options["user"]["id"]
        public = self.cose or ES256.from_cryptography_key(self.key.public_key())
        made = AttestedCredentialData.create(Aaguid.NONE, self.credential_id, public)
        data = self._data(FLAG.AT, made)
        said = self._said("webauthn.create", options["challenge"], **told)
        attested = AttestationObject.create("none", data, {})
        return self._answer(said, attestationObject=websafe_encode(attested))

    def get(self, options: dict[str, Any], **told: Any) -> str:
        """Answer the challenge of a sign-in."""
        data = self._data(FLAG(0))
        said = self._said("webauthn.get", options["challenge"], **told)
        signature = self.key.sign(bytes(data) + said.hash, ec.ECDSA(hashes.SHA256()))
        parts = {"authenticatorData": websafe_encode(data), "signature": websafe_encode(signature)}
        return self._answer(said, userHandle=self.handle, **parts)

    def _data(self, more: AuthenticatorData.FLAG, made: bytes = b"") -> AuthenticatorData:
        self.counter += self.step
        return AuthenticatorData.create(sha256(self.host.encode()), self.flags | more, self.counter, made)

    def _said(self, what: str, challenge: str, **told: Any) -> CollectedClientData:
        kept = {"origin": self.origin, "cross_origin": self.cross_origin, **told}
        return CollectedClientData.create(what, websafe_decode(kept.pop("challenge", challenge)), **kept)

    def _answer(self, said: CollectedClientData, **response: Any) -> str:
        named = websafe_encode(self.credential_id)
        told = {"clientDataJSON": said.b64, **response}
        kept = {"id": named, "rawId": named, "type": "public-key", "clientExtensionResults": {}, "response": told}
        return json.dumps(kept)

"""A house's own sign-on, in this process: it speaks OpenID Connect over a real socket and signs with real keys."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CLIENT, SECRET = "chancela", "segredo-inventado"


def rsa(kid: str = "rsa") -> Any:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}, private=True)


def ec(kid: str = "ec") -> Any:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig"}, private=True)


@dataclass
class Identity:
    """What the next person to come is told to be; `twist` alters what their token says, `signer` who signs it."""

    url: str = ""
    keys: dict[str, Any] = field(default_factory=lambda: {"RS256": rsa(), "ES256": ec()})
    algorithm: str = "RS256"
    person: dict[str, Any] = field(default_factory=dict)
    beside: dict[str, Any] = field(default_factory=dict)
    twist: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
    signer: Any = None
    error: str = ""
    config: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def is_next(self, subject: str, roles: Any, **claims: Any) -> None:
        """Reset everything; the next person is this one."""
        self.person = {"sub": subject, "name": "Íris do Acesso", "roles": roles, **claims}
        self.twist, self.signer, self.error, self.beside, self.config = lambda told: told, None, "", {}, {}
        self.algorithm = "RS256"

    def discovery(self) -> dict[str, Any]:
        told = {f"{name}_endpoint": f"{self.url}/{name}" for name in ("authorization", "token", "userinfo")}
        methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
        return {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **told, **methods, **self.config}

    def authorization(self, asked: dict[str, str]) -> str:
        """Where the browser goes back to, with a code that serves once."""
        self.asked.append(asked)
        told = {"state": asked["state"]}
        if self.error:
            told["error"] = self.error
        else:
            told["code"] = secrets.token_urlsafe(16)
            self.codes[told["code"]] = asked
        return f"{asked['redirect_uri']}?{urlencode(told)}"

    def token(self, sent: dict[str, str]) -> dict[str, Any] | None:
        """The tokens for a code, if who asks holds the secret and the verifier of the challenge (RFC 7636)."""
        asked = self.codes.pop(sent.get("code", ""), None)
        verifier = sent.get("code_verifier", "")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if asked is None or (sent.get("client_id"), sent.get("client_secret")) != (CLIENT, SECRET):
            return None
        if (asked.get("code_challenge"), asked["code_challenge_method"]) != (challenge, "S256"):
            return None
        if sent["redirect_uri"] != asked["redirect_uri"]:
            return None
        return {"access_token": "chave", "token_type": "Bearer", "id_token": self.signed(asked["nonce"])}

    def signed(self, nonce: str) -> str:
        now = int(time.time())
        told = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **self.person}
        key = self.signer or self.keys[self.algorithm]
        return jwt.encode({"alg": self.algorithm, "kid": key.kid}, self.twist(told), key)


class _Desk(BaseHTTPRequestHandler):
    identity: Identity

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        match address.path:
            case "/.well-known/openid-configuration":
                self._tell(self.identity.discovery())
            case "/keys":
                self._tell({"keys": [key.as_dict(private=False) for key in self.identity.keys.values()]})
            case "/userinfo" if self.headers["Authorization"] == "Bearer chave":
                self._tell({"sub": self.identity.person["sub"], **self.identity.beside})
            case "/authorization":
                self.send_response(302)
                self.send_header("Location", self.identity.authorization(asked))
                self.end_headers()
            case _:
                self.send_error(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        told = self.identity.token({name: values[0] for name, values in parse_qs(body).items()})
        self._tell(told or {"error": "invalid_grant"}, 200 if told else 400)

    def _tell(self, told: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def running() -> Iterator[Identity]:
    identity = Identity()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Desk", (_Desk,), {"identity": identity}))
    identity.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield identity
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

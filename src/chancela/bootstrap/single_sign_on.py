"""How the operator's people enter by their house's own sign-on (OpenID Connect), as the environment says."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from chancela.domain.permissions import STAFF, ActorKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
ACR: Final = re.compile(r"acr=\S+")


@dataclass(frozen=True, slots=True)
class SignOn:
    """`roles` maps what the claim `role_claim` may hold to a role, the first that fits first.

    `second_factor` says what proves one: "" nothing does, "amr" the method `mfa` (RFC 8176), "acr=…" that very class.
    `origins` are those, beside the issuer's, through which a sign-on goes.
    """

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    operator: str
    name: str
    role_claim: str
    roles: tuple[tuple[str, ActorKind], ...]
    second_factor: str
    origins: tuple[str, ...]

    @property
    def local(self) -> bool:
        """Tell whether the issuer is on this machine, where addresses may do without TLS."""
        return urlsplit(self.issuer).hostname in LOOPBACK

    @property
    def acr(self) -> str | None:
        """The authentication class that proves a second factor, where that is what does."""
        return self.second_factor.partition("=")[2] or None

    @property
    def app(self) -> dict[str, Any]:
        """The house as django-allauth is told of it, with the place of what it publishes (OIDC Discovery 1.0, 4)."""
        found = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        told = {"provider_id": "house", "name": self.name, "client_id": self.client_id, "secret": self.secret}
        return {**told, "settings": {"server_url": found}}

    def role(self, held: Iterable[str]) -> ActorKind | None:
        """Return the first role that one of these values gives, or None."""
        values = frozenset(held)
        return next((role for value, role in self.roles if value in values), None)


def read(found: Mapping[str, str]) -> SignOn | None:
    """Return the sign-on of an environment, None without CHANCELA_OIDC_ISSUER; ValueError where something is amiss."""
    issuer = found.get("CHANCELA_OIDC_ISSUER")
    if not issuer:
        return None
    read = SignOn(
        issuer=issuer,
        client_id=_needed(found, "CHANCELA_OIDC_CLIENT_ID"),
        secret=_needed(found, "CHANCELA_OIDC_CLIENT_SECRET"),
        operator=_needed(found, "CHANCELA_OIDC_OPERATOR"),
        name=found.get("CHANCELA_OIDC_NAME") or urlsplit(issuer).hostname or issuer,
        role_claim=found.get("CHANCELA_OIDC_ROLE_CLAIM") or "roles",
        roles=_roles(_needed(found, "CHANCELA_OIDC_ROLES")),
        second_factor=_second_factor(found.get("CHANCELA_OIDC_SECOND_FACTOR") or ""),
        origins=tuple(_origin(each, "CHANCELA_OIDC_ORIGINS") for each in _listed(found, "CHANCELA_OIDC_ORIGINS")),
    )
    address = urlsplit(issuer)
    if not address.hostname or not (address.scheme == "https" or (address.scheme == "http" and read.local)):
        raise ValueError("CHANCELA_OIDC_ISSUER is not an https address")
    return read


def origin(url: str) -> str:
    """Return scheme, host and port of an address."""
    address = urlsplit(url)
    return f"{address.scheme}://{address.netloc}"


def _needed(found: Mapping[str, str], setting: str) -> str:
    value = found.get(setting)
    if not value:
        raise ValueError(f"with CHANCELA_OIDC_ISSUER, {setting} is needed too")
    return value


def _listed(found: Mapping[str, str], setting: str) -> list[str]:
    return [each.strip() for each in (found.get(setting) or "").split(",") if each.strip()]


def _origin(url: str, setting: str) -> str:
    if origin(url) != url or not urlsplit(url).hostname:
        raise ValueError(f"{setting} holds {url!r}, which is no origin such as https://login.example")
    return url


def _roles(text: str) -> tuple[tuple[str, ActorKind], ...]:
    """Read `value=role, value=role`; a value may hold any sign but a comma."""
    pairs = [each.rpartition("=") for each in text.split(",") if each.strip()]
    known = {kind.value: kind for kind in STAFF}
    wrong = [role for value, _, role in pairs if not value.strip() or role.strip() not in known]
    if wrong or not pairs:
        raise ValueError(f"CHANCELA_OIDC_ROLES is not like value=role; the roles are {', '.join(sorted(known))}")
    return tuple((value.strip(), known[role.strip()]) for value, _, role in pairs)


def _second_factor(text: str) -> str:
    if text not in {"", "amr"} and not ACR.fullmatch(text):
        raise ValueError("CHANCELA_OIDC_SECOND_FACTOR is neither amr nor acr=VALUE")
    return text

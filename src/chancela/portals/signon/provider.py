"""The house's sign-on as django-allauth meets it: PKCE, state and nonce always; nothing kept of what is told."""

import datetime as dt
import hashlib
import json
import secrets
from typing import Any
from urllib.parse import urlsplit

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from chancela.portals.signon import house, tokens

ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
NONCE_BYTES = 24
# So old may a sign-on of the house be; asked for in numbers, the token has to say when it was (3.1.2.1).
MOST_S = 12 * 3600


class HouseAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Speaks with the issuer; `nonce` is that of the request which the answer is to."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the issuer publishes of itself, which has to be the issuer that was meant (Discovery 1.0, 4.3)."""
        config: dict[str, Any] = super().openid_config
        setup = house.here()
        if config.get("issuer") != setup.issuer:
            raise OAuth2Error("another issuer answered")
        for name in ENDPOINTS:
            address = urlsplit(str(config.get(name, "")))
            if not address.hostname or (address.scheme != "https" and not setup.local):
                raise OAuth2Error(f"the issuer has no safe {name}")
        return config

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """The way back, under the address by which people know this installation."""
        del app
        here: Any = request.scope["chancela"]  # type: ignore[attr-defined]
        return str(here.settings.public_url).rstrip("/") + resolve_url("sign_on_back")

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Return who enters, once the identity token is proven; `claims` hold what it says."""
        del app
        try:
            claims = tokens.proven(
                str(kwargs["response"].get("id_token") or ""),
                self._get(self.openid_config["jwks_uri"]),
                house.here(),
                self.nonce,
                dt.datetime.now(dt.UTC),
            )
        except tokens.NotProvenError as fault:
            raise OAuth2Error(str(fault)) from None
        login = self.get_provider().sociallogin_from_response(request, claims)
        login.claims = {**self._more(claims, token.token), **claims}
        return login

    def _more(self, claims: dict[str, Any], access: str) -> dict[str, Any]:
        """What the issuer tells beside the token, where the token itself has no role; of the same person alone."""
        url = self.openid_config.get("userinfo_endpoint")
        if house.here().role_claim in claims or not url:
            return {}
        told = self._get(url, {"Authorization": f"Bearer {access}"})
        if told.get("sub") != claims["sub"]:
            raise OAuth2Error("the issuer told of somebody else")
        return told

    def _get(self, url: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            answer = session.get(url, headers=headers)
            answer.raise_for_status()
            told = answer.json()
        if not isinstance(told, dict):
            raise OAuth2Error("the issuer's answer is no object")
        return told


class House(OpenIDConnectProvider):  # type: ignore[misc]
    """The one house of this installation; a person of it is known by issuer and subject, by nothing else."""

    pkce_enabled_default = True
    oauth2_adapter_class = HouseAdapter

    def redirect_from_request(self, request: HttpRequest) -> HttpResponse:
        """Send the browser to the issuer; nothing that the request says becomes a parameter there."""
        again = "again" in request.POST
        nonce = secrets.token_urlsafe(NONCE_BYTES)
        asked = {"nonce": nonce, "max_age": "0" if again else str(MOST_S)}
        if again:
            asked["prompt"] = "login"
        if acr := house.here().acr:
            asked["acr_values"] = acr
        back = get_next_redirect_url(request)
        response: HttpResponse = self.redirect(request, AuthProcess.LOGIN, back, auth_params=asked, nonce=nonce)
        return response

    def get_default_scope(self) -> list[str]:
        """Who it is, and their name; no address is asked for."""
        return ["openid", "profile"]

    def extract_uid(self, data: dict[str, Any]) -> str:
        """One fingerprint of issuer and subject."""
        return hashlib.sha256(json.dumps([data["iss"], data["sub"]]).encode()).hexdigest()

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing of it is kept."""
        del data
        return {}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing is filled in by itself."""
        del data
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        """No address makes two people one."""
        del data
        return []


provider_classes = [House]

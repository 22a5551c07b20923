"""Who comes in by the house's sign-on: only those with a role here; their account follows their role at each entry."""

import datetime as dt
import functools
import unicodedata
from typing import Any, NoReturn

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError
from django.http import HttpRequest
from django.shortcuts import render
from django.utils import timezone

from chancela.portals.accounts import staffing
from chancela.portals.accounts.models import Role
from chancela.portals.signon import house, people, tokens

PATIENCE_S = 5
NAME_LENGTH = 120
REFUSED, FAILED = 403, 502


class SignOns(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Every entry of the house passes here after its token is proven and before a session begins."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find or open the person's account; who has no role here is told so and gets none."""
        claims = sociallogin.claims
        kind = house.here().role(_held(claims.get(house.here().role_claim)))
        if kind is None:
            _refuse(request, "no_role", REFUSED)
        app: Any = request.scope["chancela"]  # type: ignore[attr-defined]
        by = staffing.house(house.here().operator, "single sign-on", app.head_mac)
        if not people.admit(by, sociallogin.account.uid, _name(claims), Role(kind.value), timezone.now()):
            _refuse(request, "no_role", REFUSED)
        if sociallogin.is_existing:
            sociallogin.user.refresh_from_db()
        else:
            sociallogin.lookup()
        shown_at = tokens.second_factor_at(claims, house.here())
        if shown_at is not None and shown_at <= timezone.now() + dt.timedelta(seconds=tokens.LEEWAY_S):
            request.house_assured_at = shown_at  # type: ignore[attr-defined]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody signs up: accounts are opened above, or not at all."""
        del request, sociallogin
        return False

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> None:
        """Say in one sentence that it did not work, and never why in the issuer's words."""
        del provider, exception, extra_context
        _refuse(request, "cancelled" if error == AuthError.CANCELLED else "failed", FAILED)

    def get_requests_session(self) -> requests.Session:
        """A session that waits a few seconds, follows no redirect and takes no proxy from the environment."""
        session = requests.Session()
        session.trust_env = False
        session.request = functools.partial(  # type: ignore[method-assign]
            session.request, timeout=PATIENCE_S, allow_redirects=False
        )
        return session


def _refuse(request: HttpRequest, why: str, status: int) -> NoReturn:
    context = {"why": why, "house": house.here().name}
    raise ImmediateHttpResponse(render(request, "signon/refused.html", context, status=status))


def _held(claim: Any) -> list[str]:
    """The values of a claim, which is a text or a list of texts."""
    listed = claim if isinstance(claim, list) else [claim]
    return [each for each in listed if isinstance(each, str)]


def _name(claims: dict[str, Any]) -> str:
    told = next((each for name in ("name", "preferred_username") if isinstance(each := claims.get(name), str)), "")
    whole = "".join(each if unicodedata.category(each)[0] != "C" else " " for each in told)
    return " ".join(whole.split())[:NAME_LENGTH] or "?"

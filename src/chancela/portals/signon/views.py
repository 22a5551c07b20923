"""The two addresses of single sign-on: the way to the house, and the way back."""

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods
from requests import RequestException

from chancela.portals.signon import house
from chancela.portals.signon.people import PROVIDER
from chancela.portals.signon.provider import HouseAdapter


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Go to the house; a link alone asks first, so that no other site signs anybody on."""
    if request.method != "POST":
        context = {"house": house.here().name, "next": request.GET.get("next", ""), "again": "again" in request.GET}
        return render(request, "signon/leave.html", context)
    provider = get_adapter().get_provider(request, PROVIDER)
    try:
        response: HttpResponse = provider.redirect_from_request(request)
    except (OAuth2Error, RequestException) as fault:
        return _failed(request, provider, fault)
    return response


@require_GET
def come_back(request: HttpRequest) -> HttpResponse:
    """Enter with what the house tells; a state that is unknown, used or old is refused."""
    adapter = HouseAdapter(request, PROVIDER)
    try:
        response: HttpResponse = Callback.adapter_view(adapter)(request)
    except (KeyError, TypeError, ValueError) as fault:  # what the issuer answered has not the shape that it should
        return _failed(request, adapter.get_provider(), fault)
    return response


def _failed(request: HttpRequest, provider: Any, fault: Exception) -> HttpResponse:
    response: HttpResponse = render_authentication_error(request, provider, exception=fault)
    return response


class Callback(OAuth2CallbackView):  # type: ignore[misc]
    """allauth's, which hands the nonce of the request to whoever proves the answer."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[Any, Any]:
        state, response = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, response

"""Where one's work is, and allauth's pages that do more here: a new second factor opens it, the last one stays."""

from typing import Any

from allauth.account.views import LoginView, password_change
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from chancela.portals.accounts import assurance, entering


class SignIn(LoginView):  # type: ignore[misc]
    """The door; beside it the house's own, where there is one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose sign-on stands beside."""
        return {**super().get_context_data(**kwargs), "house": settings.SIGN_ON.name if settings.SIGN_ON else ""}


def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's password; who enters by the house's sign-on has none here."""
    if request.user.is_authenticated and not request.user.has_usable_password():
        return entering.moved(request, resolve_url("mfa_index"))
    response: HttpResponse = password_change(request)
    return response


@require_GET
async def own_home(request: HttpRequest) -> HttpResponse:
    """Lead everybody to where their work is."""
    return entering.moved(request, entering.home(await request.auser()))


class ActivateApp(ActivateTOTPView):  # type: ignore[misc]
    """Enrol an authenticator app; its first code is a second factor shown."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The drawing of the QR code stands in the page itself: the policy lets no data: picture in."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        drawing = context["totp_svg"]
        context["drawing"] = mark_safe(drawing[drawing.index("<svg") :])  # noqa: S308 - drawn by the qrcode package
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        """Enrol, and note the proof."""
        response: HttpResponse = super().form_valid(form)
        assurance.record(self.request, self.request.user, "totp")
        return response


class AddKey(AddWebAuthnView):  # type: ignore[misc]
    """Enrol a passkey; its ceremony is a second factor shown."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Enrol, and note the proof."""
        response: HttpResponse = super().form_valid(form)
        assurance.record(self.request, self.request.user, "webauthn")
        return response


class RemoveKey(RemoveWebAuthnView):  # type: ignore[misc]
    """Take a passkey away, unless it is the last second factor; allauth asks that of apps alone."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether it may go."""
        return {**super().get_context_data(**kwargs), "last": not get_adapter().can_delete_authenticator(self.object)}

    def form_valid(self, form: Any) -> HttpResponse:
        """Take it away."""
        if not get_adapter().can_delete_authenticator(self.get_object()):
            raise PermissionDenied
        response: HttpResponse = super().form_valid(form)
        return response

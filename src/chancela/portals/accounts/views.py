"""Where one's work is, and allauth's pages that do more here: a new second factor opens it, the last one stays."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from chancela.portals.accounts import assurance, entering


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

"""The link by which a person takes an account: it asks for a password, then leads on to the second factor."""

from typing import Any

from allauth.account.internal.flows import login as entries
from django import forms
from django.contrib.auth import login, password_validation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from chancela.portals.accounts import entering, staffing
from chancela.portals.accounts.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
REFUSED, OVER = 422, 404
# The address is a secret: no page that is reached from here is told more of it than the house's own name.
HOUSE_ALONE = "strict-origin"


class FirstPassword(forms.Form):
    """A password, twice."""

    password1 = forms.CharField(
        label=_("Senha"),
        help_text=_("Pelo menos 12 caracteres. Uma frase de que você se lembre serve bem."),
        strip=False,
        error_messages={"required": _("Escolha uma senha.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": ""}),
    )
    password2 = forms.CharField(
        label=_("Senha, de novo"),
        strip=False,
        error_messages={"required": _("Escreva a senha outra vez.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any) -> None:
        super().__init__(*args)
        self.user = user

    def clean_password1(self) -> str:
        """A password that is long enough and not one that everybody tries."""
        password = str(self.cleaned_data["password1"])
        password_validation.validate_password(password, self.user)
        return password

    def clean(self) -> None:
        """The second time it is the same."""
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("As duas senhas não são iguais."))


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask for a password, and enter with it; links that are unknown, used or over are answered alike."""
    user = staffing.invited(secret, timezone.now())
    if user is None:
        return _shown(request, {"form": None}, OVER)
    form = FirstPassword(user, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _shown(request, {"form": form, "invited": user}, REFUSED if form.is_bound else 200)
    app: Any = request.scope["chancela"]  # type: ignore[attr-defined]
    entered = staffing.accept(secret, form.cleaned_data["password1"], timezone.now(), app.head_mac)
    if entered is None:
        return _shown(request, {"form": None}, OVER)
    login(request, entered, backend=BACKEND)
    entries.record_authentication(request, entered, "password")
    return entering.moved(request, entering.home(entered))


def _shown(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    response = render(request, "accounts/invitation.html", context, status=status)
    response.headers["Referrer-Policy"] = HOUSE_ALONE
    return response

"""What is typed about an account: its login and name, and its role or the provider whose desk it opens."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chancela.portals.accounts.models import STAFF, Role

LOGIN = re.compile(r"[a-z0-9][a-z0-9._+@-]{2,149}", re.ASCII)
STAFF_ROLES = [(each.value, each.label) for each in Role if each in STAFF]


class Name(forms.Form):
    """The name of a person, as pages show it."""

    name = forms.CharField(
        label=_("Nome"),
        max_length=120,
        error_messages={"required": _("Escreva o nome da pessoa.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class Login(Name):
    """A new account: its login goes before its name."""

    login = forms.CharField(
        label=_("Usuário"),
        help_text=_("O nome com que a pessoa entra: letras minúsculas, números, ponto, hífen ou arroba."),
        max_length=150,
        error_messages={"required": _("Escolha o nome com que a pessoa entra.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order: tuple[str, ...] = ("login", "name")

    def clean_login(self) -> str:
        """The login in small letters."""
        login = str(self.cleaned_data["login"]).lower()
        if not LOGIN.fullmatch(login):
            raise forms.ValidationError(_("Use de 3 a 150 letras sem acento, números, ponto, hífen ou arroba."))
        return login


def _role() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Papel"),
        choices=[("", _("Escolha")), *STAFF_ROLES],
        error_messages={"required": _("Escolha o papel."), "invalid_choice": _("Escolha um dos papéis.")},
    )


class NewColleague(Login):
    """An account of the operator's own people."""

    role = _role()
    field_order = ("login", "name", "role")


class NewAtProvider(Login):
    """An account at a provider's desk; the provider is one of the operator's network."""

    provider = forms.CharField(
        label=_("Código do prestador"),
        max_length=20,
        error_messages={"required": _("Diga o código do prestador.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "short"}),
    )
    field_order = ("provider", "login", "name")


class ChangedColleague(Name):
    """Another name or role."""

    role = _role()


def filled(user: Any) -> dict[str, str]:
    """What a form begins with for an account."""
    return {"name": user.display_name, "role": user.role}

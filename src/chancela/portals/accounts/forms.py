"""allauth's forms in the house's words."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm as ConfirmForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


def _say(field: forms.Field, label: Any, hint: Any = "", **attrs: str) -> None:
    field.label, field.help_text = label, hint
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


def _code(field: forms.Field) -> None:
    hint = _("Os 6 números que o aplicativo autenticador mostra agora, ou um código de recuperação.")
    _say(field, _("Código do aplicativo"), hint, inputmode="numeric", autocomplete="one-time-code", autofocus="")


class SignIn(LoginForm):  # type: ignore[misc]
    """Login and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["login"], _("Usuário"), autocomplete="username", autofocus="", autocapitalize="none")
        _say(self.fields["password"], _("Senha"))


class SecondFactor(AuthenticateForm):  # type: ignore[misc]
    """The code of the authenticator app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self.fields["code"])


class ConfirmCode(ConfirmForm):  # type: ignore[misc]
    """The same, before something delicate."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self.fields["code"])


class ConfirmPassword(ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something delicate."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["password"], _("Senha"), autofocus="")


class NewPassword(ChangePasswordForm):  # type: ignore[misc]
    """The old password and, twice, the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["oldpassword"], _("Senha atual"), autofocus="")
        hint = _("Pelo menos 12 caracteres. Uma frase de que você se lembre serve bem.")
        _say(self.fields["password1"], _("Senha nova"), hint)
        _say(self.fields["password2"], _("Senha nova, de novo"))


class NewApp(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _("Os 6 números que o aplicativo mostra agora.")
        _say(self.fields["code"], _("Código do aplicativo"), hint, inputmode="numeric", autocomplete="off")


class NewKey(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey and its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["name"], _("Nome da chave"), _("Por exemplo: computador da recepção."), autofocus="")
        hint = _("Com ela você entra sem digitar a senha.")
        _say(self.fields["passwordless"], _("Usar também no lugar da senha"), hint)


class RenameKey(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["name"], _("Nome da chave"), autofocus="")

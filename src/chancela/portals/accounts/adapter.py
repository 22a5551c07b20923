"""How allauth behaves here: no sign-up, secrets sealed, lockouts that nobody can turn against somebody else."""

import base64
import secrets
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from chancela.portals.accounts import assurance, devices

STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are opened by the operator; wrong passwords are counted per person and device."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("Usuário e senha não conferem. Confira e tente de novo."),
        "incorrect_password": _("A senha não confere."),
        "too_many_login_attempts": _("Muitas tentativas seguidas. Espere cinco minutos e tente de novo."),
        "rate_limited": _("Muitas tentativas seguidas. Espere cinco minutos e tente de novo."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves."""
        del request
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        login = str(credentials.get("username", "")).lower()
        known = devices.of(request, login)
        return f"{login}|{known}" if known else f"{login}|{self.get_client_ip(request)}"

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Remember the device, so that a stranger's wrong tries elsewhere never lock its owner out."""
        if (shown_at := getattr(request, "house_assured_at", None)) is not None:
            assurance.record(request, user, "house", shown_at)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        devices.remember(request, response, user.username)
        return response

    def get_login_stages(self) -> list[str]:
        """Whoever showed a second factor at the house's own sign-on is not asked for another one here."""
        stages: list[str] = super().get_login_stages()
        if getattr(self.request, "house_assured_at", None) is None:
            return stages
        return [stage for stage in stages if stage != "allauth.mfa.stages.AuthenticateStage"]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever showed a password or a second factor in the last minutes need not show it again at once."""
        return not assurance.is_recent(context.request) and bool(
            super().is_reauthentication_required(app=app, **kwargs)
        )

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Notices of the account go by the operator's own channels, not by this process."""


def _key() -> bytes:
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"chancela second factors")
    return derived.derive(settings.SECRET_KEY.encode())


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """TOTP secrets and recovery seeds lie encrypted (AES-256-GCM); the last strong factor stays."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("O código não confere. Veja o que o aplicativo mostra agora."),
        "cannot_delete_authenticator": _("Este é o seu único segundo fator. Acrescente antes uma chave de acesso."),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret for the table."""
        nonce = secrets.token_bytes(12)
        return base64.b64encode(nonce + AESGCM(_key()).encrypt(nonce, text.encode(), None)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open what `encrypt` sealed; refuses what was altered."""
        sealed = base64.b64decode(encrypted_text)
        return AESGCM(_key()).decrypt(sealed[:12], sealed[12:], None).decode()

    def get_totp_label(self, user: Any) -> str:
        """The name under which the app on the person's phone lists this account."""
        return str(user.username)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """A second factor is required: the last one can be replaced, not removed."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=STRONG)
        return bool(others.exclude(pk=authenticator.pk).exists())

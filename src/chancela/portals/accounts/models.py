"""A person who signs in: one account each, bound to one operator and, at a provider's desk, to one provider."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Where a person works; each portal opens to its own roles."""

    PROVIDER = "provider", _("Prestador")
    AGENT = "agent", _("Central de atendimento")
    AUDITOR = "auditor", _("Auditoria")
    ANALYST = "analyst", _("Análise")
    MANAGER = "manager", _("Gestão")
    DPO = "dpo", _("Encarregado de dados")
    ADMINISTRATOR = "administrator", _("Administração de acessos")


STAFF = frozenset(Role) - {Role.PROVIDER}


class User(AbstractUser):
    """`operator` is the ANS register; `provider_code` is empty for the operator's own staff.

    A session is of the `generation` in which it began: whoever closes or resets the account starts another one.
    """

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    operator = models.CharField(_("Operadora"), max_length=6)
    provider_code = models.CharField(_("Prestador"), max_length=20, blank=True)
    role = models.CharField(_("Papel"), max_length=16, choices=Role)
    display_name = models.CharField(_("Nome"), max_length=120)
    generation = models.PositiveIntegerField(default=0, db_default=0)

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(role=Role.PROVIDER) | ~models.Q(provider_code=""),
                name="a_provider_account_names_its_provider",
            )
        ]
        indexes = [models.Index(fields=["operator", "provider_code", "username"], name="user_by_place")]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        """The name as the person wants it shown."""
        return str(self)

    def get_short_name(self) -> str:
        """The name as the person wants it shown."""
        return str(self)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        salt = "chancela.portals.accounts.models.User.session"
        return salted_hmac(salt, f"{self.generation}|{self.password}", secret=secret, algorithm="sha256").hexdigest()


class Invitation(models.Model):
    """A link that lets its account's owner set a password, once; `digest` is the SHA-256 of 32 random bytes."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id}"

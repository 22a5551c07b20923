"""A person who signs in: one account each, bound to one operator and, at a provider's desk, to one provider."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
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
    """`operator` is the ANS register; `provider_code` is empty for the operator's own staff."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    operator = models.CharField(_("Operadora"), max_length=6)
    provider_code = models.CharField(_("Prestador"), max_length=20, blank=True)
    role = models.CharField(_("Papel"), max_length=16, choices=Role)
    display_name = models.CharField(_("Nome"), max_length=120)

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(role=Role.PROVIDER) | ~models.Q(provider_code=""),
                name="a_provider_account_names_its_provider",
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        """The name as the person wants it shown."""
        return str(self)

    def get_short_name(self) -> str:
        """The name as the person wants it shown."""
        return str(self)

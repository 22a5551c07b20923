"""What administrators read for what other systems are told."""

from django.utils.translation import gettext_lazy as _

from chancela.domain.webhook import WebhookKind

KIND = {
    WebhookKind.GUIA_AWAITING_TOKEN: _("guia aguarda código"),
    WebhookKind.GUIA_VALIDATED: _("guia validada"),
    WebhookKind.GUIA_WITHOUT_TOKEN: _("guia sem código"),
    WebhookKind.GUIA_LATE_DUE: _("código tardio esperado"),
    WebhookKind.DELIVERY_FAILED: _("código que não chegou"),
    WebhookKind.ATTENDANCE_DISPUTED: _("atendimento contestado"),
    WebhookKind.DISPUTE_DECIDED: _("contestação decidida"),
}

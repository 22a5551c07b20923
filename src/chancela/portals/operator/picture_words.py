"""What the operator's people read on the day's picture."""

from django.utils.translation import gettext_lazy as _

from chancela.domain.picture import Miss, Way

WAY = {
    Way.APP: _("Aplicativo"),
    Way.SMS: _("SMS"),
    Way.WHATSAPP: _("WhatsApp"),
    Way.VOICE: _("Ligação"),
    Way.EMAIL: _("E-mail"),
    Way.HAND: _("Visto na mão ou na central"),
    Way.OFFLINE: _("Gerado sem sinal"),
    Way.PAPER: _("Código de papel"),
    Way.NONE: _("Sem código"),
}
MISS = {
    Miss.WRONG: _("Código errado"),
    Miss.LOCKED: _("Bloqueado na última tentativa"),
    Miss.EXPIRED: _("Passou do prazo"),
    Miss.REPORTED: _("“Não pedi este código”"),
    Miss.DENIED: _("Guia negada na análise"),
}
ABSENCE = {  # TISS table 74
    "01": _("Beneficiário internado"),
    "02": _("Urgência ou emergência"),
    "03": _("Sistema instável, regularizado depois"),
    "04": _("Negou-se a informar o código"),
    "05": _("Coleta domiciliar"),
    "06": _("Material enviado por terceiros"),
    "07": _("Não possui celular"),
}

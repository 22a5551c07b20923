"""What a person chooses when they let somebody help."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chancela.domain.family import LONGEST_DELEGATION, Scope

USUAL_DAYS = 90
LAST = dt.time(23, 59, 59)
SCOPES = [
    (Scope.SEE.value, _("Ver os meus atendimentos")),
    (Scope.ACT.value, _("Ver os meus atendimentos e cuidar dos códigos")),
    (Scope.RECEIVE.value, _("Tudo isso, e receber os códigos também")),
]
NIGHTS = [("0", _("Até hoje à noite")), ("1", _("Até amanhã à noite"))]


class Help(forms.Form):
    """What somebody may do, and until which day."""

    scope = forms.ChoiceField(
        label=_("O que a pessoa pode fazer"),
        choices=SCOPES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Escolha o que a pessoa pode fazer.")},
    )
    until = forms.DateField(
        label=_("Até quando"),
        help_text=_("No máximo um ano. Você encerra antes quando quiser."),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        error_messages={
            "required": _("Escolha até que dia."),
            "invalid": _("A data precisa ter dia, mês e ano, por exemplo 31/12/2026."),
        },
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        """Begin with codes, for three months."""
        today = timezone.localdate()
        usual = {"scope": Scope.ACT.value, "until": today + dt.timedelta(days=USUAL_DAYS)}
        super().__init__(*args, **{"initial": usual, **more})
        last = today + LONGEST_DELEGATION - dt.timedelta(days=1)
        self.fields["until"].widget.attrs |= {"min": today.isoformat(), "max": last.isoformat()}


class Going(forms.Form):
    """Until when somebody goes along."""

    nights = forms.ChoiceField(
        label=_("Até quando o link vale"),
        choices=NIGHTS,
        widget=forms.RadioSelect,
        initial="0",
        error_messages={"required": _("Escolha até quando o link vale.")},
    )


def end_of(day: dt.date) -> dt.datetime:
    """The last second of a day where the people are."""
    return timezone.make_aware(dt.datetime.combine(day, LAST))

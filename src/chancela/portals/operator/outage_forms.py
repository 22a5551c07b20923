"""What is typed about an outage: what is away, since when, and what is to be remembered of it."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chancela.domain.delivery import Channel
from chancela.domain.outage import LONGEST_NOTE, OutageKind
from chancela.portals.design import outage_words as words

TODAY, YESTERDAY = "hoje", "ontem"
DAYS = ((TODAY, _("Hoje")), (YESTERDAY, _("Ontem")))
WHAT = (
    *((each.value, words.WHAT[each]) for each in OutageKind),
    *((f"{OutageKind.CARRIER.value}:{each.value}", words.BY[each]) for each in Channel),
)


class Note(forms.Form):
    """What is to be remembered of an outage."""

    note = forms.CharField(
        label=_("O que houve"),
        help_text=_("Fica no histórico e na trilha. Sem nome de paciente."),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class NewOutage(Note):
    """An outage to declare; without a time it began now."""

    what = forms.ChoiceField(label=_("O que está fora do ar"), choices=WHAT)
    day = forms.ChoiceField(label=_("Desde que dia"), choices=DAYS, initial=TODAY)
    time = forms.TimeField(
        label=_("Desde que horas"),
        help_text=_("Hora de Brasília, por exemplo 10:12: vale o minuto inteiro. Em branco: agora."),
        required=False,
        input_formats=["%H:%M", "%Hh%M", "%H"],
        error_messages={"invalid": _("Escreva a hora assim: 10:12.")},
        widget=forms.TimeInput(format="%H:%M", attrs={"autocomplete": "off", "class": "short", "inputmode": "numeric"}),
    )
    field_order = ("what", "day", "time", "note")

    def kind(self) -> OutageKind:
        """What is away."""
        return OutageKind(self.cleaned_data["what"].partition(":")[0])

    def channel(self) -> Channel | None:
        """The channel that cannot send, where it is one."""
        channel = self.cleaned_data["what"].partition(":")[2]
        return Channel(channel) if channel else None

    def since(self) -> dt.datetime:
        """When it began; an hour of today that is yet to come stays so, and is refused."""
        now = timezone.localtime()
        if self.cleaned_data["time"] is None:
            return now - dt.timedelta(days=self.cleaned_data["day"] == YESTERDAY)
        day = now.date() - dt.timedelta(days=self.cleaned_data["day"] == YESTERDAY)
        return dt.datetime.combine(day, self.cleaned_data["time"], now.tzinfo)

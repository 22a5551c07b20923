"""What is typed where care goes on without a code: a note, somebody who was there, the call centre's number."""

from django import forms
from django.utils.translation import gettext_lazy as _

from chancela.domain import absence as absences, series

PROTOCOL = 40  # letters as it may be typed: 20 digits with what stands between them


class Absence(forms.Form):
    """A reason with what it asks for; which of it is needed the core judges."""

    reason = forms.CharField(max_length=40, widget=forms.HiddenInput)
    session = forms.IntegerField(required=False, min_value=1, max_value=series.MOST, widget=forms.HiddenInput)
    detail = forms.CharField(
        label=_("O que aconteceu?"),
        help_text=_("Em poucas palavras. Não escreva dados de saúde."),
        max_length=absences.LONGEST_DETAIL,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    second_person = forms.CharField(
        label=_("Quem mais estava presente?"),
        help_text=_("O nome de outra pessoa da equipe."),
        max_length=absences.LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    call_protocol = forms.CharField(
        label=_("Protocolo da central, se já tem"),
        help_text=_("20 números. Se ainda não ligaram, deixe em branco: pode vir depois."),
        max_length=PROTOCOL,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class CallProtocol(forms.Form):
    """The call centre's number that comes later."""

    call_protocol = forms.CharField(
        label=_("Protocolo da central"),
        help_text=_("Os 20 números que a central disse."),
        max_length=PROTOCOL,
        error_messages={"required": _("Digite o protocolo que a central disse.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

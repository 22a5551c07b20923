"""What people type at the desk, before the core judges it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from chancela.domain.guia import Status
from chancela.portals.design import words as shared

REQUESTER = 120  # letters of whoever asks for a guia


class Search(forms.Form):
    """A card, or the number of a guia."""

    q = forms.CharField(
        label=_("Carteirinha ou número da guia"),
        max_length=300,
        error_messages={"required": _("Passe a carteirinha ou digite o número.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "accesskey": "b"}),
    )


class Head(forms.Form):
    """What a guia says beside its procedures."""

    provider_number = forms.CharField(
        label=_("Número da guia no prestador"), help_text=_("Se houver."), max_length=20, required=False
    )
    requester = forms.CharField(
        label=_("Profissional solicitante"),
        help_text=_("Nome e conselho, por exemplo CRM 12345 SP."),
        max_length=REQUESTER,
        required=False,
        widget=forms.TextInput(attrs={"list": "requesters", "autocomplete": "off"}),
    )
    notes = forms.CharField(
        label=_("Observação para a operadora"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    urgent = forms.BooleanField(
        label=_("Atendimento de urgência"),
        help_text=_("O envio não espera a manhã e usa mais meios de uma vez, onde a operadora permite."),
        required=False,
    )


class Code(forms.Form):
    """The code as it was typed: digits, with or without spaces and hyphens; what was typed is never shown again."""

    code = forms.CharField(
        label=_("Código"),
        help_text=_("6 números. Pode digitar com espaço."),
        max_length=40,
        error_messages={"required": _("Digite o código que a pessoa recebeu.")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "data-focus": ""}
        ),
    )

    def told(self, sentence: str) -> "Code":
        """The empty field with what was wrong."""
        self.add_error("code", sentence)
        return self.emptied()

    def emptied(self) -> "Code":
        """The same errors over an empty field."""
        self.data = {}
        return self


class Phone(forms.Form):
    """A first mobile, area code apart as the field is used to."""

    ddd = forms.CharField(
        label=_("DDD"),
        max_length=4,
        error_messages={"required": _("Informe o DDD.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    mobile = forms.CharField(
        label=_("Celular"),
        max_length=16,
        error_messages={"required": _("Informe o celular.")},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )


class Mail(forms.Form):
    """A first e-mail."""

    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        error_messages={"required": _("Informe o e-mail.")},
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off", "autocapitalize": "none"}),
    )


class Cpf(forms.Form):
    """The CPF, where the policy asks it before an e-mail."""

    cpf = forms.CharField(
        label=_("CPF da pessoa"),
        max_length=18,
        error_messages={"required": _("Informe o CPF da pessoa.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class Cancel(forms.Form):
    """Why a guia is cancelled."""

    why = forms.CharField(
        label=_("Motivo do cancelamento"),
        max_length=300,
        error_messages={"required": _("Escreva o motivo.")},
        help_text=_("Fica registrado na guia. Não escreva dados de saúde."),
        widget=forms.Textarea(attrs={"rows": 3, "data-focus": ""}),
    )


class EndSeries(forms.Form):
    """Why a series ends before its last session."""

    why = forms.CharField(
        label=_("Motivo do encerramento"),
        max_length=300,
        error_messages={"required": _("Escreva o motivo.")},
        help_text=_("Fica registrado na guia. Não escreva dados de saúde."),
        widget=forms.Textarea(attrs={"rows": 3, "data-focus": ""}),
    )


class Filter(forms.Form):
    """Which guias to list."""

    status = forms.ChoiceField(
        label=_("Situação"),
        required=False,
        choices=[("", _("Todas")), *[(each.value, shared.STATUS[each].word) for each in Status]],
    )
    card = forms.CharField(label=_("Carteirinha"), max_length=20, required=False)
    number = forms.CharField(label=_("Número da guia"), max_length=20, required=False)
    since = forms.DateField(
        label=_("Desde"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

"""What is typed of contingency numbers: for whom they are, why a list ends, and what a provider says who rings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from chancela.domain import block as blocks

PROVIDER = 20
CARD = 20
PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class Hand(forms.Form):
    """The provider who is handed numbers."""

    provider = forms.CharField(
        label=_("Código do prestador"),
        max_length=PROVIDER,
        error_messages={"required": _("Digite o código do prestador.")},
        widget=forms.TextInput(attrs=PLAIN),
    )


class End(forms.Form):
    """Why a list ends."""

    why = forms.CharField(
        label=_("Por que esta lista acaba?"),
        max_length=blocks.LONGEST_NOTE,
        error_messages={"required": _("Diga por quê: lista perdida, prestador mudou de endereço…")},
        widget=forms.TextInput(attrs={**PLAIN, "autofocus": ""}),
    )


class Give(forms.Form):
    """What a provider says who rings for one number."""

    provider = forms.CharField(
        label=_("Código do prestador"),
        max_length=PROVIDER,
        error_messages={"required": _("Digite o código do prestador.")},
        widget=forms.TextInput(attrs={**PLAIN, "autofocus": ""}),
    )
    card = forms.CharField(
        label=_("Carteirinha da pessoa atendida"),
        help_text=_("Como o prestador diz. O registro que vier depois é comparado com ela."),
        max_length=CARD,
        required=False,
        widget=forms.TextInput(attrs=PLAIN),
    )
    note = forms.CharField(
        label=_("Observação"),
        help_text=_("Em poucas palavras, nada sobre a saúde da pessoa."),
        max_length=blocks.LONGEST_NOTE,
        required=False,
        widget=forms.TextInput(attrs=PLAIN),
    )

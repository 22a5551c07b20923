"""What a person types at the door."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

BIRTH_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d%m%Y", "%Y-%m-%d"]


class Who(forms.Form):
    """A card number or CPF, and a birth date; whether they are anybody's is never said."""

    who = forms.CharField(
        label=_("Número da carteirinha ou CPF"),
        max_length=40,
        error_messages={"required": _("Digite o número da carteirinha ou o CPF.")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "spellcheck": "false", "autocapitalize": "none"}),
    )
    birth_date = forms.DateField(
        label=_("Data de nascimento"),
        help_text=_("Dia, mês e ano, por exemplo 31/12/1980."),
        input_formats=BIRTH_FORMATS,
        error_messages={
            "required": _("Digite a data de nascimento."),
            "invalid": _("A data precisa ter dia, mês e ano, por exemplo 31/12/1980."),
        },
        widget=forms.DateInput(
            format="%d/%m/%Y", attrs={"type": "text", "inputmode": "numeric", "autocomplete": "bday"}
        ),
    )

    def clean_who(self) -> str:
        """The number without the spaces that a card shows."""
        return re.sub(r"\s", "", self.cleaned_data["who"])


class Entry(forms.Form):
    """The code that came; what was typed is never shown again."""

    code = forms.CharField(
        label=_("Código"),
        help_text=_("São 6 números."),
        max_length=40,
        error_messages={"required": _("Digite o código.")},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": "", "spellcheck": "false"}
        ),
    )
    stays = forms.BooleanField(
        label=_("Continuar conectado neste aparelho"),
        help_text=_("Só no seu próprio aparelho. Vale por 30 dias."),
        required=False,
    )

    def told(self, sentence: str) -> "Entry":
        """The empty field with what was wrong; whether to stay is kept."""
        self.add_error("code", sentence)
        self.data = {name: value for name, value in self.data.items() if name == "stays"}
        return self

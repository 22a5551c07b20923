"""What the operator's people type about a person's file: whom they look for, and why."""

from django import forms
from django.utils.translation import gettext_lazy as _

from chancela.domain import call
from chancela.domain.record import Part


class Find(forms.Form):
    """One field: a card number, a CPF, or the beginning of a name."""

    q = forms.CharField(
        label=_("Carteirinha, CPF ou nome"),
        help_text=_("Por nome, as primeiras letras bastam: “Ana So”."),
        max_length=120,
        error_messages={"required": _("Digite a carteirinha, o CPF ou o começo do nome.")},
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false", "autofocus": ""}),
    )


class Why(forms.Form):
    """A reason, which the trail keeps without its digits."""

    reason = forms.CharField(
        label=_("Motivo"),
        help_text=_("Em pelo menos 10 letras. Fica na trilha, sem números."),
        max_length=call.LONGEST_REASON,
        error_messages={"required": _("Diga o motivo, em pelo menos 10 letras: ele fica na trilha.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_reason(self) -> str:
        """Refuse what the trail would not keep as a reason."""
        said: str = self.cleaned_data["reason"]
        if call.reason(said) is None:
            raise forms.ValidationError(_("Diga o motivo, em pelo menos 10 letras: ele fica na trilha."))
        return said


class Uncover(Why):
    """What is uncovered, and why; the part is the button that was pressed."""

    part = forms.ChoiceField(choices=[(each.value, each.value) for each in Part])

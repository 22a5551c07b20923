"""What an agent types when a caller asks for another contact."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chancela.domain.contact import ContactKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.bootstrap.holds import Ward

KINDS = (
    (ContactKind.MOBILE.value, _("Celular")),
    (ContactKind.EMAIL.value, _("E-mail")),
    (ContactKind.LANDLINE.value, _("Telefone fixo")),
)


class NewContact(forms.Form):
    """Whose contact, of which kind, and the new address as the caller says it."""

    whose = forms.ChoiceField(label=_("De quem é o contato?"), widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("O que muda?"), choices=KINDS, widget=forms.RadioSelect, initial=KINDS[0][0])
    address = forms.CharField(
        label=_("Contato novo"),
        help_text=_("Celular ou telefone com DDD, ou o e-mail inteiro. Leia de volta para a pessoa antes de pedir."),
        max_length=254,
        error_messages={"required": _("Digite o contato novo.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, wards: "Sequence[Ward]", *args: Any, **more: Any) -> None:
        """Offer those alone whose contacts the caller manages."""
        super().__init__(*args, **more)
        self.fields["whose"].choices = [(str(each.id), each.name) for each in wards]  # type: ignore[attr-defined]
        self.initial["whose"] = str(wards[0].id) if wards else ""

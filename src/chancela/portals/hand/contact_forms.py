"""What a person types and chooses about their contacts."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chancela.domain.change import Ways
from chancela.domain.contact import ContactKind
from chancela.domain.delivery import Channel
from chancela.portals.design.words import CHANNEL

if TYPE_CHECKING:
    from chancela.bootstrap.contacts import Card

NEEDS_A_MOBILE = _("Este caminho precisa de celular. Escolha outro, ou desmarque “Não uso celular”.")
OF_A_MOBILE = frozenset({Channel.SMS, Channel.WHATSAPP})


class NewMobile(forms.Form):
    """A mobile, as people write it."""

    address = forms.CharField(
        label=_("Novo celular, com DDD"),
        help_text=_("Por exemplo 41 91234-5678."),
        max_length=40,
        error_messages={"required": _("Digite o celular, com DDD.")},
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel-national"}),
    )


class NewEmail(forms.Form):
    """An e-mail address."""

    address = forms.CharField(
        label=_("Novo e-mail"),
        help_text=_("Por exemplo nome@exemplo.com.br."),
        max_length=254,
        error_messages={"required": _("Digite o e-mail.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}),
    )


FORMS: dict[ContactKind, type[NewMobile | NewEmail]] = {ContactKind.MOBILE: NewMobile, ContactKind.EMAIL: NewEmail}


class Wishes(forms.Form):
    """How one wishes to be reached."""

    uses_no_mobile = forms.BooleanField(
        label=_("Não uso celular"),
        required=False,
        widget=forms.CheckboxInput(attrs={"aria-describedby": "no_mobile_hint"}),
    )
    preferred = forms.ChoiceField(label=_("Caminho preferido"), widget=forms.RadioSelect, required=False)

    def __init__(self, card: "Card", *args: Any, **more: Any) -> None:
        """Begin with what is on file; offer what reaches the person."""
        one = card.person.beneficiary
        known = {"uses_no_mobile": one.uses_no_mobile, "preferred": one.preferred_channel or ""}
        super().__init__(*args, **{"initial": known, **more})
        offered = [(each.channel.value, _said(each.channel, each.to)) for each in card.ways]
        self.fields["preferred"].choices = [("", _("Tanto faz")), *offered]  # type: ignore[attr-defined]
        if one.preferred_channel not in {each.channel for each in card.ways}:
            self.initial["preferred"] = ""

    def clean(self) -> dict[str, Any]:
        """Refuse a way that needs the mobile that one does not use."""
        said = super().clean() or {}
        if said.get("uses_no_mobile") and said.get("preferred") in OF_A_MOBILE:
            self.add_error("preferred", NEEDS_A_MOBILE)
        return said

    @property
    def ways(self) -> Ways:
        """What was said."""
        said = self.cleaned_data
        return Ways(said["uses_no_mobile"], Channel(said["preferred"]) if said["preferred"] else None)


def _said(channel: Channel, to: str) -> str:
    """A way and where it leads; the app's own name says both."""
    return str(CHANNEL[channel]) if channel is Channel.APP else f"{CHANNEL[channel]} · {to}"

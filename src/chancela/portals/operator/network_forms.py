"""What the operator's people type of its network: a provider's file, and one of its professionals."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from chancela.domain import professional as professionals
from chancela.domain.professional import Council
from chancela.portals.operator import network_words as words

if TYPE_CHECKING:
    from chancela.ports import Formats

TYPED = {"autocomplete": "off", "spellcheck": "false"}
LONGEST_LIST = 2000
LONGEST_TEXT = 120
COUNCILS = [("", _("Escolha")), *((each.value, each.value) for each in Council)]
STATES = [("", "–"), *((each, each) for each in sorted(professionals.STATES))]


def _lines(text: str) -> tuple[str, ...]:
    return tuple(plain for each in text.splitlines() if (plain := each.strip()))


def _list(label: Any, help_text: Any) -> forms.CharField:
    area = forms.Textarea(attrs={**TYPED, "rows": 3})
    return forms.CharField(label=label, help_text=help_text, max_length=LONGEST_LIST, required=False, widget=area)


class Find(forms.Form):
    """What a list is asked for; `depois` and `codigo` are where the page before ended."""

    q = forms.CharField(
        label=_("Código ou nome"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.TextInput(attrs={**TYPED, "type": "search"}),
    )
    especialidade = forms.ChoiceField(label=_("Especialidade"), required=False)
    situacao = forms.ChoiceField(label=_("Situação"), choices=list(words.STANDINGS.items()), required=False)
    depois = forms.CharField(required=False)
    codigo = forms.CharField(required=False)

    def __init__(self, specialties: tuple[str, ...], *args: Any, **more: Any) -> None:
        """Offer what is done in the network."""
        super().__init__(*args, **more)
        self.fields["especialidade"].choices = [  # type: ignore[attr-defined]
            ("", _("Todas")),
            *((each, each) for each in specialties),
        ]


class Listed(forms.Form):
    """A name, specialties, and addresses that come to those on file."""

    name = forms.CharField(
        label=_("Nome"),
        max_length=professionals.LONGEST_NAME,
        error_messages={"required": _("Escreva o nome.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    specialties = _list(_("Especialidades"), _("Uma por linha."))
    phones = _list(_("Telefones novos"), _("Um por linha, com DDD. Ficam cobertos depois de salvos."))
    emails = _list(_("E-mails novos"), _("Um por linha."))

    def __init__(self, formats: "Formats", *args: Any, **more: Any) -> None:
        """Know how addresses are written in this country."""
        super().__init__(*args, **more)
        self._formats = formats

    def clean_specialties(self) -> tuple[str, ...]:
        """Refuse too many, or too long ones."""
        found = _lines(self.cleaned_data["specialties"])
        if professionals.specialties(found) is None:
            raise forms.ValidationError(_("No máximo 20 especialidades, de até 60 letras cada."))
        return found

    def clean_phones(self) -> tuple[str, ...]:
        """Refuse what is no telephone of the country."""
        found = _lines(self.cleaned_data["phones"])
        for each in found:
            if not (self._formats.mobile(each) or self._formats.landline(each)):
                raise forms.ValidationError(gettext("“%s” não é um telefone com DDD.") % each)
        return found

    def clean_emails(self) -> tuple[str, ...]:
        """Refuse what is no e-mail address."""
        found = _lines(self.cleaned_data["emails"])
        for each in found:
            if not self._formats.email(each):
                raise forms.ValidationError(gettext("“%s” não é um e-mail inteiro.") % each)
        return found


class Professional(Listed):
    """Who attends at a provider, by the entry in a council."""

    council = forms.ChoiceField(
        label=_("Conselho"), choices=COUNCILS, error_messages={"required": _("Escolha o conselho.")}
    )
    number = forms.CharField(
        label=_("Número do registro"),
        max_length=professionals.LONGEST_NUMBER,
        error_messages={"required": _("Diga o número do registro.")},
        widget=forms.TextInput(attrs=TYPED),
    )
    uf = forms.ChoiceField(label=_("UF"), choices=STATES, error_messages={"required": _("Escolha a UF.")})
    active = forms.BooleanField(label=_("Atende neste prestador"), required=False)
    field_order = ("name", "council", "number", "uf", "specialties", "phones", "emails", "active")

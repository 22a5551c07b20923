"""What an agent types during a call: whom to look for, the caller's answers, and why a code is read out."""

import re
from datetime import date
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from chancela.domain import call as calls
from chancela.domain.caller import FoundBy, Search
from chancela.portals.operator import call_words

if TYPE_CHECKING:
    from chancela.ports import Formats

TYPED = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none", "autofocus": ""}
DAY = r"([0-9]{1,2})[/. -]([0-9]{1,2})[/. -]([0-9]{4})|([0-9]{2})([0-9]{2})([0-9]{4})"
NAMED = re.compile(rf"(.*[^\W\d_].*?)[\s,;]+(?:{DAY})")
WORDS = re.compile(r"[^\W\d_]+(\s+[^\W\d_].*)?")


class Who(forms.Form):
    """One field: a card number, a CPF, or a name with a birth date."""

    who = forms.CharField(
        label=_("Carteirinha, CPF, ou nome e nascimento"),
        help_text=_("Por nome: “Ana Souza 31/12/1980”. Para uma criança, procure o responsável."),
        max_length=120,
        error_messages={"required": _("Digite a carteirinha, o CPF, ou o nome com a data de nascimento.")},
        widget=forms.TextInput(attrs=TYPED),
    )

    def search(self, formats: "Formats") -> Search | None:
        """What was typed as a search; None, with the error at its field, where a date is missing or is none."""
        typed = self.cleaned_data["who"].strip()
        if found := NAMED.fullmatch(typed):
            return self._named(found)
        if WORDS.fullmatch(typed):
            self.add_error("who", _("Com o nome, digite também a data de nascimento: Ana Souza 31/12/1980."))
            return None
        card = re.sub(r"\s", "", typed)[:20]
        cpf = formats.cpf(typed)
        return Search(FoundBy.CPF, card=card, cpf=cpf) if cpf else Search(FoundBy.CARD, card=card)

    def _named(self, found: "re.Match[str]") -> Search | None:
        day, month, year = (int(each) for each in found.groups()[1:] if each is not None)
        try:
            born = date(year, month, day)
        except ValueError:
            self.add_error("who", _("A data precisa ter dia, mês e ano, por exemplo 31/12/1980."))
            return None
        return Search(FoundBy.NAME, name=found[1].strip(" ,;"), birth_date=born)


class Answer(forms.Form):
    """What the caller said; it is never shown again."""

    place = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    answer = forms.CharField(
        max_length=120,
        error_messages={"required": _("Digite o que a pessoa respondeu.")},
        widget=forms.TextInput(attrs=TYPED),
    )


class Reading(forms.Form):
    """Which guia's code is read out, and why: one of the usual reasons, or words of one's own."""

    guia = forms.UUIDField()
    reason = forms.ChoiceField(choices=[*call_words.REASONS.items(), (call_words.OTHER, "")], required=False)
    other = forms.CharField(max_length=calls.LONGEST_REASON, required=False)

    def said(self) -> str:
        """The reason as the trail keeps it, in Portuguese whoever reads; empty where none was given."""
        chosen = self.cleaned_data.get("reason") or ""
        own: str = self.cleaned_data.get("other") or ""
        return own if own or chosen not in call_words.REASONS else call_words.KEPT[chosen]

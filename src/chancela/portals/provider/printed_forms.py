"""What is said with a signed sheet: its number where no QR can be read, the reason, the day, and how many sessions."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chancela.domain.absence import LONGEST_DETAIL, AbsenceNeed, AbsenceReason, AbsenceRule
from chancela.domain.refusal import Refusal
from chancela.portals.design.absence_words import REASON

NAME = 120
FIELD_OF = {
    Refusal.VISIT_DATE_WRONG: "visit_date",
    Refusal.ABSENCE_UNKNOWN: "reason",
    Refusal.ABSENCE_NEEDS: "detail",
    Refusal.SESSIONS_DONE: "sessions",
}
OF_THE_FILE = frozenset({Refusal.SLIP_OVER, Refusal.FILE_REFUSED, Refusal.FILE_TOO_BIG})


class Signed(forms.Form):
    """The form beneath the file; what the guia knows already is not asked."""

    file = forms.FileField(required=False)
    number = forms.CharField(
        label=_("Número da folha"),
        help_text=_("Só se o código QR não sair na imagem: 10 letras e números, abaixo dele."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )
    reason = forms.ChoiceField(
        label=_("Por que foi sem código?"),
        error_messages={"required": _("Escolha o motivo."), "invalid_choice": _("Escolha o motivo.")},
    )
    detail = forms.CharField(
        label=_("Observação"),
        max_length=LONGEST_DETAIL,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    second_person = forms.CharField(label=_("Segunda pessoa que confirma"), max_length=NAME, required=False)
    visit_date = forms.DateField(
        label=_("Dia do atendimento"),
        error_messages={"required": _("Informe o dia do atendimento."), "invalid": _("Confira o dia do atendimento.")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    sessions = forms.IntegerField(label=_("Quantas sessões foram assinadas?"), min_value=1, initial=1)

    def __init__(
        self,
        data: Any = None,
        *,
        rules: Sequence[AbsenceRule] = (),
        asks_reason: bool = True,
        first: dt.date | None = None,
        today: dt.date | None = None,
        left: int = 0,
    ) -> None:
        super().__init__(data, initial={"visit_date": first or today})
        reason: Any = self.fields["reason"]
        reason.choices = [("", _("Escolha")), *((each.reason.value, REASON[each.reason]) for each in rules)]
        if not any(AbsenceNeed.SECOND_PERSON in each.needs for each in rules) or not asks_reason:
            del self.fields["second_person"]
        if not asks_reason:
            del self.fields["reason"], self.fields["detail"]
        if first is None or first == today:
            del self.fields["visit_date"]
        else:
            self.fields["visit_date"].widget.attrs |= {"min": first.isoformat(), "max": f"{today or first}"}
        if left > 1:
            self.fields["sessions"].widget.attrs["max"] = left
        else:
            del self.fields["sessions"]

    def told(self, name: str, sentence: Any) -> None:
        """Say what is wrong at its field, or at the file where that field is not asked."""
        self.add_error(name if name in self.fields else "file", sentence)

    def said(self) -> dict[str, Any]:
        """What `ReturnPrinted` is told beside the sheet."""
        given = {name: self.cleaned_data.get(name) or None for name in ("detail", "second_person", "visit_date")}
        reason = self.cleaned_data.get("reason")
        return {
            **given,
            "reason": AbsenceReason(reason) if reason else None,
            "sessions": self.cleaned_data.get("sessions") or 1,
        }

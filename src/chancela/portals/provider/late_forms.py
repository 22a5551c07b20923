"""What people type of a visit whose code is to follow."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LateVisit(forms.Form):
    """The day of the visit."""

    visit_date = forms.DateField(
        label=_("Dia do atendimento"),
        error_messages={"required": _("Informe o dia do atendimento."), "invalid": _("Confira o dia do atendimento.")},
        widget=forms.DateInput(attrs={"type": "date", "data-focus": ""}, format="%Y-%m-%d"),
    )

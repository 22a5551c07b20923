"""What people look for in the trail: a form, and what it means to the store."""

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _

from chancela.adapters.postgres.chronicles import Chronicles, Wanted
from chancela.portals.operator import trail_lines

if TYPE_CHECKING:
    from chancela.portals.operator.door import Office

Facts = dict[str, str | int | bool | None]
PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class Search(forms.Form):
    """Everything may be left out, and everything may be combined."""

    guia = forms.CharField(
        label=_("Número da guia"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={**PLAIN, "data-focus": ""}),
    )
    pessoa = forms.CharField(
        label=_("Carteirinha ou CPF"), max_length=40, required=False, widget=forms.TextInput(attrs=PLAIN)
    )
    conta = forms.CharField(
        label=_("Quem fez (login)"), max_length=150, required=False, widget=forms.TextInput(attrs=PLAIN)
    )
    protocolo = forms.CharField(
        label=_("Protocolo"), max_length=40, required=False, widget=forms.TextInput(attrs=PLAIN)
    )
    evento = forms.ChoiceField(label=_("O que aconteceu"), required=False)
    de = forms.DateField(
        label=_("De"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ate = forms.DateField(
        label=_("Até"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer every kind of event."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["evento"].choices = [("", _("Qualquer evento")), *trail_lines.grouped()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        """Refuse a range that ends before it begins."""
        typed = super().clean() or {}
        if typed.get("de") and typed.get("ate") and typed["ate"] < typed["de"]:
            self.add_error("ate", _("O último dia vem antes do primeiro."))
        return typed

    @property
    def asks(self) -> bool:
        """Tell whether anything is asked for."""
        return self.is_valid() and any(self.cleaned_data.values())


@dataclass(slots=True)
class Asked:
    """What was asked for: what the store finds it by, and what an export's event tells of it (ids, never a name)."""

    wanted: Wanted
    told: Facts = field(default_factory=dict)


async def asked(office: "Office", form: Search) -> Asked | None:
    """Return what a form means, or None where it does not fit; then the form says why."""
    if not form.is_valid():
        return None
    typed = form.cleaned_data
    told: Facts = {}
    reading, ans = Chronicles(office.app.pool), office.operator.ans
    of_guia = of_person = named = calls = None
    if typed["guia"]:
        of_guia = await reading.guia(ans, digits(typed["guia"]))
        told |= _first("guia", of_guia)
        _needs(form, "guia", of_guia, gettext("Nenhuma guia com este número."))
    if typed["pessoa"]:
        found = await reading.people(ans, typed["pessoa"].strip())
        of_person = await reading.of_people(ans, found)
        told |= _first("person", found)
        _needs(form, "pessoa", found, gettext("Ninguém com esta carteirinha ou este CPF."))
    if typed["protocolo"]:
        told["protocol"] = protocol = digits(typed["protocolo"])
        named, calls = frozenset({protocol}), await reading.of_protocol(ans, protocol)
    if form.errors:
        return None
    things = calls if named is not None else of_guia or of_person
    others = [each for each in (of_guia, of_person) if each is not None and each is not things]
    within = frozenset.intersection(*others) if others else None
    return Asked(_wanted(typed, things, named, within), told | _plain(typed))


def _wanted(
    typed: dict[str, object],
    things: frozenset[UUID] | None,
    named: frozenset[str] | None,
    within: frozenset[UUID] | None,
) -> Wanted:
    kind, first, last = typed["evento"], typed["de"], typed["ate"]
    return Wanted(
        things=things,
        named=named,
        within=within,
        kinds=frozenset({str(kind)}) if kind else None,
        actor=str(typed["conta"]).strip() or None,
        since=midnight(first) if isinstance(first, dt.date) else None,
        until=midnight(last + dt.timedelta(days=1)) if isinstance(last, dt.date) and last < dt.date.max else None,
    )


def _plain(typed: dict[str, object]) -> Facts:
    named = {"event": typed["evento"], "account": typed["conta"], "since": typed["de"], "until": typed["ate"]}
    return {key: str(value) for key, value in named.items() if value}


def _first(key: str, found: frozenset[UUID]) -> Facts:
    return {key: str(min(found))} if found else {}


def _needs(form: Search, name: str, found: frozenset[UUID], sentence: str) -> None:
    if not found:
        form.add_error(name, sentence)


def midnight(day: dt.date) -> dt.datetime:
    """The first instant of a day, in Brazil."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def digits(text: str) -> str:
    """The digits of what was typed; without any, the text itself, which then finds nothing."""
    return "".join(each for each in text if each in "0123456789") or text.strip()

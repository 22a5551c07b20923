"""How each field of a policy is typed: its inputs, what stands in them at first, and the value that they make."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol

from django import forms
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from chancela.domain import policy_limits as limits, series

Words = Mapping[Any, str | Promise]
Inputs = dict[str, forms.Field]
MINUTES = 60


class Entry(Protocol):
    """One field of a policy in a form."""

    @property
    def kind(self) -> str:
        """How a template draws it."""
        ...

    @property
    def label(self) -> str | Promise:
        """What it is called."""
        ...

    @property
    def hint(self) -> str | Promise:
        """What helps to fill it in."""
        ...

    def inputs(self, name: str, value: Any, rows: int) -> Inputs:
        """The inputs by their names, filled with a value; `rows` is for what has rows."""
        ...

    def read(self, name: str, cleaned: Mapping[str, Any], was: Any) -> Any:
        """The value of inputs that are all well; `was` is the one before, whose order is kept where only it differs."""
        ...


def choice(label: Any, words: Words, value: Any, **more: Any) -> forms.ChoiceField:
    """One of several words."""
    choices = [(key.value if isinstance(key, StrEnum) else key, word) for key, word in words.items()]
    first = value.value if isinstance(value, StrEnum) else value
    return forms.ChoiceField(label=label, choices=choices, initial=first, **more)


def many(label: Any, words: Words, value: Iterable[Any]) -> forms.MultipleChoiceField:
    """Some of several words."""
    return forms.MultipleChoiceField(
        label=label,
        choices=[(key.value, word) for key, word in words.items()],
        initial=[each.value for each in value],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def _within_a_message(label: Any) -> str:
    return str(label).replace("%", "%%")


_quoted = lazy(_within_a_message, str)


def number(
    label: Any, value: Any, least: int, most: int, *, of: Any = "", hint: Any = "", required: bool = True
) -> forms.IntegerField:
    """A whole number between two; what is wrong with it is said of `of`, where that is more than its label."""
    said = {
        "required": _("falta o número."),
        "invalid": _("digite um número inteiro."),
        "min_value": _("no mínimo %(limit_value)s."),
        "max_value": _("no máximo %(limit_value)s."),
    }
    told = {name: format_lazy("{}: {}", _quoted(of or label), each) for name, each in said.items()}
    return forms.IntegerField(
        label=label,
        help_text=hint,
        initial=value,
        min_value=least,
        max_value=most,
        error_messages=told,
        required=required,
    )


def kept(found: tuple[Any, ...], was: Any) -> tuple[Any, ...]:
    """What was chosen; in the order that it had, where the same is chosen."""
    return tuple(was) if was is not None and set(found) == set(was) else found


@dataclass(frozen=True)
class One:
    """One of several choices."""

    label: str | Promise
    words: Words
    kinds: type[StrEnum]
    hint: str | Promise = ""
    kind: str = "radio"

    def inputs(self, name: str, value: Any, rows: int) -> Inputs:
        """One row of radio buttons."""
        del rows
        return {name: choice(self.label, self.words, value, widget=forms.RadioSelect)}

    def read(self, name: str, cleaned: Mapping[str, Any], was: Any) -> Any:
        """The choice."""
        del was
        return self.kinds(cleaned[name])


@dataclass(frozen=True)
class Yes:
    """Yes or no."""

    label: str | Promise
    hint: str | Promise = ""
    kind: str = "radio"

    def inputs(self, name: str, value: Any, rows: int) -> Inputs:
        """Two radio buttons."""
        del rows
        words = {"1": _("Sim"), "0": _("Não")}
        return {name: choice(self.label, words, "1" if value else "0", widget=forms.RadioSelect)}

    def read(self, name: str, cleaned: Mapping[str, Any], was: Any) -> Any:
        """True for yes."""
        del was
        return cleaned[name] == "1"


@dataclass(frozen=True)
class Some:
    """Some of several choices."""

    label: str | Promise
    words: Words
    kinds: type[StrEnum]
    hint: str | Promise = ""
    kind: str = "checks"

    def inputs(self, name: str, value: Any, rows: int) -> Inputs:
        """A box to tick for each."""
        del rows
        return {name: many(self.label, self.words, value)}

    def read(self, name: str, cleaned: Mapping[str, Any], was: Any) -> Any:
        """Those that were ticked."""
        return kept(tuple(self.kinds(each) for each in cleaned[name]), was)


@dataclass(frozen=True)
class Number:
    """A whole number within the limits of its field."""

    label: str | Promise
    hint: str | Promise = ""
    kind: str = "number"

    def inputs(self, name: str, value: Any, rows: int) -> Inputs:
        """One input."""
        del rows
        least, most = limits.NUMBERS[name]
        return {name: number(self.label, value, least, most, hint=self.hint)}

    def read(self, name: str, cleaned: Mapping[str, Any], was: Any) -> Any:
        """The number."""
        del was
        return cleaned[name]


@dataclass(frozen=True)
class Length:
    """A length of time in hours and minutes."""

    label: str | Promise
    hint: str | Promise = ""
    kind: str = "row"

    def inputs(self, name: str, value: Any, rows: int) -> Inputs:
        """Hours and minutes."""
        del rows
        hours, minutes = divmod(int(value.total_seconds()) // MINUTES, MINUTES)
        return {
            f"{name}.hours": number(_("horas"), hours, 0, 48, of=self.label),
            f"{name}.minutes": number(_("minutos"), minutes, 0, 59, of=self.label),
        }

    def read(self, name: str, cleaned: Mapping[str, Any], was: Any) -> Any:
        """The length of time."""
        del was
        return timedelta(hours=cleaned[f"{name}.hours"], minutes=cleaned[f"{name}.minutes"])


@dataclass(frozen=True)
class Codes:
    """Codes of procedures or their beginnings, one a line."""

    label: str | Promise
    hint: str | Promise = ""
    kind: str = "text"

    def inputs(self, name: str, value: Any, rows: int) -> Inputs:
        """One text of several lines."""
        del rows
        longest = (series.MOST_CODES + 1) * (series.LONGEST_CODE + 2)
        area = forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off"})
        codes = forms.CharField(
            label=str(self.label),
            help_text=str(self.hint),
            initial="\n".join(value),
            required=False,
            max_length=longest,
            widget=area,
        )
        return {name: codes}

    def read(self, name: str, cleaned: Mapping[str, Any], was: Any) -> Any:
        """The codes, each once, in the order in which they were typed; dots and hyphens of a code are left out."""
        del was
        bare = cleaned[name].replace(".", "").replace("-", "")
        return tuple(dict.fromkeys(bare.replace(",", " ").replace(";", " ").split()))

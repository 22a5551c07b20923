"""The forms in which rules are written: a part of a draft, one proviso, and from which day they are to hold."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from chancela.domain import policy_limits as limits, policy_proviso
from chancela.domain.policy_limits import Fault, Rule
from chancela.domain.policy_proviso import Departure, Proviso, Reach
from chancela.domain.policy_version import LONGEST_NOTE
from chancela.portals.operator import policy_words as words
from chancela.portals.operator.policy_entries import Yes
from chancela.portals.operator.policy_fields import ENTRIES

if TYPE_CHECKING:
    from chancela.domain.policy import Policy
    from chancela.portals.operator.policy_entries import Entry

SAYS: Mapping[Rule, Any] = {
    Rule.ONE_AT_LEAST: gettext_lazy("%(of)s: escolha ao menos um."),
    Rule.ONCE_EACH: gettext_lazy("%(of)s: cada um uma vez só."),
    Rule.CODE_WITHIN_GUIA: gettext_lazy("O código não pode ter mais tentativas do que a guia toda."),
    Rule.FRESH_WITHIN_VALID: gettext_lazy("“Na hora” não pode durar mais do que o código vale."),
    Rule.RUNG_WITH_CHANNELS: gettext_lazy("Cada passo precisa de um meio que esteja entre os que o código pode usar."),
    Rule.AGES_IN_ORDER: gettext_lazy("As idades começam em 0, cada uma uma vez."),
    Rule.ADULTS_ALONE: gettext_lazy("Uma idade começa aos 18, e daí em diante responsáveis não recebem nada."),
    Rule.ABSENCES_OFFERED: gettext_lazy("Urgência, internação e sistema fora do ar são sempre oferecidos."),
    Rule.ABSENCE_VALUE: gettext_lazy("Internação é sempre 01 e urgência é sempre 02; os outros, de 01 a 07."),
    Rule.ABSENCE_WAITS: gettext_lazy("Urgência e internação não esperam por nada."),
    Rule.ONLY_STRICTER: gettext_lazy("Numa exceção, só menos tentativas do que na regra geral."),
    Rule.MALFORMED_CODES: gettext_lazy("%(of)s: cada linha tem de 1 a 10 números, sem letras."),
    Rule.NOBODY_NAMED: gettext_lazy("Diga para quem é: plano, prestador ou procedimento."),
    Rule.NOTHING_OTHERWISE: gettext_lazy("Marque ao menos uma regra que é diferente aqui."),
    Rule.SAME_REACH: gettext_lazy("Já há uma exceção para o mesmo plano, prestador e procedimento."),
    Rule.MALFORMED_REACH: gettext_lazy("Confira: procedimento são até 10 números; plano e prestador, até 60 letras."),
}


def told(fault: Fault) -> str:
    """What a broken rule says to who writes it."""
    if fault.rule is Rule.CONTRADICTS and fault.within:
        return _("Outra exceção tão específica quanto esta diz outra coisa: %(fields)s. Uma guia pode ter os dois.") % {
            "fields": words.listed(ENTRIES[each].label for each in fault.within[0])
        }
    of = ENTRIES[fault.field].label if fault.field in ENTRIES else ""
    if fault.rule in SAYS or fault.within is None:
        return str(SAYS[fault.rule]) % {"of": of}
    least, most = (words.length(each) if hasattr(each, "total_seconds") else each for each in fault.within)
    return _("%(of)s: fica entre %(least)s e %(most)s.") % {"of": of, "least": least, "most": most}


class Rules(forms.Form):
    """Some fields of a policy; what is typed becomes values, and their faults stand beside them."""

    def __init__(self, names: Iterable[str], start: "Policy", data: Any = None, *, own: Any = None) -> None:
        """Draw the fields as a policy has them; with `own` (a departure) each only where it is ticked."""
        super().__init__(data)
        self.names, self.start, self.own = tuple(names), start, own
        self.values: dict[str, Any] = {}
        for name in self.names:
            value = getattr(own, name, None)
            if own is not None:
                ticked = forms.BooleanField(label=str(ENTRIES[name].label), required=False, initial=value is not None)
                self.fields[f"own-{name}"] = ticked
            held = getattr(start, name) if value is None else value
            self.fields |= ENTRIES[name].inputs(name, held, self._rows(name))

    def _rows(self, name: str) -> int:
        """How many rows were sent, so that none of them is lost."""
        sent = {each.split(".")[1] for each in self.data if each.startswith(f"{name}.")} if self.is_bound else set()
        return sum(each.isascii() and each.isdigit() for each in sent) - 1

    def _ticked(self, name: str) -> bool:
        return self.own is None or bool(self.cleaned_data.get(f"own-{name}"))

    def clean(self) -> dict[str, Any]:
        """Read the values of all fields that are asked for, and let the others be."""
        for name in self.names:
            inputs = [each for each in self.fields if each.partition(".")[0] == name]
            if not self._ticked(name):
                for each in inputs:
                    self.errors.pop(each, None)
            elif not any(each in self.errors for each in inputs):
                was = getattr(self.own, name, None) or getattr(self.start, name)
                self.values[name] = ENTRIES[name].read(name, self.cleaned_data, was)
        return self.cleaned_data

    def tell(self, faults: Iterable[Fault]) -> None:
        """Put each fault beside its field, or above all where its field is of another part."""
        for fault in faults:
            at = next((each for each in self.fields if each.partition(".")[0] == fault.field), None)
            if at is None or at not in self.errors:
                self.add_error(at, told(fault))

    def entries(self) -> list[dict[str, Any]]:
        """Each field as the template draws it."""
        return [self._entry(name, ENTRIES[name]) for name in self.names]

    def _entry(self, name: str, entry: "Entry") -> dict[str, Any]:
        inputs = [self[each] for each in self.fields if each.partition(".")[0] == name]
        rows: dict[str, list[Any]] = {}
        if entry.kind == "rows":
            for bound in inputs:
                rows.setdefault(bound.name.split(".")[1], []).append(bound)
        return {
            "name": name,
            "kind": entry.kind,
            "label": entry.label,
            "hint": entry.hint,
            "short": isinstance(entry, Yes),
            "inputs": inputs,
            "rows": list(rows.values()),
            "errors": [error for bound in inputs for error in bound.errors],
            "own": self[f"own-{name}"] if self.own is not None else None,
        }


class PartForm(Rules):
    """One part of the whole policy."""

    def changed(self) -> "Policy | None":
        """The policy with what was typed, or None where something in it cannot be."""
        if not self.is_valid():
            return None
        rules = {**limits.values(self.start), **self.values}
        if faults := limits.faults(rules):
            self.tell(faults)
            return None
        return type(self.start)(**rules)


class ProvisoForm(Rules):
    """For whom a proviso is, and what is otherwise there."""

    def __init__(self, start: "Policy", proviso: Proviso | None, data: Any = None) -> None:
        """Draw a proviso, or an empty one."""
        departure, reach = (proviso.departure, proviso.reach) if proviso else (Departure(), Reach())
        super().__init__(policy_proviso.NAMES, start, data, own=departure)
        for name, label, hint in REACH:
            self.fields[name] = forms.CharField(
                label=label,
                help_text=hint,
                required=False,
                max_length=limits.LONGEST_NAME,
                initial=getattr(reach, name),
            )
        self.order_fields(["plan", "provider", "procedure"])

    def made(self) -> Proviso | None:
        """What was typed, or None where an input cannot be read."""
        if not self.is_valid():
            return None
        reach = Reach(**{name: self.cleaned_data[name].strip() or None for name, _label, _hint in REACH})
        return Proviso(reach, Departure(**self.values))

    def reach(self) -> list[Any]:
        """The inputs for whom it is."""
        return [self[name] for name, _label, _hint in REACH]

    def tell(self, faults: Iterable[Fault]) -> None:
        """Put what is wrong with whom it is for at its first input."""
        at = {"reach": "plan"}
        super().tell(Fault(at.get(each.field, each.field), each.rule, each.within) for each in faults)


REACH = (
    ("plan", gettext_lazy("Plano"), gettext_lazy("Como está no cadastro da pessoa.")),
    ("provider", gettext_lazy("Prestador"), gettext_lazy("O código dele na rede.")),
    ("procedure", gettext_lazy("Procedimento"), gettext_lazy("Código TUSS, ou só o começo dele para um grupo.")),
)


class DayForm(forms.Form):
    """From which day rules are to hold, and why."""

    from_date = forms.DateField(
        label=gettext_lazy("Vale a partir de"),
        help_text=gettext_lazy("Muda à meia-noite, no horário de Brasília. Hoje: assim que for aprovada."),
        error_messages={
            "required": gettext_lazy("Escolha o dia."),
            "invalid": gettext_lazy("Escreva o dia como 31/12/2026."),
        },
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    note = forms.CharField(
        label=gettext_lazy("Por que mudar"),
        help_text=gettext_lazy("Quem aprova lê isto. Sem nomes de pessoas atendidas."),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def count_of_provisos(count: int) -> str:
    """How many provisos there are, in words."""
    return ngettext("%(n)s exceção", "%(n)s exceções", count) % {"n": count}

"""The reasons without a code in rules: a sentence for each, and a row in which each is offered or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from chancela.domain import absence as absences
from chancela.domain.absence import AbsenceLead, AbsenceNeed, AbsenceReason, AbsenceRule
from chancela.portals.design import absence_words as words
from chancela.portals.operator.policy_entries import Inputs, Words, choice, kept, many

FIRST = {each.reason: each for each in absences.ABSENCES}


def said(rules: Sequence[AbsenceRule]) -> tuple[str, ...]:
    """A sentence for each reason, in the order in which they are offered."""
    return tuple(_sentence(each) for each in rules)


def _sentence(rule: AbsenceRule) -> str:
    needs = ", ".join(str(words.NEED[each]) for each in rule.needs) or _("só o motivo")
    told = {"reason": words.REASON[rule.reason], "tiss": rule.tiss, "needs": needs, "leads": words.LEAD[rule.leads]}
    return _("Sem código, “%(reason)s” (TISS %(tiss)s): %(needs)s; %(leads)s.") % told


@dataclass(frozen=True)
class Reasons:
    """A row for each reason: offered under which value of table 74, what it needs, what it leads to."""

    label: str | Promise
    hint: str | Promise = ""
    kind: str = "rows"

    def inputs(self, name: str, value: Any, rows: int) -> Inputs:
        """The value, the needs where care can wait for any, and where it leads; in the order that the rules have."""
        del rows
        held: dict[AbsenceReason, AbsenceRule] = {each.reason: each for each in value}
        found: Inputs = {}
        for reason in [*held, *(each for each in AbsenceReason if each not in held)]:
            rule, at = held.get(reason, FIRST[reason]), f"{name}.{reason.value}"
            found[f"{at}.tiss"] = choice(
                words.REASON[reason], _offers(reason), rule.tiss if reason in held else "", required=False
            )
            if reason not in absences.NEVER_WAITS:
                found[f"{at}.needs"] = many(gettext_lazy("precisa de"), words.NEED_SHORT, rule.needs)
            found[f"{at}.leads"] = choice(gettext_lazy("depois"), words.LEAD, rule.leads)
        return found

    def read(self, name: str, cleaned: Mapping[str, Any], was: Any) -> Any:
        """The rules of the reasons that are offered, those that were there before in their order."""
        before = {each.reason: each for each in was or ()}
        order = [*before, *(each for each in AbsenceReason if each not in before)]
        rules = (_read(f"{name}.{each.value}", each, cleaned, before.get(each)) for each in order)
        return tuple(each for each in rules if each is not None)


def _offers(reason: AbsenceReason) -> Words:
    """Under which values a reason may be offered; those that nobody may be without have no way out."""
    own = absences.OWN.get(reason)
    values = [own] if own else list(absences.TISS_ABSENCES)
    out: Words = {} if reason in absences.ALWAYS_OFFERED else {"": gettext_lazy("não oferecer")}
    return {**out, **{each: f"TISS {each}" for each in values}}


def _read(at: str, reason: AbsenceReason, cleaned: Mapping[str, Any], old: AbsenceRule | None) -> AbsenceRule | None:
    tiss = cleaned[f"{at}.tiss"]
    if not tiss:
        return None
    ticked = set(cleaned.get(f"{at}.needs", ()))
    needs = kept(tuple(each for each in AbsenceNeed if each.value in ticked), old.needs if old else None)
    return AbsenceRule(reason, tiss, needs, AbsenceLead(cleaned[f"{at}.leads"]))

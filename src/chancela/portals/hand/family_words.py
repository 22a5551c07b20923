"""What people read of their family: who sees and receives what at which age, and what a helper may do."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy as _

from chancela.domain import sentences
from chancela.domain.family import Scope
from chancela.domain.policy import Guardians, Own

if TYPE_CHECKING:
    from chancela.bootstrap.ties import Household, Ward
    from chancela.domain.policy import Age, Policy
    from chancela.domain.refusal import Refused

OWN = {
    Own.NONE: _("não recebe"),
    Own.BESIDE: _("recebe também, se tiver contato próprio"),
    Own.FIRST: _("recebe no próprio contato"),
}
GUARDIANS = {
    Guardians.CODES: _("recebem os códigos e veem os atendimentos"),
    Guardians.NOTICES: _("recebem um aviso, sem o código, e veem os atendimentos"),
    Guardians.NOTHING: _("não recebem nem veem"),
}
CARED_FOR = {
    (Own.NONE, Guardians.CODES): _("Os códigos vão para quem é responsável."),
    (Own.BESIDE, Guardians.CODES): _("Os códigos vão para quem é responsável e para o contato de %(name)s, se houver."),
    (Own.FIRST, Guardians.CODES): _("Os códigos vão primeiro para %(name)s, e também para quem é responsável."),
    (Own.FIRST, Guardians.NOTICES): _(
        "Os códigos vão para %(name)s. Quem é responsável recebe um aviso, sem o código."
    ),
}
ALONE = _("Os códigos vão só para %(name)s.")
MINE = {
    Guardians.CODES: _("Os seus códigos vão para quem é responsável, e para o seu contato, se houver."),
    Guardians.NOTICES: _("Os seus códigos vão para você. Quem é responsável recebe um aviso, sem o código."),
}
MINE_ALONE = _("Os seus códigos vão só para você.")
MINE_SHARED = _("Os seus códigos vão para você e para quem você deixou receber.")
SCOPE = {
    Scope.SEE: _("Pode ver os atendimentos."),
    Scope.ACT: _("Pode ver os atendimentos e cuidar dos códigos no aplicativo."),
    Scope.RECEIVE: _("Pode ver os atendimentos, cuidar dos códigos e recebê-los."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One age of the table, with those of the family who are of that age."""

    age: str
    own: str | Promise
    guardians: str | Promise
    names: str


def cared_for(ward: "Ward", policy: "Policy") -> str:
    """Who receives the codes of somebody, in one sentence."""
    rule = _rule(policy, ward.years)
    said = CARED_FOR.get((rule.own, rule.guardians), ALONE)
    return str(said) % {"name": ward.circle.person.beneficiary.name.split(maxsplit=1)[0]}


def mine(family: "Household", policy: "Policy") -> str | Promise:
    """Who receives one's own codes, in one sentence."""
    if any(each.tie.scope is Scope.RECEIVE and each.tie.taker_id for each in family.helpers):
        return MINE_SHARED
    one = family.me.circle.person.beneficiary
    told = any(not one.private or each.beneficiary.id != one.holder_id for each in family.me.circle.guardians)
    return MINE.get(_rule(policy, family.me.years).guardians, MINE_ALONE) if told else MINE_ALONE


def table(policy: "Policy", family: "Household") -> list[Row]:
    """The ages of the policy, and who of the family is where."""
    everyone = (family.me, *family.wards)
    bounds = [*(each.from_years for each in policy.ages[1:]), None]
    return [
        Row(
            _ages(rule.from_years, end),
            OWN[rule.own],
            GUARDIANS[rule.guardians],
            _names(everyone, rule.from_years, end),
        )
        for rule, end in zip(policy.ages, bounds, strict=True)
    ]


def told(refused: "Refused") -> str:
    """A refusal's own sentence, in the reader's language."""
    english = (get_language() or "pt").startswith("en")
    return sentences.sentence(refused, sentences.ENGLISH if english else sentences.PORTUGUESE)


def _rule(policy: "Policy", years: int) -> "Age":
    return next(each for each in reversed(policy.ages) if each.from_years <= years)


def _ages(first: int, end: int | None) -> str:
    if end is None:
        return gettext("%(first)s anos ou mais") % {"first": first}
    if first == 0:
        return gettext("até %(last)s anos") % {"last": end - 1}
    pattern = gettext("%(first)s e %(last)s anos") if end == first + 2 else gettext("%(first)s a %(last)s anos")
    return pattern % {"first": first, "last": end - 1}


def _names(everyone: "tuple[Ward, ...]", first: int, end: int | None) -> str:
    of_age = [each for each in everyone if first <= each.years and (end is None or each.years < end)]
    return ", ".join(each.circle.person.beneficiary.name.split(maxsplit=1)[0] for each in of_age)

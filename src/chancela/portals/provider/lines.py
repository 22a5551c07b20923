"""The procedures of a guia being entered: lines read from a form, changed, and turned into what is asked for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from chancela.domain import teeth
from chancela.domain.analysis import CatalogueEntry, Rule, RuleKind
from chancela.domain.guia import RequestedProcedure

TABLE = "22"
MOST = 50
NO_TOOTH: tuple[None] = (None,)
_CODE = re.compile(r"[0-9]{8}\Z", re.ASCII)
_TOOTH = re.compile(r"[0-9]{2}\Z", re.ASCII)
_QUANTITY = re.compile(r"[1-9][0-9]?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """One procedure as typed: `teeth` may name several, each of which becomes a procedure of its own."""

    code: str
    name: str
    quantity: str = "1"
    teeth: str = ""
    region: str = ""
    faces: str = ""
    needs: frozenset[str] = frozenset()
    errors: dict[str, str] = field(default_factory=dict)


def needs(rules: Iterable[Rule], code: str) -> frozenset[str]:
    """What the operator's rules ask of a procedure: any of tooth, faces, region."""
    asked = {RuleKind.TOOTH, RuleKind.FACES, RuleKind.REGION}
    fits = (rule for rule in rules if rule.kind in asked and (not rule.codes or code.startswith(rule.codes)))
    return frozenset(rule.kind.value for rule in fits)


def read(data: QueryDict, rules: Iterable[Rule]) -> list[Line]:
    """The lines of a posted form, in their order; at most fifty."""
    rules = tuple(rules)
    lines = []
    for at in data.getlist("line")[:MOST]:
        code = data.get(f"code-{at}", "")[:10]
        lines.append(
            Line(
                code=code,
                name=data.get(f"name-{at}", "")[:300],
                quantity=data.get(f"quantity-{at}", "1").strip()[:4],
                teeth=data.get(f"teeth-{at}", "").strip()[:200],
                region=data.get(f"region-{at}", "").strip()[:4],
                faces="".join(data.getlist(f"faces-{at}"))[:7],
                needs=needs(rules, code),
            )
        )
    return lines


def of_entry(entry: CatalogueEntry, rules: Iterable[Rule]) -> Line:
    """A new line for a procedure of the catalogue."""
    return Line(entry.code, entry.name, needs=needs(rules, entry.code))


def split_teeth(text: str) -> list[str]:
    """`16, 26 36` -> `["16", "26", "36"]`, none twice."""
    return list(dict.fromkeys(re.split(r"[\s,;/]+", text.strip()))) if text.strip() else []


def checked(line: Line) -> Line:
    """The line with what has to be put right before it can be asked for."""
    errors: dict[str, str] = {}
    if not _CODE.match(line.code):
        errors["code"] = _("Procedimento não encontrado na tabela TUSS 22.")
    if not _QUANTITY.match(line.quantity):
        errors["quantity"] = _("Informe a quantidade, de 1 a 99.")
    named = split_teeth(line.teeth)
    if wrong := [tooth for tooth in named if not _TOOTH.match(tooth) or tooth not in teeth.TEETH]:
        errors["teeth"] = _("%(tooth)s não é um dente. Use o número FDI, por exemplo 26.") % {"tooth": wrong[0]}
    elif "tooth" in line.needs and not named:
        errors["teeth"] = _("Informe o dente pelo número FDI, por exemplo 26.")
    if "faces" in line.needs and not line.faces:
        errors["faces"] = _("Marque de 1 a 5 faces.")
    elif line.faces and not all(teeth.valid_faces(line.faces, tooth) for tooth in named or NO_TOOTH):
        errors["faces"] = _("Estas faces não servem para este dente: O fica atrás, I na frente, até 5 faces.")
    if line.region not in teeth.REGIONS and (line.region or "region" in line.needs):
        errors["region"] = _("Escolha a região.")
    return replace(line, errors=errors)


def asked(lines: Iterable[Line]) -> tuple[RequestedProcedure, ...]:
    """What checked lines ask for: one procedure for each tooth of a line, or one where it names none."""
    return tuple(
        RequestedProcedure(
            TABLE, line.code, int(line.quantity), tooth=tooth, region=line.region or None, faces=line.faces or None
        )
        for line in lines
        for tooth in (split_teeth(line.teeth) or NO_TOOTH)
    )

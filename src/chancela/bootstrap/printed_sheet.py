"""What a printed guia says, word by word: in Portuguese, with the person's whole name, since it is their paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chancela.adapters.documents.printed import Line, Sheet
from chancela.adapters.postgres.world import BRAZIL
from chancela.bootstrap import logos
from chancela.domain.guia import Kind

if TYPE_CHECKING:
    from datetime import date, datetime

    from chancela.bootstrap.app import App
    from chancela.domain.case import Case
    from chancela.domain.guia import Procedure
    from chancela.domain.permissions import Actor
    from chancela.domain.printed import Slip

KINDS: Final = {
    Kind.CONSULTA: "Consulta",
    Kind.SP_SADT: "Exame ou terapia (SP/SADT)",
    Kind.INTERNACAO: "Internação",
    Kind.ODONTO: "Tratamento odontológico (GTO)",
}
RULE: Final = (
    "Assine somente o que foi feito, no dia em que foi feito. Depois, a clínica envia a foto ou a digitalização desta"
    " folha à operadora, até {until}: ela vale uma vez, para esta guia."
)


@dataclass(frozen=True, slots=True)
class Names:
    """Who is named on a sheet."""

    operator: str
    provider: str
    person: str
    logo: bytes | None


async def names(app: App, actor: Actor, case: Case) -> Names:
    """Return who is named on the sheet of a guia."""
    guia = case.guia
    operator = await app.reads.operator(guia.operator)
    provider = await app.reads.provider(guia.operator, guia.provider)
    person = await app.reads.person(actor, guia.card_number)
    logo = await logos.find(app, guia.operator)
    return Names(
        operator.name if operator else guia.operator,
        provider.name if provider else "",
        person.beneficiary.name if person else "",
        logo.content if logo else None,
    )


def laid_out(case: Case, slip: Slip, who: Names, number: str, qr: str) -> Sheet:
    """Return the sheet of a slip: the same words each time, as it was printed."""
    guia, until = case.guia, _day(slip.until)
    facts = (
        ("Tipo", KINDS[guia.kind] + (", urgência" if guia.urgent else "")),
        ("Pessoa", who.person),
        ("Carteirinha", guia.card_number),
        ("Prestador", f"{who.provider} ({guia.provider})" if who.provider else guia.provider),
        ("Número próprio", guia.provider_number or ""),
        ("Solicitante", guia.requester or ""),
    )
    return Sheet(
        title=f"Guia {guia.number} para assinatura",
        number=guia.number,
        operator=who.operator,
        ans=guia.operator,
        facts=tuple(each for each in facts if each[1]),
        procedures=tuple(map(_line, slip.procedures)),
        sessions=slip.sessions,
        slip=number,
        qr=qr,
        printed=_moment(slip.printed_at),
        until=until,
        rule=RULE.format(until=until),
        at=int(slip.printed_at.timestamp()),
        logo=who.logo,
    )


def _line(each: Procedure) -> Line:
    parts = (
        f"dente {each.tooth}" if each.tooth else "",
        each.faces or "",
        f"região {each.region}" if each.region else "",
    )
    return Line(each.item, each.code, each.name, " ".join(part for part in parts if part), each.quantity)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _moment(at: datetime) -> str:
    here = at.astimezone(BRAZIL)
    return f"{here:%d/%m/%Y}, às {here:%H:%M}"

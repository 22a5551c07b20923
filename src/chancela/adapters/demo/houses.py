"""Three invented operators, one for each shipped policy, with their network, analysis rules and call-centre lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec

from chancela.domain.analysis import Rule, RuleKind
from chancela.domain.people import Audience, Line
from chancela.domain.permissions import ActorKind
from chancela.domain.profiles import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Mapping

WAIT_S: Final = 12
COOL_DOWN_S: Final = 3

IMPACTED = ("82001286", "82001294", "82001731", "82001740")
EXTRACTIONS = ("82000816", "82000832", "82000859", "82000875", "83000089")
RESTORATIONS = (
    "85100099",
    *(f"851001{tens}" for tens in (0, 1, 2, 3, 4, 5, 6)),
    "85100196",
    *(f"851002{tens}" for tens in (0, 1, 2)),
)
ROOT_CANALS = ("85200093", "85200107", "85200115", "85200140", "85200158", "85200166")
PROSTHESES = ("854", "855")
IMPLANTS = ("82000980", "82001006", "855")
ORTHODONTICS = ("86",)
SURGERY = ("30", "31")
IMAGING = ("4100", "4110")

BRACES = ("86000357", "86000365", "86000373")  # their upkeep, visit by visit
THERAPIES = ("5000", "20103")  # physiotherapy, speech and occupational therapy, psychology; physical medicine

DENTAL = (
    Rule(RuleKind.TOOTH, (*EXTRACTIONS, *IMPACTED, *RESTORATIONS, *ROOT_CANALS)),
    Rule(RuleKind.FACES, RESTORATIONS),
    Rule(RuleKind.REGION, ("85300039", "85300047")),
    Rule(RuleKind.WAITING_PERIOD, PROSTHESES, days=180),
    Rule(RuleKind.SPECIALTY, ORTHODONTICS, specialties=("ortodontia",)),
    Rule(RuleKind.REPETITION, ("84000198", "85300047"), days=180),
    Rule(RuleKind.DOCUMENT, (*ROOT_CANALS, *IMPACTED)),
    Rule(RuleKind.AUDIT, IMPLANTS),
)
MEDICAL = (
    Rule(RuleKind.WAITING_PERIOD, SURGERY, days=180),
    Rule(RuleKind.AUDIT, (*SURGERY, *IMAGING)),
    Rule(RuleKind.REPETITION, IMAGING, days=90),
)


def watched(profile: str) -> dict[str, Any]:
    """Return what a demo changes of a shipped policy: waits short enough to watch, and hours none of which is quiet."""
    ladder = [{**msgspec.to_builtins(rung), "wait_s": WAIT_S} for rung in SHIPPED[profile].ladder]
    return {"ladder": ladder, "quiet": {"channels": []}, "cool_down_s": COOL_DOWN_S}


@dataclass(frozen=True, slots=True)
class Clinic:
    """An invented provider; its specialties are separated by a bar."""

    code: str
    name: str
    specialties: str
    phone: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of the operator's own people, invented."""

    login: str
    name: str


DESKS: Final = {
    ActorKind.AGENT: "central",
    ActorKind.AUDITOR: "operadora",
    ActorKind.ANALYST: "analise",
    ActorKind.MANAGER: "gestao",
    ActorKind.DPO: "encarregado",
    ActorKind.ADMINISTRATOR: "acessos",
}


def team(house: str, *names: str) -> dict[ActorKind, Colleague]:
    """Return one person for each role, in the order of `DESKS`."""
    return {
        role: Colleague(f"{desk}@{house}.example", name)
        for (role, desk), name in zip(DESKS.items(), names, strict=True)
    }


@dataclass(frozen=True, slots=True)
class House:
    """An invented operator; `desk` is the provider whose desk the demo opens, `login` the account that opens it.

    `staff` are the operator's own people, one a role; `policy` is what differs from the profile.
    """

    ans: str
    name: str
    profile: str
    plan: str
    covers_medical: bool
    desk: str
    login: str
    clinics: tuple[Clinic, ...]
    rules: tuple[Rule, ...]
    lines: tuple[Line, ...]
    accent: str | None = None
    chat_url: str | None = None
    staff: Mapping[ActorKind, Colleague] = field(default_factory=dict, hash=False)
    policy: Mapping[str, Any] = field(default_factory=dict, hash=False)


AURORA = House(
    ans="999001",
    accent="#1f6f8b",
    name="Aurora Saúde",
    profile="push-per-attendance",
    policy={
        **watched("push-per-attendance"),
        "paper_codes": 10,
        "series": (*THERAPIES, *BRACES),
        "session_code": "per_day",
        "day_sessions": 3,
    },
    plan="Aurora Integral",
    covers_medical=True,
    desk="10001",
    login="ipe.aurora",
    staff=team("aurora", "Lia Prado", "Otávio Reis", "Marina Couto", "Heitor Vale", "Cecília Brandt", "Davi Siqueira"),
    clinics=(
        Clinic(
            "10001",
            "Clínica Ipê-Roxo",
            "clínica geral|endodontia|clínica médica|cardiologia|ortopedia",
            "+554130000101",
        ),
        Clinic("10002", "Hospital Nossa Senhora da Colina", "cirurgia geral|ortopedia|pediatria", "+551130000102"),
        Clinic("10003", "Laboratório Serra Azul", "análises clínicas|radiologia", "+552130000103"),
    ),
    rules=(*DENTAL, *MEDICAL),
    lines=(
        Line("Para prestadores", "0800 000 0011", "todos os dias, 24 horas", Audience.PROVIDERS),
        Line("Para beneficiários", "0800 000 0012", "todos os dias, 24 horas"),
        Line("Atendimento acessível", "0800 000 0013", "todos os dias, 24 horas", Audience.HEARING),
    ),
)
BEM_TE_VI = House(
    ans="999002",
    accent="#2e7d4f",
    name="Bem-te-vi Dental",
    profile="latest-code-wins",
    policy={**watched("latest-code-wins"), "series": BRACES},
    plan="Bem-te-vi Sorriso",
    covers_medical=False,
    desk="10002",
    login="ribeira.bemtevi",
    staff=team("bemtevi", "Nara Lins", "Ivo Camargo", "Bianca Teles", "Rui Falcão", "Sônia Maciel", "Caio Arruda"),
    clinics=(
        Clinic("10001", "Consultório Dra. Olívia Marins", "clínica geral", "+554130000201"),
        Clinic("10002", "Odontologia Ribeira", "clínica geral|endodontia|ortodontia|periodontia", "+554830000202"),
        Clinic("10003", "Radiologia Oral Guará", "radiologia", "+554730000203"),
    ),
    rules=DENTAL,
    lines=(
        Line(
            "Central do prestador", "0800 000 0021", "segunda a sexta, 8h às 20h; sábado, 8h às 14h", Audience.PROVIDERS
        ),
        Line("Central do beneficiário", "0800 000 0022", "todos os dias, 7h às 22h"),
        Line("Central acessível", "0800 000 0023", "todos os dias, 7h às 22h", Audience.HEARING),
    ),
)
CAMBUI = House(
    ans="999003",
    accent="#8a4b9e",
    chat_url="https://conversa.cambui.example/",
    name="Cambuí Odonto",
    profile="one-code-per-guia",
    policy=watched("one-code-per-guia"),
    plan="Cambuí Essencial",
    covers_medical=False,
    desk="10003",
    login="jatoba.cambui",
    staff=team(
        "cambui", "Júlia Serpa", "Renato Bueno", "Alice Fontes", "Tomás Quadros", "Vera Linhares", "Elias Porto"
    ),
    clinics=(
        Clinic("10001", "Centro Odontológico Aroeira", "clínica geral|ortodontia", "+554130000301"),
        Clinic("10002", "Urgência Dental Vinte e Quatro", "clínica geral|cirurgia", "+556530000302"),
        Clinic("10003", "Clínica Jatobá", "clínica geral|endodontia|odontopediatria", "+554130000303"),
    ),
    rules=DENTAL,
    lines=(
        Line("SAB, capitais e regiões metropolitanas", "4000 0031", "todos os dias, 24 horas"),
        Line("SAB, demais localidades", "0800 000 0032", "todos os dias, 24 horas"),
        Line("SAB acessível", "0800 000 0033", "todos os dias, 24 horas", Audience.HEARING),
    ),
)
HOUSES = (AURORA, BEM_TE_VI, CAMBUI)

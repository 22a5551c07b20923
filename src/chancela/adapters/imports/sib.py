"""People as SIB tells them: one record of a conference, or one movement, becomes what it says of a person."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from chancela.adapters.brazil import documents
from chancela.adapters.imports.cells import Problem
from chancela.adapters.imports.staging import Arriving
from chancela.domain.people import Relation, Standing

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.adapters.imports.sib_file import SibRecord

CODE: Final = re.compile(r"[0-9A-Za-z./-]{1,30}")
CCO: Final = re.compile(r"[0-9]{12}")
DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
RELATIONS: Final = {
    "1": Relation.HOLDER,
    "3": Relation.SPOUSE,
    "4": Relation.CHILD,
    "6": Relation.STEPCHILD,
    "8": Relation.PARENT,
    "10": Relation.OTHER,
}
REASONS: Final = frozenset({"41", "42", "43", "44", "46", "47", "48"})  # motivoCancelamento: each of them ends
ACTIVE_WORDS: Final = frozenset({"ATIVO", "ATIVA", "A", "1"})


class SibRow(NamedTuple):
    """What a record says: `want` are columns of a person by name; a key that is not there says nothing.

    `holder` is the holder's CCO in a conference and the operator's code in a movement; `adds` tells whether somebody
    unknown may come in by this record, `rank` which of two records of one person counts.
    """

    line: int
    cco: str | None
    code: str | None
    want: dict[str, Any]
    holder: str | None
    adds: bool
    rank: int


class _Says:
    """The texts of a record, read one by one; each wrong one is a problem in Portuguese."""

    def __init__(self, record: SibRecord) -> None:
        self.texts = record.texts
        self.problems: list[Problem] = []

    def note(self, field: str, sentence: str, *, refuses: bool = True) -> None:
        self.problems.append(Problem(field, sentence, refuses))

    def text(self, field: str, longest: int, *, needed: bool = False) -> str | None:
        value = " ".join(self.texts.get(field, "").split())
        if not value:
            if needed:
                self.note(field, "em branco")
            return None
        if len(value) > longest:
            self.note(field, f"mais de {longest} caracteres")
        return value if value.isascii() else unicodedata.normalize("NFC", value)

    def day(self, field: str, *, needed: bool = False) -> str | None:
        value = self.text(field, 40, needed=needed)
        if value is None:
            return None
        found = DAY.fullmatch(value)
        try:
            day = date(int(found[1]), int(found[2]), int(found[3])) if found else None
        except ValueError:
            day = None
        if day is None:
            self.note(field, "não é uma data no formato aaaa-mm-dd")
        elif day.year < 1890:  # noqa: PLR2004 - SIB, st_dt_nascimento
            self.note(field, "data fora do que é possível")
        return value

    def code(self, field: str, *, needed: bool = False) -> str | None:
        value = self.text(field, 30, needed=needed)
        if value is not None and len(value) <= 30 and not CODE.fullmatch(value):  # noqa: PLR2004 - SIB, 1..30
            self.note(field, "só pode ter letras sem acento, algarismos, ponto, barra e hífen")
        return value if value and CODE.fullmatch(value) else None

    def cco(self, field: str, value: str | None, *, needed: bool = False) -> str | None:
        found = (value or "").strip()
        if not found and not needed:
            return None
        if not CCO.fullmatch(found):
            self.note(field, "não é um CCO de 12 algarismos")
            return None
        return found


def read(record: SibRecord) -> tuple[SibRow, list[Problem]]:
    """Return what a record says of its person, and what is wrong with it."""
    says = _Says(record)
    row = _whole(record, says) if record.kind == "beneficiario" else _movement(record, says)
    return row, says.problems


def _whole(record: SibRecord, says: _Says) -> SibRow:
    """A record of the conference: the whole person, as ANS has them."""
    cco = says.cco("cco", record.attributes.get("cco"), needed=True)
    code = says.code("codigoBeneficiario", needed=True)
    holder = says.cco("ccoBeneficiarioTitular", says.texts.get("ccoBeneficiarioTitular"))
    active = record.attributes.get("situacao", "").strip().upper() in ACTIVE_WORDS
    want = {**_person(says, whole=True), **_plan(says)}
    want |= {"cco": cco, "operator_code": code, "joined_date": says.day("dataContratacao", needed=True)}
    want |= {"standing": Standing.ACTIVE if active else Standing.ENDED}
    want["ended_date"] = None if active else says.day("dataCancelamento")
    if not active:
        _reason(says)
    holder = _family(says, want, holder, own=cco)
    return SibRow(record.line, cco, code, want, holder, adds=active, rank=int(active))


def _movement(record: SibRecord, says: _Says) -> SibRow:
    kind = record.kind
    adds = kind == "inclusao"
    cco = None if adds else says.cco("cco", says.texts.get("cco"), needed=True)
    code = says.code("codigoBeneficiario", needed=adds)
    holder = says.code("codigoBeneficiarioTitular")
    want: dict[str, Any] = {}
    if kind in {"inclusao", "retificacao"}:
        want |= _person(says, whole=adds)
        want |= {"operator_code": code} if code else {}
    if kind in {"inclusao", "retificacao", "mudancaContratual"}:
        joined = says.day("dataContratacao", needed=kind != "retificacao")
        want |= _plan(says) | ({"joined_date": joined} if joined else {})
        holder = _family(says, want, holder, own=code)
    want |= _standing(says, kind)
    return SibRow(record.line, cco, code, want, holder, adds=adds, rank=0)


def _standing(says: _Says, kind: str) -> dict[str, Any]:
    """What a movement does to the contract: it begins, ends, or goes on; a reactivation after the end wins."""
    ended, again = says.day("dataCancelamento", needed=kind == "cancelamento"), says.day("dataReativacao")
    if kind == "cancelamento":
        _reason(says, needed=True)
    if kind == "reativacao" and again is None:
        says.note("dataReativacao", "em branco")
    if ended and (again is None or ended > again):
        return {"standing": Standing.ENDED, "ended_date": ended}
    if kind in {"inclusao", "reativacao"} or again:
        return {"standing": Standing.ACTIVE, "ended_date": None}
    return {}


def _reason(says: _Says, *, needed: bool = False) -> None:
    reason = says.text("motivoCancelamento", 10, needed=needed)
    if reason is not None and reason not in REASONS:
        says.note("motivoCancelamento", "motivo que o SIB não conhece", refuses=False)


def _person(says: _Says, *, whole: bool) -> dict[str, Any]:
    """Who it is; in a rectification only what stands there, and a wrong CPF or CNS is left out."""
    found: dict[str, Any] = {
        "name": says.text("nome", 120, needed=whole),
        "birth_date": says.day("dataNascimento", needed=whole),
    }
    for field, column, check in (("cpf", "cpf", documents.cpf), ("cns", "cns", documents.cns)):
        text = says.text(field, 20)
        found[column] = check(text) if text else None
        if text and found[column] is None:
            says.note(field, f"{field.upper()} inválido", refuses=False)
    return {column: value for column, value in found.items() if value is not None}


def _plan(says: _Says) -> dict[str, Any]:
    plan = says.text("numeroPlanoANS", 20) or says.text("numeroPlanoOperadora", 20)
    return {"plan": plan} if plan else {}


def _family(says: _Says, want: dict[str, Any], holder: str | None, own: str | None) -> str | None:
    """Write the relation, and return by what the holder is known: the own number, or none, is a holder."""
    number = says.text("relacaoDependencia", 2)
    if number is not None and number not in RELATIONS:
        says.note("relacaoDependencia", "relação que o SIB não conhece")
    relation = RELATIONS.get(number or "")
    depends = holder is not None and holder != own
    if relation is Relation.HOLDER and depends:
        says.note("relacaoDependencia", "diz titular, mas o registro tem outra pessoa como titular")
    if relation not in {None, Relation.HOLDER} and not depends:
        says.note("relacaoDependencia", "dependente sem titular", refuses=False)
    if relation is None and depends:
        relation = Relation.OTHER
    if relation is not None:
        want["relation"] = relation
    if relation is Relation.HOLDER:
        want["holder_id"] = None
    return holder if depends else None


def staged(row: SibRow, n: int, new_id: UUID, *, refused: bool) -> Arriving:
    """Return the row as it waits to be judged; a new person's card number is the operator's code."""
    return Arriving(
        n=n,
        line=row.line,
        id=new_id,
        cco=row.cco,
        code=row.code,
        card=row.code,
        rank=row.rank,
        adds=row.adds,
        refused=refused,
        want=row.want if not refused else {},
        holder=row.holder,
    )


def said(record: SibRecord) -> str:
    """Return by which numbers a record is found again; nothing else of the person."""
    cco = record.attributes.get("cco") or record.texts.get("cco", "")
    return f"{record.kind} cco={cco[:40]} codigoBeneficiario={record.texts.get('codigoBeneficiario', '')[:40]}"

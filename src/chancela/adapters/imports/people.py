"""People of an operator: the CSV that its core system exports, one beneficiary a line."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from chancela.adapters.imports.form import Form
from chancela.domain.contact import ContactKind
from chancela.domain.message import Language
from chancela.domain.people import Relation, Standing

if TYPE_CHECKING:
    from chancela.adapters.imports.cells import Cells

CARD_LENGTH = 20  # TISS 4.03.00, numeroCarteira
NAME_LENGTH = 120
RELATIONS = {  # numbers: SIB, relacaoDependencia
    **dict.fromkeys(("1", "01", "titular"), Relation.HOLDER),
    **dict.fromkeys(("3", "03", "conjuge", "companheiro", "companheira", "esposo", "esposa"), Relation.SPOUSE),
    **dict.fromkeys(("4", "04", "filho", "filha", "filho_a"), Relation.CHILD),
    **dict.fromkeys(("6", "06", "enteado", "enteada", "enteado_a"), Relation.STEPCHILD),
    **dict.fromkeys(("8", "08", "pai", "mae", "pai_mae"), Relation.PARENT),
    **dict.fromkeys(("10", "agregado", "agregada", "outro", "outros"), Relation.OTHER),
    **{each.value: each for each in Relation},  # as our own export writes them
}
STANDINGS = {
    **dict.fromkeys(("ativo", "ativa"), Standing.ACTIVE),
    **dict.fromkeys(("suspenso", "suspensa"), Standing.SUSPENDED),
    **dict.fromkeys(("desligado", "desligada", "cancelado", "cancelada", "inativo", "inativa"), Standing.ENDED),
    **{each.value: each for each in Standing},
}
DENTAL, MEDICAL = frozenset({"dental"}), frozenset({"medical"})
COVERS = {
    **dict.fromkeys(("odonto", "odontologica", "odontologico", "dental"), DENTAL),
    **dict.fromkeys(("medica", "medico", "saude", "medical"), MEDICAL),
    **dict.fromkeys(("ambas", "ambos", "medica_e_odontologica", "medico_e_odontologico", "both"), DENTAL | MEDICAL),
    **dict.fromkeys(("none",), frozenset[str]()),
}
LANGUAGES = {
    **dict.fromkeys(("pt_br", "pt", "portugues"), Language.PORTUGUESE),
    **dict.fromkeys(("en", "ingles", "english"), Language.ENGLISH),
}
YES_OR_NO = {**dict.fromkeys(("sim", "s", "yes"), True), **dict.fromkeys(("nao", "n", "no"), False)}
SAID: dict[str, bool | None] = {**YES_OR_NO}


class PersonRow(NamedTuple):
    """A beneficiary as the file says; the holder by card number, since they may stand further down."""

    line: int
    card_number: str
    name: str
    birth_date: date
    cpf: str | None
    holder_card: str | None
    relation: Relation
    plan: str
    standing: Standing
    joined_date: date | None
    ended_date: date | None
    card_valid_until: date | None
    covers_dental: bool
    covers_medical: bool
    contacts: tuple[tuple[ContactKind, str], ...]
    uses_no_mobile: bool = False
    language: Language = Language.PORTUGUESE
    private: bool | None = None
    protected: bool | None = None
    named_card: str | None = None
    guardian_cards: tuple[str, ...] = ()


def read(cells: Cells, line: int) -> PersonRow:
    """Return the person of a line; its problems stay with the cells."""
    tomorrow = date.today() + timedelta(days=1)  # noqa: DTZ011 - a birth date has no zone, one day is grace enough
    covers = cells.choice("cobertura", COVERS, DENTAL | MEDICAL)
    card = cells.code("carteira", CARD_LENGTH, needed=True)
    holder, relation = _family(cells, card)
    return PersonRow(
        line=line,
        card_number=card,
        name=cells.text("nome", NAME_LENGTH, needed=True),
        birth_date=cells.day("nascimento", needed=True, latest=tomorrow) or date.min,
        cpf=cells.cpf("cpf"),
        holder_card=holder,
        relation=relation,
        plan=cells.text("plano", NAME_LENGTH),
        standing=cells.choice("situacao", STANDINGS, Standing.ACTIVE),
        joined_date=cells.day("inclusao"),
        ended_date=cells.day("desligamento"),
        card_valid_until=cells.day("validade"),
        covers_dental=bool(covers & DENTAL),
        covers_medical=bool(covers & MEDICAL),
        contacts=_contacts(cells),
        uses_no_mobile=not cells.choice("usa_celular", YES_OR_NO, default=True),
        language=cells.choice("idioma", LANGUAGES, Language.PORTUGUESE),
        private=cells.choice("sigilo", SAID, None),
        protected=cells.choice("protegido", SAID, None),
        named_card=cells.text("responsavel_nomeado", CARD_LENGTH) or None,
        guardian_cards=cells.listed("responsaveis", ";|"),
    )


def _family(cells: Cells, card: str) -> tuple[str | None, Relation]:
    """Return the holder's card and the relation: an empty holder, or the own card, is a holder."""
    holder = cells.code("titular", CARD_LENGTH)
    depends = holder not in {"", card}
    relation = cells.choice("parentesco", RELATIONS, Relation.OTHER if depends else Relation.HOLDER)
    if depends and relation is Relation.HOLDER:
        cells.note("parentesco", "diz titular, mas a coluna titular tem a carteira de outra pessoa")
    if not depends and relation is not Relation.HOLDER:
        cells.note("titular", "dependente sem a carteira do titular", refuses=False)
    return (holder if depends else None), relation


def _contacts(cells: Cells) -> tuple[tuple[ContactKind, str], ...]:
    """Return every usable address once; a landline in the column of mobiles is a landline, and the other way round."""
    phones = (*cells.phones("celular"), *cells.phones("telefone"))
    found = [
        *((phone.kind, phone.e164) for phone in phones),
        *((ContactKind.EMAIL, mail) for mail in cells.emails("email")),
    ]
    return tuple(dict.fromkeys(found))


FORM = Form(
    needed=("carteira", "nome", "nascimento"),
    optional=(
        *("cpf", "titular", "parentesco", "plano", "cobertura", "situacao", "inclusao", "desligamento", "validade"),
        *("celular", "telefone", "email", "usa_celular", "idioma"),
        *("responsavel_nomeado", "responsaveis", "protegido", "sigilo"),
    ),
    aliases={
        "numero_da_carteira": "carteira",
        "carteirinha": "carteira",
        "nome_completo": "nome",
        "data_de_nascimento": "nascimento",
        "carteira_do_titular": "titular",
        "carteira_titular": "titular",
        "data_de_inclusao": "inclusao",
        "data_de_desligamento": "desligamento",
        "validade_da_carteira": "validade",
        "telefone_fixo": "telefone",
        "telefone_celular": "celular",
        "e_mail": "email",
        "responsavel": "responsavel_nomeado",
        "carteira_do_responsavel": "responsavel_nomeado",
        "outros_responsaveis": "responsaveis",
        # What our own export writes.
        "card_number": "carteira",
        "name": "nome",
        "birth_date": "nascimento",
        "holder_card": "titular",
        "relation": "parentesco",
        "plan": "plano",
        "standing": "situacao",
        "joined_date": "inclusao",
        "ended_date": "desligamento",
        "card_valid_until": "validade",
        "covers": "cobertura",
        "mobile": "celular",
        "landline": "telefone",
        "uses_mobile": "usa_celular",
        "language": "idioma",
        "named_guardian": "responsavel_nomeado",
        "guardians": "responsaveis",
        "protected": "protegido",
        "private": "sigilo",
    },
    read=read,
)

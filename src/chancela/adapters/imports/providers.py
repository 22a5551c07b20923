"""The network of an operator: the CSV of its dentists, clinics, hospitals and laboratories, one provider a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from chancela.adapters.imports.form import Form

if TYPE_CHECKING:
    from chancela.adapters.imports.cells import Cells

CODE_LENGTH = 14  # TISS 4.03.00, codigoPrestadorNaOperadora
NAME_LENGTH = 120
COUNCIL_LENGTH = 40
SEVERAL = "|"
STATES = dict.fromkeys(
    "ac al am ap ba ce df es go ma mg ms mt pa pb pe pi pr rj rn ro rr rs sc se sp to".split(),  # noqa: SIM905
    True,
)
ACTIVE = {
    **dict.fromkeys(("ativo", "ativa"), True),
    **dict.fromkeys(("inativo", "inativa", "descredenciado", "descredenciada", "suspenso", "suspensa"), False),
}


class ProviderRow(NamedTuple):
    """A provider as the file says; specialties in lower case, telephones in E.164."""

    line: int
    code: str
    name: str
    document: str | None
    council: str | None
    specialties: tuple[str, ...]
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    active: bool
    staff: tuple[str, ...] = ()


def read(cells: Cells, line: int) -> ProviderRow:
    """Return the provider of a line; its problems stay with the cells."""
    return ProviderRow(
        line=line,
        code=cells.code("codigo", CODE_LENGTH, needed=True),
        name=cells.text("nome", NAME_LENGTH, needed=True),
        document=cells.cpf_or_cnpj("cnpj_ou_cpf"),
        council=_council(cells),
        specialties=cells.words("especialidades", SEVERAL),
        phones=tuple(dict.fromkeys(phone.e164 for phone in cells.phones("telefones", SEVERAL))),
        emails=tuple(dict.fromkeys(each.lower() for each in cells.emails("emails", SEVERAL))),
        active=cells.choice("situacao", ACTIVE, default=True),
        staff=tuple(dict.fromkeys(each.lower() for each in cells.addresses("equipe", SEVERAL))),
    )


def _council(cells: Cells) -> str | None:
    """Return the entry in a professional council with its state, such as `CRO 12345/PR`."""
    entry = cells.text("conselho", COUNCIL_LENGTH)
    state = cells.text("uf", 2).upper()
    cells.choice("uf", STATES, default=True)
    return f"{entry}/{state}" if entry and state else entry or None


FORM = Form(
    needed=("codigo", "nome"),
    optional=("cnpj_ou_cpf", "conselho", "uf", "especialidades", "telefones", "emails", "situacao", "equipe"),
    aliases={
        "codigo_do_prestador": "codigo",
        "cnpj": "cnpj_ou_cpf",
        "cpf": "cnpj_ou_cpf",
        "cnpj_cpf": "cnpj_ou_cpf",
        "cpf_cnpj": "cnpj_ou_cpf",
        "especialidade": "especialidades",
        "telefone": "telefones",
        "email": "emails",
        "e_mail": "emails",
        "e_mails": "emails",
        "staff": "equipe",
    },
    read=read,
)

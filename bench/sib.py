"""Invented SIB files of any size: whole conferences and movements, with the hash that the ANS asks for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chancela.adapters.demo import invented

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

GIVEN = ("Ana", "Bruno", "Célia", "Davi", "Eva", "Flávio", "Gilda", "Hélio", "Íris", "João")
FAMILY = ("Souza", "Lima", "Gonçalves", "Araújo", "Ribeiro", "Assunção", "Melo", "Brandão", "Prado", "Vidal")
INVENTED_CPFS = 900_000_000  # the demo's people have CPFs of other ranges


@dataclass(frozen=True)
class Contract:
    """One invented person's contract; `number` makes every other number of it."""

    number: int
    holder: int | None = None
    relation: str = "1"
    name: str = ""
    plan: str = "473215146"
    joined: str = "2020-02-01"
    ended: str | None = None
    born: str = ""
    code: str = ""

    @property
    def cco(self) -> str:
        """Return the number by which the ANS knows it."""
        return f"{self.number:012d}"

    @property
    def card(self) -> str:
        """Return the operator's code, which is the card number too."""
        return self.code or f"{self.number:011d}"

    @property
    def cpf(self) -> str:
        """Return a CPF with right check digits."""
        return invented.cpf(INVENTED_CPFS + self.number)

    @property
    def called(self) -> str:
        """Return the name."""
        n = self.number
        return self.name or f"{GIVEN[n % 10]} {FAMILY[n // 10 % 10]} {FAMILY[n // 100 % 10]}"

    @property
    def birth(self) -> str:
        """Return the day of birth."""
        return self.born or f"{1940 + self.number % 80}-{self.number % 12 + 1:02}-{self.number % 28 + 1:02}"


def crowd(people: int, first: int = 1) -> Iterator[Contract]:
    """Families of four, the holder after its dependants every second time."""
    for start in range(first, first + people, 4):
        family = [Contract(n, start, "3" if n == start + 1 else "4") for n in range(start + 1, start + 4)]
        whole = [Contract(start), *family]
        for each in whole if start % 8 == first % 8 else reversed(whole):
            if each.number < first + people:
                yield each


class Writer:
    """Writes XML and sums up what the hash is of: attribute values and texts, in document order."""

    def __init__(self, file: Any, encoding: str) -> None:
        self._file, self._encoding = file, encoding
        self._sum = hashlib.md5(usedforsecurity=False)

    def raw(self, text: str) -> None:
        """Write what the hash is not of."""
        self._file.write(text.encode(self._encoding))

    def put(self, text: str, said: str) -> None:
        """Write something, and sum up what it says."""
        self.raw(text)
        self._sum.update(said.encode(self._encoding))

    @property
    def hash(self) -> str:
        """Return the hash of what was written."""
        return self._sum.hexdigest().upper()


def leaf(name: str, value: str | None) -> tuple[str, str]:
    """Return an element with its text, and the text; nothing where there is none."""
    return (f"<{name}>{value}</{name}>", value) if value else ("", "")


def leaves(pairs: Iterable[tuple[str, str | None]]) -> tuple[str, str]:
    """Return elements side by side, and their texts."""
    done = [leaf(*each) for each in pairs]
    return "".join(each for each, _ in done), "".join(said for _, said in done)


def begin(out: Writer, ans: str, *, whole: bool, encoding: str = "ISO-8859-1") -> None:
    """Write the beginning up to where records stand."""
    out.raw(f'<?xml version="1.0" encoding="{encoding}"?>\n<mensagemSIB><cabecalho><identificacaoTransacao>')
    kind = "CONFERENCIA" if whole else "ATUALIZACAO"
    pairs = (
        ("tipoTransacao", kind),
        ("sequencialTransacao", "1"),
        ("dataHoraRegistroTransacao", "2026-11-01T08:00:00"),
    )
    out.put(*leaves(pairs))
    out.raw("</identificacaoTransacao><origem>")
    ours, theirs = leaf("registroANS", ans), leaf("cnpj", "03589068000146")
    out.put(*(theirs if whole else ours))
    out.raw("</origem><destino>")
    out.put(*(ours if whole else theirs))
    out.raw("</destino>")
    out.put(*leaf("versaoPadrao", "1.2"))
    out.raw("<identificacaoSoftwareGerador>")
    out.put(*leaves((("nomeAplicativo", "x"), ("versaoAplicativo", "1"), ("fabricanteAplicativo", "x"))))
    out.raw("</identificacaoSoftwareGerador></cabecalho>\n<mensagem>")
    out.raw("<ansParaOperadora><conferencia>\n" if whole else "<operadoraParaANS><beneficiarios>\n")


def end(out: Writer, *, whole: bool, wrong_hash: bool = False) -> None:
    """Write the end, with the hash."""
    out.raw("</conferencia></ansParaOperadora>" if whole else "</beneficiarios></operadoraParaANS>")
    named = "0" * 32 if wrong_hash else out.hash
    out.raw(f"</mensagem>\n<epilogo><hash>{named}</hash></epilogo></mensagemSIB>\n")


def record(out: Writer, each: Contract) -> None:
    """Write a record of a conference."""
    standing = "INATIVO" if each.ended else "ATIVO"
    attributes = (("cco", each.cco), ("situacao", standing), ("dataAtualizacao", "2026-10-01"))
    out.put("<beneficiario" + "".join(f' {n}="{v}"' for n, v in attributes) + ">", "".join(v for _, v in attributes))
    out.raw("<identificacao>")
    out.put(*identity(each))
    out.raw("</identificacao><endereco>")
    place = (("logradouro", "Rua Inventada"), ("numero", "1"), ("codigoMunicipio", "410690"), ("cep", "80000000"))
    out.put(*leaves(place))
    out.raw("</endereco><vinculo>")
    holder = f"{each.holder:012d}" if each.holder else None
    out.put(
        *leaves(
            (
                *(("codigoBeneficiario", each.card), ("relacaoDependencia", each.relation)),
                *(("ccoBeneficiarioTitular", holder), ("dataContratacao", each.joined)),
                *(("dataCancelamento", each.ended), ("motivoCancelamento", "41" if each.ended else None)),
                *(("numeroPlanoANS", each.plan), ("itensExcluidosCobertura", "0")),
            )
        )
    )
    out.raw("</vinculo></beneficiario>\n")


def identity(each: Contract) -> tuple[str, str]:
    """Return who it is."""
    mother = f"Mãe de {each.called}"[:70]
    pairs = (
        ("cpf", each.cpf),
        ("nome", each.called),
        ("sexo", "1"),
        ("dataNascimento", each.birth),
        ("nomeMae", mother),
    )
    return leaves(pairs)


def conference(
    path: Path, ans: str, people: Iterable[Contract], *, encoding: str = "ISO-8859-1", wrong_hash: bool = False
) -> Path:
    """Write a .CNX of these people."""
    with path.open("wb", buffering=1_048_576) as file:
        out = Writer(file, encoding)
        begin(out, ans, whole=True, encoding=encoding)
        for each in people:
            record(out, each)
        end(out, whole=True, wrong_hash=wrong_hash)
    return path


def movements(path: Path, ans: str, texts: Iterable[str]) -> Path:
    """Write a .SBX of records as they are, one a line; its hash is not looked after."""
    with path.open("wb") as file:
        out = Writer(file, "ISO-8859-1")
        begin(out, ans, whole=False)
        for each in texts:
            out.raw(f"{each}\n")
        end(out, whole=False)
    return path


def inclusion(each: Contract) -> str:
    """Return the movement by which a person comes in."""
    holder = Contract(each.holder).card if each.holder else None
    contract = (
        *(("codigoBeneficiario", each.card), ("relacaoDependencia", each.relation)),
        *(("codigoBeneficiarioTitular", holder), ("dataContratacao", each.joined), ("numeroPlanoANS", each.plan)),
    )
    place = "<endereco><codigoMunicipio>410690</codigoMunicipio></endereco>"
    person, tie = identity(each)[0], leaves(contract)[0]
    return f"<inclusao><identificacao>{person}</identificacao>{place}<vinculo>{tie}</vinculo></inclusao>"


def movement(kind: str, cco: str, **fields: str) -> str:
    """Return any other movement of whoever has a CCO; a rectification's fields stand in their places by themselves."""
    inner = leaves(fields.items())[0]
    return f"<{kind}><cco>{cco}</cco>{inner}</{kind}>"


def renamed(each: Contract, **fields: Any) -> Contract:
    """Return the contract with other fields."""
    return replace(each, **fields)


def main() -> None:
    """Write a conference of so many people: `python -m bench.sib FILE ANS PEOPLE`."""
    import pathlib
    import sys

    path, ans, people = sys.argv[1:4]
    conference(pathlib.Path(path), ans, crowd(int(people)))


if __name__ == "__main__":
    main()

"""The office sends a file, sees what it would change, brings it in and undoes it; nobody else sees any of it."""

from __future__ import annotations

import hashlib
import re
import stat
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
import pytest

from bench import sib
from bench.sib import Contract
from tests.portals.browsing import Sessions, Visitor

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

    from tests.portals.conftest import Installation

IMPORTS = "/operadora/importacoes/"
CSV = "carteira;nome;nascimento;plano\n"
PATIENCE_S = 40


@pytest.fixture
def owner(demo: Installation) -> Iterator[psycopg.Connection]:
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def manager(office_as) -> Visitor:
    """Cambuí's manager at their desk."""
    return office_as("manager")


@pytest.fixture
def neighbour(office_as) -> Visitor:
    """Bem-te-vi's."""
    return office_as("manager", "999002")


def send(visitor: Visitor, content: bytes | str, name: str = "pessoas.csv") -> str:
    """Send a file as the form does; the address of its page."""
    visitor.open(IMPORTS)
    body = content.encode() if isinstance(content, str) else content
    visitor.post(IMPORTS, visitor.form(IMPORTS), files={"file": (name, body)})
    return visitor.path


def wait_for(visitor: Visitor, path: str, words: str) -> str:
    until = time.monotonic() + PATIENCE_S
    while words not in visitor.open(path).text and time.monotonic() < until:
        time.sleep(0.1)
    assert words in visitor.text, visitor.text
    return visitor.text


def brought(visitor: Visitor, content: bytes | str) -> str:
    path = send(visitor, content)
    wait_for(visitor, path, "O que mudaria")
    visitor.send(f"{path}importar/")
    wait_for(visitor, path, "O que mudou")
    return path


def card() -> str:
    return str(uuid.uuid4().int)[:15]


@dataclass(frozen=True)
class Previewed:
    """The page of a file that was read and is not brought in, and the card of the one person whom it would add."""

    path: str
    number: str


@pytest.fixture(scope="module")
def previewed(demo: Installation, sessions: Sessions) -> Iterator[Previewed]:
    """A file with one person and one line that cannot be; none of those who look at it brings it in."""
    number = card()
    with Visitor(demo.url) as visitor:
        sessions.enter(visitor, "999003", "manager")
        path = send(visitor, f"{CSV}{number};Ana;20/11/1990;\n{card()};;20/11/1990;\n")
        wait_for(visitor, path, "O que mudaria")
        yield Previewed(path, number)


def known(owner: psycopg.Connection, number: str) -> list[tuple[str, str]]:
    asked = "SELECT name, standing FROM chancela.beneficiary WHERE operator = '999003' AND card_number = %s"
    return owner.execute(asked, (number,)).fetchall()


def kept(demo: Installation) -> list[str]:
    return sorted(each.name for each in (demo.data / "imports" / "999003").glob("*"))


def is_gone(demo: Installation, name: str) -> bool:
    """Tell whether a file is deleted, which it is right after its page says what became of it."""
    until = time.monotonic() + PATIENCE_S
    while name in kept(demo) and time.monotonic() < until:
        time.sleep(0.1)
    return name not in kept(demo)


def test_a_file_is_previewed_brought_in_and_undone(manager: Visitor, owner, demo: Installation):
    number = card()
    path = send(manager, f"{CSV}{number};Zuleica Prado;20/11/1990;Ouro\n{number}1;;20/11/1990;\n")
    told = wait_for(manager, path, "O que mudaria")
    assert "1 novos" in told.replace("novos 1", "1 novos")
    assert "Zuleica P." in told
    assert "Zuleica Prado" not in manager.page.text
    assert "em branco" in told
    assert known(owner, number) == []
    manager.send(f"{path}importar/")
    told = wait_for(manager, path, "O que mudou")
    assert known(owner, number) == [("Zuleica Prado", "active")]
    run_id = path.split("/")[-2]
    assert is_gone(demo, run_id), "a file that was used is deleted"
    assert f"{run_id}.erros.csv" in kept(demo)
    manager.send(f"{path}desfazer/")
    wait_for(manager, path, "O que foi desfeito")
    assert known(owner, number) == []
    found = owner.execute(
        "SELECT kind, actor FROM chancela.trail WHERE operator = '999003' AND subject = %s ORDER BY seq", (run_id,)
    ).fetchall()
    assert found == [
        ("operator:import:run", "gestao@cambui.example"),
        ("operator:import:run", "gestao@cambui.example"),
        ("operator:import:undone", "gestao@cambui.example"),
    ]


def test_the_list_tells_who_sent_what_and_what_became_of_it(manager: Visitor):
    brought(manager, f"{CSV}{card()};Ana;20/11/1990;\n")
    told = manager.open(IMPORTS) and manager.text
    for word in ("pessoas.csv", "CSV de pessoas", "Importado", "gestao@cambui.example", "pode ser desfeita"):
        assert word in told


def test_whoever_is_not_in_a_whole_file_is_shown_and_stays_unless_ticked(
    manager: Visitor, owner, tmp_path: pathlib.Path
):
    number = uuid.uuid4().int % 10**9
    one = sib.conference(tmp_path / "a.CNX", "999003", [Contract(number), Contract(number + 1)])
    path = send(manager, one.read_bytes(), "a.CNX")
    assert "sairiam" in wait_for(manager, path, "O que mudaria")
    assert 'name="ends_absent"' in manager.page.text
    manager.send(f"{path}importar/")
    assert "desligados" not in wait_for(manager, path, "O que mudou").split("Desfazer")[0]
    assert known(owner, f"{number:011d}")[0][1] == "active"
    manager.send(f"{path}desfazer/")
    wait_for(manager, path, "O que foi desfeito")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Escolha um arquivo"),
        (b"a;b\n1;2\n", "Não reconheci o arquivo x.bin"),
        (b"PK\x03\x04" + b"\x00" * 50, "é uma planilha ou um .zip"),
        (b"\n\n\n", "está vazio"),
        (bytes(range(256)) * 10, "Não reconheci o arquivo"),
    ],
)
def test_what_is_no_such_file_is_told_at_once_and_not_kept(manager, demo, content: bytes, sentence: str):
    before = kept(demo)
    assert send(manager, content, "x.bin") == IMPORTS
    assert manager.page.status_code == 422
    assert sentence in manager.text
    assert kept(demo) == before


HOSTILE = {
    "a bomb": '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "ha">]>\n<mensagemSIB>&a;</mensagemSIB>',
    "a page": "<html><script>alert(1)</script></html>",
    "half a file": '<?xml version="1.0"?><mensagemSIB><cabecalho>',
    "deep": "<mensagemSIB>" + "<a>" * 3_000,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_with_its_own_name_and_nothing_changes(manager: Visitor, demo, content: str):
    path = send(manager, content, "base<b>.CNX")
    told = wait_for(manager, path, "Não pôde ser lido")
    assert "Nada foi mudado" in told
    assert "base<b>.CNX" in told
    assert str(demo.data) not in manager.page.text
    assert "importar/" not in manager.page.text
    assert is_gone(demo, path.split("/")[-2])


def test_a_name_with_a_way_in_it_is_only_a_name(manager: Visitor, demo: Installation):
    path = send(manager, f"{CSV}{card()};Ana;20/11/1990;\n", "../../../etc/passwd")
    assert "O que mudaria" in wait_for(manager, path, "O que mudaria")
    assert "passwd" in manager.text
    assert "../" not in manager.page.text
    assert list(demo.data.parent.rglob("passwd*")) == []


def test_what_is_dropped_is_deleted_and_gone(manager: Visitor, demo: Installation):
    path = send(manager, f"{CSV}x;;y;\n")
    wait_for(manager, path, "O que mudaria")
    assert any(path.split("/")[-2] in each for each in kept(demo))
    manager.post(f"{path}descartar/", manager.form(f"{path}importar/"))
    assert manager.path == IMPORTS
    assert not any(path.split("/")[-2] in each for each in kept(demo))
    assert manager.open(path).status_code == 404


def test_the_errors_are_for_those_alone_who_may_import(
    manager: Visitor, neighbour: Visitor, office_as, previewed: Previewed
):
    path = previewed.path
    told = manager.http.get(f"{path}erros/")
    assert told.headers["Content-Type"].startswith("text/csv")
    assert "no-store" in told.headers["Cache-Control"]
    assert "em branco" in told.text
    for other in (neighbour, office_as("auditor"), office_as("agent"), office_as("dpo")):
        assert other.open(f"{path}erros/").status_code == 404


def test_another_operators_import_is_like_none(manager: Visitor, neighbour: Visitor, owner, previewed: Previewed):
    path, number = previewed.path, previewed.number
    assert path in manager.open(IMPORTS).text
    neighbour.open(IMPORTS)
    assert path not in neighbour.page.text
    token = neighbour.form("/conta/sair/")
    unknown = f"{IMPORTS}{uuid.uuid4()}/"
    for deed in ("", "importar/", "desfazer/", "descartar/", "erros/"):
        answers = [
            neighbour.post(where + deed, token) if deed not in {"", "erros/"} else neighbour.open(where + deed)
            for where in (path, unknown)
        ]
        assert [each.status_code for each in answers] == [404, 404], deed
        assert len({re.sub(r"[0-9a-f-]{36}|[A-Za-z0-9]{64}", "", each.text) for each in answers}) == 1
    assert known(owner, number) == []


def test_only_the_last_import_is_undone_and_the_page_says_so(manager: Visitor, owner):
    first, second = card(), card()
    old = brought(manager, f"{CSV}{first};Ana;20/11/1990;\n")
    new = brought(manager, f"{CSV}{second};Rui;20/11/1990;\n")
    manager.open(new)
    fields = manager.form(f"{new}desfazer/")
    assert "desfazer/" not in manager.open(old).text
    manager.post(f"{old}desfazer/", fields)
    assert manager.page.status_code == 422
    assert "Só a última importação pode ser desfeita" in manager.text
    assert len(known(owner, first)) == 1


def test_while_one_is_under_way_another_waits_and_is_told(manager: Visitor, owner, previewed: Previewed):
    path = previewed.path
    manager.open(path)
    fields = manager.form(f"{path}importar/")
    owner.execute(
        "INSERT INTO chancela.import_run "
        "(operator, id, kind, state, asked_by, file_name, size, digest, uploaded, told_at) "
        "VALUES ('999003', gen_random_uuid(), 'people', 'running', 'x', 'other.csv', 1, '', false, now())"
    )
    try:
        manager.post(f"{path}importar/", fields)
        assert manager.page.status_code == 422
        assert "Outra importação está em curso" in manager.text
    finally:
        owner.execute("DELETE FROM chancela.import_run WHERE file_name = 'other.csv'")


def test_asked_twice_it_is_done_once(manager: Visitor, owner):
    number = card()
    path = send(manager, f"{CSV}{number};Ana;20/11/1990;\n")
    wait_for(manager, path, "O que mudaria")
    fields = manager.form(f"{path}importar/")
    for _ in range(2):
        manager.post(f"{path}importar/", fields)
        assert manager.page.status_code in {200, 422}
    wait_for(manager, path, "O que mudou")
    told = owner.execute(
        "SELECT count(*) FROM chancela.trail WHERE operator = '999003' AND subject = %s", (path.split("/")[-2],)
    ).fetchall()
    assert told == [(2,)]


def test_the_part_of_a_page_ends_its_asking_when_there_is_something_to_see(manager: Visitor, previewed: Previewed):
    answer = manager.http.get(previewed.path, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")


def test_without_javascript_the_page_looks_again_by_itself(manager: Visitor, owner):
    path = send(manager, f"{CSV}{card()};Ana;20/11/1990;\n")
    wait_for(manager, path, "O que mudaria")
    assert 'http-equiv="refresh"' not in manager.page.text
    change = "UPDATE chancela.import_run SET state = 'running', done = 30, total = 120, told_at = now() WHERE id = %s"
    owner.execute(change, (path.split("/")[-2],))
    manager.open(path)
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in manager.page.text
    assert "25%" in manager.text
    assert "30 de 120" in manager.text
    owner.execute("UPDATE chancela.import_run SET state = 'dropped' WHERE id = %s", (path.split("/")[-2],))


@pytest.mark.parametrize("role", ["agent", "auditor", "dpo", "administrator"])
def test_to_others_there_are_no_imports(office_as, role: str):
    assert office_as(role).open(IMPORTS).status_code == 404


def test_a_file_for_which_there_is_no_room_is_refused_and_not_kept(tmp_path: pathlib.Path, monkeypatch):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from chancela.bootstrap.settings import Settings
    from chancela.portals.operator import imports

    monkeypatch.setattr(imports, "SPARE", 10**18)
    with pytest.raises(imports.NoRoomError):
        imports.keep(Settings(data=tmp_path), "999003", "ana", SimpleUploadedFile("a.csv", b"carteira;nome;nascimento"))
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_what_is_kept_is_for_the_house_alone(tmp_path: pathlib.Path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from chancela.bootstrap.settings import Settings
    from chancela.portals.operator import imports

    new = imports.keep(Settings(data=tmp_path), "999003", "ana", SimpleUploadedFile("a.csv", CSV.encode()))
    (file,) = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert (file.name, stat.S_IMODE(file.stat().st_mode)) == (str(new.id), 0o600)
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert (new.kind, new.size, new.digest) == ("people", len(CSV), hashlib.sha256(CSV.encode()).hexdigest())

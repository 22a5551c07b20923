"""A SIB file becomes people: found again by CCO, code or card, linked, ended, untouched in what SIB does not know."""

import csv
import resource
import subprocess
import sys

import pytest

from bench import sib as written
from bench.sib import Contract
from chancela.adapters.imports import table
from tests.adapters.imports import hands

ANA, RUI, EVA = Contract(1, name="Ana Souza"), Contract(2, 1, "4", "Rui Souza"), Contract(3, 1, "3", "Eva Souza")
PEOPLE = """
SELECT b.card_number, b.name, b.relation, h.card_number, b.birth_date::text, b.cpf, b.plan, b.standing,
       b.joined_date::text, b.ended_date::text, b.cco, b.operator_code
FROM chancela.beneficiary b LEFT JOIN chancela.beneficiary h ON (h.operator, h.id) = (b.operator, b.holder_id)
WHERE b.operator = %s ORDER BY b.card_number
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "base.CNX"


def take_in(database, path, *people, **more):
    more_of_file = {name: more.pop(name) for name in ("encoding", "wrong_hash") if name in more}
    return hands.sib(database, written.conference(path, "999001", people, **more_of_file), **more)


def move(database, path, *texts, **more):
    return hands.sib(database, written.movements(path, "999001", texts), **more)


def people(database, ans="999001"):
    return {row[0]: row[1:] for row in database.ask(PEOPLE, ans)}


def standing(database):
    return {card: (row[6], row[8]) for card, row in people(database).items()}


def told(outcome):
    if outcome.errors_path is None:
        return []
    with outcome.errors_path.open(encoding="utf-8-sig", newline="") as file:
        return [row[:4] for row in csv.reader(file, delimiter=";")][1:]


# ---------------------------------------------------------------- a conference


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-8"])
def test_a_person_of_a_conference_is_in_the_database_as_the_file_says(database, path, encoding):
    outcome = take_in(database, path, Contract(1, name="Célia Gonçalves"), encoding=encoding)
    assert (outcome.lines, outcome.inserted, outcome.refused, outcome.warnings) == (1, 1, 0, ())
    assert people(database)["00000000001"] == (
        *("Célia Gonçalves", "holder", None, "1941-02-02", ANA.cpf, "473215146", "active", "2020-02-01", None),
        *("000000000001", "00000000001"),
    )


def test_dependants_find_their_holder_wherever_in_the_file_it_stands(database, path):
    take_in(database, path, RUI, ANA, EVA)
    assert [row[1:3] for row in people(database).values()] == [
        ("holder", None),
        ("child", "00000000001"),
        ("spouse", "00000000001"),
    ]


def test_the_same_file_again_changes_nothing(database, path):
    take_in(database, path, ANA, RUI)
    before = database.ask("SELECT b.*, b.xmin::text FROM chancela.beneficiary b ORDER BY card_number")
    again = take_in(database, path, ANA, RUI)
    assert (again.inserted, again.changed, again.unchanged) == (0, 0, 2)
    assert database.ask("SELECT b.*, b.xmin::text FROM chancela.beneficiary b ORDER BY card_number") == before


def test_people_who_came_by_csv_are_found_by_their_card_and_keep_contacts_and_validity(database, path, tmp_path):
    (tmp_path / "p.csv").write_text(
        "carteira;nome;nascimento;validade;celular\n00000000001;Ana S.;02/02/1941;31/12/2030;41 90000-0001\n"
    )
    hands.people(database, tmp_path / "p.csv")
    outcome = take_in(database, path, ANA)
    assert (outcome.inserted, outcome.changed) == (0, 1)
    assert people(database)["00000000001"][0] == "Ana Souza"
    assert database.ask("SELECT card_valid_until::text FROM chancela.beneficiary") == [("2030-12-31",)]
    assert database.ask("SELECT address, state FROM chancela.contact") == [("+5541900000001", "confirmed")]


def test_a_person_is_found_again_by_cco_whatever_code_they_have_now(database, path):
    take_in(database, path, ANA)
    outcome = take_in(database, path, written.renamed(ANA, code="NOVO1"))
    assert (outcome.inserted, outcome.changed) == (0, 1)
    assert people(database)["00000000001"][-2:] == ("000000000001", "NOVO1")


def test_a_code_that_is_another_persons_is_told_and_nobody_is_mixed_up(database, path):
    take_in(database, path, ANA)
    outcome = take_in(database, path, Contract(7, name="Zoe Prado", code="00000000001"))
    assert (outcome.inserted, outcome.changed, outcome.refused) == (0, 0, 1)
    assert told(outcome)[0][1:] == [
        "cco",
        "o código já é a carteira de outra pessoa, com outro CCO",
        "linha não importada",
    ]
    assert people(database)["00000000001"][0] == "Ana Souza"


def test_who_comes_back_with_a_new_cco_and_the_old_code_is_the_same_person(database, path):
    take_in(database, path, written.renamed(ANA, ended="2025-01-31"), RUI)
    take_in(database, path, ANA)
    back = Contract(9, name="Ana Souza", code="00000000001", born=ANA.birth)
    outcome = take_in(database, path, back)
    assert (outcome.inserted, outcome.changed) == (0, 1)
    assert people(database)["00000000001"][-2] == "000000000009"


def test_an_ended_contract_ends_and_one_that_nobody_knows_stays_out(database, path):
    take_in(database, path, ANA, RUI)
    outcome = take_in(
        database, path, ANA, written.renamed(RUI, ended="2026-10-31"), Contract(50, name="X Y Z", ended="1999-01-01")
    )
    assert standing(database) == {"00000000001": ("active", None), "00000000002": ("ended", "2026-10-31")}
    assert (outcome.changed, outcome.counts["left_out"], outcome.counts["ended"]) == (1, 1, 1)


def test_of_two_contracts_with_one_code_the_living_one_counts(database, path):
    take_in(database, path, ANA)
    old = Contract(8, name="Ana Souza", code=ANA.card, born=ANA.birth, ended="2019-01-01")
    take_in(database, path, ANA, old)
    assert standing(database) == {"00000000001": ("active", None)}


def test_a_suspension_of_the_operator_is_not_lifted_by_a_file_that_knows_none(database, path):
    take_in(database, path, ANA)
    database.ask("UPDATE chancela.beneficiary SET standing = 'suspended'")
    assert take_in(database, path, ANA).unchanged == 1
    assert standing(database) == {"00000000001": ("suspended", None)}


def test_who_is_not_in_a_whole_file_is_told_and_ended_only_when_asked(database, path):
    take_in(database, path, ANA, RUI, EVA)
    seen = hands.preview(database, written.conference(path, "999001", [ANA]), hands.SIB)
    assert (seen.counts["absent"], seen.counts["ended"]) == (2, 0)
    assert take_in(database, path, ANA).counts["absent"] == 2
    assert set(standing(database).values()) == {("active", None)}
    outcome = take_in(database, path, ANA, ends_absent=True)
    assert outcome.counts["ended"] == 2
    assert standing(database) == {
        "00000000001": ("active", None),
        "00000000002": ("ended", "2026-11-21"),
        "00000000003": ("ended", "2026-11-21"),
    }


def test_who_stands_in_the_file_with_a_fault_is_not_taken_for_gone(database, path):
    take_in(database, path, ANA, RUI)
    outcome = take_in(database, path, ANA, written.renamed(RUI, joined="31/01/2020"), ends_absent=True)
    assert (outcome.refused, outcome.counts["ended"]) == (1, 0)
    assert standing(database)["00000000002"] == ("active", None)
    assert told(outcome) == [
        ["6", "dataContratacao", "não é uma data no formato aaaa-mm-dd", "linha não importada"]
    ] or told(outcome)[0][1:3] == ["dataContratacao", "não é uma data no formato aaaa-mm-dd"]


def test_where_nobody_knows_whose_a_bad_record_is_nobody_is_ended(database, path):
    take_in(database, path, ANA, RUI)
    text = written.conference(path, "999001", [ANA, RUI]).read_text("iso-8859-1")
    path.write_text(
        text.replace('cco="000000000002"', 'cco="x"').replace(
            f"<codigoBeneficiario>{RUI.card}<", "<codigoBeneficiario> <"
        )
    )
    outcome = hands.sib(database, path, ends_absent=True)
    assert outcome.counts["ended"] == 0
    assert any("ninguém foi encerrado" in each for each in outcome.warnings)


# ---------------------------------------------------------------- movements


def test_movements_do_what_their_names_say(database, path):
    take_in(database, path, ANA, RUI, EVA)
    outcome = move(
        database,
        path,
        written.inclusion(Contract(4, 1, "4", "Leo Souza")),
        "<retificacao><cco>000000000002</cco><identificacao><nome>Rui Lima</nome></identificacao></retificacao>",
        written.movement(
            "mudancaContratual",
            RUI.cco,
            relacaoDependencia="1",
            dataContratacao="2026-01-01",
            numeroPlanoOperadora="OURO",
        ),
        written.movement("cancelamento", EVA.cco, dataCancelamento="2026-10-31", motivoCancelamento="41"),
    )
    assert (outcome.lines, outcome.inserted, outcome.changed, outcome.refused) == (4, 1, 2, 0)
    found = people(database)
    assert found["00000000004"][:3] == ("Leo Souza", "child", "00000000001")
    assert (found["00000000002"][0], found["00000000002"][1:3], found["00000000002"][5]) == (
        "Rui Lima",
        ("holder", None),
        "OURO",
    )
    assert standing(database)["00000000003"] == ("ended", "2026-10-31")


def test_a_reactivation_brings_back_and_movements_of_one_person_add_up_in_order(database, path):
    take_in(database, path, ANA)
    end = written.movement("cancelamento", ANA.cco, dataCancelamento="2026-10-31", motivoCancelamento="43")
    back = written.movement("reativacao", ANA.cco, dataReativacao="2026-11-05")
    move(database, path, end)
    assert standing(database) == {ANA.card: ("ended", "2026-10-31")}
    move(database, path, back)
    assert standing(database) == {ANA.card: ("active", None)}
    move(database, path, end, back, written.movement("retificacao", ANA.cco, nome="Ana Lima"))
    assert standing(database) == {ANA.card: ("active", None)}
    assert people(database)[ANA.card][0] == "Ana Lima"
    move(database, path, back, end)
    assert standing(database) == {ANA.card: ("ended", "2026-10-31")}


def test_a_movement_of_somebody_unknown_is_refused_alone(database, path):
    take_in(database, path, ANA)
    gone = written.movement("cancelamento", "000000000999", dataCancelamento="2026-10-31", motivoCancelamento="41")
    outcome = move(database, path, gone, written.movement("retificacao", ANA.cco, nome="Ana Lima"))
    assert (outcome.refused, outcome.changed) == (1, 1)
    assert "CCO que a Chancela não conhece" in told(outcome)[0][2]


def test_movements_say_nothing_of_who_is_absent(database, path):
    take_in(database, path, ANA, RUI)
    outcome = move(database, path, written.movement("retificacao", ANA.cco, nome="Ana Lima"), ends_absent=True)
    assert (outcome.counts["absent"], outcome.counts["ended"]) == (0, 0)


def test_a_conference_after_an_inclusion_gives_the_same_person_their_cco(database, path):
    move(database, path, written.inclusion(ANA))
    assert people(database)[ANA.card][-2] is None
    assert take_in(database, path, ANA).inserted == 0
    assert people(database)[ANA.card][-2] == ANA.cco


# ---------------------------------------------------------------- records with faults


@pytest.mark.parametrize(
    ("old", "new", "field", "sentence"),
    [
        ("<nome>Ana Souza</nome>", "<nome> </nome>", "nome", "em branco"),
        ("<nome>Ana Souza", "<nome>" + "a" * 121, "nome", "mais de 120 caracteres"),
        (">1941-02-02<", ">1941-02-30<", "dataNascimento", "não é uma data no formato aaaa-mm-dd"),
        (">1941-02-02<", ">0001-02-03<", "dataNascimento", "data fora do que é possível"),
        ("<relacaoDependencia>1<", "<relacaoDependencia>2<", "relacaoDependencia", "relação que o SIB não conhece"),
        ('cco="000000000001"', 'cco="12"', "cco", "não é um CCO de 12 algarismos"),
        ('cco="000000000001"', 'cco="٠٠٠٠٠٠٠٠٠٠٠١"', "cco", "não é um CCO de 12 algarismos"),
        (">00000000001<", ">0000 0001<", "codigoBeneficiario", "só pode ter letras sem acento"),
        (">00000000001<", f">{'1' * 31}<", "codigoBeneficiario", "mais de 30 caracteres"),
        (">00000000001<", f">{'1' * 25}<", "cco", "código com mais de 20 caracteres"),
    ],
)
def test_a_bad_record_is_refused_alone_with_its_line_and_a_sentence(database, path, old, new, field, sentence):
    text = written.conference(path, "999001", [EVA, ANA, RUI], encoding="UTF-8").read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    outcome = hands.sib(database, path)
    assert (outcome.inserted, outcome.refused) == (2, 1)
    (found,) = [each for each in told(outcome) if each[3] == "linha não importada"]
    assert (found[0], found[1]) == ("5", field)
    assert found[2].startswith(sentence)


def test_a_wrong_cpf_costs_nobody_their_care(database, path):
    text = written.conference(path, "999001", [ANA]).read_text("iso-8859-1")
    path.write_text(text.replace(ANA.cpf, "11111111111"))
    outcome = hands.sib(database, path)
    assert (outcome.inserted, told(outcome)[0][1:]) == (1, ["cpf", "CPF inválido", "importada sem este dado"])
    assert people(database)[ANA.card][4] is None


def test_what_is_told_of_a_record_is_its_numbers_alone(database, path):
    text = written.conference(path, "999001", [ANA]).read_text("iso-8859-1")
    path.write_text(text.replace(ANA.cpf, "11111111111"))
    said = hands.sib(database, path).errors_path.read_text(encoding="utf-8-sig")
    assert "cco=000000000001" in said
    assert "Ana" not in said
    assert "Rua" not in said


# ---------------------------------------------------------------- files that are refused whole


def refused(database, path) -> str:
    with pytest.raises(table.UnreadableFileError) as raised:
        hands.sib(database, path)
    assert people(database) == {}
    return str(raised.value)


def test_another_operators_file_is_refused(database, path):
    written.conference(path, "999002", [ANA])
    assert "é da operadora 999002, não da 999001" in refused(database, path)


def test_a_wrong_hash_is_a_warning_as_nobody_agrees_how_it_is_made(database, path):
    outcome = take_in(database, path, ANA, wrong_hash=True)
    assert outcome.inserted == 1
    assert "hash do arquivo não confere" in outcome.warnings[0]


HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n'
XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n'


@pytest.mark.parametrize("dtd", [LAUGHS, XXE, '<!DOCTYPE mensagemSIB SYSTEM "http://127.0.0.1:9/x.dtd">\n'])
@pytest.mark.parametrize("before", ["", "<!--" + " " * 70_000 + "-->"])
def test_a_file_with_a_dtd_is_refused_wherever_it_stands(database, path, dtd, before):
    text = written.conference(path, "999001", [ANA], encoding="UTF-8").read_text()
    head, rest = text.split("\n", 1)
    path.write_text(f"{head}\n{before}{dtd}{rest.replace('Ana Souza', '&e;')}")
    assert "tem uma DTD" in refused(database, path)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda text: text[: len(text) // 2], "não é um XML inteiro"),
        (lambda text: text.replace("<mensagem>", "<mensagem>" + "<a>" * 300 + "</a>" * 300), "não é um XML inteiro"),
        (lambda text: text.replace("<nome>", "<nome>&nada;"), "não é um XML inteiro"),
        (lambda text: text.replace("<nome>", "<nome>" + "a" * 3_000_000), "mais de 1 MB"),
        (lambda text: text.replace("<nome>", "<x/>" * 250 + "<nome>"), "registro grande demais"),
        (lambda text: text.replace("</cabecalho>", "</cabecalho>" + " " * 3_000_000), "mais de 1 MB"),
        (
            lambda text: text.replace("</identificacao>", "<hash>1</hash><hash>1</hash></identificacao>", 1),
            "não é um arquivo do SIB",
        ),
        (lambda text: text.replace("ansParaOperadora", "operadoraParaANS"), "não é uma conferência"),
        (lambda text: text.replace("conferencia>", "transferencia>"), "não é uma conferência"),
        (lambda text: text.replace("mensagemSIB", "mensagemTISS"), "não é"),
        (lambda text: text.split("<epilogo>")[0] + "</mensagemSIB>", "não tem cabeçalho e epílogo"),
        (lambda text: HEAD + "<html/>", "não tem cabeçalho e epílogo"),
        (lambda text: HEAD + "", "não é um XML inteiro"),
        (lambda text: text.replace('encoding="UTF-8"', 'encoding="UTF-7"'), "só são lidos ISO-8859-1 e UTF-8"),
        (lambda text: text.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"'), "mas está em UTF-8"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_before_anything_is_written(database, path, make, sentence):
    text = written.conference(path, "999001", [Contract(1, name="João Souza")], encoding="UTF-8").read_text()
    path.write_text(make(text))
    assert sentence in refused(database, path)


def test_iso_bytes_in_a_file_that_says_utf8_are_refused(database, path):
    written.conference(path, "999001", [Contract(1, name="João Souza")])
    path.write_bytes(path.read_bytes().replace(b'encoding="ISO-8859-1"', b'encoding="UTF-8"'))
    assert "não é um XML inteiro" in refused(database, path)


def test_utf16_is_refused(database, path):
    path.write_text(HEAD + "<mensagemSIB/>", encoding="utf-16")
    assert "não está em ISO-8859-1 nem em UTF-8" in refused(database, path)


def test_a_record_within_a_comment_is_none(database, path):
    text = written.conference(path, "999001", [ANA, RUI], encoding="UTF-8").read_text()
    first = text.index('<beneficiario cco="000000000002"')
    last = text.index("</conferencia>")
    path.write_text(f"{text[:first]}<!--{text[first:last]}-->{text[last:]}")
    assert hands.sib(database, path).lines == 1


# ---------------------------------------------------------------- memory

READ = """
import pathlib, resource, sys
from chancela.adapters.imports.sib_file import SibFile
resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000))
met = sum(1 for _ in SibFile(pathlib.Path(sys.argv[1])).records())
print(met, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(path, people: int) -> int:
    """How many KiB a process needs at most to read a file of so many people."""
    written.conference(path, "999001", written.crowd(people))
    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
    met, needed = map(int, done.stdout.split())
    assert met == people
    return needed


def test_memory_does_not_grow_with_the_file(path):
    assert resource.getpagesize()
    few, many = peak(path, 2_000), peak(path, 20_000)
    assert many < few * 1.15, (few, many)

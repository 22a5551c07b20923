"""A preview changes nothing; every import is on the trail; one that was cut off is finished by the next, or undone."""

import asyncio
import json
import multiprocessing
import os
import signal
import threading

import psycopg
import pytest

from bench import sib as written
from chancela.adapters.imports import into_database, people_store, table, undo, writer
from chancela.adapters.imports.bringing import PEOPLE, PROVIDERS, SIB, Files
from tests.adapters.imports import hands

HEADER = "carteira;nome;nascimento;titular;parentesco;celular;responsaveis;protegido;sigilo\n"
LINES = tuple(
    f"{n:03};Pessoa {n};20/11/19{n:02};{'001' if n > 1 else ''};{'filho' if n > 1 else 'titular'};4190000{n:04};"
    f"{'003' if n == 2 else ''};{'sim' if n == 5 else ''};\n"
    for n in range(1, 10)
)
STATE = (
    """SELECT b.card_number, b.name, h.card_number, b.standing, b.protected FROM chancela.beneficiary b
       LEFT JOIN chancela.beneficiary h ON h.id = b.holder_id ORDER BY 1""",
    """SELECT b.card_number, c.address, c.state FROM chancela.contact c
       JOIN chancela.beneficiary b ON b.id = c.beneficiary_id ORDER BY 1, 2""",
    """SELECT w.card_number, g.card_number FROM chancela.guardian o JOIN chancela.beneficiary w ON w.id = o.ward_id
       JOIN chancela.beneficiary g ON g.id = o.guardian_id ORDER BY 1, 2""",
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file.csv"


def filled(path, *lines, header=HEADER):
    path.write_text(header + "".join(lines or LINES), encoding="utf-8")
    return path


def state(database):
    return [database.ask(each) for each in STATE]


def events(database):
    found = database.ask("SELECT kind, actor, data FROM chancela.trail ORDER BY seq")
    return [(kind, actor, json.loads(data)) for kind, actor, data in found]


def runs(database):
    return [row[0] for row in database.ask("SELECT state FROM chancela.import_run ORDER BY created_at")]


def test_whoever_plans_the_next_deed_knows_of_all_who_came(database, path):
    hands.people(database, filled(path))
    counted = "SELECT reltuples FROM pg_class WHERE oid = ANY (%s::regclass[]) ORDER BY relname"
    assert database.ask(counted, ["chancela.beneficiary", "chancela.contact", "chancela.guardian"]) == [
        (9,),
        (9,),
        (1,),
    ]


MERGED = """
UPDATE chancela.beneficiary b SET standing = 'ended', ended_date = '2026-01-01', merged_into = o.id
FROM chancela.beneficiary o WHERE b.card_number = '002' AND o.card_number = '001'
"""
PLAIN = "carteira;nome;nascimento;plano;situacao;responsaveis\n"


def test_a_line_with_the_card_of_a_merged_file_is_of_the_file_that_goes_on(database, path):
    twice = "".join(f"{card};Ana Souza;20/11/1990;Essencial;ativa;\n" for card in ("001", "002"))
    hands.people(database, filled(path, twice, "003;Rui Souza;20/11/2015;Essencial;ativa;\n", header=PLAIN))
    database.ask(MERGED)
    changed = "002;Ana Souza;20/11/1990;Ouro;ativa;\n"
    outcome = hands.people(database, filled(path, changed, "003;Rui Souza;20/11/2015;;ativa;002\n", header=PLAIN))
    assert outcome.changed == 2
    assert database.ask("SELECT plan, standing FROM chancela.beneficiary ORDER BY card_number") == [
        ("Ouro", "active"),
        ("Essencial", "ended"),
        ("", "active"),
    ]
    assert state(database)[2] == [("003", "001")]


def test_the_end_of_a_merged_file_does_not_end_whoever_goes_on_and_is_told(database, path):
    twice = "".join(f"{card};Ana Souza;20/11/1990;Essencial;ativa;\n" for card in ("001", "002"))
    hands.people(database, filled(path, twice, header=PLAIN))
    database.ask(MERGED)
    ended = "002;Ana Souza;20/11/1990;Essencial;desligada;\n"
    outcome = hands.people(database, filled(path, ended, header=PLAIN))
    assert (outcome.changed, outcome.refused, outcome.problems) == (0, 0, 1)
    assert database.ask("SELECT standing FROM chancela.beneficiary ORDER BY card_number") == [("active",), ("ended",)]
    assert "juntado a outro" in outcome.errors_path.read_text(encoding="utf-8-sig")
    own = "001;Ana Souza;20/11/1990;Essencial;desligada;\n"
    hands.people(database, filled(path, own, ended, header=PLAIN))
    assert database.ask("SELECT DISTINCT standing FROM chancela.beneficiary") == [("ended",)]


# ---------------------------------------------------------------- preview


def test_a_preview_says_what_would_change_and_changes_nothing(database, path):
    hands.people(database, filled(path, *LINES[:4]))
    before, noted = state(database), runs(database)
    changed = LINES[1].replace("Pessoa 2", "Outro Nome")
    seen = hands.preview(database, filled(path, changed, *LINES[2:5], "x;;;;;;;;\n"), PEOPLE)
    assert (seen.inserted, seen.changed, seen.unchanged, seen.refused) == (1, 1, 2, 1)
    assert seen.counts["fields"] == {"name": 1}
    assert seen.examples == (("new", "005", "Pessoa", []), ("changed", "002", "Pessoa", ["name"]))
    assert (state(database), runs(database), len(events(database))) == (before, noted, 2)


def test_a_preview_says_what_the_import_then_does(database, path):
    hands.people(database, filled(path, *LINES[:4]))
    filled(path, LINES[1].replace("Pessoa 2", "X Y"), LINES[2].replace("41900000003", "41900000099"), *LINES[4:])
    seen, done = hands.preview(database, path, PEOPLE), hands.people(database, path)
    assert seen.counts == done.counts
    assert seen.counts["contacts"] == 6


def test_a_preview_of_providers(database, path):
    seen = hands.preview(database, filled(path, "1;Sorriso\n", header="codigo;nome\n"), PROVIDERS)
    assert (seen.inserted, database.ask("SELECT 1 FROM chancela.provider")) == (1, [])


def test_a_preview_waits_for_no_import(database, path):
    async def meanwhile():
        async with writer.connected(database.url, "999001"):
            return await into_database.preview(Files(filled(path), PEOPLE, hands.TODAY), database.url, "999001")

    assert asyncio.run(meanwhile()).inserted == 9


# ---------------------------------------------------------------- the trail


def test_every_import_is_on_the_trail_with_counts_and_the_files_sum_alone(database, path):
    hands.people(database, filled(path))
    begun, done = events(database)
    assert [each[0] for each in (begun, done)] == ["operator:import:run"] * 2
    assert (begun[1], begun[2]["phase"], done[2]["phase"]) == ("cli ana", "begun", "done")
    assert len(done[2].pop("sha256")) == 64
    assert done[2] == {
        "kind": "people",
        "phase": "done",
        "ends_absent": False,
        "lines": 9,
        "new": 9,
        "changed": 0,
        "unchanged": 0,
        "refused": 0,
        "ended": 0,
        "contacts": 9,
        "guardians": 1,
        "protected": 1,
        "private": 0,
    }


def test_an_import_that_changes_nothing_says_so_in_one_event(database, path):
    hands.people(database, filled(path))
    hands.people(database, path)
    assert [each[2]["phase"] for each in events(database)] == ["begun", "done", "done"]


def test_providers_and_undo_are_on_the_trail_too(database, path):
    hands.providers(database, filled(path, "1;Sorriso\n", header="codigo;nome\n"))
    hands.undo(database)
    assert [(kind, data["kind"]) for kind, _, data in events(database)] == [
        ("operator:import:run", "providers"),
        ("operator:import:run", "providers"),
        ("operator:import:undone", "providers"),
    ]
    assert events(database)[2][2]["removed"] == 1


def test_a_file_that_cannot_be_read_is_noted_with_its_reason(database, path):
    path.write_text("nome;telefone\n")
    with pytest.raises(table.UnreadableFileError):
        hands.people(database, path)
    assert database.ask("SELECT state, refusal IS NOT NULL FROM chancela.import_run") == [("refused", True)]
    assert events(database) == []


# ---------------------------------------------------------------- cut off


def die_after(calls: int):
    """A progress that ends its process, without a word, when it is told so often."""
    left = iter(range(calls))

    def hear(done, total):
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    return hear


def _bring(url, path, kind, calls):
    people_store.PART = 2
    files = Files(path, kind, hands.TODAY, ends_absent=kind == SIB)
    asyncio.run(into_database.bring(files, url, "999001", hands.SCRIBE, die_after(calls)))


def _undo(url, path, kind, calls):
    del path, kind
    undo.PART = people_store.PART = 2
    asyncio.run(into_database.undo(url, "999001", hands.SCRIBE, hands.TODAY, progress=die_after(calls)))


def cut_off(deed, database, path, kind, calls) -> bool:
    """Do it in a process that dies at a moment; whether it died there."""
    process = multiprocessing.get_context("fork").Process(target=deed, args=(database.url, path, kind, calls))
    process.start()
    process.join(60)
    assert process.exitcode in {0, -signal.SIGKILL}
    return process.exitcode != 0


def until_clean(deed, database, path, kind):
    """Cut it off at every moment, one later each time it is run again, until it comes to its end."""
    for calls in range(40):
        if not cut_off(deed, database, path, kind, calls):
            return calls
    raise AssertionError("it never came to its end")


MOMENTS = [2, 3, 4, 6, 7, 8, 10]


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_import_killed_half_way_shows_it_and_run_again_ends_as_one_clean_run(database, path, moment):
    hands.people(database, filled(path, *LINES[:2]))
    before = state(database)
    filled(path, LINES[0].replace("Pessoa 1", "Outro Nome"), *LINES[1:])
    hands.people(database, path)
    clean = state(database)
    hands.undo(database)
    assert state(database) == before
    assert cut_off(_bring, database, path, PEOPLE, moment)
    assert runs(database)[-1] == "running"
    outcome = hands.people(database, path)
    assert state(database) == clean
    assert (runs(database)[-1], outcome.refused) == ("done", 0)
    assert len(runs(database)) == 3, "what is run again is the same import"
    hands.undo(database)
    assert state(database) == before


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_import_killed_half_way_can_be_undone(database, path, moment):
    hands.people(database, filled(path, *LINES[:2]))
    before = state(database)
    filled(path, LINES[0].replace("Pessoa 1", "Outro Nome"), *LINES[1:])
    assert cut_off(_bring, database, path, PEOPLE, moment)
    hands.undo(database)
    assert (state(database), runs(database)[-1]) == (before, "undone")


def test_however_often_a_sib_import_is_killed_it_comes_to_the_same_end(database, tmp_path):
    path = tmp_path / "base.CNX"
    hands.sib(database, written.conference(path, "999001", written.crowd(8)))
    before = state(database)
    changed = [written.renamed(each, plan="OURO") for each in written.crowd(6)] + list(written.crowd(5, first=101))
    written.conference(path, "999001", changed)
    assert until_clean(_bring, database, path, SIB) >= 4
    assert [row[3] for row in state(database)[0]].count("ended") == 2
    assert set(database.ask("SELECT plan FROM chancela.beneficiary WHERE card_number < '00000000007'")) == {("OURO",)}
    hands.undo(database)
    assert state(database) == before


def test_however_often_an_undo_is_killed_it_comes_to_the_same_end(database, path):
    hands.people(database, filled(path, *LINES[:2]))
    before = state(database)
    hands.people(database, filled(path, LINES[0].replace("Pessoa 1", "Outro Nome"), *LINES[1:]))
    assert until_clean(_undo, database, path, PEOPLE) >= 3
    assert (state(database), runs(database)[-1]) == (before, "undone")


def test_another_file_after_one_that_was_cut_off_shows_it_as_cut_off(database, path, tmp_path):
    assert cut_off(_bring, database, filled(path), PEOPLE, 4)
    hands.providers(database, filled(tmp_path / "p.csv", "1;Sorriso\n", header="codigo;nome\n"))
    assert runs(database) == ["cut", "done"]


# ---------------------------------------------------------------- beside the desks


def test_people_are_issued_codes_while_they_are_imported_and_nobody_waits_for_the_other(database, path, monkeypatch):
    """Issuing takes the trail's head, then remembers channels; an import takes people's rows, part by part."""
    monkeypatch.setattr(people_store, "PART", 3)
    hands.people(database, filled(path))
    stop, faults = threading.Event(), []

    def issue():
        with psycopg.connect(database.url) as connection:
            while not stop.is_set():
                try:
                    with connection.transaction():
                        connection.execute("SELECT 1 FROM chancela.trail_head WHERE operator = '999001' FOR UPDATE")
                        connection.execute(
                            "UPDATE chancela.beneficiary b SET preferred_channel = 'sms' FROM (SELECT id FROM "
                            "chancela.beneficiary ORDER BY id FOR UPDATE) AS n WHERE b.id = n.id"
                        )
                except psycopg.Error as fault:
                    faults.append(fault)
                    return

    thread = threading.Thread(target=issue)
    thread.start()
    try:
        for n in range(6):
            hands.people(database, filled(path, *(each.replace("Pessoa", f"Pessoa {n}") for each in LINES)))
    finally:
        stop.set()
        thread.join()
    assert faults == []

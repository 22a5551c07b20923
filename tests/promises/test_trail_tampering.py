"""Promise 7: the trail has no gap and no fork; editing, deleting, swapping a row or cutting the tail is found.

Whoever tampers here has the whole database, but neither the key file nor the witness beside it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import psycopg
import pytest

from chancela.bootstrap import witness
from chancela.bootstrap.checkpoints import Checkpoints
from chancela.bootstrap.verify import verify
from chancela.domain import trail
from chancela.domain.refusal import Refused
from chancela.domain.trail import Entry, Head
from chancela.usecases.validate_token import ValidateToken
from tests import visits

if TYPE_CHECKING:
    from collections.abc import Callable

    from chancela.bootstrap.app import App
    from tests.cast import Tenant

EVENTS, CHECKPOINTS = 16, [6, 11, 15]


@pytest.fixture
async def told(app: App, aurora: Tenant, cambui: Tenant) -> Tenant:
    """A tenant with 16 events and checkpoints of 6, 11 and 15 of them, beside another one that nobody touches."""
    await visits.validated(app, cambui)
    await Checkpoints(app).make(cambui.ans)
    for _ in range(2):
        await visits.validated(app, aurora)
    await Checkpoints(app).make(aurora.ans)
    held = await visits.issued(app, aurora)
    for _ in range(3):
        wrong = visits.wrong(visits.code(app, held))
        assert isinstance(await app.do(ValidateToken(aurora.desk, held.guia.id, wrong)), Refused)
    await Checkpoints(app).make(aurora.ans)
    for _ in range(2):
        await visits.issued(app, aurora)
    await Checkpoints(app).make(aurora.ans)
    await visits.entered(app, aurora)
    assert (await verify(app.settings)).whole
    return aurora


@pytest.fixture
def tamper(database_url: str) -> Callable[..., None]:
    """Say something to the database as its owner."""

    def say(text: str, *values: object) -> None:
        with psycopg.connect(database_url) as connection:
            assert connection.execute(text.encode(), values or None).rowcount > 0

    return say


async def found(app: App) -> list[str]:
    report = await verify(app.settings)
    assert report.whole == (not report.findings)
    return [each.sentence for each in report.findings]


def names(sentences: list[str], *places: str) -> bool:
    """Tell whether each place is named."""
    return all(any(place in sentence for sentence in sentences) for place in places)


@pytest.mark.parametrize(
    "edit",
    [
        "data = replace(data, '\"generation\":1', '\"generation\":2')",
        "actor = 'someone else'",
        "kind = 'guia:guia:reviewed'",
        "subject = gen_random_uuid()",
        "at = at + interval '1 microsecond'",
        "hash = sha256(hash)",
        "data = data || ' '",
    ],
)
async def test_an_edited_event_is_found(app, told, tamper, edit):
    tamper(f"UPDATE chancela.trail SET {edit} WHERE operator = %s AND seq = 5", told.ans)  # noqa: S608 - our own words
    sentences = await found(app)
    assert names(sentences, f"{told.ans}, event 5: its content does not match its seal.") or names(
        sentences, f"{told.ans}, event 6: its content does not match its seal."
    )
    assert not any(sentence.startswith("999003") for sentence in sentences)


async def test_a_deleted_event_is_found(app, told, tamper):
    tamper("DELETE FROM chancela.trail WHERE operator = %s AND seq = 8", told.ans)
    assert names(await found(app), f"{told.ans}, event 9: expected event 8, found 9.")


async def test_two_swapped_events_are_found(app, told, tamper):
    swap = "UPDATE chancela.trail SET seq = CASE seq WHEN 9 THEN 10 ELSE 9 END WHERE operator = %s AND seq IN (9, 10)"
    tamper(swap, told.ans)
    assert names(await found(app), "event 9: its content", "event 10: its content")


async def test_an_added_event_is_found(app, told, tamper):
    tamper(
        "INSERT INTO chancela.trail SELECT operator, seq, at + interval '1 s', kind, subject, actor, data, hash"
        " FROM chancela.trail WHERE operator = %s AND seq = 7",
        told.ans,
    )
    assert names(await found(app), "event 7: expected event 8, found 7.")


@pytest.mark.parametrize("left", [15, 12, 11, 3, 0])
async def test_a_cut_tail_is_found(app, told, tamper, left):
    tamper("DELETE FROM chancela.trail WHERE operator = %s AND seq > %s", told.ans, left)
    sentences = await found(app)
    assert names(sentences, f"{told.ans}, the head: it says 16 events, the trail ends at {left}: the tail was cut.")
    for size in (each for each in CHECKPOINTS if each > left):
        assert names(sentences, f"checkpoint of {size} events: the checkpoint says more events than there are ({left})")


@pytest.mark.parametrize("left", [15, 11])
async def test_a_cut_tail_with_a_forged_head_is_found(app, told, tamper, left):
    """Also where every checkpoint beyond the cut is removed with it."""
    tamper("DELETE FROM chancela.trail WHERE operator = %s AND seq > %s", told.ans, left)
    tamper(
        "UPDATE chancela.trail_head h SET seq = t.seq, hash = t.hash FROM chancela.trail t"
        " WHERE h.operator = t.operator AND t.operator = %s AND t.seq = %s",
        told.ans,
        left,
    )
    if left < CHECKPOINTS[-1]:
        tamper("DELETE FROM chancela.checkpoint WHERE operator = %s AND size > %s", told.ans, left)
    sentences = await found(app)
    assert names(sentences, "the head: its seal is not ours: it was written without the key file.")
    if left < CHECKPOINTS[-1]:
        assert names(sentences, "checkpoints.jsonl, checkpoint of 15 events: it was removed from the database.")


async def test_a_missing_head_is_found(app, told, tamper):
    tamper("DELETE FROM chancela.trail_head WHERE operator = %s", told.ans)
    assert names(await found(app), "the head: it is missing, while the trail has 16 events.")


async def test_a_history_rewritten_with_good_hashes_is_found(app, told, tamper, database_url):
    """Whoever knows how the chain is made can write another; the head's seal and the checkpoints' roots betray it."""
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "SELECT operator, seq, at, kind, subject, actor, data, hash FROM chancela.trail"
            " WHERE operator = %s ORDER BY seq",
            (told.ans,),
        ).fetchall()
        head = trail.start(told.ans)
        for row in rows:
            entry = Entry(*row)
            actor = "another" if entry.seq == 8 else entry.actor
            seal = trail.link(head.hash, entry.seq, entry.at, entry.kind, entry.subject, actor, entry.data)
            head = Head(entry.seq, seal)
            connection.execute(
                "UPDATE chancela.trail SET actor = %s, hash = %s WHERE operator = %s AND seq = %s",
                (actor, seal, told.ans, entry.seq),
            )
        connection.execute("UPDATE chancela.trail_head SET hash = %s WHERE operator = %s", (head.hash, told.ans))
    sentences = await found(app)
    assert names(sentences, "the head: its seal is not ours")
    assert names(sentences, "checkpoint of 11 events: the checkpoint's root differs", "checkpoint of 15 events")
    assert not names(sentences, "checkpoint of 6 events")


@pytest.mark.parametrize("size", CHECKPOINTS)
async def test_a_removed_checkpoint_is_found(app, told, tamper, size):
    tamper("DELETE FROM chancela.checkpoint WHERE operator = %s AND size = %s", told.ans, size)
    sentences = await found(app)
    assert names(sentences, f"checkpoints.jsonl, checkpoint of {size} events: it was removed from the database.")
    if size != CHECKPOINTS[-1]:
        assert names(sentences, f"it follows a checkpoint of {size} events, which was removed.")


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ("root = sha256(root)", "its row says something else than what was signed"),
        ("frontier = frontier || sha256('')", "its tree does not have its root"),
        ("made_at = made_at - interval '1 hour'", "its row says something else than what was signed"),
        (
            "jws = (SELECT c.jws FROM chancela.checkpoint c WHERE size = 6)",
            "it was signed for another operator or size",
        ),
        ("jws = overlay(jws PLACING 'AAAA' FROM length(jws) - 8)", "its signature matches none of our keys"),
    ],
)
async def test_an_edited_checkpoint_is_found(app, told, tamper, edit, said):
    tamper(f"UPDATE chancela.checkpoint SET {edit} WHERE operator = %s AND size = 11", told.ans)  # noqa: S608
    assert names(await found(app), f"checkpoint of 11 events: {said}.")


async def test_a_line_removed_from_the_witness_is_found(app, told, settings):
    path = settings.data / witness.FILE
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if json.loads(line)["size"] != 11))
    assert names(await found(app), "checkpoints.jsonl: the checkpoint of 11 events was removed from it.")


async def test_a_witness_that_is_gone_is_found(app, told, settings):
    (settings.data / witness.FILE).unlink()
    assert names(await found(app), f"{told.ans}, checkpoints.jsonl: it says nothing of this operator")


async def test_an_edited_witness_is_found(app, told, settings):
    path = settings.data / witness.FILE
    path.write_text(path.read_text().replace('"size":11', '"size":12') + "not a line\n")
    sentences = await found(app)
    assert names(sentences, "checkpoints.jsonl, checkpoint of 12 events: it was signed for another operator or size.")
    assert names(sentences, "checkpoints.jsonl, line 5: the line cannot be read.")


CONTRADICTIONS = {
    "DELETE FROM chancela.validation WHERE event_seq = 3": "event 3, guia",
    "UPDATE chancela.validation SET code = 'AAAAAAAAAA' WHERE event_seq = 3": "its validation code is not ours",
    "UPDATE chancela.validation SET event_seq = 6 WHERE event_seq = 3": "a validation has no such event in the trail",
    "UPDATE chancela.validation SET validated_at = now() WHERE event_seq = 3": "event 3, guia",
    "UPDATE chancela.validation SET validation_window = 'late' WHERE event_seq = 3": "event 3, guia",
    "UPDATE chancela.validation SET generation = 9 WHERE event_seq = 3": "its validation code is not ours",
    "UPDATE chancela.guia SET attendance = 'awaiting_token' WHERE attendance = 'validated'": "do not agree",
    "UPDATE chancela.guia SET attendance = 'validated' WHERE attendance = 'awaiting_token'": "do not agree",
    "UPDATE chancela.guia SET wrong_tries = 0 WHERE wrong_tries > 0": "not as many as the trail tells",
    "UPDATE chancela.guia SET number = '2020000000001' WHERE wrong_tries > 0": "no such registration in the trail",
    "UPDATE chancela.guia SET authorisation = 'cancelled', cancelled_why = 'x' WHERE wrong_tries > 0": "cancellation",
    "DELETE FROM chancela.guia WHERE wrong_tries > 0": "the trail says registered, but the guia is gone",
    "DELETE FROM chancela.live_token WHERE wrong_tries > 0": "neither alive nor among those that ended",
    "UPDATE chancela.live_token SET generation = 5 WHERE wrong_tries > 0": "a live code was never issued",
    "UPDATE chancela.token SET generation = 5": "an ended code was never issued",
    "UPDATE chancela.token SET \"end\" = 'locked'": "a code ended in a way that the trail does not tell",
    "DELETE FROM chancela.token": "neither alive nor among those that ended",
    "INSERT INTO chancela.live_token SELECT v.operator, v.guia_id, 2, now(), now() + interval '1 d', 0, '', '', now()"
    " FROM chancela.validation v WHERE event_seq = 3": "a validated guia still holds a live code",
    "INSERT INTO chancela.live_token SELECT t.operator, t.guia_id, 1, t.issued_at, t.expires_at, 0, '', '', now()"
    " FROM chancela.token t LIMIT 1": "a code lives although the trail has ended it",
}


@pytest.mark.parametrize("change", CONTRADICTIONS)
async def test_what_the_other_tables_say_otherwise_is_found(app, told, tamper, change):
    tamper(change)
    assert names(await found(app), CONTRADICTIONS[change])


async def test_of_many_alike_the_first_are_named_and_the_rest_counted(app, told, tamper):
    tamper("UPDATE chancela.trail SET actor = 'x' WHERE operator = %s", told.ans)
    sentences = await found(app)
    assert len([each for each in sentences if "its content does not match its seal" in each]) == EVENTS
    tamper(
        "INSERT INTO chancela.guia SELECT g.operator, gen_random_uuid(), 'x' || n, NULL, g.kind, g.beneficiary_id,"
        " g.card_number, g.provider, g.created_at, g.valid_until, g.procedures, g.authorisation, 'none'"
        " FROM chancela.guia g, generate_series(1, 50) AS n WHERE g.operator = %s AND g.wrong_tries > 0",
        told.ans,
    )
    assert names(await found(app), f"{told.ans}, 30 more: a guia has no such registration in the trail.")

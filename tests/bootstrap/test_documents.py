"""A document from the provider's hand to the auditor's eyes, over disk and database; what is left behind is swept."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from chancela.adapters.documents import cabinet
from chancela.adapters.documents.cabinet import OLD_S, GoneError
from chancela.adapters.postgres.attachments import Documents
from chancela.bootstrap import documents
from chancela.bootstrap.verify import verify
from chancela.domain import attachment as attachments
from chancela.domain.attachment import MediaType
from chancela.domain.guia import Authorisation, ItemState, Kind, RequestedProcedure
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.review_guia import Decision, ReviewGuia
from chancela.worker.chores import Chores
from tests.adapters.documents import made

if TYPE_CHECKING:
    import pathlib

    from chancela.bootstrap.app import App
    from chancela.domain.case import Case
    from tests.cast import Tenant

ROOT_CANAL = RequestedProcedure("22", "85200166", 1, "36")


async def waiting(app: App, tenant: Tenant) -> Case:
    """A guia that awaits a picture of its root canal."""
    asked = RegisterGuia(tenant.desk, Kind.ODONTO, tenant.first.card_number, tenant.provider, (ROOT_CANAL,))
    case: Case = await app.do(asked)
    assert case.guia.authorisation is Authorisation.AWAITING_DOCUMENT, case.guia.procedures
    return case


async def kept(app: App, case: Case) -> Any:
    return await Documents(app.pool).of(case.guia.operator, case.guia.id)


def aged(app: App, ans: str) -> list[str]:
    """Let every file of an operator have lain for a day."""
    then, names = time.time() - OLD_S - 60, []
    for path in (app.settings.data / "documents" / ans).glob("*/*"):
        os.utime(path, (then, then))
        names.append(path.name)
    return names


async def test_a_picture_goes_from_the_desk_to_the_auditor(app: App, aurora: Tenant):
    case = await waiting(app, aurora)
    after = await documents.add(app, aurora.desk, case.guia.id, 1, made.with_secrets())
    assert not isinstance(after, Refused)
    assert after.guia.authorisation is Authorisation.UNDER_AUDIT
    (one,) = await kept(app, case)
    assert (one.item, one.media_type, one.pages, one.added_by) == (1, MediaType.JPEG, 1, "recepcao")
    for page in (None, 1):
        shown = await documents.look(app, aurora.auditor, case.guia.id, one.id, page)
        assert not isinstance(shown, Refused)
        assert (shown.media_type, len(shown.content)) == (MediaType.JPEG, one.size)
        assert made.GPS not in shown.content


async def test_a_document_is_looked_at_page_by_page_or_whole(app: App, aurora: Tenant):
    case = await waiting(app, aurora)
    await documents.add(app, aurora.desk, case.guia.id, None, made.drawn_pdf())
    (one,) = await kept(app, case)
    told = [await documents.look(app, aurora.auditor, case.guia.id, one.id, page) for page in (None, 1, 2)]
    assert [each.media_type for each in told if not isinstance(each, Refused)] == [
        MediaType.PDF,
        MediaType.JPEG,
        MediaType.JPEG,
    ]
    assert await documents.look(app, aurora.auditor, case.guia.id, one.id, 3) == Refused(Refusal.NOT_FOUND)


async def test_what_is_refused_leaves_no_file(app: App, aurora: Tenant, cambui: Tenant):
    case = await waiting(app, aurora)
    for actor, item, content, why in (
        (aurora.desk, 1, b"<svg onload='x'/>", Refusal.FILE_REFUSED),
        (aurora.desk, 1, made.bomb(60_000, 60_000), Refusal.FILE_TOO_BIG),
        (aurora.desk, 9, made.picture(), Refusal.NOTHING_TO_REVIEW),
        (aurora.other_desk, 1, made.picture(), Refusal.NOT_FOUND),
        (cambui.desk, 1, made.picture(), Refusal.NOT_FOUND),
        (aurora.auditor, 1, made.picture(), Refusal.FORBIDDEN),
    ):
        assert await documents.add(app, actor, case.guia.id, item, content) == Refused(why)
    assert list((app.settings.data / "documents").rglob("*")) == []
    assert await kept(app, case) == ()


def lying(app: App) -> list[pathlib.Path]:
    return [each for each in (app.settings.data / "documents").rglob("*") if each.is_file()]


async def test_for_a_guia_that_is_over_nothing_is_drawn_or_kept(app: App, aurora: Tenant):
    case = await waiting(app, aurora)
    with psycopg.connect(app.settings.database_url or "") as connection:
        connection.execute("UPDATE chancela.guia SET valid_until = current_date - 2")
    refused = await documents.add(app, aurora.desk, case.guia.id, 1, made.picture())
    assert refused == Refused(Refusal.GUIA_EXPIRED)
    assert lying(app) == []


async def test_files_sent_at_once_for_one_guia_leave_no_more_on_the_disk_than_it_takes(
    app: App, aurora: Tenant, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(attachments, "MOST_FILES", 2)
    case = await waiting(app, aurora)
    sizes = [(20 + nth, 20) for nth in range(6)]
    sent = [documents.add(app, aurora.desk, case.guia.id, 1, made.picture(size=size)) for size in sizes]
    outcomes = await asyncio.gather(*sent)
    assert [each for each in outcomes if isinstance(each, Refused)] == [Refused(Refusal.TOO_MANY_FILES)] * 4
    assert len(lying(app)) == 2


async def test_an_account_sends_no_more_in_a_day_than_anybody_needs(
    app: App, aurora: Tenant, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(attachments, "MOST_A_DAY", 2)
    first, second = await waiting(app, aurora), await waiting(app, aurora)
    for nth in (1, 2):
        await documents.add(app, aurora.desk, first.guia.id, 1, made.picture(size=(20 + nth, 20)))
    refused = await documents.add(app, aurora.desk, second.guia.id, 1, made.picture())
    assert refused == Refused(Refusal.FILES_PAUSED)
    assert len(lying(app)) == 2
    with psycopg.connect(app.settings.database_url or "") as connection:
        connection.execute("UPDATE chancela.attachment SET added_at = added_at - interval '25 hours'")
    assert not isinstance(await documents.add(app, aurora.desk, second.guia.id, 1, made.picture()), Refused)


async def test_documents_wait_while_the_disk_is_nearly_full(app: App, aurora: Tenant, monkeypatch: pytest.MonkeyPatch):
    case = await waiting(app, aurora)
    monkeypatch.setattr(cabinet, "SPARE_B", 1 << 62)
    assert await documents.add(app, aurora.desk, case.guia.id, 1, made.picture()) == Refused(Refusal.FILES_PAUSED)
    assert lying(app) == []


async def test_strangers_see_no_document(app: App, aurora: Tenant, cambui: Tenant):
    case = await waiting(app, aurora)
    await documents.add(app, aurora.desk, case.guia.id, 1, made.picture())
    (one,) = await kept(app, case)
    for actor in (aurora.other_desk, aurora.system, cambui.auditor, cambui.desk):
        assert await documents.look(app, actor, case.guia.id, one.id, 1) == Refused(Refusal.NOT_FOUND)
    assert await Documents(app.pool).of(cambui.ans, case.guia.id) == ()
    assert await Documents(app.pool).known(cambui.ans, [one.digest]) == frozenset()


async def test_a_file_that_is_missing_is_told_and_not_passed_over(app: App, aurora: Tenant):
    case = await waiting(app, aurora)
    await documents.add(app, aurora.desk, case.guia.id, 1, made.picture())
    (one,) = await kept(app, case)
    (app.settings.data / "documents" / aurora.ans / one.digest[:2] / one.digest).unlink()
    with pytest.raises(GoneError):
        await documents.look(app, aurora.auditor, case.guia.id, one.id, 1)


async def test_a_file_that_no_guia_came_to_know_of_is_swept_and_no_other(app: App, aurora: Tenant, cambui: Tenant):
    case = await waiting(app, aurora)
    await documents.add(app, aurora.desk, case.guia.id, 1, made.picture())
    (one,) = await kept(app, case)
    orphan = app.documents.cabinet.put(aurora.ans, b"a process that died before the guia knew")
    foreign = app.documents.cabinet.put(cambui.ans, b"another")
    assert await documents.sweep(app, aurora.ans) == 0
    assert sorted(aged(app, aurora.ans)) == sorted([one.digest, orphan])
    await Chores(app).sweep_documents()
    assert app.documents.cabinet.has(aurora.ans, one.digest)
    assert not app.documents.cabinet.has(aurora.ans, orphan)
    assert app.documents.cabinet.has(cambui.ans, foreign)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE chancela.attachment SET digest = repeat('0', 64)", "another than the trail tells of"),
        ("UPDATE chancela.attachment SET added_by = 'outra'", "another than the trail tells of"),
        ("UPDATE chancela.ruling SET state = 'authorised'", "no such event"),
        ("UPDATE chancela.ruling SET text = 'Outras palavras.'", "no such event"),
        ("UPDATE chancela.ruling SET code = '3287'", "no such event"),
        ("UPDATE chancela.ruling SET decided_by = 'outra'", "no such event"),
        ("UPDATE chancela.ruling SET protocol = '1'", "no such event"),
    ],
)
async def test_a_document_or_an_answer_that_was_changed_is_found(app: App, aurora: Tenant, change: str, told: str):
    case = await waiting(app, aurora)
    await documents.add(app, aurora.desk, case.guia.id, 1, made.picture())
    said = (Decision(1, ItemState.DENIED, "Parecer da auditoria."),)
    await app.do(ReviewGuia(aurora.auditor, case.guia.id, said))
    assert (await verify(app.settings)).whole
    with psycopg.connect(app.settings.database_url or "") as connection:
        connection.execute(change.encode())
    report = await verify(app.settings)
    assert [told in each.sentence for each in report.findings] == [True]


async def settled() -> None:
    """Let every task of this loop come as far as it can."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_machines_wait_for_room_before_their_files_are_read_and_nobody_takes_all_of_it(
    app: App, aurora: Tenant, cambui: Tenant
):
    inside: list[str] = []
    leave = {who: asyncio.Event() for who in "abcd"}

    async def bring(tenant: Tenant, who: str) -> None:
        async with app.documents.reception(tenant.client):
            inside.append(who)
            await leave[who].wait()

    async with asyncio.TaskGroup() as group:
        for tenant, who in ((aurora, "a"), (aurora, "b"), (aurora, "c"), (cambui, "d")):
            group.create_task(bring(tenant, who))
        await settled()
        assert inside == ["a", "b", "d"], "two of one account, and another beside them"
        leave["a"].set()
        await settled()
        assert inside == ["a", "b", "d", "c"]
        for each in leave.values():
            each.set()


async def test_a_process_holds_few_bodies_of_all_accounts(app: App, aurora: Tenant):
    leave, inside = asyncio.Event(), 0

    async def bring(nth: int) -> None:
        nonlocal inside
        async with app.documents.reception(replace(aurora.client, name=f"client {nth}")):
            inside += 1
            await leave.wait()

    async with asyncio.TaskGroup() as group:
        for nth in range(documents.BODIES + 3):
            group.create_task(bring(nth))
        await settled()
        assert inside == documents.BODIES
        leave.set()
    assert inside == documents.BODIES + 3

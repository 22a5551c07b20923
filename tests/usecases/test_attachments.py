"""Documents of a guia: a provider sends them, what awaited one goes to the auditor, and who looks is known."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from chancela.domain.attachment import MOST_FILES, Attachment, MediaType
from chancela.domain.case import Case
from chancela.domain.guia import Attendance, Authorisation, ItemState
from chancela.domain.profiles import ONE_CODE_PER_GUIA
from chancela.domain.refusal import Refusal
from chancela.usecases.add_attachment import AddAttachment
from chancela.usecases.open_attachment import OpenAttachment
from tests.usecases import scene as scenes
from tests.usecases.scene import AUDITED, AUDITOR, CLIENT, DESK, DOCUMENTED, OK, Scene, reason


@pytest.fixture
def scene() -> Scene:
    return Scene(ONE_CODE_PER_GUIA)


def sent(scene: Scene, case: Case, item: int | None = None, nth: int = 1, by: Any = DESK, pages: int = 1) -> Any:
    return scene.do(AddAttachment(by, case.guia.id, f"{nth:064x}", MediaType.PDF, 1000, pages, item))


def kept(scene: Scene) -> list[Attachment]:
    return list(scene.memory.shelf.attachments.values())


def states(case: Case) -> list[ItemState]:
    return [each.authorisation for each in case.guia.procedures]


WAITS, AUDIT = ItemState.AWAITING_DOCUMENT, ItemState.UNDER_AUDIT


def test_a_document_of_one_procedure_sends_that_one_to_the_auditor(scene: Scene):
    case = scene.register(DOCUMENTED, DOCUMENTED, OK)
    after = sent(scene, case, item=2)
    assert states(after) == [WAITS, AUDIT, ItemState.AUTHORISED]
    assert after.guia.procedures[1].reasons == ()
    assert after.guia.authorisation is Authorisation.UNDER_AUDIT
    assert scene.now(case) == after
    (one,) = kept(scene)
    assert (one.item, one.digest, one.size, one.pages, one.added_by) == (2, f"{1:064x}", 1000, 1, "recepcao")
    assert one.added_at == scene.memory.now


def test_a_document_of_the_whole_guia_sends_all_that_awaited_one(scene: Scene):
    after = sent(scene, scene.register(DOCUMENTED, AUDITED, DOCUMENTED, OK))
    assert states(after) == [AUDIT, AUDIT, AUDIT, ItemState.AUTHORISED]
    assert after.guia.attendance is Attendance.NONE


def test_more_may_come_while_the_auditor_looks_and_none_once_all_is_decided(scene: Scene):
    case = sent(scene, scene.register(DOCUMENTED), item=1)
    sent(scene, case, item=1, nth=2)
    assert len(kept(scene)) == 2
    scene.review(case, (1, ItemState.AUTHORISED))
    assert reason(sent(scene, case, nth=3)) == Refusal.NOTHING_TO_REVIEW


def test_the_trail_tells_what_was_kept_under_which_hash(scene: Scene):
    case = sent(scene, scene.register(AUDITED), item=1, pages=3)
    last = scene.memory.shelf.trail[-1]
    assert (last.kind, last.subject, last.actor) == ("guia:attachment:added", case.guia.id, "recepcao")
    (one,) = kept(scene)
    assert json.loads(last.data) == {"attachment": str(one.id), "item": 1, "sha256": one.digest, "pages": 3}


def test_the_same_document_twice_is_there_once(scene: Scene):
    case = scene.register(AUDITED, AUDITED)
    first, again = sent(scene, case, item=1), sent(scene, case, item=1)
    assert first == again
    assert len(kept(scene)) == 1
    sent(scene, case, item=2)
    assert [each.item for each in kept(scene)] == [1, 2]
    command = AddAttachment(DESK, case.guia.id, "b" * 64, MediaType.PNG, 9, 1)
    assert all(isinstance(each, Case) for each in scene.do_all(command, command))
    assert len(kept(scene)) == 3


def test_a_guia_has_room_for_so_many(scene: Scene):
    case = scene.register(AUDITED)
    for nth in range(MOST_FILES):
        assert isinstance(sent(scene, case, nth=nth), Case)
    assert reason(sent(scene, case, nth=99)) == Refusal.TOO_MANY_FILES


@pytest.mark.parametrize("item", [0, 2, 3, -1])
def test_a_procedure_that_waits_for_nothing_takes_none(scene: Scene, item: int):
    assert reason(sent(scene, scene.register(AUDITED, OK), item=item)) == Refusal.NOTHING_TO_REVIEW


def test_a_cancelled_guia_and_an_expired_one_take_none(scene: Scene):
    cancelled, old = scene.cancel(scene.register(AUDITED)), scene.register(AUDITED)
    scene.later(days=ONE_CODE_PER_GUIA.guia_days + 1)
    assert reason(sent(scene, cancelled)) == Refusal.GUIA_CANCELLED
    assert reason(sent(scene, old)) == Refusal.GUIA_EXPIRED


def test_those_of_the_provider_send_alone(scene: Scene):
    case = scene.register(AUDITED)
    assert reason(sent(scene, case, by=AUDITOR)) == Refusal.FORBIDDEN
    for stranger in (scenes.NEIGHBOUR_DESK, scenes.FOREIGN):
        assert reason(sent(scene, case, by=stranger)) == Refusal.NOT_FOUND
    assert isinstance(sent(scene, case, by=CLIENT), Case)


# looking


def looked(scene: Scene, case: Case, by: Any = AUDITOR, whose: UUID | None = None, page: int | None = None) -> Any:
    return scene.do(OpenAttachment(by, case.guia.id, whose or kept(scene)[0].id, page))


def test_who_looks_at_a_page_is_written_down(scene: Scene):
    case = sent(scene, scene.register(AUDITED), pages=2)
    assert looked(scene, case, page=2) == kept(scene)[0]
    last = scene.memory.shelf.trail[-1]
    assert (last.kind, last.subject, last.actor) == ("guia:attachment:seen", case.guia.id, "auditora")
    assert json.loads(last.data) == {"attachment": str(kept(scene)[0].id), "page": 2}
    assert looked(scene, case, by=DESK) == kept(scene)[0]
    assert scene.now(case) == case


@pytest.mark.parametrize("page", [0, -1, 3])
def test_a_page_that_is_not_there_is_unknown_and_leaves_no_line(scene: Scene, page: int):
    case = sent(scene, scene.register(AUDITED), pages=2)
    before = len(scene.trail)
    assert reason(looked(scene, case, page=page)) == Refusal.NOT_FOUND
    assert len(scene.trail) == before


def test_documents_of_other_guias_and_for_other_eyes_are_like_none(scene: Scene):
    case, other = sent(scene, scene.register(AUDITED)), scene.register(AUDITED)
    assert reason(looked(scene, other)) == Refusal.NOT_FOUND
    assert reason(looked(scene, case, whose=scenes.NOWHERE)) == Refusal.NOT_FOUND
    assert reason(scene.do(OpenAttachment(AUDITOR, scenes.NOWHERE, kept(scene)[0].id))) == Refusal.NOT_FOUND
    for stranger in (scenes.NEIGHBOUR_DESK, scenes.FOREIGN, replace(AUDITOR, operator="999001"), scenes.SYSTEM):
        assert reason(looked(scene, case, by=stranger)) == Refusal.NOT_FOUND


def test_a_document_does_not_make_an_old_guia_young(scene: Scene):
    case = scene.register(AUDITED)
    scene.later(days=1)
    assert sent(scene, case).guia.valid_until == case.guia.created_at.date() + timedelta(
        days=ONE_CODE_PER_GUIA.guia_days
    )

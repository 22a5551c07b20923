"""An auditor's decision, so that a guia under audit can move on."""

import json

import pytest

from chancela.domain.guia import Attendance, Authorisation, ItemState
from chancela.domain.profiles import ONE_CODE_PER_GUIA, PUSH_PER_ATTENDANCE
from chancela.domain.refusal import Refusal
from chancela.domain.token import TokenEnd
from chancela.usecases.review_guia import Decision, ReviewGuia
from tests.usecases import scene as scenes
from tests.usecases.scene import AUDITED, AUDITOR, DENIED, DOCUMENTED, OK, Scene, reason

GRANT, DENY, ASK, WAIT = ItemState.AUTHORISED, ItemState.DENIED, ItemState.AWAITING_DOCUMENT, ItemState.UNDER_AUDIT


@pytest.fixture
def scene() -> Scene:
    return Scene(ONE_CODE_PER_GUIA)


def states(case: object) -> list[str]:
    return [each.authorisation.value for each in case.guia.procedures]


def test_an_authorised_guia_goes_on_to_await_its_code(scene: Scene):
    case = scene.review(scene.register(AUDITED), (1, GRANT))
    assert (case.guia.authorisation, case.guia.attendance) == (Authorisation.AUTHORISED, Attendance.AWAITING_TOKEN)
    assert case.guia.procedures[0].reasons == ()
    assert scene.now(case) == case


def test_a_denied_one_says_why(scene: Scene):
    case = scene.review(scene.register(AUDITED), (1, DENY))
    (procedure,) = case.guia.procedures
    assert (case.guia.authorisation, case.guia.attendance) == (Authorisation.DENIED, Attendance.NONE)
    assert [(each.code, each.text) for each in procedure.reasons] == [("1426", "Parecer da auditoria.")]


@pytest.mark.parametrize(("state", "code"), [(DENY, "1426"), (ASK, "3047")])
def test_a_decision_without_words_is_given_in_writing_all_the_same(scene: Scene, state: ItemState, code: str):
    """RN 623/2024: a denial is given in writing with its reason."""
    case = scene.do(ReviewGuia(AUDITOR, scene.register(AUDITED).guia.id, (Decision(1, state, "  "),)))
    (given,) = case.guia.procedures[0].reasons
    assert given.code == code
    assert given.text.endswith(".")


def test_a_document_may_be_asked_for_and_then_be_enough(scene: Scene):
    case = scene.review(scene.register(AUDITED), (1, ASK))
    assert case.guia.authorisation is Authorisation.AWAITING_DOCUMENT
    assert scene.review(case, (1, GRANT)).guia.attendance is Attendance.AWAITING_TOKEN


def test_items_that_are_not_named_stay_as_they_are(scene: Scene):
    case = scene.review(scene.register(AUDITED, DOCUMENTED, OK, DENIED), (1, DENY))
    assert states(case) == ["denied", "awaiting_document", "authorised", "denied"]
    assert case.guia.authorisation is Authorisation.AWAITING_DOCUMENT


@pytest.mark.parametrize("item", [2, 99, 0, -1])
def test_what_waits_for_no_one_cannot_be_decided(scene: Scene, item: int):
    assert reason(scene.review(scene.register(AUDITED, OK), (item, DENY))) == Refusal.NOTHING_TO_REVIEW


def test_putting_back_under_audit_is_no_decision(scene: Scene):
    assert reason(scene.review(scene.register(AUDITED), (1, WAIT))) == Refusal.NOTHING_TO_REVIEW


def test_the_trail_tells_only_what_was_decided(scene: Scene):
    scene.review(scene.register(AUDITED, OK), (1, GRANT), (2, DENY), (99, GRANT))
    assert json.loads(scene.memory.shelf.trail[-1].data) == {"item_1": "authorised"}


def test_no_code_asked_for_by_a_guia_that_was_denied_lives_on():
    scene = Scene(PUSH_PER_ATTENDANCE)
    case = scene.issue(scene.register(AUDITED))
    after = scene.review(case, (1, DENY))
    assert (after.secret, after.token.end, after.guia.attendance) == (None, TokenEnd.CANCELLED, Attendance.NONE)
    assert reason(scene.validate(after, scene.code(case))) == Refusal.GUIA_DENIED
    assert scene.memory.shelf.live == {}


def test_a_live_code_stays_where_the_guia_still_awaits_it():
    scene = Scene(PUSH_PER_ATTENDANCE)
    case = scene.issue(scene.register(AUDITED, OK))
    after = scene.review(case, (1, DENY))
    assert (after.token, after.secret) == (case.token, case.secret)
    assert scene.validate(after, scene.code(case)).validation is not None


def test_a_validated_guia_stays_validated_whatever_the_auditor_says():
    scene = Scene(PUSH_PER_ATTENDANCE)
    case = scene.issue(scene.register(AUDITED))
    done = scene.validate(case, scene.code(case))
    after = scene.review(done, (1, DENY))
    assert (after.guia.attendance, after.guia.authorisation) == (Attendance.VALIDATED, Authorisation.DENIED)


# refusals


def test_a_provider_may_not_review_its_own_guia(scene: Scene):
    assert reason(scene.review(scene.register(AUDITED), (1, GRANT), by=scenes.DESK)) == Refusal.FORBIDDEN


def test_a_foreign_guia_is_like_an_unknown_one(scene: Scene):
    case = scene.register(AUDITED)
    for actor in (scenes.NEIGHBOUR_DESK, scenes.FOREIGN):
        assert reason(scene.review(case, (1, GRANT), by=actor)) == Refusal.NOT_FOUND
    assert reason(scene.do(ReviewGuia(AUDITOR, scenes.NOWHERE, ()))) == Refusal.NOT_FOUND


def test_a_cancelled_guia_is_not_reviewed(scene: Scene):
    assert reason(scene.review(scene.cancel(scene.register(AUDITED)), (1, GRANT))) == Refusal.GUIA_CANCELLED


def test_two_reviews_in_one_set_stand_on_each_other(scene: Scene):
    guia_id = scene.register(AUDITED, DOCUMENTED).guia.id
    said = [ReviewGuia(AUDITOR, guia_id, (Decision(item, GRANT),)) for item in (1, 2, 2)]
    first, second, third = scene.do_all(*said)
    assert first.guia.attendance is Attendance.NONE
    assert second.guia.attendance is Attendance.AWAITING_TOKEN
    assert reason(third) == Refusal.NOTHING_TO_REVIEW

"""An auditor's decision, so that a guia under audit can move on."""

import json
from dataclasses import replace

import pytest

from chancela.domain import decision as decisions
from chancela.domain.attachment import MediaType
from chancela.domain.guia import Attendance, Authorisation, ItemState, Reason
from chancela.domain.profiles import ONE_CODE_PER_GUIA, PUSH_PER_ATTENDANCE
from chancela.domain.refusal import Refusal
from chancela.domain.token import TokenEnd
from chancela.usecases.add_attachment import AddAttachment
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
def test_a_decision_of_the_core_system_without_words_is_given_in_writing_all_the_same(
    scene: Scene, state: ItemState, code: str
):
    """RN 623/2024: a denial is given in writing with its reason."""
    case = scene.do(ReviewGuia(scenes.CLIENT, scene.register(AUDITED).guia.id, (Decision(1, state, "  "),)))
    (given,) = case.guia.procedures[0].reasons
    assert given.code == code
    assert given.text.endswith(".")


@pytest.mark.parametrize("text", ["", "  ", "sem RX", "1234567890123"])
@pytest.mark.parametrize("state", [DENY, ASK])
def test_a_person_who_denies_or_asks_says_why_in_words(scene: Scene, state: ItemState, text: str):
    case = scene.register(AUDITED)
    assert reason(scene.do(ReviewGuia(AUDITOR, case.guia.id, (Decision(1, state, text),)))) == Refusal.REASON_NEEDED
    assert scene.now(case) == case


@pytest.mark.parametrize(("chosen", "kept"), [("3145", "3145"), ("", "1426"), ("9999", "1426")])
def test_a_denial_bears_the_reason_that_was_chosen_and_no_invented_one(scene: Scene, chosen: str, kept: str):
    said = Decision(1, DENY, " A imagem\n não mostra  a raiz. ", chosen)
    case = scene.do(ReviewGuia(AUDITOR, scene.register(AUDITED).guia.id, (said,)))
    assert case.guia.procedures[0].reasons == (Reason(kept, "A imagem não mostra a raiz."),)


def test_each_answer_is_kept_under_a_protocol_and_a_review_has_one(scene: Scene):
    case = scene.register(AUDITED, AUDITED, DOCUMENTED, OK)
    scene.review(case, (1, DENY), (2, GRANT))
    scene.review(case, (3, ASK))
    kept = scene.memory.shelf.rulings
    assert [(each.item, each.state, each.provider, each.decided_by) for each in kept] == [
        (1, DENY, scenes.PROVIDER, "auditora"),
        (2, GRANT, scenes.PROVIDER, "auditora"),
        (3, ASK, scenes.PROVIDER, "auditora"),
    ]
    assert [each.reason and each.reason.code for each in kept] == ["1426", None, "3047"]
    assert kept[0].protocol == kept[1].protocol != kept[2].protocol
    assert len(kept[0].protocol) == 20


def test_what_is_refused_spends_no_protocol(scene: Scene):
    case = scene.register(AUDITED)
    assert reason(scene.review(case, (9, DENY))) == Refusal.NOTHING_TO_REVIEW
    assert sum(scene.memory.shelf.protocols.values()) == 0


def test_who_decides_on_an_old_page_is_told_and_nothing_is_decided(scene: Scene):
    case = scene.register(AUDITED, AUDITED)
    seen = decisions.mark(case.guia, ())
    grant = (Decision(1, GRANT),)
    assert scene.do(ReviewGuia(AUDITOR, case.guia.id, grant, seen)).guia.procedures[0].authorisation is GRANT
    again = scene.do(ReviewGuia(AUDITOR, case.guia.id, (Decision(2, GRANT),), seen))
    assert reason(again) == Refusal.GUIA_CHANGED


def test_a_document_that_came_meanwhile_is_to_be_seen_first(scene: Scene):
    case = scene.register(AUDITED)
    seen = decisions.mark(case.guia, ())
    scene.do(AddAttachment(scenes.DESK, case.guia.id, "a" * 64, MediaType.PNG, 9, 1))
    late = ReviewGuia(AUDITOR, case.guia.id, (Decision(1, GRANT),), seen)
    assert reason(scene.do(late)) == Refusal.GUIA_CHANGED
    fresh = decisions.mark(case.guia, scene.memory.shelf.attachments.values())
    assert scene.do(replace(late, seen=fresh)).guia.authorisation is Authorisation.AUTHORISED


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
    told = json.loads(scene.memory.shelf.trail[-1].data)
    assert told == {"item_1": "authorised", "protocol": scene.memory.shelf.rulings[-1].protocol}


def test_the_trail_seals_the_words_of_a_denial_and_does_not_say_them(scene: Scene):
    scene.review(scene.register(AUDITED), (1, DENY))
    told, ruling = json.loads(scene.memory.shelf.trail[-1].data), scene.memory.shelf.rulings[-1]
    assert told["words_1"] == decisions.seal(ruling) != decisions.seal(replace(ruling, reason=None))
    assert ruling.reason and ruling.reason.text not in str(told)


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

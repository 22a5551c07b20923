"""A recorded attendance is told by itself, with a code or without one, once, however many workers look."""

from chancela.domain.absence import AbsenceReason
from chancela.domain.case import Case
from chancela.domain.delivery import Channel, Purpose
from chancela.usecases.record_absence import RecordAbsence
from tests import visits
from tests.worker.carriers import TestedCarrier

WRITTEN = frozenset({Channel.SMS, Channel.EMAIL})
NOTICES = "SELECT channel, state FROM chancela.delivery WHERE purpose = 'validated'"
RECORDED = "SELECT state FROM chancela.delivery WHERE purpose = 'recorded'"
TOLD = "SELECT data FROM chancela.trail WHERE kind = 'guia:attendance:told'"
WAITING = "SELECT guia_id FROM chancela.untold"


async def test_a_validation_is_told_to_another_contact_with_the_way_to_say_that_it_was_not_me(
    app, bem_te_vi, at_work, until, ask
):
    carrier = TestedCarrier(channels=WRITTEN)
    async with at_work(carrier), at_work(carrier):
        case = await visits.validated(app, bem_te_vi, await visits.issued(app, bem_te_vi, channel=Channel.SMS))
        await until(lambda: [tuple(each.values()) for each in ask(NOTICES)] == [("email", "delivered")])
    assert ask(WAITING) == []
    (letter,) = [each for each in carrier.given if each.message.purpose is Purpose.VALIDATED]
    assert letter.message.code is None
    assert letter.message.text.startswith(f"O atendimento da guia {case.guia.number} foi confirmado com o código.")
    assert "/nao-pedi/" in letter.message.text


async def test_an_attendance_without_a_code_is_told_in_writing_with_the_way_to_say_that_it_was_not_me(
    app, bem_te_vi, at_work, until, ask
):
    carrier = TestedCarrier(channels=WRITTEN)
    case = await visits.entered(app, bem_te_vi)
    why = RecordAbsence(bem_te_vi.desk, case.guia.id, AbsenceReason.REFUSED, "não quis dizer o código")
    async with at_work(carrier), at_work(carrier):
        assert isinstance(await app.do(why), Case)
        assert isinstance(await app.do(why), Case)  # the desk pressed again: it is the same attendance
        await until(lambda: [each["state"] for each in ask(RECORDED)] == ["delivered"])
    assert ask(WAITING) == [] and len(ask(TOLD)) == 1
    (letter,) = carrier.given
    assert (letter.message.purpose, letter.message.code) == (Purpose.RECORDED, None)
    assert letter.message.text.startswith(f"O atendimento da guia {case.guia.number} foi registrado sem o código.")
    assert "/nao-pedi/" in letter.message.text
    assert "não quis" not in letter.message.text

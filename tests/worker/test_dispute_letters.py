"""That a dispute was decided is told by itself, once, without what was decided."""

from chancela.domain.delivery import Channel, Purpose
from chancela.domain.report import ReportWay
from chancela.usecases.decide_dispute import DecideDispute
from chancela.usecases.report_token import ReportToken
from tests import visits
from tests.worker.carriers import TestedCarrier

WRITTEN = frozenset({Channel.SMS, Channel.EMAIL})
TEXT = "Falamos com a pessoa e com a clínica: a visita não aconteceu."
NOTICES = "SELECT state FROM chancela.delivery WHERE purpose = 'dispute'"


async def test_the_person_hears_that_there_is_an_answer_and_where(app, aurora, at_work, until, ask):
    carrier = TestedCarrier(channels=WRITTEN)
    case = await visits.validated(app, aurora)
    await app.do(ReportToken(aurora.system, case.guia.id, ReportWay.APP))
    async with at_work(carrier), at_work(carrier):
        await app.do(DecideDispute(aurora.auditor, case.guia.id, False, TEXT))
        await until(lambda: [each["state"] for each in ask(NOTICES)] == ["delivered"], seconds=10)
    (letter,) = [each for each in carrier.given if each.message.purpose is Purpose.DISPUTE]
    assert case.guia.number in letter.message.text
    assert TEXT not in letter.message.text
    assert letter.message.code is None
    assert ask("SELECT guia_id FROM chancela.untold_dispute") == []

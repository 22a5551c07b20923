"""A validation is told to another contact by itself, once, however many workers look."""

from chancela.domain.delivery import Channel, Purpose
from tests import visits
from tests.worker.carriers import TestedCarrier

WRITTEN = frozenset({Channel.SMS, Channel.EMAIL})
NOTICES = "SELECT channel, state FROM chancela.delivery WHERE purpose = 'validated'"
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

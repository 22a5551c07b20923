"""What waits for the operator's people: open reports, contacts in review and queues, behind the operator's wall."""

import uuid

import psycopg
import pytest

from chancela.adapters.postgres.casework import Casework
from chancela.domain.contact import ContactState
from chancela.domain.delivery import Channel
from chancela.domain.report import ReportOutcome, ReportWay
from chancela.usecases.close_report import CloseReport
from chancela.usecases.report_token import ReportToken
from tests import visits

SHARED = "+5541900077777"
HELD = """
INSERT INTO chancela.contact (operator, id, beneficiary_id, kind, address, state, typed_by, guia_id)
SELECT b.operator, gen_random_uuid(), b.id, 'mobile', %(address)s, %(state)s, %(provider)s, %(guia)s
FROM chancela.beneficiary b WHERE b.operator = %(operator)s AND b.card_number = %(card)s
"""


@pytest.fixture
def casework(app) -> Casework:
    return Casework(app.pool)


async def reported(app, tenant, way=ReportWay.EMAIL):
    case = await visits.issued(app, tenant)
    return await app.do(ReportToken(tenant.system, case.guia.id, way))


async def test_open_reports_come_oldest_first_with_all_that_a_decision_needs(app, casework, aurora):
    first, second = await reported(app, aurora), await reported(app, aurora, ReportWay.SMS)
    found = await casework.reports(aurora.ans)
    assert [each.guia_id for each in found] == [first.guia.id, second.guia.id]
    assert (found[0].number, found[0].card_number) == (first.guia.number, aurora.first.card_number)
    assert (found[0].provider, found[0].provider_name) == (aurora.provider, aurora.house.clinics[0].name)
    assert (found[0].protocol, [each.way for each in found]) == (
        first.report.protocol,
        [ReportWay.EMAIL, ReportWay.SMS],
    )
    assert [each.of_pair for each in found] == [2, 2]
    assert [each.guia_id for each in await casework.reports(aurora.ans, limit=1)] == [first.guia.id]


async def test_a_closed_report_waits_no_more_and_a_mistake_counts_for_nothing(app, casework, aurora):
    first, second = await reported(app, aurora), await reported(app, aurora)
    await app.do(CloseReport(aurora.auditor, first.guia.id, ReportOutcome.MISTAKEN))
    (left,) = await casework.reports(aurora.ans)
    assert (left.guia_id, left.of_pair) == (second.guia.id, 1)


async def test_a_disputed_attendance_is_no_report_of_a_code(app, casework, aurora):
    case = await visits.validated(app, aurora)
    await app.do(ReportToken(aurora.system, case.guia.id, ReportWay.EMAIL))
    assert await casework.reports(aurora.ans) == ()


def held(url: str, tenant, card: str, state: ContactState, guia: uuid.UUID | None, address: str = SHARED) -> None:
    values = {"operator": tenant.ans, "card": card, "state": state.value, "provider": tenant.provider, "guia": guia}
    with psycopg.connect(url) as connection:
        connection.execute(HELD, {**values, "address": address})


async def test_a_contact_in_review_is_masked_and_says_who_else_has_it(app, casework, cambui, database_url):
    case = await visits.entered(app, cambui)
    held(database_url, cambui, cambui.first.card_number, ContactState.IN_REVIEW, case.guia.id)
    members = [each for each in cambui.people if each.holder_card == cambui.first.card_number]
    others = [each for each in cambui.people if not each.holder_card][1:3]
    for each in (*members, *others):
        held(database_url, cambui, each.card_number, ContactState.CONFIRMED, None)
    (found,) = await casework.contacts(cambui.ans)
    assert (found.to, found.number, found.state) == ("(41) *****-7777", case.guia.number, ContactState.IN_REVIEW)
    assert (found.typed_by, found.card_number) == (cambui.provider, cambui.first.card_number)
    assert (found.families, found.of_a_provider) == (len(others), False), "one's own family is no other"
    assert await casework.contact(cambui.ans, found.id) == found


async def test_a_providers_own_number_is_told(app, casework, cambui, database_url):
    own = cambui.house.clinics[0].phone
    held(database_url, cambui, cambui.first.card_number, ContactState.IN_REVIEW, None, own)
    assert [each.of_a_provider for each in await casework.contacts(cambui.ans)] == [True]


async def test_another_operator_has_none_of_it(app, casework, aurora, cambui, database_url):
    await reported(app, aurora)
    held(database_url, aurora, aurora.first.card_number, ContactState.IN_REVIEW, None)
    (theirs,) = await casework.contacts(aurora.ans)
    assert await casework.reports(cambui.ans) == ()
    assert await casework.contacts(cambui.ans) == ()
    assert await casework.contact(cambui.ans, theirs.id) is None
    assert await casework.queues(cambui.ans) == ()


async def test_what_waits_to_go_out_is_counted_by_channel(app, casework, aurora):
    first = await visits.issued(app, aurora)
    await visits.issued(app, aurora)
    queues = {each.channel: each for each in await casework.queues(aurora.ans)}
    assert {channel: each.waiting for channel, each in queues.items()} == dict.fromkeys(
        (Channel.APP, Channel.SMS, Channel.EMAIL), 2
    )
    assert queues[Channel.SMS].oldest_at == min(each.planned_at for each in first.deliveries)

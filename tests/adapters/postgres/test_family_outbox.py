"""What goes to somebody who reads another's codes: their address, their language, their phone, and their answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg
import pytest

from chancela.adapters.postgres.outbox import Outbox, Pick
from chancela.adapters.postgres.replies import Replies
from chancela.domain.delivery import Channel, Purpose
from chancela.domain.guia import Kind, RequestedProcedure
from chancela.domain.message import Language
from chancela.domain.people import Relation
from chancela.domain.profiles import PUSH_PER_ATTENDANCE
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.register_guia import RegisterGuia
from tests.adapters.postgres.stages import PostgresStage
from tests.usecases.scene import ANS, CARD, DESK, EMAIL, MOBILE, OK, PROVIDER, Scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from chancela.adapters.postgres.dues import Due
    from chancela.domain.case import Case

CHILD, YOUTH = "55", "56"
CARRIER = "INSERT INTO chancela.carrier (operator, channel, name, kind, secrets) VALUES (%s, 'sms', 'x', 'y', '')"
LEASE = timedelta(seconds=30)
TODAY = date.today()  # noqa: DTZ011 - any day does


class Home:
    """Ana holds the plan, reads English and has the app; two children have a number of their own on file."""

    def __init__(self, url: str) -> None:
        scene = Scene(PUSH_PER_ATTENDANCE, birth_date=date(1980, 12, 31))
        given: dict[str, Any] = {"relation": Relation.CHILD, "holder_id": scene.ana}
        self.child = scene.someone(CHILD, "+5541900005555", birth_date=TODAY - timedelta(days=3000), **given)
        self.youth = scene.someone(YOUTH, "+5541900005656", birth_date=TODAY - timedelta(days=6250), **given)
        self.stage, self.ana, self.url = PostgresStage(scene, url), scene.ana, url

    async def issued(self, card: str) -> Case:
        asked = (RequestedProcedure("22", OK),)
        (case,) = await self.stage.do(RegisterGuia(DESK, Kind.ODONTO, card, PROVIDER, asked))
        (live,) = await self.stage.do(IssueToken(DESK, case.guia.id))
        issued: Case = live
        return issued

    async def due(self, channel: Channel) -> list[Due]:
        return await Outbox(self.stage.pool).claim(ANS, channel, [Pick("carrier")], 10, LEASE)

    def run(self, statement: str, *values: Any) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(statement.encode(), values)


@pytest.fixture
async def home(empty_database_url: str) -> AsyncIterator[Home]:
    opened = Home(empty_database_url)
    await opened.stage.open()
    opened.run("UPDATE chancela.beneficiary SET language = 'en' WHERE id = %s", opened.ana)
    yield opened
    await opened.stage.close()


async def test_a_code_of_a_child_goes_out_to_the_guardians_address_in_the_guardians_language(home: Home):
    case = await home.issued(CHILD)
    assert {each.reader_id for each in case.deliveries} == {home.ana}
    (by_sms,), (by_mail,) = await home.due(Channel.SMS), await home.due(Channel.EMAIL)
    assert [each.contact.address for each in (by_sms, by_mail) if each.contact] == [MOBILE, EMAIL]
    assert (by_sms.language, by_sms.card_number) == (Language.ENGLISH, CARD)
    assert by_sms.guia is not None
    assert by_sms.guia.beneficiary_id == home.child


async def test_a_push_goes_to_the_guardians_browsers(home: Home):
    put = (
        "INSERT INTO chancela.push_subscription (operator, id, beneficiary_id, endpoint, p256dh, auth) "
        "VALUES (%s, %s, %s, %s, %s, %s)"
    )
    for whose, where in ((home.ana, "https://push.example.com/ana"), (home.child, "https://push.example.com/child")):
        home.run(put, ANS, uuid4(), whose, where, "p256dh", "auth")
    await home.issued(CHILD)
    (push,) = await home.due(Channel.APP)
    assert [endpoint for endpoint, *_ in push.subscriptions] == ["https://push.example.com/ana"]


async def test_a_contact_that_is_not_the_readers_is_gone(home: Home):
    await home.issued(CHILD)
    home.run("UPDATE chancela.delivery SET reader_id = %s", home.youth)
    (due,) = await home.due(Channel.SMS)
    assert due.contact is None


async def test_an_answer_of_a_reader_is_about_what_they_got(home: Home):
    home.run(CARRIER, ANS)
    case = await home.issued(CHILD)
    await home.due(Channel.SMS)
    found = await Replies(home.stage.pool).answered(ANS, "x", MOBILE, None, None)
    assert found is not None
    assert found.guia_id == case.guia.id


async def test_an_answer_to_a_notice_without_a_code_is_about_nothing(home: Home):
    home.run(CARRIER, ANS)
    home.run("DELETE FROM chancela.contact WHERE beneficiary_id = %s AND kind = 'email'", home.ana)
    case = await home.issued(YOUTH)
    notices = [each for each in case.deliveries if each.purpose is Purpose.WARD_CODE]
    assert [(each.channel, each.reader_id) for each in notices] == [(Channel.SMS, home.ana)]
    await home.due(Channel.SMS)
    assert await Replies(home.stage.pool).answered(ANS, "x", MOBILE, None, None) is None


async def test_messages_to_a_reader_count_for_the_readers_number(home: Home):
    case = await home.issued(CHILD)
    async with home.stage.world(IssueToken) as world:
        await world.cases.load([case.guia.id])
        counts = await world.tallies.numbers({home.child, home.ana})
        circle = (await world.families.circles([home.child]))[home.child]
    by_address = {each.address: counts.get(each.id, 0) for each in circle.guardians[0].contacts}
    assert by_address == {MOBILE: 1, EMAIL: 1}


async def test_what_was_planned_for_a_reader_comes_back_as_theirs(home: Home):
    case = await home.issued(CHILD)
    async with home.stage.world(IssueToken) as world:
        found = (await world.cases.load([case.guia.id]))[case.guia.id]
    assert found.deliveries == case.deliveries
    assert isinstance(found.deliveries[0].reader_id, UUID)

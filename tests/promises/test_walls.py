"""security.md 10: nobody sees or changes a thing of another operator or provider; a foreign id is like an unknown."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from chancela.adapters.postgres import clients
from chancela.adapters.postgres.reads import GuiaFilter
from chancela.api import app as api
from chancela.bootstrap import deeds
from chancela.bootstrap.app import App
from chancela.domain.attachment import MediaType
from chancela.domain.case import Case
from chancela.domain.change import Ways
from chancela.domain.contact import ContactKind
from chancela.domain.guia import ItemState, Kind
from chancela.domain.permissions import Actor, ActorKind
from chancela.domain.profiles import PUSH_PER_ATTENDANCE
from chancela.domain.refusal import Refusal, Refused
from chancela.domain.report import ReportOutcome, ReportWay
from chancela.usecases.accept_tie import AcceptTie
from chancela.usecases.add_attachment import AddAttachment
from chancela.usecases.admit_provider import AdmitProvider
from chancela.usecases.annotate_outage import AnnotateOutage
from chancela.usecases.answer_caller import AnswerCaller
from chancela.usecases.answer_dispute import AnswerDispute
from chancela.usecases.apply_contacts import ApplyContacts
from chancela.usecases.ask_contact import AskContact
from chancela.usecases.ask_passkey import AskPasskey
from chancela.usecases.ask_sign_in import AskSignIn
from chancela.usecases.attach_outage import AttachOutage
from chancela.usecases.cancel_guia import CancelGuia
from chancela.usecases.change_record import ChangeRecord
from chancela.usecases.chase_absences import ChaseAbsences
from chancela.usecases.climb_ladders import ClimbLadders
from chancela.usecases.close_report import CloseReport
from chancela.usecases.close_series import CloseSeries
from chancela.usecases.confirm_contact import ConfirmContact
from chancela.usecases.confirm_outage import ConfirmOutage
from chancela.usecases.confirm_session import ConfirmSession
from chancela.usecases.decide_contact import DecideContact
from chancela.usecases.decide_dispute import DecideDispute
from chancela.usecases.decide_policy import DecidePolicy, Verdict
from chancela.usecases.declare_outage import DeclareOutage
from chancela.usecases.draft_policy import DraftPolicy
from chancela.usecases.end_block import EndBlock
from chancela.usecases.end_call import EndCall
from chancela.usecases.end_device import EndDevice
from chancela.usecases.end_outage import EndOutage
from chancela.usecases.end_passkey import EndPasskey
from chancela.usecases.end_session import EndSession
from chancela.usecases.end_sheet import EndSheet
from chancela.usecases.end_tie import EndTie
from chancela.usecases.end_webhook import EndWebhook
from chancela.usecases.enrol_device import EnrolDevice
from chancela.usecases.enrol_passkey import EnrolPasskey
from chancela.usecases.enter import Enter
from chancela.usecases.enter_by_passkey import EnterByPasskey
from chancela.usecases.expire_tokens import ExpireTokens
from chancela.usecases.give_number import GiveNumber
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.lapse_outages import LapseOutages
from chancela.usecases.merge_people import MergePeople
from chancela.usecases.name_caller import NameCaller
from chancela.usecases.notice_outage import NoticeOutage
from chancela.usecases.offer_tie import OfferTie
from chancela.usecases.open_attachment import OpenAttachment
from chancela.usecases.open_call import OpenCall
from chancela.usecases.open_webhook import OpenWebhook
from chancela.usecases.postpone_token import PostponeToken
from chancela.usecases.print_guia import PrintGuia
from chancela.usecases.print_sheet import PrintSheet
from chancela.usecases.propose_contact import ProposeContact
from chancela.usecases.propose_policy import ProposePolicy
from chancela.usecases.put_professional import PutProfessional
from chancela.usecases.put_provider import PutProvider
from chancela.usecases.reconcile_guia import ReconcileGuia
from chancela.usecases.record_absence import RecordAbsence
from chancela.usecases.register_guia import RegisterGuia
from chancela.usecases.remind_late import RemindLate
from chancela.usecases.report_token import ReportToken
from chancela.usecases.return_printed import ReturnPrinted
from chancela.usecases.reveal_token import RevealToken
from chancela.usecases.review_absence import ReviewAbsence
from chancela.usecases.review_contact import ReviewContact
from chancela.usecases.review_guia import Decision, ReviewGuia
from chancela.usecases.see_provider import SeeProvider
from chancela.usecases.see_record import SeeRecord
from chancela.usecases.send_token import SendToken
from chancela.usecases.set_privacy import SetPrivacy
from chancela.usecases.set_ways import SetWays
from chancela.usecases.settle_late import SettleLate
from chancela.usecases.supply_absence import SupplyAbsence
from chancela.usecases.take_block import TakeBlock
from chancela.usecases.tell_attendances import TellAttendances
from chancela.usecases.tell_decisions import TellDecisions
from chancela.usecases.tell_disputes import TellDisputes
from chancela.usecases.validate_token import ValidateToken
from tests import visits
from tests.api.caller import Caller

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from chancela.bootstrap.deeds import Command
    from chancela.bootstrap.settings import Settings
    from tests.cast import Cast, Tenant

OF_A_GUIA: dict[type, Callable[[Actor, UUID], Command]] = {
    IssueToken: IssueToken,
    SendToken: SendToken,
    ValidateToken: lambda actor, guia_id: ValidateToken(actor, guia_id, "123456"),
    CancelGuia: lambda actor, guia_id: CancelGuia(actor, guia_id, "mine now"),
    ConfirmSession: lambda actor, guia_id: ConfirmSession(actor, guia_id, 1),
    CloseSeries: lambda actor, guia_id: CloseSeries(actor, guia_id, "mine now"),
    PostponeToken: lambda actor, guia_id: PostponeToken(actor, guia_id, date(2026, 11, 20)),
    RecordAbsence: lambda actor, guia_id: RecordAbsence(actor, guia_id, "07"),
    SupplyAbsence: lambda actor, guia_id: SupplyAbsence(actor, guia_id, f"{actor.operator}20260101000001"),
    ReviewAbsence: lambda actor, guia_id: ReviewAbsence(actor, guia_id, accept=True),
    ReviewGuia: lambda actor, guia_id: ReviewGuia(actor, guia_id, (Decision(1, ItemState.AUTHORISED),)),
    RevealToken: RevealToken,
    ReportToken: lambda actor, guia_id: ReportToken(actor, guia_id, ReportWay.PHONE),
    CloseReport: lambda actor, guia_id: CloseReport(actor, guia_id, ReportOutcome.MISTAKEN),
    DecideDispute: lambda actor, guia_id: DecideDispute(actor, guia_id, True, "It is mine now, they say."),
    AnswerDispute: lambda actor, guia_id: AnswerDispute(actor, guia_id, "It is mine now, they say."),
    AddAttachment: lambda actor, guia_id: AddAttachment(actor, guia_id, "0" * 64, MediaType.PNG, 1, 1),
    OpenAttachment: lambda actor, guia_id: OpenAttachment(actor, guia_id, uuid4()),
    PrintGuia: PrintGuia,
    ReturnPrinted: lambda actor, guia_id: ReturnPrinted(actor, guia_id, "0" * 64, MediaType.PNG, 1, 1, "0123456789"),
}
BY_NUMBER = {ReconcileGuia}  # whose number is judged before its guia: test_walls_of_blocks.py
OF_NO_GUIA = {TellAttendances, RegisterGuia, ExpireTokens, ClimbLadders, ReviewContact, AskSignIn, Enter, EndSession}
OF_NO_GUIA |= {OpenWebhook, EndWebhook}
OF_NO_GUIA |= {TellDisputes, TellDecisions, RemindLate, SettleLate}
OF_NO_GUIA |= {ChaseAbsences}
OF_NO_GUIA |= {OfferTie, AcceptTie, EndTie, SetPrivacy}
OF_NO_GUIA |= {AskPasskey, EnrolPasskey, EnterByPasskey, EndPasskey}
OF_NO_GUIA |= {EnrolDevice, EndDevice, PrintSheet, EndSheet}
OF_NO_GUIA |= {AskContact, ConfirmContact, SetWays}
OF_NO_GUIA |= {ProposeContact, DecideContact, ApplyContacts, SeeRecord, ChangeRecord, MergePeople}
OF_NO_GUIA |= {SeeProvider, PutProvider, AdmitProvider, PutProfessional}
OF_NO_GUIA |= {OpenCall, NameCaller, AnswerCaller, EndCall}
OF_NO_GUIA |= {DraftPolicy, ProposePolicy, DecidePolicy}
OF_NO_GUIA |= {TakeBlock, EndBlock, GiveNumber}
OF_NO_GUIA |= {ConfirmOutage, LapseOutages, DeclareOutage, EndOutage, AnnotateOutage, NoticeOutage, AttachOutage}


HOUSEKEEPING = ("DISCARD PLANS", "SET ROLE", "SET search_path")  # said by the clock or by a connection just opened


class Overheard(psycopg.AsyncConnection[Any]):
    """A connection that remembers what was asked: each statement, with how many values came with it."""

    asked: ClassVar[list[tuple[str, int]]] = []

    async def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
        if not str(query).startswith(HOUSEKEEPING):
            self.asked.append((str(query), len(params or ())))
        return await super().execute(query, params, **more)


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[App]:
    """The app, its statements overheard."""
    app = App(settings)
    app.pool.connection_class = Overheard
    async with app:
        yield app


def strangers(house: Cast) -> list[Actor]:
    """Everyone who may not see a guia of Aurora's desk provider, by operator, provider and kind of actor."""
    aurora, cambui = house.aurora, house.cambui
    within = [
        Actor(aurora.ans, kind, "within", aurora.other_provider) for kind in (ActorKind.PROVIDER, ActorKind.CLIENT)
    ]
    nobody = [Actor(aurora.ans, ActorKind.PROVIDER, "nobody", provider) for provider in (None, "", "99999")]
    beyond = [
        Actor(cambui.ans, kind, "beyond", provider, cambui.desk.assured_at)
        for kind in ActorKind
        for provider in (None, cambui.provider, aurora.provider)
    ]
    return [*within, *nobody, *beyond]


async def told(asked: Awaitable[Any]) -> tuple[Any, list[tuple[str, int]]]:
    """What was answered, and all that the database was asked for it; notices of earlier deeds go out when they will."""
    Overheard.asked.clear()
    outcome = await asked
    return outcome, [each for each in Overheard.asked if "notify" not in each[0] and "SET LOCAL" not in each[0]]


async def lives(app: App, tenant: Tenant) -> dict[str, Case]:
    """A guia in each state that a stranger might want to know of."""
    return {
        "just entered": await visits.entered(app, tenant),
        "with a code": await visits.issued(app, tenant),
        "validated": await visits.validated(app, tenant),
    }


async def test_for_strangers_each_deed_answers_as_if_the_guia_were_unknown(app: App, house: Cast):
    named = {kind for kind in deeds.DEEDS if "guia_id" in {each.name for each in dataclasses.fields(kind)}}
    assert named == {*OF_A_GUIA, *BY_NUMBER}, "a new deed wants its line above"
    assert set(deeds.DEEDS) == named | OF_NO_GUIA
    for life, case in (await lives(app, house.aurora)).items():
        before = await app.guia(house.aurora.desk, case.guia.id)
        for actor in strangers(house):
            for kind, command in OF_A_GUIA.items():
                foreign = await told(app.do(command(actor, case.guia.id)))
                unknown = await told(app.do(command(actor, uuid4())))
                assert foreign == unknown, (life, actor, kind)
                assert foreign[0] == Refused(Refusal.NOT_FOUND)
        assert await app.guia(house.aurora.desk, case.guia.id) == before, life


async def test_a_contact_of_another_operator_is_like_an_unknown_one(app: App, house: Cast, database_url: str):
    with psycopg.connect(database_url) as connection:
        case = await visits.entered(app, house.aurora)
        held = connection.execute(
            "UPDATE chancela.contact SET state = 'in_review', typed_by = '10001', guia_id = %s WHERE operator = %s"
            " RETURNING id",
            (case.guia.id, house.aurora.ans),
        ).fetchone()
    assert held is not None
    auditor = Actor(house.cambui.ans, ActorKind.AUDITOR, "audit")
    foreign = await told(app.do(ReviewContact(auditor, held[0], accept=True)))
    assert foreign == await told(app.do(ReviewContact(auditor, uuid4(), accept=True)))
    assert foreign[0] == Refused(Refusal.NOT_FOUND)
    climbed = ClimbLadders(Actor(house.cambui.ans, ActorKind.SYSTEM, "worker"), (case.guia.id,))
    assert await app.do(climbed) == 0


def manager(ans: str, person: UUID) -> Actor:
    """Somebody at their own pages, who confirmed lately that it is them."""
    own = frozenset({person})
    return Actor(ans, ActorKind.BENEFICIARY, "pessoa", None, datetime.now(UTC), person=person, manages=own)


async def test_contacts_of_whom_one_does_not_manage_are_like_those_of_nobody(app: App, house: Cast):
    aurora, cambui = house.aurora, house.cambui
    found = [await app.reads.person(aurora.desk, each.card_number) for each in aurora.people[:2]]
    found.append(await app.reads.person(cambui.desk, cambui.first.card_number))
    mine, beside, beyond = (each.beneficiary.id for each in found if each is not None)
    change = await app.do(AskContact(manager(aurora.ans, mine), mine, ContactKind.MOBILE, "41900001111"))
    assert isinstance(change, UUID)
    for actor in (manager(aurora.ans, beside), manager(cambui.ans, beyond)):
        asked: list[tuple[UUID, Callable[[UUID], Command]]] = [
            (mine, lambda whose, who=actor: AskContact(who, whose, ContactKind.MOBILE, "41900001111")),  # type: ignore[misc]
            (mine, lambda whose, who=actor: SetWays(who, whose, Ways(uses_no_mobile=True))),  # type: ignore[misc]
            (change, lambda named, who=actor: ConfirmContact(who, named, "123456")),  # type: ignore[misc]
        ]
        for theirs, command in asked:
            foreign = await told(app.do(command(theirs)))
            assert foreign == await told(app.do(command(uuid4())))
            assert foreign[0] == Refused(Refusal.NOT_FOUND)


async def test_a_version_of_another_operators_rules_is_like_an_unknown_one(app: App, house: Cast):
    """Versions are counted by each operator for itself: another's number is nobody's here."""
    today = datetime.now(UTC).date() + timedelta(days=2)
    writer = Actor(house.aurora.ans, ActorKind.ANALYST, "ana.lista")
    version = await app.do(DraftPolicy(writer, PUSH_PER_ATTENDANCE, (), today))
    assert not isinstance(version, Refused)
    for kind in (ActorKind.ANALYST, ActorKind.MANAGER):
        beyond = Actor(house.cambui.ans, kind, "ana.lista")
        asked: list[Callable[[int, Actor], Command]] = [
            lambda number, who: DraftPolicy(who, PUSH_PER_ATTENDANCE, (), today, number=number),
            lambda number, who: ProposePolicy(who, number),
            *(lambda number, who, each=each: DecidePolicy(who, number, each, "x") for each in Verdict),  # type: ignore[misc]
        ]
        for command in asked:
            foreign = await told(app.do(command(version.number, beyond)))
            assert foreign == await told(app.do(command(version.number + 999, beyond)))
            assert foreign[0] in {Refused(Refusal.NOT_FOUND), Refused(Refusal.FORBIDDEN)}


async def test_for_strangers_each_reading_finds_nothing(app: App, house: Cast):
    for life, case in (await lives(app, house.aurora)).items():
        guia = case.guia
        assert await app.guia(house.aurora.desk, guia.id) is not None
        for actor in strangers(house):
            for reading in (app.guia, app.receipt):
                foreign = await told(reading(actor, guia.id))
                unknown = await told(reading(actor, uuid4()))
                assert foreign == unknown, (life, actor)
                assert foreign[0] is None
            assert (await app.reads.queue(actor)) == ()
            for asked in (
                GuiaFilter(),
                GuiaFilter(number=guia.number),
                GuiaFilter(card_number=guia.card_number),
                GuiaFilter(provider=guia.provider),
            ):
                assert (await app.reads.guias(actor, asked)).items == (), (life, actor, asked)


async def test_people_and_providers_of_others_are_like_unknown_ones(app: App, house: Cast):
    aurora, cambui = house.aurora, house.cambui
    own = {each.card_number for each in cambui.people}
    card = next(each.card_number for each in aurora.people if each.card_number not in own)
    nobody = "9" * len(card)
    for actor in (cambui.desk, cambui.client, cambui.auditor):
        foreign = await told(app.reads.person(actor, card))
        assert foreign == await told(app.reads.person(actor, nobody))
        assert foreign[0] is None
    enter = RegisterGuia(cambui.client, Kind.ODONTO, card, cambui.provider, (visits.CONSULTATION,))
    foreign = await told(app.do(enter))
    assert foreign == await told(app.do(replace(enter, card_number=nobody)))
    assert foreign[0] == Refused(Refusal.CARD_UNKNOWN)

    first = aurora.first.card_number
    enter = RegisterGuia(aurora.desk, Kind.ODONTO, first, aurora.other_provider, (visits.CONSULTATION,))
    foreign = await told(app.do(enter))
    assert foreign == await told(app.do(replace(enter, provider="9" * len(aurora.provider))))
    assert foreign[0] == Refused(Refusal.PROVIDER_UNKNOWN)


async def test_a_sweep_touches_its_own_operator_alone(app: App, house: Cast, database_url: str):
    held = [await visits.issued(app, tenant) for tenant in (house.aurora, house.cambui)]
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE chancela.live_token SET expires_at = issued_at + interval '1 us'")
    assert await app.do(ExpireTokens(house.cambui.system)) == 1
    found = await app.guia(house.aurora.desk, held[0].guia.id)
    assert found is not None and found.token is not None and found.token.end is None


async def test_a_connection_is_behind_no_operator_between_two_deeds(app: App, house: Cast):
    for tenant in house.all:
        await visits.issued(app, tenant)
        async with app.pool.connection() as connection:
            seen = await connection.execute("SELECT count(*) FROM chancela.guia")
            assert await seen.fetchone() == (0,)


async def test_for_strangers_each_operation_answers_as_if_the_guia_were_unknown(app: App, house: Cast):
    aurora, cambui = house.aurora, house.cambui
    operations = [each for each in api.OPERATIONS if "{guia_id}" in each.path]
    assert len(operations) >= 7
    held = await lives(app, aurora)
    transport = httpx.ASGITransport(api.create(app))
    async with httpx.AsyncClient(transport=transport, base_url="http://chancela.test") as http:
        for ans, provider in (
            (aurora.ans, aurora.other_provider),
            (cambui.ans, cambui.provider),
            (cambui.ans, None),
        ):
            caller = await Caller.admitted(http, await clients.create(app.pool, ans, "test", provider))
            for operation in operations:
                body = next(iter(operation.examples.values()), None)
                declared = {"Content-Type": next(iter(operation.raw))} if operation.raw else {}
                answers = [
                    await caller.http.request(
                        operation.method,
                        operation.path.replace("{guia_id}", str(guia_id)),
                        headers={"Authorization": f"Bearer {caller.token}", **declared},
                        **({"json": body} if body is not None else {}),
                    )
                    for guia_id in (uuid4(), *(case.guia.id for case in held.values()))
                ]
                assert len({(each.status_code, tuple(each.headers.items()), each.content) for each in answers}) == 1
                wanted = 403 if operation.scope == "guias:review" and provider else 404
                assert answers[0].status_code == wanted, operation.name

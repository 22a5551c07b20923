"""Which deed does which command: the whole list of what may be done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from chancela.adapters.postgres.loading import Look
from chancela.usecases.accept_tie import AcceptTie, accept_tie
from chancela.usecases.add_attachment import AddAttachment, add_attachment
from chancela.usecases.admit_provider import AdmitProvider, admit_provider
from chancela.usecases.annotate_outage import AnnotateOutage, annotate_outage
from chancela.usecases.answer_caller import AnswerCaller, answer_caller
from chancela.usecases.answer_dispute import AnswerDispute, answer_dispute
from chancela.usecases.apply_contacts import ApplyContacts, apply_contacts
from chancela.usecases.ask_contact import AskContact, ask_contact
from chancela.usecases.ask_passkey import AskPasskey, ask_passkey
from chancela.usecases.ask_sign_in import AskSignIn, ask_sign_in
from chancela.usecases.attach_outage import AttachOutage, attach_outage
from chancela.usecases.cancel_guia import CancelGuia, cancel_guia
from chancela.usecases.change_record import ChangeRecord, change_record
from chancela.usecases.chase_absences import ChaseAbsences, chase_absences
from chancela.usecases.climb_ladders import ClimbLadders, climb_ladders
from chancela.usecases.close_report import CloseReport, close_report
from chancela.usecases.close_series import CloseSeries, close_series
from chancela.usecases.confirm_contact import ConfirmContact, confirm_contact
from chancela.usecases.confirm_outage import ConfirmOutage, confirm_outage
from chancela.usecases.confirm_session import ConfirmSession, confirm_session
from chancela.usecases.decide_contact import DecideContact, decide_contact
from chancela.usecases.decide_dispute import DecideDispute, decide_dispute
from chancela.usecases.decide_policy import DecidePolicy, decide_policy
from chancela.usecases.declare_outage import DeclareOutage, declare_outage
from chancela.usecases.draft_policy import DraftPolicy, draft_policy
from chancela.usecases.end_block import EndBlock, end_block
from chancela.usecases.end_call import EndCall, end_call
from chancela.usecases.end_device import EndDevice, end_device
from chancela.usecases.end_outage import EndOutage, end_outage
from chancela.usecases.end_passkey import EndPasskey, end_passkey
from chancela.usecases.end_session import EndSession, end_session
from chancela.usecases.end_sheet import EndSheet, end_sheet
from chancela.usecases.end_tie import EndTie, end_tie
from chancela.usecases.end_webhook import EndWebhook, end_webhook
from chancela.usecases.enrol_device import EnrolDevice, enrol_device
from chancela.usecases.enrol_passkey import EnrolPasskey, enrol_passkey
from chancela.usecases.enter import Enter, enter
from chancela.usecases.enter_by_passkey import EnterByPasskey, enter_by_passkey
from chancela.usecases.expire_tokens import ExpireTokens, expire_tokens
from chancela.usecases.give_number import GiveNumber, give_number
from chancela.usecases.issue_token import IssueToken, issue_token
from chancela.usecases.lapse_outages import LapseOutages, lapse_outages
from chancela.usecases.merge_people import MergePeople, merge_people
from chancela.usecases.name_caller import NameCaller, name_caller
from chancela.usecases.notice_outage import NoticeOutage, notice_outage
from chancela.usecases.offer_tie import OfferTie, offer_tie
from chancela.usecases.open_attachment import OpenAttachment, open_attachment
from chancela.usecases.open_call import OpenCall, open_call
from chancela.usecases.open_webhook import OpenWebhook, open_webhook
from chancela.usecases.postpone_token import PostponeToken, postpone_token
from chancela.usecases.print_guia import PrintGuia, print_guia
from chancela.usecases.print_sheet import PrintSheet, print_sheet
from chancela.usecases.propose_contact import ProposeContact, propose_contact
from chancela.usecases.propose_policy import ProposePolicy, propose_policy
from chancela.usecases.put_professional import PutProfessional, put_professional
from chancela.usecases.put_provider import PutProvider, put_provider
from chancela.usecases.reconcile_guia import ReconcileGuia, reconcile_guia
from chancela.usecases.record_absence import RecordAbsence, record_absence
from chancela.usecases.register_guia import RegisterGuia, register_guia
from chancela.usecases.remind_late import RemindLate, remind_late
from chancela.usecases.report_token import ReportToken, report_token
from chancela.usecases.return_printed import ReturnPrinted, return_printed
from chancela.usecases.reveal_token import RevealToken, reveal_token
from chancela.usecases.review_absence import ReviewAbsence, review_absence
from chancela.usecases.review_contact import ReviewContact, review_contact
from chancela.usecases.review_guia import ReviewGuia, review_guia
from chancela.usecases.see_provider import SeeProvider, see_provider
from chancela.usecases.see_record import SeeRecord, see_record
from chancela.usecases.send_token import SendToken, send_token
from chancela.usecases.set_privacy import SetPrivacy, set_privacy
from chancela.usecases.set_ways import SetWays, set_ways
from chancela.usecases.settle_late import SettleLate, settle_late
from chancela.usecases.supply_absence import SupplyAbsence, supply_absence
from chancela.usecases.take_block import TakeBlock, take_block
from chancela.usecases.tell_attendances import TellAttendances, tell_attendances
from chancela.usecases.tell_decisions import TellDecisions, tell_decisions
from chancela.usecases.tell_disputes import TellDisputes, tell_disputes
from chancela.usecases.validate_token import ValidateToken, validate_token

Command = (
    RegisterGuia
    | ReviewGuia
    | IssueToken
    | SendToken
    | ClimbLadders
    | TellAttendances
    | ValidateToken
    | ConfirmSession
    | CloseSeries
    | CancelGuia
    | RecordAbsence
    | SupplyAbsence
    | ReviewAbsence
    | ChaseAbsences
    | ExpireTokens
    | ReportToken
    | RevealToken
    | CloseReport
    | ReviewContact
    | AskSignIn
    | Enter
    | EndSession
    | AskContact
    | ConfirmContact
    | SetWays
    | AskPasskey
    | EnrolPasskey
    | EnterByPasskey
    | EndPasskey
    | EnrolDevice
    | EndDevice
    | PrintSheet
    | EndSheet
    | OfferTie
    | AcceptTie
    | EndTie
    | SetPrivacy
    | OpenCall
    | NameCaller
    | AnswerCaller
    | EndCall
    | AddAttachment
    | OpenAttachment
    | TellDecisions
    | OpenWebhook
    | EndWebhook
    | DecideDispute
    | AnswerDispute
    | TellDisputes
    | DraftPolicy
    | ProposePolicy
    | DecidePolicy
    | ProposeContact
    | DecideContact
    | ApplyContacts
    | SeeRecord
    | ChangeRecord
    | MergePeople
    | SeeProvider
    | PutProvider
    | AdmitProvider
    | PutProfessional
    | TakeBlock
    | EndBlock
    | GiveNumber
    | ReconcileGuia
    | DeclareOutage
    | ConfirmOutage
    | EndOutage
    | LapseOutages
    | AnnotateOutage
    | NoticeOutage
    | AttachOutage
    | PostponeToken
    | RemindLate
    | SettleLate
    | PrintGuia
    | ReturnPrinted
)
Deed = Callable[[Sequence[Any], Any], Awaitable[Sequence[Any]]]

DEEDS: dict[type, Deed] = {
    RegisterGuia: register_guia,
    ReviewGuia: review_guia,
    IssueToken: issue_token,
    SendToken: send_token,
    ValidateToken: validate_token,
    ConfirmSession: confirm_session,
    CloseSeries: close_series,
    CancelGuia: cancel_guia,
    RecordAbsence: record_absence,
    SupplyAbsence: supply_absence,
    ReviewAbsence: review_absence,
    ChaseAbsences: chase_absences,
    ExpireTokens: expire_tokens,
    ClimbLadders: climb_ladders,
    TellAttendances: tell_attendances,
    ReportToken: report_token,
    RevealToken: reveal_token,
    CloseReport: close_report,
    ReviewContact: review_contact,
    AskSignIn: ask_sign_in,
    Enter: enter,
    EndSession: end_session,
    AskContact: ask_contact,
    ConfirmContact: confirm_contact,
    SetWays: set_ways,
    AskPasskey: ask_passkey,
    EnrolPasskey: enrol_passkey,
    EnterByPasskey: enter_by_passkey,
    EndPasskey: end_passkey,
    EnrolDevice: enrol_device,
    EndDevice: end_device,
    PrintSheet: print_sheet,
    EndSheet: end_sheet,
    OfferTie: offer_tie,
    AcceptTie: accept_tie,
    EndTie: end_tie,
    SetPrivacy: set_privacy,
    OpenCall: open_call,
    NameCaller: name_caller,
    AnswerCaller: answer_caller,
    EndCall: end_call,
    AddAttachment: add_attachment,
    OpenAttachment: open_attachment,
    TellDecisions: tell_decisions,
    OpenWebhook: open_webhook,
    EndWebhook: end_webhook,
    DecideDispute: decide_dispute,
    AnswerDispute: answer_dispute,
    TellDisputes: tell_disputes,
    DraftPolicy: draft_policy,
    ProposePolicy: propose_policy,
    DecidePolicy: decide_policy,
    ProposeContact: propose_contact,
    DecideContact: decide_contact,
    ApplyContacts: apply_contacts,
    SeeRecord: see_record,
    ChangeRecord: change_record,
    MergePeople: merge_people,
    SeeProvider: see_provider,
    PutProvider: put_provider,
    AdmitProvider: admit_provider,
    PutProfessional: put_professional,
    TakeBlock: take_block,
    EndBlock: end_block,
    GiveNumber: give_number,
    ReconcileGuia: reconcile_guia,
    DeclareOutage: declare_outage,
    ConfirmOutage: confirm_outage,
    EndOutage: end_outage,
    LapseOutages: lapse_outages,
    AnnotateOutage: annotate_outage,
    NoticeOutage: notice_outage,
    AttachOutage: attach_outage,
    PostponeToken: postpone_token,
    RemindLate: remind_late,
    SettleLate: settle_late,
    PrintGuia: print_guia,
    ReturnPrinted: return_printed,
}

_LOOKS = {
    IssueToken: Look.TO_SEND,
    SendToken: Look.TO_SEND,
    ClimbLadders: Look.TO_SEND,
    TellAttendances: Look.TO_SEND,
    TellDecisions: Look.TO_SEND,
    TellDisputes: Look.TO_SEND,
    ReportToken: Look.TO_SEND,
    ReviewContact: Look.TO_SEND,
    ValidateToken: Look.TO_JUDGE,
    ReconcileGuia: Look.TO_JUDGE,
}


def looks(kind: type) -> Look:
    """Return what a deed looks at beside its cases, so that it comes along with them."""
    return _LOOKS.get(kind, Look.CASES)

"""What one operator's database holds, in memory: the same facts under the same named rules."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chancela.domain import attachment, decision, delivery as deliveries, policy_version, printed, telling, trail
from chancela.domain.absence import TISS_ABSENCES, AbsenceReview
from chancela.domain.contact import ContactState
from chancela.domain.delivery import Channel, DeliveryState, Purpose
from chancela.domain.guia import Attendance, Authorisation, ItemState
from chancela.domain.ladder import CHOSEN, Climb
from chancela.domain.people import Person
from chancela.domain.report import ReportOutcome
from chancela.domain.tally import Day
from chancela.domain.trail import EventKind
from tests.fakes.printed import offended

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from chancela.domain.absence import Absence
    from chancela.domain.analysis import CatalogueEntry
    from chancela.domain.attachment import Attachment
    from chancela.domain.block import Block
    from chancela.domain.call import Call
    from chancela.domain.case import Step
    from chancela.domain.change import ContactChange
    from chancela.domain.contact import Contact
    from chancela.domain.decision import Ruling
    from chancela.domain.delivery import Delivery
    from chancela.domain.family import Tie
    from chancela.domain.guia import Guia
    from chancela.domain.hold import Hold
    from chancela.domain.late import LateVisit
    from chancela.domain.network import House
    from chancela.domain.offline import Device
    from chancela.domain.outage import Outage
    from chancela.domain.paper import PaperCode
    from chancela.domain.passkey import Challenge, Passkey, PasskeyStep
    from chancela.domain.people import Beneficiary, Operator, Provider
    from chancela.domain.policy_version import PolicyVersion
    from chancela.domain.printed import Slip
    from chancela.domain.professional import Professional
    from chancela.domain.reconcile import Brought
    from chancela.domain.report import Report
    from chancela.domain.series import Session
    from chancela.domain.session import PersonSession
    from chancela.domain.sign_in import DoorStep, SignIn
    from chancela.domain.token import Secret, Token, Validation
    from chancela.domain.trail import Entry, Head
    from chancela.domain.webhook import Webhook

HOUR = timedelta(hours=1)
TRIES_PER_CODE, TRIES_PER_GUIA = 5, 10
CREDENTIAL_BYTES = 1023


class BrokenRuleError(Exception):
    """A rule that the database holds under the same name would be broken."""


def hold(rule: str, *, true: bool) -> None:
    if not true:
        raise BrokenRuleError(rule)


@dataclass
class Shelf:
    """The tables of one operator; `copy` is where a transaction begins."""

    operator: Operator
    head: Head
    guias: dict[UUID, Guia] = field(default_factory=dict)
    live: dict[UUID, tuple[Token, Secret]] = field(default_factory=dict)
    climbs: dict[UUID, Climb] = field(default_factory=dict)
    ended: list[Token] = field(default_factory=list)
    validations: dict[UUID, Validation] = field(default_factory=dict)
    untold: dict[tuple[UUID, Purpose], None] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    reports: dict[UUID, Report] = field(default_factory=dict)
    absences: dict[UUID, Absence] = field(default_factory=dict)
    late: dict[UUID, LateVisit] = field(default_factory=dict)
    series: dict[tuple[UUID, int], Session] = field(default_factory=dict)
    outages: dict[UUID, Outage] = field(default_factory=dict)
    unsettled: dict[UUID, datetime] = field(default_factory=dict)  # outages, since their last change
    people: dict[UUID, Beneficiary] = field(default_factory=dict)
    contacts: dict[UUID, Contact] = field(default_factory=dict)
    providers: dict[str, Provider] = field(default_factory=dict)
    staff: dict[str, frozenset[str]] = field(default_factory=dict)
    clients: set[str] = field(default_factory=set)  # the names of programs
    houses: dict[str, House] = field(default_factory=dict)
    professionals: dict[UUID, Professional] = field(default_factory=dict)
    sign_ins: dict[UUID, SignIn] = field(default_factory=dict)
    sessions: dict[UUID, PersonSession] = field(default_factory=dict)
    changes: dict[UUID, ContactChange] = field(default_factory=dict)
    passkeys: dict[UUID, Passkey] = field(default_factory=dict)
    ties: dict[UUID, Tie] = field(default_factory=dict)
    guardians: dict[UUID, tuple[UUID, ...]] = field(default_factory=dict)  # by their ward
    devices: dict[UUID, Device] = field(default_factory=dict)
    papers: dict[tuple[UUID, int], PaperCode] = field(default_factory=dict)
    versions: dict[int, PolicyVersion] = field(default_factory=dict)
    challenges: dict[UUID, Challenge] = field(default_factory=dict)
    calls: dict[UUID, Call] = field(default_factory=dict)
    attachments: dict[UUID, Attachment] = field(default_factory=dict)
    slips: dict[UUID, Slip] = field(default_factory=dict)
    rulings: list[Ruling] = field(default_factory=list)
    untold_decisions: dict[UUID, None] = field(default_factory=dict)
    untold_disputes: dict[UUID, None] = field(default_factory=dict)
    webhooks: dict[UUID, Webhook] = field(default_factory=dict)
    holds: dict[UUID, Hold] = field(default_factory=dict)
    merged: dict[UUID, UUID] = field(default_factory=dict)  # into the file that goes on
    entries: dict[str, CatalogueEntry] = field(default_factory=dict)
    days: defaultdict[tuple[str, date], Day] = field(default_factory=lambda: defaultdict(Day))
    judged: Counter[datetime] = field(default_factory=Counter)
    wrong: Counter[datetime] = field(default_factory=Counter)
    numbers: Counter[int] = field(default_factory=Counter)
    protocols: Counter[date] = field(default_factory=Counter)
    blocks: dict[UUID, Block] = field(default_factory=dict)
    brought: dict[str, Brought] = field(default_factory=dict)
    block_count: Counter[str] = field(default_factory=Counter)
    trail: list[Entry] = field(default_factory=list)

    def copy(self) -> Shelf:
        """Another shelf with the same facts; facts themselves never change."""
        kept: dict[str, Any] = {
            name: value.copy() for name, value in vars(self).items() if name not in {"operator", "head"}
        }
        return replace(self, **kept)

    def operator_on(self, today: date) -> Operator:
        """The operator with the rules of a day."""
        held = policy_version.in_force(self.versions.values(), today)
        return replace(self.operator, policy=held.policy, provisos=held.provisos) if held else self.operator

    def person(self, key: UUID) -> Person:
        """Somebody with every contact on file."""
        return Person(self.people[key], tuple(each for each in self.contacts.values() if each.beneficiary_id == key))

    def reached(self, provider: str) -> frozenset[str]:
        """By what a provider's people are reached: its staff, and professionals, those who ended too."""
        own = (each for each in self.professionals.values() if each.provider == provider)
        return self.staff.get(provider, frozenset()) | {to for each in own for to in each.phones | each.emails}

    def received(self, address: str, now: datetime) -> int:
        """The last hour's messages to an address, to whomever they were."""
        having = {each.id for each in self.contacts.values() if each.address.lower() == address.lower()}
        return sum(each.contact_id in having and each.planned_at > now - HOUR for each in self.deliveries)

    def told(self, guia_id: UUID, state: DeliveryState, *channels: Channel) -> None:
        """Move a guia's messages forward, by these channels or by all; the live code's arrival ends its waiting."""
        moved = {
            each.id: each
            for each in self.deliveries
            if each.guia_id == guia_id and each.channel in (channels or Channel) and deliveries.moves(each.state, state)
        }
        self.deliveries = [replace(each, state=state) if each.id in moved else each for each in self.deliveries]
        live = self.guias[guia_id].generation
        arrived = any(each.generation == live and each.purpose is Purpose.CODE for each in moved.values())
        if state is DeliveryState.DELIVERED and arrived and guia_id in self.climbs:
            self.climbs[guia_id] = replace(self.climbs[guia_id], at=None)

    def put(self, step: Step, now: datetime, today: date) -> None:
        """Write one change with its event and its counts, or break on the rule that it offends."""
        (entry,), self.head = trail.append(self.operator.ans, self.head, [step.event], now)
        self.trail.append(entry)
        self._put_guia(step)
        self._put_code(step)
        self._put_validation(step, entry)
        self._put_untold(step)
        self.deliveries.extend(step.planned)
        self._put_contacts(step)
        self._put_report(step)
        self._put_absence(step)
        self._put_late(step)
        self._put_sessions(step, entry)
        self._put_audit(step)
        self._put_slips(step)
        self._count(step, now, today)

    def let_in(self, step: DoorStep, now: datetime) -> None:
        """Write one change at the door with its events."""
        entries, self.head = trail.append(self.operator.ans, self.head, step.events, now)
        self.trail.extend(entries)
        new = step.sign_in
        if new is not None:
            hold("wrong_tries_of_a_sign_in_never_pass_five", true=0 <= new.wrong_tries <= TRIES_PER_CODE)
            hold("an_ended_sign_in_keeps_no_code", true=new.ended_at is None or new.secret is None)
            self.sign_ins[new.id] = new
        self.deliveries.extend(step.planned)
        self.sessions.update((each.id, each) for each in step.sessions)

    def keep_passkey(self, step: PasskeyStep, now: datetime) -> None:
        """Write one change of a passkey, with what it changes at the door."""
        new, known = step.passkey, self.passkeys.get(step.passkey.id)
        others = {each.credential_id for each in self.passkeys.values() if each.id != new.id}
        hold("a_credential_is_enrolled_once", true=new.credential_id not in others)
        hold("a_credential_id_has_at_most_1023_bytes", true=1 <= len(new.credential_id) <= CREDENTIAL_BYTES)
        self.passkeys[new.id] = replace(new, ended_at=(known.ended_at if known else None) or new.ended_at)
        self.let_in(step.door, now)

    def _put_guia(self, step: Step) -> None:
        guia = step.after.guia
        others = [each for each in self.guias.values() if each.id != guia.id]
        own = [(each.provider, each.provider_number) for each in others if each.provider_number is not None]
        hold("a_guia_has_one_id", true=step.before is not None or guia.id not in self.guias)
        hold("a_guia_number_is_given_once", true=guia.number not in {each.number for each in others})
        hold("a_provider_presents_a_number_once", true=(guia.provider, guia.provider_number) not in own)
        hold("wrong_tries_of_a_guia_never_pass_ten", true=0 <= guia.wrong_tries <= TRIES_PER_GUIA)
        cancelled = guia.authorisation is Authorisation.CANCELLED
        hold("a_cancelled_guia_says_why", true=not cancelled or guia.cancelled_why is not None)
        self.guias[guia.id] = guia

    def _put_code(self, step: Step) -> None:
        token, secret, guia_id = step.after.token, step.after.secret, step.after.guia.id
        self.ended.extend(step.closed)
        if token is None or secret is None:
            self.live.pop(guia_id, None)
            self.climbs.pop(guia_id, None)
            return
        hold("wrong_tries_of_a_code_never_pass_five", true=0 <= token.wrong_tries <= TRIES_PER_CODE)
        hold("a_code_expires_after_it_is_issued", true=token.expires_at > token.issued_at)
        self.live[guia_id] = (token, secret)
        self.climbs[guia_id] = step.after.climb or Climb(CHOSEN, None)

    def _put_validation(self, step: Step, entry: Entry) -> None:
        validation = step.after.validation
        if step.event.kind is EventKind.GUIA_VALIDATED and validation is not None:
            hold("a_guia_is_validated_at_most_once", true=validation.guia_id not in self.validations)
            hold("a_validation_code_fits_tiss", true=1 <= len(validation.code) <= 10)
            self.validations[validation.guia_id] = replace(validation, event_seq=entry.seq)

    def _put_untold(self, step: Step) -> None:
        """Keep of which attendances the person is to hear, with a code and without, until they were told."""
        if purpose := telling.of_step(step):
            self.untold[step.after.guia.id, purpose] = None
        if step.event.kind is EventKind.ATTENDANCE_TOLD:
            told = Purpose.RECORDED if step.event.data["without_code"] else Purpose.VALIDATED
            self.untold.pop((step.after.guia.id, told), None)

    def _put_contacts(self, step: Step) -> None:
        """Keep what was learnt; an address stands once for a person, and only one that is not settled may change."""
        for new in step.contacts:
            named = new.guia_id is not None and new.typed_by is not None
            typed = new.state is ContactState.PROVISIONAL
            hold("a_provisional_contact_names_its_guia_and_provider", true=named or not typed)
            place = (new.beneficiary_id, new.kind, new.address)
            known = [each for each in self.contacts.values() if (each.beneficiary_id, each.kind, each.address) == place]
            if not known:
                self.contacts[new.id] = new
            elif known[0].state in {ContactState.PROVISIONAL, ContactState.IN_REVIEW}:
                self.contacts[known[0].id] = replace(new, id=known[0].id)
        if step.prefers:
            person = self.people[step.after.guia.beneficiary_id]
            self.people[person.id] = replace(person, preferred_channel=step.prefers)

    def _put_report(self, step: Step) -> None:
        """Keep a guia's one report; what was closed stays so, but where a mistake is told of again for a later code."""
        new = step.report
        if new is None:
            return
        known = self.reports.get(new.guia_id)
        others = {each.protocol for each in self.reports.values() if each.guia_id != new.guia_id}
        hold("a_protocol_is_given_once", true=new.protocol not in others)
        ends = {new.outcome is None, new.closed_at is None, new.closed_by is None}
        hold("a_closed_report_says_how_and_by_whom", true=len(ends) == 1)
        hold("a_dispute_has_its_last_day", true=(new.was is None) == (new.due_date is None))
        hold("sessions_are_named_of_a_recorded_attendance", true=new.was is not None or not new.sessions)
        hold("only_a_dispute_has_former_answers", true=new.was is not None or not new.former)
        hold("a_dispute_is_decided_in_writing", true=new.was is None or new.closed_at is None or bool(new.text))
        mistaken = known is not None and known.outcome is ReportOutcome.MISTAKEN
        disputes = known is not None and known.was is None and new.was is not None
        others_named = known is not None and bool(known.sessions) and bool(new.sessions) and new.closed_at is None
        others_named = others_named and not set(known.sessions if known else ()) & set(new.sessions)
        again = disputes or others_named or (mistaken and known is not None and known.generation < new.generation)
        if known is None or known.closed_at is None or again:
            self.reports[new.guia_id] = new
        if step.event.kind is EventKind.DISPUTE_DECIDED:
            self.untold_disputes[new.guia_id] = None

    def _put_absence(self, step: Step) -> None:
        """Keep why a guia has no code: said once, then supplied and reviewed."""
        new = step.absence
        if new is None:
            return
        others = {each.protocol for each in self.absences.values() if each.guia_id != new.guia_id}
        hold("an_absences_protocol_is_given_once", true=new.protocol not in others)
        hold("an_absence_has_a_value_of_table_74", true=new.tiss in TISS_ABSENCES)
        hold("what_is_owed_has_its_day", true=bool(new.owes) == (new.owes_until is not None))
        said = new.review is not AbsenceReview.REFUSED or bool((new.review_text or "").strip())
        hold("a_refused_absence_is_told_in_writing", true=said)
        self.absences[new.guia_id] = new

    def _put_sessions(self, step: Step, entry: Entry) -> None:
        """Keep the sessions that took place, and what became of those that did before."""
        known = len(step.before.sessions) if step.before else 0
        for each in step.sessions:
            place = (each.guia_id, each.place)
            if each.place <= known:
                self._change_session(each, step.event.kind)
                continue
            others = [one for one in self.series.values() if one.guia_id == each.guia_id and one.device_id]
            hold("a_session_takes_place_once", true=place not in self.series)
            hold("a_session_has_a_code_or_says_why", true=(each.method is None) == (each.reason is not None))
            computed = (each.device_id, each.device_day)
            hold(
                "a_computed_code_confirms_one_session",
                true=computed not in {(one.device_id, one.device_day) for one in others},
            )
            self.series[place] = replace(each, event_seq=entry.seq)

    def _change_session(self, new: Session, kind: EventKind) -> None:
        """Keep what a session came to; what was decided of it stays, and the outage that proves it."""
        known = self.series[(new.guia_id, new.place)]
        if kind is EventKind.OUTAGE_ATTACHED:
            hold("a_session_names_an_outage", true=new.outage_id in self.outages)
            if known.outage_id is None:
                proof = {"outage_id": new.outage_id, "owes": new.owes, "review": new.review}
                self.series[(new.guia_id, new.place)] = replace(known, **proof)
            return
        written = {new.outcome is None, new.judged_at is None, not (new.ruling or "").strip()}
        hold("a_session_is_judged_in_writing", true=len(written) == 1)
        if known.outcome is None:
            told = {"outcome": new.outcome, "judged_at": new.judged_at, "ruling": new.ruling}
            self.series[(new.guia_id, new.place)] = replace(known, closed_why=new.closed_why, **told)

    def _put_slips(self, step: Step) -> None:
        """Keep what was printed; what ended or came back stays as it is."""
        for each in sorted(step.slips, key=printed.alive):
            if (known := self.slips.get(each.id)) is None or printed.alive(known):
                rule = offended(self.slips.values(), each)
                hold(rule or "", true=rule is None)
                self.slips[each.id] = each

    def _put_late(self, step: Step) -> None:
        """Keep a visit whose code is to follow, for as long as it is waited for."""
        guia_id, new = step.after.guia.id, step.late
        if new is not None:
            hold("a_late_code_follows_its_visit", true=new.due_date >= new.visit_date)
            hold("a_late_code_is_reminded_of_in_time", true=new.remind_date <= new.due_date)
            self.late[guia_id] = new
        if step.after.late is None or step.after.guia.attendance is not Attendance.LATE_PENDING:
            self.late.pop(guia_id, None)

    def _put_audit(self, step: Step) -> None:
        """Keep the documents that came and the answers given, of which the person is then told once."""
        for each in step.attached:
            hold("a_document_has_one_id", true=each.id not in self.attachments)
            hold("a_document_is_named_by_its_sha_256", true=re.fullmatch(r"[0-9a-f]{64}", each.digest) is not None)
            hold("a_document_holds_something", true=each.size > 0)
            hold("a_document_has_1_to_20_pages", true=1 <= each.pages <= attachment.MOST_PAGES)
            self.attachments[each.id] = each
        for ruling in step.ruled:
            said = ruling.reason is not None and bool(ruling.reason.text.strip())
            hold("a_denial_is_given_in_writing", true=said or ruling.state is not ItemState.DENIED)
            self.rulings.append(ruling)
        if decision.answers(step.ruled):
            self.untold_decisions[step.after.guia.id] = None
        if step.event.kind is EventKind.DECISION_TOLD:
            self.untold_decisions.pop(step.after.guia.id, None)
        if step.event.kind is EventKind.DISPUTE_TOLD:
            self.untold_disputes.pop(step.after.guia.id, None)

    def _count(self, step: Step, now: datetime, today: date) -> None:
        place, hour = (step.after.guia.provider, today), now.replace(minute=0, second=0, microsecond=0)
        day = self.days[place]
        self.days[place] = Day(
            guias=day.guias + (step.before is None),
            sends=day.sends + len(step.planned),
            wrong=day.wrong + step.wrong,
            wrong_at=now if step.wrong else day.wrong_at,
        )
        self.judged[hour] += step.judged
        self.wrong[hour] += step.wrong

"""A world in memory: the port `World` over a shelf, for one transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from chancela.domain import passkey, people, report, sign_in
from chancela.domain.analysis import PastProcedure
from chancela.domain.case import Case
from chancela.domain.contact import ContactState
from chancela.domain.guia import Authorisation, ItemState
from chancela.domain.people import Person, Standing
from chancela.domain.report import ReportOutcome
from chancela.domain.route import Sharing
from chancela.domain.sign_in import Asked
from chancela.domain.tally import Day, Fleet
from tests.fakes.attachments import MemoryAttachments, MemoryDecisions
from tests.fakes.blocks import MemoryBlocks
from tests.fakes.brazil import BRAZIL
from tests.fakes.calls import MemoryCalls
from tests.fakes.changes import MemoryChanges
from tests.fakes.disputes import MemoryDisputes
from tests.fakes.families import MemoryFamilies
from tests.fakes.holds import MemoryHolds
from tests.fakes.networks import MemoryNetworkDesk
from tests.fakes.outages import MemoryOutages
from tests.fakes.pocket import MemoryPocket
from tests.fakes.policies import MemoryPolicies
from tests.fakes.printed import MemorySlips
from tests.fakes.records import MemoryRecords
from tests.fakes.ties import MemoryTies
from tests.fakes.webhooks import MemoryWebhooks

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from chancela.domain.analysis import CatalogueEntry
    from chancela.domain.case import Step
    from chancela.domain.delivery import Channel, Purpose
    from chancela.domain.guia import Guia
    from chancela.domain.passkey import Challenge, Passkey, PasskeyStep
    from chancela.domain.people import Beneficiary, Operator, Provider
    from chancela.domain.session import PersonSession
    from chancela.domain.sign_in import Claim, DoorStep, SignIn
    from chancela.domain.token import Token
    from chancela.ports import Chance, Formats, Vault
    from tests.fakes.shelf import Shelf


@dataclass
class MemoryCases:
    """The port `Cases`."""

    shelf: Shelf
    now: datetime
    today: date
    ahead: timedelta = timedelta()

    async def load(self, guia_ids: Collection[UUID]) -> dict[UUID, Case]:
        return {key: self._case(self.shelf.guias[key]) for key in sorted(set(guia_ids)) if key in self.shelf.guias}

    async def save(self, steps: Sequence[Step]) -> None:
        for step in steps:
            self.shelf.put(step, self.now, self.today)

    async def numbers(self, count: int) -> list[str]:
        year = self.today.year
        first = self.shelf.numbers[year] + 1
        self.shelf.numbers[year] += count
        return [f"{year}{number:09d}" for number in range(first, first + count)]

    async def presented(self, numbers: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        known = {(each.provider, each.provider_number) for each in self.shelf.guias.values() if each.provider_number}
        return {each for each in numbers if each in known}

    async def past(self, beneficiary_ids: Collection[UUID], since: date) -> dict[UUID, tuple[PastProcedure, ...]]:
        found: dict[UUID, tuple[PastProcedure, ...]] = {}
        for guia in self.shelf.guias.values():
            day = guia.created_at.astimezone(BRAZIL).date()
            if guia.beneficiary_id in beneficiary_ids and day >= since:
                found[guia.beneficiary_id] = found.get(guia.beneficiary_id, ()) + _authorised(guia, day)
        return {person: past for person, past in found.items() if past}

    async def stale(self, limit: int) -> list[UUID]:
        return [key for key, (token, _) in self.shelf.live.items() if token.expires_at <= self.now + self.ahead][:limit]

    async def climbing(self, limit: int) -> list[UUID]:
        due = [(climb.at, key) for key, climb in self.shelf.climbs.items() if climb.at is not None]
        return [key for at, key in sorted(due) if at <= self.now + self.ahead][:limit]

    async def untold(self, limit: int) -> list[tuple[UUID, Purpose]]:
        return list(self.shelf.untold)[:limit]

    async def late_over(self, limit: int) -> list[UUID]:
        found = sorted((each.due_date, key) for key, each in self.shelf.late.items() if each.due_date < self.today)
        return [key for _, key in found][:limit]

    async def late_to_remind(self, limit: int) -> list[UUID]:
        known = self.shelf.late.items()
        due = ((each.remind_date, key) for key, each in known if each.reminded_at is None)
        return [key for day, key in sorted(due) if day <= self.today][:limit]

    async def owing(self, limit: int) -> list[UUID]:
        due = [(day, key) for key, each in self.shelf.absences.items() if (day := each.owes_until) and day < self.today]
        return [key for _, key in sorted(due)][:limit]

    async def protocols(self, count: int) -> list[str]:
        first = self.shelf.protocols[self.today] + 1
        self.shelf.protocols[self.today] += count
        ans = self.shelf.operator.ans
        return [report.protocol(ans, self.today, number) for number in range(first, first + count)]

    async def holding(self, contact_ids: Collection[UUID]) -> dict[UUID, UUID]:
        known = (self.shelf.contacts[each] for each in contact_ids if each in self.shelf.contacts)
        return {each.id: each.guia_id for each in known if each.guia_id is not None}

    def _case(self, guia: Guia) -> Case:
        token, secret = self.shelf.live.get(guia.id, (self._last_ended(guia.id), None))
        sent = [d for d in self.shelf.deliveries if (d.guia_id, d.generation) == (guia.id, guia.generation)]
        sent.sort(key=lambda each: (each.planned_at, each.id))
        climb, said = self.shelf.climbs.get(guia.id), self.shelf.reports.get(guia.id)
        absence = self.shelf.absences.get(guia.id)
        sessions = tuple(each for (key, _), each in sorted(self.shelf.series.items()) if key == guia.id)
        proof = self.shelf.validations.get(guia.id)
        late = self.shelf.late.get(guia.id)
        return Case(guia, token, secret, tuple(sent), proof, climb, said, absence, late, sessions)

    def _last_ended(self, guia_id: UUID) -> Token | None:
        own = [token for token in self.shelf.ended if token.guia_id == guia_id]
        return max(own, key=lambda each: each.generation, default=None)


def _authorised(guia: Guia, day: date) -> tuple[PastProcedure, ...]:
    if guia.authorisation is Authorisation.CANCELLED:
        return ()
    granted = (each for each in guia.procedures if each.authorisation is ItemState.AUTHORISED)
    return tuple(PastProcedure(each.code, each.tooth, each.region, day) for each in granted)


@dataclass
class MemoryPeople:
    """The port `People`."""

    shelf: Shelf
    now: datetime

    async def by_card(self, cards: Collection[str]) -> dict[str, Person]:
        found = [each for each in self.shelf.people.values() if each.card_number in cards]
        return {each.card_number: self._leads_to(each) for each in found}

    def _leads_to(self, one: Beneficiary) -> Person:
        """Whom a card stands for: the file that goes on where its own was merged, under the number that was shown."""
        person = self._person(self.shelf.merged.get(one.id, one.id))
        return replace(person, beneficiary=replace(person.beneficiary, card_number=one.card_number))

    async def by_id(self, ids: Collection[UUID]) -> dict[UUID, Person]:
        return {key: self._person(key) for key in ids if key in self.shelf.people}

    async def sharing(self, asked: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], Sharing]:
        return {(person, address): self._sharing(person, address) for person, address in asked}

    def _sharing(self, person: UUID, address: str) -> Sharing:
        shelf, own = self.shelf, people.family(self.shelf.people[person])
        having = [each for each in shelf.contacts.values() if each.address.lower() == address.lower()]
        families = {
            people.family(shelf.people[each.beneficiary_id])
            for each in having
            if each.state not in {ContactState.CONTESTED, ContactState.RETIRED}
        }
        houses = [
            each.code
            for each in shelf.providers.values()
            if address.lower() in each.phones | each.emails | shelf.reached(each.code)
        ]
        return Sharing(frozenset(families - {own}), frozenset(houses), shelf.received(address, self.now))

    def _person(self, key: UUID) -> Person:
        return self.shelf.person(key)


@dataclass
class MemoryNetwork:
    """The port `Network`."""

    shelf: Shelf

    async def by_code(self, codes: Collection[str]) -> dict[str, Provider]:
        return {code: self.shelf.providers[code] for code in codes if code in self.shelf.providers}


@dataclass
class MemoryCatalogue:
    """The port `Catalogue`."""

    shelf: Shelf

    async def entries(self, codes: Collection[str]) -> dict[str, CatalogueEntry]:
        return {code: self.shelf.entries[code] for code in codes if code in self.shelf.entries}


@dataclass
class MemoryTallies:
    """The port `Tallies`."""

    shelf: Shelf
    now: datetime
    today: date

    async def days(self, providers: Collection[str]) -> dict[str, Day]:
        return {code: self.shelf.days.get((code, self.today), Day()) for code in providers}

    async def fleet(self) -> Fleet:
        hour = self.now.replace(minute=0, second=0, microsecond=0)
        week = [each for each in self.shelf.judged if hour - timedelta(days=7) <= each < hour]
        judged, wrong = self.shelf.judged, self.shelf.wrong
        return Fleet(judged[hour], wrong[hour], sum(judged[each] for each in week), sum(wrong[each] for each in week))

    async def sends(self, beneficiary_ids: Collection[UUID]) -> Mapping[UUID, Mapping[UUID, int]]:
        counts: dict[UUID, Counter[UUID]] = {}
        for each in self.shelf.deliveries:
            if each.beneficiary_id in beneficiary_ids and each.planned_at > self.now - timedelta(hours=1):
                counts.setdefault(each.beneficiary_id, Counter())[each.guia_id] += 1
        return counts

    async def numbers(self, beneficiary_ids: Collection[UUID]) -> Mapping[UUID, int]:
        own = [each for each in self.shelf.contacts.values() if each.beneficiary_id in beneficiary_ids]
        counts = {each.id: self.shelf.received(each.address, self.now) for each in own}
        return {contact: count for contact, count in counts.items() if count}

    async def reports(self, beneficiary_ids: Collection[UUID]) -> Mapping[UUID, Mapping[str, int]]:
        counts: dict[UUID, Counter[str]] = {each: Counter() for each in beneficiary_ids}
        for each in self.shelf.reports.values():
            lately = each.opened_at > self.now - report.PAUSE
            if each.beneficiary_id in counts and lately and each.outcome is not ReportOutcome.MISTAKEN:
                counts[each.beneficiary_id][each.provider] += 1
        return counts


@dataclass
class MemoryDoors:
    """The port `Doors`."""

    shelf: Shelf
    now: datetime

    async def known(self, claims: Sequence[Claim]) -> dict[Claim, Person]:
        found = {claim: self._fitting(claim) for claim in claims}
        people = MemoryPeople(self.shelf, self.now)
        return {claim: (await people.by_id([key]))[key] for claim, key in found.items() if key is not None}

    async def hold(self, people: Collection[UUID]) -> None:
        """One transaction at a time: there is nobody to wait for."""

    async def asked(self, people: Collection[UUID]) -> Mapping[tuple[UUID, bool], Asked]:
        return {
            (each, known): Asked(self._sent(each, sign_in.LATELY, known), self._sent(each, sign_in.DAY, known))
            for each in people
            for known in (False, True)
        }

    async def asked_from(self, origins: Collection[bytes]) -> Mapping[bytes, int]:
        lately = [each.origin for each in self.shelf.sign_ins.values() if each.issued_at > self.now - sign_in.LATELY]
        return {each: lately.count(each) for each in origins}

    async def load(self, sign_in_ids: Collection[UUID]) -> dict[UUID, SignIn]:
        return {key: self.shelf.sign_ins[key] for key in sign_in_ids if key in self.shelf.sign_ins}

    async def sessions(self, session_ids: Collection[UUID]) -> dict[UUID, PersonSession]:
        return {key: self.shelf.sessions[key] for key in session_ids if key in self.shelf.sessions}

    async def save(self, steps: Sequence[DoorStep]) -> None:
        for step in steps:
            self.shelf.let_in(step, self.now)

    def _fitting(self, claim: Claim) -> UUID | None:
        people, merged = self.shelf.people, self.shelf.merged
        by_card = {merged.get(each.id, each.id) for each in people.values() if each.card_number == claim.card}
        of_cpf = {key for key, each in people.items() if each.cpf and each.cpf == claim.cpf and key not in merged}
        fitting = [people[key] for key in by_card | of_cpf if people[key].birth_date == claim.birth_date]
        ranked = sorted(
            fitting, key=lambda each: (each.card_number != claim.card, each.standing is not Standing.ACTIVE, each.id)
        )
        return ranked[0].id if ranked else None

    def _sent(self, person: UUID, within: timedelta, known: bool) -> int:
        own = [each for each in self.shelf.sign_ins.values() if each.beneficiary_id == person]
        counted = [each for each in own if each.origin.startswith(sign_in.KNOWN) is known]
        return sum(each.issued_at > self.now - within for each in counted)


@dataclass
class MemoryPasskeys:
    """The port `Passkeys`."""

    shelf: Shelf
    now: datetime

    async def asked_from(self, origins: Collection[bytes]) -> Mapping[bytes, int]:
        lately = [each.origin for each in self.shelf.challenges.values() if each.asked_at > self.now - passkey.LIFE]
        return {each: lately.count(each) for each in origins}

    async def put(self, challenges: Sequence[Challenge]) -> None:
        self.shelf.challenges.update((each.id, each) for each in challenges)

    async def take(self, challenge_ids: Collection[UUID]) -> dict[UUID, Challenge]:
        return {key: self.shelf.challenges.pop(key) for key in challenge_ids if key in self.shelf.challenges}

    async def of(self, people: Collection[UUID]) -> dict[UUID, tuple[Passkey, ...]]:
        live = [each for each in self.shelf.passkeys.values() if passkey.alive(each)]
        return {key: own for key in people if (own := tuple(each for each in live if each.beneficiary_id == key))}

    async def by_credential(self, credential_ids: Collection[bytes]) -> dict[bytes, Passkey]:
        known = {each.credential_id: each for each in self.shelf.passkeys.values()}
        return {key: known[key] for key in credential_ids if key in known}

    async def load(self, passkey_ids: Collection[UUID]) -> dict[UUID, Passkey]:
        return {key: self.shelf.passkeys[key] for key in passkey_ids if key in self.shelf.passkeys}

    async def save(self, steps: Sequence[PasskeyStep]) -> None:
        for step in steps:
            self.shelf.keep_passkey(step, self.now)


@dataclass
class MemoryWorld:
    """The port `World`."""

    operator: Operator
    now: datetime
    today: date
    carried: frozenset[Channel]
    cases: MemoryCases
    people: MemoryPeople
    network: MemoryNetwork
    catalogue: MemoryCatalogue
    tallies: MemoryTallies
    doors: MemoryDoors
    changes: MemoryChanges
    passkeys: MemoryPasskeys
    pocket: MemoryPocket
    policies: MemoryPolicies
    ties: MemoryTies
    families: MemoryFamilies
    calls: MemoryCalls
    attachments: MemoryAttachments
    slips: MemorySlips
    decisions: MemoryDecisions
    disputes: MemoryDisputes
    webhooks: MemoryWebhooks
    holds: MemoryHolds
    records: MemoryRecords
    network_desk: MemoryNetworkDesk
    outages: MemoryOutages
    blocks: MemoryBlocks
    vault: Vault
    chance: Chance
    formats: Formats

    @property
    def hour(self) -> int:
        return self.now.astimezone(BRAZIL).hour


def over(
    shelf: Shelf, now: datetime, carried: frozenset[Channel], vault: Vault, chance: Chance, formats: Formats
) -> MemoryWorld:
    """A world at an instant over a shelf."""
    today = now.astimezone(BRAZIL).date()
    return MemoryWorld(
        operator=shelf.operator_on(today),
        now=now,
        today=today,
        carried=carried | shelf.operator.carried,
        cases=MemoryCases(shelf, now, today),
        people=MemoryPeople(shelf, now),
        network=MemoryNetwork(shelf),
        catalogue=MemoryCatalogue(shelf),
        tallies=MemoryTallies(shelf, now, today),
        doors=MemoryDoors(shelf, now),
        changes=MemoryChanges(shelf, now),
        passkeys=MemoryPasskeys(shelf, now),
        pocket=MemoryPocket(shelf, now),
        policies=MemoryPolicies(shelf, now),
        ties=MemoryTies(shelf, now),
        families=MemoryFamilies(shelf, now, today),
        calls=MemoryCalls(shelf, now, today),
        attachments=MemoryAttachments(shelf),
        slips=MemorySlips(shelf),
        decisions=MemoryDecisions(shelf),
        disputes=MemoryDisputes(shelf),
        webhooks=MemoryWebhooks(shelf, now),
        holds=MemoryHolds(shelf, now, MemoryChanges(shelf, now)),
        records=MemoryRecords(shelf, now),
        network_desk=MemoryNetworkDesk(shelf, now),
        outages=MemoryOutages(shelf, now),
        blocks=MemoryBlocks(shelf, now),
        vault=vault,
        chance=chance,
        formats=formats,
    )

"""security.md 4: no more guesses are judged than the limits allow, also in a burst; malformed input spends nothing."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg

from chancela.domain.case import Case
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.issue_token import IssueToken
from chancela.usecases.validate_token import ValidateToken
from tests import visits
from tests.promises import ledger, mixing
from tests.promises.hands import do_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from chancela.bootstrap.app import App
    from tests.cast import Tenant
    from tests.promises.hands import Hands

BURST = 50
PER_CODE, PER_GUIA, PER_DAY, IN_ALARM = 5, 10, 20, 5


def guesses(app: App, tenant: Tenant, case: Case, count: int = BURST) -> list[ValidateToken]:
    """So many different wrong codes."""
    right = int(visits.code(app, case))
    wrong = [f"{(right + step) % 10**6:06d}" for step in range(1, count + 1)]
    return [ValidateToken(tenant.desk, case.guia.id, each) for each in wrong]


def reasons(outcomes: Iterable[Any]) -> Counter[str]:
    return Counter("done" if isinstance(each, Case) else each.reason.name for each in outcomes)


def count(database_url: str, question: str, *values: object) -> int:
    with psycopg.connect(database_url) as connection:
        row = connection.execute(question.encode(), values).fetchone()
    assert row is not None
    return int(row[0] or 0)


def spent(database_url: str, guia_id: UUID) -> int:
    return count(database_url, "SELECT wrong_tries FROM chancela.guia WHERE id = %s", guia_id)


def judged(database_url: str) -> int:
    return count(database_url, "SELECT sum(judged) FROM chancela.fleet_hour WHERE hour > now() - interval '2 hours'")


def locked(outcomes: Sequence[Any]) -> bool:
    """Whether five of these were judged, with 4, 3, 2, 1 and no tries left, and all others found the code locked."""
    left = sorted(each.attempts_left for each in outcomes if each.reason is Refusal.CODE_REFUSED)
    others = [each for each in outcomes if each.reason is not Refusal.CODE_REFUSED]
    return left == [0, 1, 2, 3, 4] and set(others) == {Refused(Refusal.CODE_LOCKED, 0)}


async def test_of_50_guesses_at_once_five_are_judged(app: App, aurora: Tenant, database_url: str):
    case = await visits.issued(app, aurora)
    outcomes = await asyncio.gather(*(app.do(each) for each in guesses(app, aurora, case)))
    assert locked(outcomes)
    assert spent(database_url, case.guia.id) == judged(database_url) == PER_CODE
    right = ValidateToken(aurora.desk, case.guia.id, visits.code(app, case))
    assert await app.do(right) == Refused(Refusal.CODE_LOCKED, 0)
    assert await ledger.contradictions(app.settings) == []


async def test_of_50_guesses_from_two_processes_five_are_judged(
    app: App, aurora: Tenant, database_url: str, hands: Hands
):
    cases = [await visits.issued(app, aurora) for _ in range(3)]
    mixing.lift_the_limits(database_url)
    bursts = [guesses(app, aurora, case) for case in cases]
    halves = ([each for burst in bursts for each in burst[half::2]] for half in (0, 1))
    one, other = await hands.both(app.settings, do_all, *((half,) for half in halves))
    for at, case in enumerate(cases):
        share = slice(at * BURST // 2, (at + 1) * BURST // 2)
        assert locked(one[share] + other[share])
        assert spent(database_url, case.guia.id) == PER_CODE
    assert judged(database_url) == PER_CODE * len(cases)
    assert await ledger.contradictions(app.settings) == []


async def test_codes_asked_for_again_and_again_give_ten_guesses_in_all(app: App, bem_te_vi: Tenant, database_url: str):
    case = await visits.issued(app, bem_te_vi)
    outcomes = []
    for burst in (3, BURST):
        outcomes += await asyncio.gather(*(app.do(each) for each in guesses(app, bem_te_vi, case, burst)))
        case = await visits.issued(app, bem_te_vi, case)
    assert spent(database_url, case.guia.id) == 8
    outcomes += await asyncio.gather(*(app.do(each) for each in guesses(app, bem_te_vi, case)))
    assert spent(database_url, case.guia.id) == judged(database_url) == PER_GUIA
    assert reasons(outcomes) == {"CODE_REFUSED": PER_GUIA, "CODE_LOCKED": 2 * BURST + 3 - PER_GUIA}
    assert await app.do(IssueToken(bem_te_vi.desk, case.guia.id)) == Refused(Refusal.CODE_LOCKED, 0)
    assert await ledger.contradictions(app.settings) == []


async def test_asking_for_the_same_code_again_resets_nothing(app: App, aurora: Tenant, database_url: str):
    mixing.lift_the_limits(database_url)
    case = await visits.issued(app, aurora)
    right = visits.code(app, case)
    for left in (4, 3, 2, 1):
        assert await app.do(guesses(app, aurora, case, 1)[0]) == Refused(Refusal.CODE_REFUSED, left)
        case = await visits.issued(app, aurora, case)
        assert visits.code(app, case) == right
    assert await app.do(guesses(app, aurora, case, 1)[0]) == Refused(Refusal.CODE_REFUSED, 0)


async def test_the_right_code_within_a_burst_comes_in_time_or_not_at_all(
    app: App, bem_te_vi: Tenant, database_url: str
):
    mixing.lift_the_limits(database_url)
    chance, done = random.Random(4), Counter[bool]()
    for _ in range(12):
        case = await visits.issued(app, bem_te_vi)
        entries = guesses(app, bem_te_vi, case, 8)
        place = chance.randrange(9)
        entries.insert(place, ValidateToken(bem_te_vi.desk, case.guia.id, visits.code(app, case)))
        outcomes = await asyncio.gather(*(app.do(each) for each in entries))
        validated = isinstance(outcomes[place], Case)
        assert validated == (place < PER_CODE), "in order of arrival"
        assert spent(database_url, case.guia.id) == min(place, PER_CODE)
        done[validated] += 1
    assert done[True] and done[False]
    assert await ledger.contradictions(app.settings) == []


MALFORMED = {
    "nothing": "",
    "spaces": "      ",
    "hyphens": "------",
    "five digits": "12345",
    "seven digits": "1234567",
    "Arabic digits": "٠١٢٣٤٥",
    "full-width digits": "０１２３４５",
    "superscript digits": "¹²³⁴⁵⁶",
    "circled digits": "①②③④⑤⑥",
    "one Arabic digit": "12345٦",
    "letters": "abcdef",
    "hexadecimal": "0x12ab",
    "a sign": "+12345",
    "a minus sign": "−12345",
    "a decimal point": "123.45",
    "an exponent": "1e1000",
    "an underscore": "12_345",
    "a line feed": "123456\n",
    "a tab": "123\t456",
    "a zero byte": "123456\0",
    "a zero-width space": "123\u200b456",
    "a lone surrogate": "12345\ud800",
    "two codes": "123456 654321",
    "a very long one": "1" * 10_000,
}


async def test_malformed_input_spends_nothing(app: App, cambui: Tenant, database_url: str):
    case = await visits.issued(app, cambui)
    for name, text in MALFORMED.items():
        malformed = ValidateToken(cambui.desk, case.guia.id, text)
        outcomes = await asyncio.gather(*(app.do(malformed) for _ in range(2 * PER_GUIA)))
        assert set(outcomes) == {Refused(Refusal.CODE_MALFORMED)}, name
        assert await app.guia(cambui.desk, case.guia.id) == replace(case, secret=None), name
    assert ledger.events(app.settings, case.guia.id) == ["guia:guia:registered", "guia:token:issued"]
    assert judged(database_url) == 0


async def test_a_code_may_be_written_as_it_is_read_aloud(app: App, cambui: Tenant):
    for write in ("{0}{1}", "{0} {1}", "{0}-{1}", " {0} {1} ", "{0}\u00a0{1}", "{0} - {1}"):
        case = await visits.issued(app, cambui)
        code = visits.code(app, case)
        given = ValidateToken(cambui.desk, case.guia.id, write.format(code[:3], code[3:]))
        assert isinstance(await app.do(given), Case), write


async def test_what_is_answered_never_depends_on_the_digits(app: App, bem_te_vi: Tenant, database_url: str):
    """A superseded code is answered as a wrong one; once a code has expired the right digits are as good as any."""
    answers = []
    for digits in ("superseded", "wrong"):
        old = await visits.issued(app, bem_te_vi)
        new = await visits.issued(app, bem_te_vi, old)
        given = visits.code(app, old) if digits == "superseded" else visits.wrong(visits.code(app, new))
        answers.append(await app.do(ValidateToken(bem_te_vi.desk, new.guia.id, given)))
    for digits in ("right", "wrong"):
        case = await visits.issued(app, bem_te_vi)
        with psycopg.connect(database_url) as connection:
            change = "UPDATE chancela.live_token SET expires_at = issued_at + interval '1 us' WHERE guia_id = %s"
            connection.execute(change, (case.guia.id,))
        right = visits.code(app, case)
        given = right if digits == "right" else visits.wrong(right)
        answers += [await app.do(ValidateToken(bem_te_vi.desk, case.guia.id, given)) for _ in range(2)]
    assert {each.reason for each in answers} == {Refusal.CODE_REFUSED}
    assert answers[0] == answers[1]
    assert answers[2:4] == answers[4:6]


async def test_a_providers_wrong_entries_of_a_day_are_counted_over_its_guias(
    app: App, aurora: Tenant, database_url: str
):
    """20 of them are free; then a person shows a second factor, a program waits."""
    cases = [await visits.issued(app, aurora) for _ in range(12)]
    program = replace(aurora.client, provider=aurora.provider)
    entries = [each for case in cases for each in guesses(app, aurora, case, 4)]
    outcomes = await asyncio.gather(*(app.do(replace(each, actor=program)) for each in entries))
    assert reasons(outcomes) == {"CODE_REFUSED": PER_DAY, "TOO_MANY_WRONG": len(entries) - PER_DAY}
    assert judged(database_url) == PER_DAY
    assert {each.retry_after_s for each in outcomes if each.reason is Refusal.TOO_MANY_WRONG} <= set(range(1, 61))

    case, person = cases[-1], replace(aurora.desk, assured_at=None)
    right = ValidateToken(person, case.guia.id, visits.code(app, case))
    assert (await app.do(right)).reason is Refusal.SECOND_FACTOR_NEEDED
    assert spent(database_url, case.guia.id) == 0
    assert isinstance(await app.do(replace(right, actor=aurora.desk)), Case)


async def test_a_second_factor_frees_as_many_again_and_then_all_wait(app: App, aurora: Tenant, database_url: str):
    cases = [await visits.issued(app, aurora) for _ in range(12)]
    outcomes = await asyncio.gather(*(app.do(each) for case in cases for each in guesses(app, aurora, case, 4)))
    assert reasons(outcomes) == {"CODE_REFUSED": 2 * PER_DAY, "TOO_MANY_WRONG": 48 - 2 * PER_DAY}
    assert judged(database_url) == 2 * PER_DAY


async def test_other_providers_are_not_slowed_by_it(app: App, aurora: Tenant, database_url: str):
    case = await visits.issued(app, aurora)
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "UPDATE chancela.provider_day SET wrong = 1000, wrong_at = now() WHERE provider = %s", (aurora.provider,)
        )
    assert (await app.do(guesses(app, aurora, case, 1)[0])).reason is Refusal.TOO_MANY_WRONG
    neighbour = replace(aurora, house=replace(aurora.house, desk=aurora.other_provider))
    assert isinstance(await visits.validated(app, neighbour), Case)


async def test_two_processes_pass_a_providers_limit_by_no_more_than_what_they_judged_at_once(
    app: App, aurora: Tenant, hands: Hands, database_url: str
):
    """A process judges a set by the count that it finds, so each may spend what was left, once."""
    cases = [await visits.issued(app, aurora) for _ in range(15)]
    program = replace(aurora.client, provider=aurora.provider)
    entries = [replace(each, actor=program) for case in cases for each in guesses(app, aurora, case, 4)]
    await hands.both(app.settings, do_all, (entries[::2],), (entries[1::2],))
    assert PER_DAY <= judged(database_url) <= 2 * PER_DAY


async def test_while_the_fleet_is_alarmed_a_provider_has_five(
    app: App, aurora: Tenant, cambui: Tenant, database_url: str
):
    cases = [await visits.issued(app, aurora) for _ in range(4)]
    with psycopg.connect(database_url) as connection:
        alarm = (
            "INSERT INTO chancela.fleet_hour (operator, hour, judged, wrong) VALUES"
            " (%(ans)s, date_trunc('hour', now()), 400, 200),"
            " (%(ans)s, date_trunc('hour', now()) + interval '1 hour', 400, 200),"  # it may strike while this runs
            " (%(ans)s, date_trunc('hour', now()) - interval '1 day', 10000, 500)"
        )
        connection.execute(alarm, {"ans": aurora.ans})
    program = replace(aurora.client, provider=aurora.provider)
    entries = [replace(each, actor=program) for case in cases for each in guesses(app, aurora, case, 3)]
    outcomes = await asyncio.gather(*(app.do(each) for each in entries))
    assert reasons(outcomes) == {"CODE_REFUSED": IN_ALARM, "TOO_MANY_WRONG": len(entries) - IN_ALARM}
    calm = await visits.issued(app, cambui)
    assert reasons([await app.do(each) for each in guesses(app, cambui, calm, 4)]) == {"CODE_REFUSED": 4}

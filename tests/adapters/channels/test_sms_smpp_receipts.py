"""What a centre tells: what became of a message, also days later, and what people answer; not kept, it comes again."""

import asyncio
import random
from collections.abc import Callable

import pytest

from chancela.adapters.channels.contract import CarrierReceipt, Reply
from chancela.domain.delivery import DeliveryState
from tests.adapters.channels.test_sms_smpp import ANA, Told, carrying, letter, until
from tests.message_centre import MESSAGE_STATE, NETWORK_ERROR, RECEIPTED_ID, Taken, message_centre, parameter

TEMPORARY = 0x64
UNDELIVERABLE = parameter(MESSAGE_STATE, b"\5") + parameter(NETWORK_ERROR, b"\3\0\x95")
DELIVERED, FAILED, HANDED_OVER = DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.HANDED_OVER


@pytest.mark.parametrize("parameters", [True, False])
@pytest.mark.parametrize(
    ("stat", "state", "failed"),
    [
        ("DELIVRD", DELIVERED, None),
        ("EXPIRED", FAILED, "smpp EXPIRED err 07A"),
        ("DELETED", FAILED, "smpp DELETED err 07A"),
        ("UNDELIV", FAILED, "smpp UNDELIV err 07A"),
        ("REJECTD", FAILED, "smpp REJECTD err 07A"),
        ("ACCEPTD", HANDED_OVER, None),
        ("ENROUTE", HANDED_OVER, None),
    ],
)
async def test_a_receipt_says_what_became_of_a_message(
    stat: str, state: DeliveryState, failed: str | None, parameters: bool
):
    told = Told()
    async with message_centre(parameters=parameters) as centre, carrying(centre, told) as carrier:
        carrier_id = await carrier.send(letter())
        centre.receipt(centre.taken[0], stat, "07A")
        await until(lambda: centre.acknowledged)
    assert told.news == [CarrierReceipt(state, carrier_id, failure=failed)]


@pytest.mark.parametrize(
    ("text", "extra", "expected"),
    [
        ("id:7 sub:001 dlvrd:001 submit date:2611200900 done date:2611200901 stat:DELIVRD", b"", (DELIVERED, None)),
        ("id:7 submitdate:261120090001 stat:REJECTED err:3775 text:", b"", (FAILED, "smpp REJECTD err 3775")),
        ("ID: 7 STAT: undeliv ERR: 000", b"", (FAILED, "smpp UNDELIV")),
        ("id:7 stat:FAILED err:-=", b"", (FAILED, "smpp UNDELIV")),
        ("stat:DELIVERED id:7 text:id:8 stat:UNDELIV", b"", (DELIVERED, None)),
        ("", parameter(RECEIPTED_ID, b"7\0") + parameter(MESSAGE_STATE, b"\2"), (DELIVERED, None)),
        ("", parameter(RECEIPTED_ID, b"7") + UNDELIVERABLE, (FAILED, "smpp UNDELIV err 149")),
        ("id:7 stat:DELIVRD", parameter(MESSAGE_STATE, b"\7"), (DELIVERED, None)),
        ("id:7 stat:DELIVRD", parameter(MESSAGE_STATE, b"\x63") + parameter(0x1400, b"\xff\xfe"), (DELIVERED, None)),
        ("id:7 stat:DELIVRD", b"\0\x1e\0\x638", (DELIVERED, None)),
    ],
)  # fmt: skip
async def test_receipts_are_written_in_many_ways(text: str, extra: bytes, expected: tuple[DeliveryState, str | None]):
    told = Told()
    async with message_centre() as centre, carrying(centre, told) as carrier:
        await carrier.send(letter())
        centre.deliver(ANA[1:], text.encode(), extra, esm_class=4)
        await until(lambda: centre.acknowledged)
    assert told.news == [CarrierReceipt(expected[0], "7", failure=expected[1])]


@pytest.mark.parametrize(
    "text",
    ["id:7 stat:UNKNOWN err:000", "stat:DELIVRD text:id:7 ", "id:7 stat:?? err:000", "stat:DELIVRD", "", "\xff\xfe"],
)
async def test_a_receipt_that_tells_nothing_is_acknowledged_and_forgotten(text: str):
    told = Told()
    async with message_centre() as centre, carrying(centre, told) as carrier:
        await carrier.send(letter())
        centre.deliver(ANA[1:], text.encode("latin-1"), esm_class=4)
        await until(lambda: centre.acknowledged)
    assert (told.news, centre.refused) == ([], {})


def to_hex(number: int) -> str:
    return f"{number + 0xA9:08x}"


def to_decimal(number: int) -> str:
    return str(number + 0xA9)


@pytest.mark.parametrize("parameters", [True, False])
@pytest.mark.parametrize(
    ("setting", "new_id", "receipt_id", "kept"),
    [
        ("as_given", lambda number: f"0a-{number}", str, "0a-1"),
        ("decimal", to_hex, lambda given: str(int(given, 16)), "170"),
        ("hex", to_decimal, lambda given: f"{int(given):010X}", "170"),
        ("hex", lambda number: f"m-{number}", str, "m-1"),
    ],
)
async def test_ids_are_compared_although_receipts_write_them_to_another_base(
    setting: str, new_id: Callable[[int], str], receipt_id: Callable[[str], str], kept: str, parameters: bool
):
    told = Told()
    async with (
        message_centre(new_id=new_id, receipt_id=receipt_id, parameters=parameters) as centre,
        carrying(centre, told, receipt_ids=setting) as carrier,
    ):
        assert await carrier.send(letter()) == kept
        centre.receipt(centre.taken[0])
        await until(lambda: told.news)
    assert told.news == [CarrierReceipt(DELIVERED, kept)]


async def test_a_parameter_unlike_the_text_has_the_id_as_it_was_answered():
    told = Told()
    async with message_centre(new_id=to_hex) as centre, carrying(centre, told, receipt_ids="decimal") as carrier:
        kept = await carrier.send(letter())
        centre.deliver(ANA[1:], b"id:170 stat:DELIVRD", parameter(RECEIPTED_ID, b"000000aa\0"), esm_class=4)
        await until(lambda: told.news)
    assert told.news == [CarrierReceipt(DELIVERED, kept)]


async def test_a_receipt_may_be_written_in_ucs2():
    told = Told()
    async with message_centre() as centre, carrying(centre, told) as carrier:
        await carrier.send(letter())
        centre.deliver(ANA[1:], "id:a_1 stat:DELIVRD".encode("utf-16-be"), coding=8, esm_class=4)
        centre.deliver(ANA[1:], b"id:a_1 stat:DELIVRD", esm_class=4)
        await until(lambda: centre.acknowledged == 2)
    assert told.news == [CarrierReceipt(DELIVERED, "a_1")] * 2


async def test_a_receipt_that_comes_days_later_to_another_worker_is_told_all_the_same():
    told = Told()
    async with message_centre() as centre:
        async with carrying(centre) as carrier:
            carrier_id = await carrier.send(letter())
        centre.receipt(centre.taken[0])
        async with carrying(centre, told) as later:
            attending = asyncio.create_task(later.attend())
            await until(lambda: told.news)
            attending.cancel()
    assert told.news == [CarrierReceipt(DELIVERED, carrier_id)]


async def test_a_receipt_reaches_whichever_bind_the_centre_chooses():
    sender, hearer = Told(), Told()
    async with message_centre() as centre, carrying(centre, sender) as sending:
        await sending.send(letter())
        async with carrying(centre, hearer) as hearing:
            await hearing.send(letter())
            for _ in range(2):
                centre.receipt(centre.taken[0])
            await until(lambda: centre.acknowledged == 2)
    assert sender.news == hearer.news == [CarrierReceipt(DELIVERED, "1")]


async def test_a_receipt_that_overtakes_the_answer_is_told_as_well():
    told = Told()
    async with message_centre(receipt_after_s=0, answer_after_s=0.05) as centre, carrying(centre, told) as carrier:
        sending = asyncio.create_task(carrier.send(letter()))
        await until(lambda: told.news)
        assert not sending.done()
        assert told.news == [CarrierReceipt(DELIVERED, await sending)]


async def test_receipts_in_disorder_and_twice_are_all_told_as_they_come():
    told = Told()
    stats = ("ENROUTE", "DELIVRD")
    told_how = {"stats": stats, "copies": 2, "receipt_after_s": 0.02, "jumble": random.Random(5)}
    async with message_centre(**told_how) as centre, carrying(centre, told) as carrier:
        ids = await asyncio.gather(*[carrier.send(letter()) for _ in range(20)])
        await until(lambda: centre.acknowledged == 80)
    expected = [CarrierReceipt(state, each) for each in ids for state in (HANDED_OVER, DELIVERED) for _ in range(2)]
    assert sorted(map(repr, told.news)) == sorted(map(repr, expected))
    assert told.news != expected


async def test_a_receipt_is_acknowledged_only_once_it_is_kept():
    told = Told(held=asyncio.Event())
    async with message_centre() as centre, carrying(centre, told) as carrier:
        await carrier.send(letter())
        centre.receipt(centre.taken[0])
        await carrier.send(letter())  # telling holds up nothing else
        await asyncio.sleep(0.05)
        assert (centre.acknowledged, centre.owed, told.news) == (0, 1, [])
        told.held.set()
        await until(lambda: centre.acknowledged == 1)
    assert len(told.news) == 1


async def test_what_could_not_be_kept_comes_again():
    told = Told(refuse=lambda news: True)
    async with message_centre() as centre, carrying(centre, told) as carrier:
        carrier_id = await carrier.send(letter())
        centre.receipt(centre.taken[0])
        await until(lambda: centre.refused[TEMPORARY] >= 2)
        told.refuse = lambda news: False
        await until(lambda: centre.acknowledged)
    assert told.news == [CarrierReceipt(DELIVERED, carrier_id)]
    assert set(centre.refused) == {TEMPORARY}
    assert centre.connections == 1


async def test_what_was_heard_and_not_acknowledged_comes_again_on_the_next_connection():
    told = Told(held=asyncio.Event())
    async with message_centre() as centre, carrying(centre, told) as carrier:
        carrier_id = await carrier.send(letter())
        centre.receipt(centre.taken[0])
        await asyncio.sleep(0.02)
        centre.drop()
        await until(lambda: len(centre.binds) == 2)
        told.held.set()
        await until(lambda: centre.acknowledged)
    assert set(told.news) == {CarrierReceipt(DELIVERED, carrier_id)}


async def test_one_that_is_refused_spoils_no_others_of_its_set():
    told = Told(held=asyncio.Event(), refuse=lambda news: any("-4-" in repr(each) for each in news))
    async with message_centre(new_id=lambda number: f"-{number}-") as centre, carrying(centre, told) as carrier:
        for _ in range(6):
            await carrier.send(letter())
        for taken in centre.taken:
            centre.receipt(taken)
        await asyncio.sleep(0.02)
        told.held.set()
        await until(lambda: centre.refused[TEMPORARY] >= 2)
        assert centre.acknowledged == 5
    kept = {each.carrier_id for each in told.news if isinstance(each, CarrierReceipt)}
    assert kept == {"-1-", "-2-", "-3-", "-5-", "-6-"}


async def test_many_receipts_are_told_in_few_sets():
    sets: list[int] = []
    told = Told(refuse=lambda news: bool(sets.append(len(news))))
    async with message_centre() as centre, carrying(centre, told) as carrier:
        await carrier.send(letter())
        for number in range(500):
            centre.receipt(Taken(str(number), *[centre.taken[0].source] * 2, 1, 0, b""))
        await until(lambda: centre.acknowledged == 500)
    assert sum(sets) == 500
    assert max(sets) <= 200 and len(sets) < 100


async def test_without_anyone_to_tell_everything_stays_with_the_centre():
    async with message_centre() as centre, carrying(centre) as carrier:
        await carrier.send(letter())
        centre.receipt(centre.taken[0])
        await until(lambda: centre.refused[TEMPORARY])
    assert (centre.acknowledged, centre.owed) == (0, 1)


async def test_what_was_heard_before_leaving_is_kept_and_acknowledged():
    told = Told(held=asyncio.Event())
    async with message_centre() as centre:
        async with carrying(centre, told) as carrier:
            await carrier.send(letter())
            centre.receipt(centre.taken[0])
            await asyncio.sleep(0.02)
            asyncio.get_running_loop().call_later(0.1, told.held.set)
        assert (centre.acknowledged, len(told.news)) == (1, 1)


@pytest.mark.parametrize(
    ("text", "coding", "esm_class"),
    [("NAO", 0, 0), ("NÃO", 8, 0), ("Não, não pedi!", 3, 0), ("NAO @aurora_é", 0, 0), ("", 0, 0)],
)
async def test_what_a_person_answers_is_told(text: str, coding: int, esm_class: int):
    told = Told()
    async with message_centre() as centre, carrying(centre, told) as carrier:
        await carrier.send(letter())
        centre.reply(ANA[1:], text, coding, esm_class=esm_class)
        await until(lambda: centre.acknowledged)
    assert told.news == [Reply(ANA, text)]


@pytest.mark.parametrize(
    ("sender", "ton", "expected"),
    [
        ("5541900005949", 1, ANA),
        ("+5541900005949", 0, ANA),
        ("005541900005949", 0, ANA),
        ("41900005949", 2, ANA),
        ("041900005949", 0, ANA),
        ("4120000000", 2, "+554120000000"),
        ("12025550123", 1, "+12025550123"),
        ("27182", 3, None),
        ("Aurora", 5, None),
        ("", 0, None),
    ],
)
async def test_a_person_is_known_however_the_centre_writes_the_number(sender: str, ton: int, expected: str | None):
    told = Told()
    async with message_centre() as centre, carrying(centre, told) as carrier:
        await carrier.send(letter())
        centre.reply(sender, "NAO", ton=ton)
        await until(lambda: centre.acknowledged)
    assert told.news == ([Reply(expected, "NAO")] if expected else [])


@pytest.mark.parametrize(
    ("raw", "extra", "esm_class", "texts"),
    [
        (b"\5\0\3\7\2\1NAO", b"", 0x40, ["NAO"]),
        (b"\5\0\3\7\2\2 pedi", b"", 0x40, []),
        (b"\6\x08\4\7\7\2\1NAO", b"", 0x40, ["NAO"]),
        (b"\6\x08\4\7\7\2\2 pedi", b"", 0x40, []),
        (b"\6\5\4\0\1\0\1NAO", b"", 0x40, ["NAO"]),
        (b"\x09", b"", 0x40, [""]),
        (b"NAO", parameter(0x020F, b"\1"), 0, ["NAO"]),
        (b" pedi", parameter(0x020F, b"\2"), 0, []),
        (b"", parameter(0x0424, b"NAO"), 0, ["NAO"]),
        (b"NAO", b"", 0x08, []),
    ],
)
async def test_of_a_long_answer_the_beginning_is_told(raw: bytes, extra: bytes, esm_class: int, texts: list[str]):
    told = Told()
    async with message_centre() as centre, carrying(centre, told) as carrier:
        await carrier.send(letter())
        centre.deliver(ANA[1:], raw, extra, esm_class=esm_class)
        await until(lambda: centre.acknowledged)
    assert told.news == [Reply(ANA, text) for text in texts]


async def test_a_person_cannot_write_a_receipt():
    told, text = Told(), "id:1 sub:001 dlvrd:001 stat:DELIVRD err:000"
    async with message_centre() as centre, carrying(centre, told) as carrier:
        await carrier.send(letter())
        centre.reply(ANA[1:], text)
        await until(lambda: centre.acknowledged)
    assert told.news == [Reply(ANA, text)]


async def test_no_text_brings_a_nul_or_half_a_character_to_the_database():
    told = Told()
    async with message_centre() as centre, carrying(centre, told) as carrier:
        await carrier.send(letter())
        centre.deliver(ANA[1:], b"\0N\0\0\0O\xd8\0", coding=8)
        centre.deliver(ANA[1:], b"\xff\x1b", coding=0)
        await until(lambda: centre.acknowledged == 2)
    texts = [each.text for each in told.news if isinstance(each, Reply)]
    assert texts[0].startswith("NO") and "\0" not in texts[0]
    assert [text.encode("utf-8") for text in texts]

"""A call reads the digits to whoever picks up: what is said, who may ask for it, and when it counts as heard."""

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from email.utils import format_datetime

import pytest
from lxml import etree

from chancela.adapters.channels.contract import (
    BadCallError,
    Call,
    CarrierReceipt,
    ChannelFailure,
    ForgedCallError,
    Heard,
    Letter,
    Reply,
    Setup,
    SetupError,
    Spoken,
)
from chancela.adapters.channels.voice import kind, script
from chancela.adapters.channels.voice.carrier import VoiceCarrier
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.message import Language, Message
from tests import aggregators
from tests.aggregators import Person, Told, Twilio

NUMBER = "+5541200012345"
RECEIPTS = "https://aurora.example/v1/receipts/voice"
VOICE = "https://aurora.example/v1/voice/voice"
SPOKEN = Spoken("482913", "Aurora Saúde", "2026000000123", Language.PORTUGUESE)
DIGITS = ["quatro", "oito", "dois", "nove", "um", "três"]
HANDED_OVER, DELIVERED, FAILED = DeliveryState.HANDED_OVER, DeliveryState.DELIVERED, DeliveryState.FAILED


def letter(
    address: str | None = NUMBER, code: str | None = "482913", language: Language = Language.PORTUGUESE
) -> Letter:
    message = Message(Channel.VOICE, None, "Codigo 482913", code=code, language=language)
    return Letter(uuid.uuid4(), "999001", "Aurora Saúde", "001", "(41) ****-2345", message, address)


def carrier(url: str, **changed: str) -> VoiceCarrier:
    settings = {"account_sid": aggregators.SID, "sender": "+554120001234", "base_url": url}
    addresses = {"receipts_url": RECEIPTS, "voice_url": VOICE} | changed
    secrets = {"auth_token": aggregators.TOKEN}
    built = kind.KIND.build(Setup("999001", "voice", Channel.VOICE, settings, secrets, **addresses))
    assert isinstance(built, VoiceCarrier)
    return built


def edge(calling: VoiceCarrier, codes: dict[uuid.UUID, Spoken | None]) -> Callable[[Call], Heard]:
    """Answer as the edge does: prove, reveal, speak."""
    return lambda call: calling.speak(call, codes[calling.asked(call)])


async def ringing(
    language: Language = Language.PORTUGUESE, **person: object
) -> tuple[Letter, VoiceCarrier, dict[uuid.UUID, Spoken | None], Person]:
    """Have a call made; the codes can be changed before somebody picks up."""
    async with aggregators.listening(company := Twilio()) as server:
        calling, written = carrier(server.url), letter(language=language)
        sid = await calling.send(written)
        await calling.close()
    codes: dict[uuid.UUID, Spoken | None] = {written.id: SPOKEN}
    return written, calling, codes, Person(company, sid, edge(calling, codes), **person)


def states(*heard: object) -> list[DeliveryState]:
    return [news.state for news in heard if isinstance(news, CarrierReceipt)]


async def test_a_call_is_asked_for_without_a_digit_of_the_code():
    async with aggregators.listening(Twilio()) as server:
        calling, written = carrier(server.url), letter()
        sid = await calling.send(written)
        await calling.close()
    form = server.asked[0].form
    assert (form["To"], form["From"], sid[:2]) == ([NUMBER], ["+554120001234"], "CA")
    assert (form["Url"], form["Method"]) == ([f"{VOICE}/{written.id}?language=pt-br"], ["POST"])
    assert form["StatusCallback"][0].startswith(f"{RECEIPTS}?delivery={written.id}&heard=")
    assert form["StatusCallbackEvent"] == ["initiated", "answered", "completed"]
    assert (form["Timeout"], form["TimeLimit"]) == (["25"], ["300"])
    assert "MachineDetection" not in form
    assert b"482913" not in server.asked[0].body


async def test_whoever_picks_up_hears_who_calls_and_the_digits_twice():
    _, calling, _, person = await ringing()
    ended = person.pick_up()
    assert [said for said in person.said if said in DIGITS] == DIGITS * 2
    assert person.said[0].startswith("Olá. Aqui é Aurora Saúde.")
    assert "final zero, um, dois, três." in person.said[0]
    assert person.said[-1] == "Até logo."
    assert states(*person.news, *calling.hear(ended).news) == [HANDED_OVER, DELIVERED, DELIVERED]


async def test_english_is_spoken_to_whom_it_is_written():
    _, _, codes, person = await ringing(Language.ENGLISH)
    codes.update(dict.fromkeys(codes, Spoken("07", "Aurora", "1", Language.ENGLISH)))
    person.pick_up()
    assert person.said[1:4] == ["The code is:", "zero", "seven"]
    assert person.said[-1] == "Goodbye."


async def test_key_1_reads_again_five_times_at_most():
    _, _, _, person = await ringing(keys=["1"] * 9)
    person.pick_up()
    assert person.said.count("quatro") == 2 * script.TURNS
    assert person.said.count("Para ouvir de novo, tecle 1.") == script.TURNS - 1
    assert person.said[-1] == "Até logo."
    assert person.clock_s < 300


async def test_key_9_says_that_nobody_asked_for_it():
    written, _, _, person = await ringing(keys=["9"])
    person.pick_up()
    (reply,) = [news for news in person.news if isinstance(news, Reply)]
    assert reply == Reply(NUMBER, "NAO", person.sid, written.id)
    assert person.said[-1].startswith("Entendido.")


@pytest.mark.parametrize("key", ["0", "5", "#", "*", ""])
async def test_any_other_key_ends_the_call(key: str):
    _, _, _, person = await ringing(keys=[key])
    person.pick_up()
    assert person.said[-1] == "Até logo."
    assert states(*person.news) == [HANDED_OVER, DELIVERED]


async def test_who_hangs_up_in_the_middle_of_the_digits_has_not_heard_them():
    _, calling, _, person = await ringing(patience_s=15.0)
    (news,) = calling.hear(person.pick_up()).news
    assert "três" not in person.said
    assert (news.state, news.failure) == (FAILED, "voice: hung up before the end")


@pytest.mark.parametrize("letters_a_second", [12.0, 15.0, 20.0])
async def test_by_no_voice_is_a_call_delivered_before_the_last_digit(letters_a_second: float):
    _, calling, _, person = await ringing(letters_a_second=letters_a_second)
    needed = script.heard_after_s("Aurora Saúde", Language.PORTUGUESE)
    person.patience_s = float(needed)
    (news,) = calling.hear(person.pick_up()).news
    assert "três" in person.said
    assert states(*person.news) == [HANDED_OVER]
    assert news.state is DELIVERED


async def test_who_stays_but_hears_a_code_that_died_meanwhile_is_told_so():
    written, calling, codes, person = await ringing()
    codes[written.id] = None
    ended = person.pick_up()
    assert person.said == [script.WORDS[Language.PORTUGUESE].gone]
    told = [*person.news, *calling.hear(ended).news]
    assert states(*told) == [FAILED, FAILED]
    assert told[0].failure == "voice: the code is no longer alive"


async def test_a_code_that_dies_between_two_readings_is_read_no_more():
    written, calling, codes, person = await ringing(keys=["1"])

    def answer(call: Call) -> Heard:
        heard = edge(calling, codes)(call)
        codes[written.id] = None
        return heard

    person.answer = answer
    person.pick_up()
    assert person.said.count("quatro") == 2
    assert person.said[-1] == script.WORDS[Language.PORTUGUESE].gone
    assert states(*person.news) == [HANDED_OVER, DELIVERED]


@pytest.mark.parametrize("language", Language)
def test_a_goodbye_is_far_too_short_to_count_as_a_reading(language: Language):
    longest = max(len(script.farewell(language, gone=True)), len(script.farewell(language, denied=True)))
    assert longest / 12 < script.heard_after_s("A", language)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"CallStatus": "initiated"}, (HANDED_OVER, None)),
        ({"CallStatus": "ringing"}, (HANDED_OVER, None)),
        ({"CallStatus": "in-progress"}, (HANDED_OVER, None)),
        ({"CallStatus": "busy"}, (FAILED, "voice: busy")),
        ({"CallStatus": "no-answer", "SipResponseCode": "487"}, (FAILED, "voice: no answer")),
        ({"CallStatus": "canceled"}, (FAILED, "voice: canceled")),
        ({"CallStatus": "failed"}, (FAILED, "voice: failed")),
        ({"CallStatus": "failed", "SipResponseCode": "404"}, (FAILED, "voice: failed sip 404")),
        ({"CallStatus": "failed", "SipResponseCode": NUMBER}, (FAILED, "voice: failed")),
        ({"CallStatus": "failed", "SipResponseCode": "48291"}, (FAILED, "voice: failed")),
        ({"CallStatus": "completed", "CallDuration": "0"}, (FAILED, "voice: hung up before the end")),
        ({"CallStatus": "completed", "CallDuration": "٩٩٩"}, (FAILED, "voice: hung up before the end")),
        ({"CallStatus": "completed"}, (FAILED, "voice: hung up before the end")),
        ({"CallStatus": "completed", "CallDuration": "95"}, (DELIVERED, None)),
    ],
)
async def test_twilio_tells_what_became_of_a_call(fields: dict[str, str], expected: tuple[DeliveryState, str | None]):
    written, calling, _, person = await ringing()
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    (news,) = calling.hear(person.twilio.callback(person.sid, Timestamp=format_datetime(at), **fields)).news
    assert (news.state, news.failure) == expected
    assert (news.carrier_id, news.delivery_id, news.at) == (person.sid, written.id, at)


async def test_words_of_twilio_that_are_new_move_nothing():
    _, calling, _, person = await ringing()
    told = person.twilio.callback(person.sid, CallStatus="teleported", Timestamp="today")
    assert calling.hear(told) == Heard()


def test_a_status_of_no_call_is_nonsense():
    with pytest.raises(BadCallError):
        carrier("https://api.example.com").hear(aggregators.signed(RECEIPTS, {"CallStatus": "busy"}))


def test_a_callback_that_does_not_say_how_long_a_reading_is_believes_only_long_calls():
    calling = carrier("https://api.example.com")
    call = aggregators.signed(RECEIPTS, {"CallSid": "CA1", "CallStatus": "completed", "CallDuration": "100"})
    assert states(*calling.hear(call).news) == [FAILED]


@pytest.mark.parametrize("path", ["", "/", "/482913", "/01a1fd2a-ea54-7e23-877b-28a20ffd2a38/more"])
def test_words_of_no_delivery_are_not_given(path: str):
    call = aggregators.signed(VOICE + path, {"CallSid": "CA1"})
    with pytest.raises(BadCallError):
        carrier("https://api.example.com").asked(call)


@pytest.mark.parametrize("turn", ["6", "-1", "x", "²", "01"])
def test_words_of_no_turn_are_not_given(turn: str):
    call = aggregators.signed(f"{VOICE}/{uuid.uuid4()}?turn={turn}", {"CallSid": "CA1"})
    with pytest.raises(BadCallError):
        carrier("https://api.example.com").speak(call, SPOKEN)


def test_nobody_but_twilio_is_told_a_code_or_believed():
    calling = carrier("https://api.example.com")
    for forged in (
        aggregators.signed(f"{VOICE}/{uuid.uuid4()}", {"CallSid": "CA1"}, "another-token"),
        Call("POST", f"{VOICE}/{uuid.uuid4()}", {}, b""),
        Call("GET", f"{VOICE}/{uuid.uuid4()}", {"x-twilio-signature": ""}, b""),
    ):
        with pytest.raises(ForgedCallError):
            calling.asked(forged)
        with pytest.raises(ForgedCallError):
            calling.speak(forged, SPOKEN)
        with pytest.raises(ForgedCallError):
            calling.hear(forged)


async def test_another_deliverys_words_cannot_be_had_by_changing_the_address():
    _, calling, _, person = await ringing()
    call = aggregators.signed(f"{VOICE}/{uuid.uuid4()}", {"CallSid": person.sid})
    moved = Call(call.method, f"{VOICE}/{uuid.uuid4()}", call.headers, call.body)
    with pytest.raises(ForgedCallError):
        calling.asked(moved)


def test_a_key_that_comes_from_a_call_that_is_over_tells_of_no_delivery():
    call = aggregators.signed(f"{VOICE}/{uuid.uuid4()}?turn=1", {"CallSid": "CA1", "CallStatus": "completed"})
    assert carrier("https://api.example.com").speak(call, SPOKEN).news == ()


def test_an_operators_name_cannot_break_the_words():
    name = 'A & B <Hangup/> "x" {code}\x00\x08\u202e'
    words = script.script("482913", name, "0123", Language.PORTUGUESE, "https://a.example/?a=1&b=2", 1)
    response = etree.fromstring(words.encode())
    assert {each.tag for each in response.iter()} == {"Response", "Say", "Pause", "Gather"}
    assert 'A & B <Hangup/> "x" {code}' in (response[0].text or "")
    assert response.find("Gather").get("action") == "https://a.example/?a=1&b=2"


@pytest.mark.parametrize("language", Language)
def test_each_digit_is_a_word_of_its_own_with_a_pause_after_it(language: Language):
    response = etree.fromstring(script.script("0123456789", "A", "1", language, "https://a.example", 2).encode())
    said = [each for each in response if each.tag == "Say"]
    assert [each.text for each in said[1:11]] == list(script.WORDS[language].digits)
    assert all(each.getnext().tag == "Pause" for each in said)
    assert {each.get("language") for each in said} == {script.WORDS[language].voice}
    assert len(set(script.WORDS[language].digits)) == 10


@pytest.mark.parametrize(("number", "expected"), [("2026000000123", "0123"), ("A-17", "17"), ("", ""), ("٣٤", "")])
def test_a_guia_is_named_by_its_last_digits(number: str, expected: str):
    assert script.tail(number) == expected


async def failure(written: Letter, *instead: Told, company: Twilio | None = None, **changed: str) -> ChannelFailure:
    async with aggregators.listening(company or Twilio(), *instead) as server:
        calling = carrier(server.url, **changed)
        calling.answer_s = 0.4
        with pytest.raises(ChannelFailure) as caught:
            await calling.send(written)
        await calling.close()
    for secret in (NUMBER[1:], "482913", aggregators.TOKEN):
        assert secret not in f"{caught.value!r} {caught.value} {caught.value.__cause__!r}"
    return caught.value


@pytest.mark.parametrize("address", [None, "", "5541200012345", "0800"])
async def test_what_is_no_number_is_not_called(address: str | None):
    told = await failure(letter(address))
    assert (told.reason, told.permanent) == ("no number", True)


async def test_a_notice_without_a_code_is_not_called_out():
    told = await failure(letter(code=None))
    assert (told.reason, told.permanent) == ("no notices by this channel", True)


@pytest.mark.parametrize("missing", ["receipts_url", "voice_url"])
async def test_without_a_public_address_nobody_is_called(missing: str):
    told = await failure(letter(), **{missing: ""})
    assert (told.permanent, told.ours) == (False, True)


@pytest.mark.parametrize(
    ("status", "code", "permanent", "ours", "reason"),
    [
        (400, 21211, True, False, "twilio 21211 invalid number"),
        (400, 21217, True, False, "twilio 21217 invalid number"),
        (400, 21215, False, True, "twilio 21215 region not permitted"),
        (400, 21210, False, True, "twilio 21210 sender not verified"),
        (400, 10004, False, False, "twilio 10004 too many calls"),
        (429, 20429, False, False, "twilio 20429 throttled"),
    ],
)
async def test_a_call_that_is_refused_says_why(status: int, code: int, permanent: bool, ours: bool, reason: str):
    told = await failure(letter(), company=Twilio(refused={NUMBER: (status, code)}))
    assert (told.permanent, told.ours, told.reason) == (permanent, ours, reason)


@pytest.mark.parametrize(
    ("instead", "reason"),
    [
        (Told(fault="reset"), "twilio: no connection"),
        (Told(201, b"{", fault="cut"), "twilio: no connection"),
        (Told(fault="silence"), "twilio: no answer in time"),
        (Told(201, b"yes"), "twilio: answer without sense"),
        (Told(301, b"", {"Location": "/elsewhere"}), "twilio 301"),
        (Told(500), "twilio 500"),
    ],
)
async def test_a_company_that_fails_is_asked_again(instead: Told, reason: str):
    told = await failure(letter(), instead)
    assert (told.permanent, told.ours, told.reason) == (False, False, reason)


def test_a_setting_that_cannot_be_is_named():
    with pytest.raises(SetupError, match="base_url"):
        carrier("http://api.twilio.com")


def test_nothing_that_is_shown_holds_a_secret_or_a_code():
    calling = carrier("https://api.example.com")
    call = aggregators.signed(f"{VOICE}/{uuid.uuid4()}", {"CallSid": "CA1", "To": NUMBER})
    shown = f"{calling!r} {SPOKEN!r} {calling.speak(call, SPOKEN)!r} {call!r}"
    for secret in (aggregators.TOKEN, "482913", "quatro", NUMBER[1:]):
        assert secret not in shown


def test_the_carrier_is_what_its_kind_says():
    calling = carrier("https://api.example.com")
    assert (calling.name, calling.capabilities.channels) == ("voice", kind.KIND.channels)
    assert (calling.capabilities.receipts, calling.capabilities.replies, calling.capabilities.delivers) == (
        True,
        True,
        False,
    )


def test_a_late_codes_call_says_the_day_of_the_visit_first():
    for language, said in (
        (Language.PORTUGUESE, "dia 18 de novembro"),
        (Language.ENGLISH, "attendance on November 18"),
    ):
        words = script.script("482913", "Aurora", "0123", language, "https://a.example", 1, date(2026, 11, 18))
        greeting = etree.fromstring(words.encode()).findtext("Say")
        assert said in greeting

"""A phone call that reads the digits, by Twilio Programmable Voice: the call is asked for here, its words are ours.

When a person picks up, Twilio fetches what is said from `Setup.voice_url`/<delivery>, and again after each question.
The code is in none of these requests, and not with Twilio before somebody has picked up. The edge answers them in three
steps:

1. `asked(call)` proves the call and returns the delivery that it is about; a forged one raises ForgedCallError, and
   no code was touched yet.
2. The edge reveals the code of that delivery, as long as it is alive.
3. `speak(call, spoken)` returns what the edge answers (TwiML, never to be stored: `Cache-Control: no-store`) and the
   news in the call; `spoken` is None where the code is no longer alive, and the person is told so.

Delivered means that the digits were read to the end at least once: the question after the reading was reached (Twilio
comes back for what follows, a key pressed or not), or the call lasted as long as one reading by the slowest voice. A
call that ends earlier has failed, like one that nobody answers. A voice mailbox that listens that long counts as
heard: telling machines from people takes seconds of silence and takes the slow of speech for machines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from chancela.adapters.channels.contract import (
    BadCallError,
    Capabilities,
    CarrierReceipt,
    ChannelFailure,
    Heard,
    Reply,
)
from chancela.adapters.channels.twilio import account, signature, wire
from chancela.adapters.channels.voice import receipts, script
from chancela.domain.delivery import Channel, DeliveryState
from chancela.domain.message import Language

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    import httpx

    from chancela.adapters.channels.contract import Call, Letter, News, Setup, Spoken
    from chancela.adapters.channels.twilio.account import Account

AT_ONCE: Final = 8
GRACE_S: Final = 5.0  # between our own patience and that of whoever sends
RING_S: Final = 25  # most voice mailboxes take over later
LONGEST_S: Final = 300  # five turns and a little more
EVENTS: Final = ("initiated", "answered", "completed")
XML: Final = "application/xml"
NO: Final = "NAO"


@dataclass(slots=True)
class VoiceCarrier:
    """Calls by an operator's account; `answer_s` is how long Twilio's answer is waited for."""

    setup: Setup
    answer_s: float = wire.ANSWER_S
    _own: Account = field(init=False, repr=False)
    _sender: str = field(init=False, repr=False)
    _client: httpx.AsyncClient = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Read the account, which raises SetupError; nothing is opened yet."""
        self._own = account.account(self.setup)
        self._sender = wire.given(self.setup.settings, "sender")
        self._client = wire.client(AT_ONCE)

    @property
    def name(self) -> str:
        """The name that the operator gave it."""
        return self.setup.name

    @property
    def capabilities(self) -> Capabilities:
        """Calls, few at once (Twilio starts one a second unless more were bought), with receipts and a key for NAO."""
        return Capabilities(frozenset({Channel.VOICE}), AT_ONCE, self.answer_s + GRACE_S, receipts=True, replies=True)

    async def send(self, letter: Letter) -> str:
        """Ask for a call and return its SID; a letter without a code, or to no number, is refused for good."""
        if letter.message.code is None:
            raise ChannelFailure("no notices by this channel", permanent=True)
        if not self.setup.voice_url or not self.setup.receipts_url:
            raise ChannelFailure("voice: no public address of ours", permanent=False, ours=True)
        request = self._own.creation("Calls", list(self._form(letter)))
        return account.created(await wire.post(self._client, request, account.COMPANY, self.answer_s))

    def hear(self, call: Call) -> Heard:
        """Return what a status callback tells of a call."""
        form = signature.proven(call, self._own.token)
        query = _query(call)
        found = receipts.receipt(form, wire.delivery_id(query.get("delivery")), query.get("heard", ""))
        return Heard((found,) if found else ())

    def asked(self, call: Call) -> UUID:
        """Return the delivery in the address that a signed call came to."""
        signature.proven(call, self._own.token)
        return _delivery(call)

    def speak(self, call: Call, spoken: Spoken | None) -> Heard:
        """Return the next words: the first reading, another one (key 1), or a goodbye; key 9 is a reply NAO."""
        form = signature.proven(call, self._own.token)
        delivery, sid, key = _delivery(call), form.get("CallSid") or None, form.get("Digits", "")
        over = _turn(call)
        if over == 0 and spoken is None:
            news = CarrierReceipt(DeliveryState.FAILED, sid, delivery, failure="voice: the code is no longer alive")
            return _said((news,), script.farewell(_language(call), gone=True))
        told: list[News] = []
        if form.get("CallStatus") != receipts.COMPLETED:  # else the person is gone, and the callback knows since when
            state = DeliveryState.DELIVERED if over else DeliveryState.HANDED_OVER
            told.append(CarrierReceipt(state, sid, delivery))
        if over and key == script.DENY:
            told.append(Reply(form.get("To", ""), NO, sid, delivery))
            return _said(tuple(told), script.farewell(_language(call), denied=True))
        if over and (key != script.AGAIN or over >= script.TURNS):
            return _said(tuple(told), script.farewell(_language(call)))
        return _said(tuple(told), self._words(delivery, spoken, _language(call), over + 1))

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()

    def _form(self, letter: Letter) -> Iterator[tuple[str, str]]:
        """Yield what a call is asked for with (docs: "Call resource", create); events are repeated fields."""
        language = letter.message.language
        yield from (("To", wire.number(letter.address)), ("From", self._sender))
        yield "Url", self._address(letter.id, language)
        heard = str(script.heard_after_s(letter.sender, language))
        yield "StatusCallback", wire.with_query(self.setup.receipts_url, delivery=str(letter.id), heard=heard)
        yield from (("Method", "POST"), ("StatusCallbackMethod", "POST"))
        yield from (("StatusCallbackEvent", each) for each in EVENTS)
        yield from (("Timeout", str(RING_S)), ("TimeLimit", str(LONGEST_S)))

    def _address(self, delivery: UUID, language: Language, over: int = 0) -> str:
        """Return where words are fetched; the language is for a goodbye that has no code to go by."""
        url = wire.with_query(f"{self.setup.voice_url.rstrip('/')}/{delivery}", language=language.value)
        return wire.with_query(url, turn=str(over)) if over else url

    def _words(self, delivery: UUID, spoken: Spoken | None, language: Language, turn: int) -> str:
        if spoken is None:
            return script.farewell(language, gone=True)
        action = self._address(delivery, language, turn)
        tail, day = script.tail(spoken.number), spoken.visit_date
        return script.script(spoken.code, spoken.sender, tail, spoken.language, action, turn, day)


def _said(news: tuple[News, ...], words: str) -> Heard:
    return Heard(news, 200, XML, words.encode())


def _query(call: Call) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(call.url).query).items()}


def _delivery(call: Call) -> UUID:
    if found := wire.delivery_id(urlsplit(call.url).path.rpartition("/")[2]):
        return found
    raise BadCallError("of no delivery")


def _turn(call: Call) -> int:
    """Return which reading was over when Twilio came back; 0 when somebody has just picked up."""
    raw = _query(call).get("turn", "0")
    if raw in {str(each) for each in range(script.TURNS + 1)}:
        return int(raw)
    raise BadCallError("of no turn")


def _language(call: Call) -> Language:
    return Language.ENGLISH if _query(call).get("language") == Language.ENGLISH else Language.PORTUGUESE

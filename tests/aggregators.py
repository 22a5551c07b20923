"""Companies that carry messages, speaking their published protocols on this machine, and failing on demand."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

from lxml import etree

from chancela.adapters.channels.contract import Call, Heard, News

SID = "AC" + "0123456789abcdef" * 2
TOKEN = "an-invented-auth-token"
KEY = "an-invented-api-key"
SECRET = "an-invented-callback-secret"


@dataclass(frozen=True)
class Asked:
    """A request as it came, header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode("ascii"), keep_blank_values=True)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Told:
    """An answer; `fault` breaks it: reset, cut (half of it), drip (a byte now and then), flood (no end), silence."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    fault: str = ""


def as_json(status: int, body: Any) -> Told:
    return Told(status, json.dumps(body).encode(), {"Content-Type": "application/json"})


@dataclass
class Aggregator:
    """An HTTP server that answers as `company` does, but first, one by one, what stands in `instead`."""

    company: Callable[[Asked], Told]
    instead: list[Told] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    url: str = ""

    async def speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while not writer.is_closing():
                self.asked.append(await _request(reader))
                await _answer(writer, self.instead.pop(0) if self.instead else self.company(self.asked[-1]))
        writer.close()


@contextlib.asynccontextmanager
async def listening(company: Callable[[Asked], Told], *instead: Told) -> AsyncIterator[Aggregator]:
    """Let a company listen on a free port of this machine."""
    aggregator = Aggregator(company, list(instead))
    spoken: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        spoken[asyncio.ensure_future(aggregator.speak(reader, writer))] = writer

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    aggregator.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield aggregator
    finally:
        server.close()
        for task, writer in spoken.items():
            task.cancel()
            writer.transport.abort()
        await asyncio.gather(*spoken, return_exceptions=True)
        await server.wait_closed()
        await asyncio.sleep(0)


async def _request(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    return Asked(method, path, headers, await reader.readexactly(int(headers.get("content-length", "0"))))


async def _answer(writer: asyncio.StreamWriter, told: Told) -> None:
    if told.fault == "reset":
        writer.transport.abort()
        return
    if told.fault == "silence":
        await asyncio.sleep(3600)
    length = len(told.body) if told.fault not in {"cut", "drip", "flood"} else 1 << 30
    lines = [f"HTTP/1.1 {told.status} X", f"Content-Length: {length}"]
    writer.write("\r\n".join([*lines, *(f"{n}: {v}" for n, v in told.headers.items()), "", ""]).encode() + told.body)
    await writer.drain()
    while told.fault in {"drip", "flood"}:
        writer.write(b" " * (1 << 16 if told.fault == "flood" else 1))
        await writer.drain()
        await asyncio.sleep(0 if told.fault == "flood" else 0.02)
    if told.fault == "cut":
        writer.close()


@dataclass
class Twilio:
    """Twilio's REST API for Messages and Calls; `refused` answers for a number, `taken` keeps the forms by SID."""

    refused: dict[str, tuple[int, int]] = field(default_factory=dict)
    taken: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> Told:
        resource = asked.path.rpartition("/")[2]
        if asked.method != "POST" or asked.path != f"/2010-04-01/Accounts/{SID}/{resource}":
            return self._error(404, 20404)
        if asked.headers.get("authorization") != "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode():
            return self._error(401, 20003)
        form = asked.form
        needed = {"Messages.json": {"To", "Body"}, "Calls.json": {"To", "From", "Url"}}[resource]
        if not needed <= form.keys() or not {"From", "MessagingServiceSid"} & form.keys():
            return self._error(400, 21604)
        if form["To"][0] in self.refused:
            return self._error(*self.refused[form["To"][0]])
        sid = ("SM" if resource == "Messages.json" else "CA") + secrets.token_hex(16)
        self.taken[sid] = form
        return as_json(201, {"sid": sid, "account_sid": SID, "status": "queued", "error_code": None})

    @staticmethod
    def _error(status: int, code: int) -> Told:
        more = f"https://www.twilio.com/docs/errors/{code}"
        return as_json(status, {"code": code, "message": "of +5541900005949", "more_info": more, "status": status})

    def callback(self, sid: str, **fields: str) -> Call:
        """Return the status callback of a message or a call, as the address was given along."""
        form = self.taken[sid]
        own = {"MessageSid": sid} if sid.startswith("SM") else {"CallSid": sid}
        return signed(form["StatusCallback"][0], {**own, "AccountSid": SID, "To": form["To"][0], **fields})


def signed(url: str, form: dict[str, str], token: str = TOKEN) -> Call:
    """Return a call of Twilio's, signed by hand from what their page on webhook security says."""
    text = url
    for name in sorted(form):
        text += name + form[name]
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    headers = {"x-twilio-signature": base64.b64encode(digest).decode()}
    return Call("POST", url, headers, urlencode(form).encode())


@dataclass
class Zenvia:
    """Zenvia's API v2 for SMS; `invalid` names what the validation complains of."""

    invalid: list[str] = field(default_factory=list)
    taken: dict[str, Any] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> Told:
        if (asked.method, asked.path) != ("POST", "/v2/channels/sms/messages"):
            return as_json(404, {"code": "NOT_FOUND", "message": "Not found"})
        if asked.headers.get("x-api-token") != KEY:
            return as_json(401, {"code": "AUTHENTICATION_ERROR", "message": "No authorization token was found"})
        message = asked.json
        wrong = self.invalid or [name for name in ("from", "to", "contents") if not message.get(name)]
        if wrong:
            details = [{"code": "INVALID_FIELD", "path": name, "message": "5541900005949 is wrong"} for name in wrong]
            return as_json(400, {"code": "VALIDATION_ERROR", "message": "Validation error", "details": details})
        found = secrets.token_hex(8)
        self.taken[found] = message
        return as_json(200, {**message, "id": found, "direction": "OUT", "channel": "sms"})

    def event(self, found: str, code: str, **causes: str) -> dict[str, Any]:
        """Return a MESSAGE_STATUS event for a message that was taken."""
        status = {"timestamp": "2026-11-20T12:00:00Z", "code": code, "description": "of a message", "causes": [causes]}
        return {"type": "MESSAGE_STATUS", "channel": "sms", "messageId": found, "messageStatus": status}


@dataclass
class Infobip:
    """Infobip's SMS API v3; `status` is what a message gets, and an id that was taken once is refused."""

    status: tuple[str, str] = ("PENDING", "PENDING_ACCEPTED")
    taken: dict[str, Any] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> Told:
        if (asked.method, asked.path) != ("POST", "/sms/3/messages"):
            return as_json(404, {"errorCode": "E404", "description": "Not found"})
        if asked.headers.get("authorization") != f"App {KEY}":
            return as_json(401, {"errorCode": "E401", "description": "Unauthorized", "action": "Check credentials"})
        (message,) = asked.json["messages"]
        ((to, found),) = [(each["to"], each["messageId"]) for each in message["destinations"]]
        group, name = ("REJECTED", "REJECTED_DUPLICATE_MESSAGE_ID") if found in self.taken else self.status
        self.taken.setdefault(found, message)
        status = {"groupName": group, "name": name, "description": f"about {to}"}
        return as_json(200, {"bulkId": "b", "messages": [{"messageId": found, "status": status, "destination": to}]})

    def report(self, found: str, group: str, name: str, error: str = "NO_ERROR") -> dict[str, Any]:
        """Return one delivery report of a message that was taken."""
        message = self.taken[found]
        return {
            "messageId": found,
            "to": message["destinations"][0]["to"],
            "doneAt": "2026-11-20T09:00:00.000-0300",
            "callbackData": message.get("webhooks", {}).get("callbackData"),
            "status": {"groupName": group, "name": name, "description": "of a message"},
            "error": {"groupName": "OK", "name": error, "permanent": False},
        }


def posted(url: str, body: Any, **headers: str) -> Call:
    """Return a call with a JSON body."""
    return Call(
        "POST", url, {name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(body).encode()
    )


@dataclass
class Person:
    """Who picks up a call: hears its TwiML second by second, presses keys, and hangs up after `patience_s`."""

    twilio: Twilio
    sid: str
    answer: Callable[[Call], Heard]
    keys: list[str] = field(default_factory=list)
    patience_s: float = 3600.0
    letters_a_second: float = 15.0
    clock_s: float = 0.0
    said: list[str] = field(default_factory=list)
    news: list[News] = field(default_factory=list)

    def pick_up(self) -> Call:
        """Listen to the end or to one's patience, and return Twilio's word on how long that was."""
        url, pressed = self.twilio.taken[self.sid]["Url"][0], {}
        with contextlib.suppress(TimeoutError):
            while url:
                fields = {"CallSid": self.sid, "CallStatus": "in-progress", "To": self.twilio.taken[self.sid]["To"][0]}
                heard = self.answer(signed(url, fields | pressed))
                assert (heard.status, heard.media_type) == (200, "application/xml")
                self.news += heard.news
                url, pressed = self._hear(etree.fromstring(heard.body))
        return self.twilio.callback(self.sid, CallStatus="completed", CallDuration=str(int(self.clock_s)))

    def _hear(self, verbs: Any) -> tuple[str, dict[str, str]]:
        for verb in verbs:
            match verb.tag:
                case "Say":
                    self._pass(len(verb.text) / self.letters_a_second)
                    self.said.append(verb.text)
                case "Pause":
                    self._pass(float(verb.get("length")))
                case "Gather":
                    self._hear(verb)
                    key = self.keys.pop(0) if self.keys else ""
                    self._pass(0.0 if key else float(verb.get("timeout")))
                    assert (verb.get("numDigits"), verb.get("actionOnEmptyResult")) == ("1", "true")
                    return verb.get("action"), {"Digits": key}
        return "", {}

    def _pass(self, seconds: float) -> None:
        self.clock_s = min(self.clock_s + seconds, self.patience_s)
        if self.clock_s >= self.patience_s:
            raise TimeoutError

"""Meta as its pages describe it: a Graph endpoint that judges requests, and webhooks signed with the app's secret."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chancela.adapters.channels.contract import Call, Setup
from chancela.domain.delivery import Channel
from tests.counterpart import Answer, Asked

if TYPE_CHECKING:
    from uuid import UUID

TOKEN = "EAAinvented"
APP_SECRET = "app-secret-invented"
VERIFY_TOKEN = "verify-invented"
NUMBER = "105954558954427"
TEMPLATE = "codigo_atendimento"
WEBHOOK = "https://aurora.example/v1/receipts/zap"


@dataclass
class Meta:
    """Knows one number, one template in two languages; `faults` are codes for a recipient, `answers` whole ones."""

    faults: dict[str, tuple[int, int]] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    pair_s: float = 0.0
    throughput: int = 1000
    taken: list[dict[str, Any]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    _last: dict[str, float] = field(default_factory=dict)

    async def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if self.answers:
            return self.answers.pop(0)
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return error(401, 190, kind="OAuthException")
        if (asked.method, asked.path) != ("POST", f"/v24.0/{NUMBER}/messages"):
            return error(400, 100, subcode=33)
        wanted = json.loads(asked.body)
        if refusal := self._refusal(wanted):
            return error(*refusal)
        self.taken.append(wanted)
        said = {
            "messaging_product": "whatsapp",
            "contacts": [{"input": wanted["to"], "wa_id": wanted["to"]}],
            "messages": [{"id": f"wamid.{len(self.taken)}", "message_status": "accepted"}],
        }
        return Answer(200, json.dumps(said).encode(), {"content-type": "application/json"})

    def _refusal(self, wanted: dict[str, Any]) -> tuple[int, int] | None:
        template, to = wanted["template"], wanted["to"]
        if template["name"] != TEMPLATE or template["language"]["code"] not in {"pt_BR", "en_US"}:
            return 404, 132001
        body, button = template["components"]
        if (button["type"], button["sub_type"], button["index"]) != ("button", "url", "0"):
            return 400, 131008
        if not all(_one_code(each) for each in (body, button)):
            return 400, 132000
        if len(self.taken) >= self.throughput:
            return 429, 130429
        if time.monotonic() - self._last.get(to, -self.pair_s) < self.pair_s:
            return 400, 131056
        self._last[to] = time.monotonic()
        return self.faults.get(to)


def _one_code(component: dict[str, Any]) -> bool:
    (parameter,) = component["parameters"]
    return parameter["type"] == "text" and 1 <= len(parameter["text"]) <= 15


def error(status: int, code: int, *, subcode: int | None = None, kind: str = "GraphMethodException") -> Answer:
    """Meta's error, whose message likes to repeat what was sent."""
    said = {
        "message": f"(#{code}) 5541900005949 code 482913",
        "type": kind,
        "code": code,
        "error_data": {"messaging_product": "whatsapp", "details": "5541900005949"},
        "fbtrace_id": "Az8or2yhqkZfEZ",
    }
    if subcode is not None:
        said["error_subcode"] = subcode
    return Answer(status, json.dumps({"error": said}).encode(), {"content-type": "application/json"})


def setup(port: int, **changes: str) -> Setup:
    """An operator's carrier at this server."""
    settings = {"phone_number_id": NUMBER, "template": TEMPLATE, "base_url": f"http://127.0.0.1:{port}", **changes}
    secrets = {"access_token": TOKEN, "app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN}
    secrets |= {name: settings.pop(name) for name in [*settings] if name in secrets}
    return Setup("999001", "zap", Channel.WHATSAPP, settings, secrets, receipts_url=WEBHOOK)


def webhook(value: dict[str, Any], field_name: str = "messages", number: str = NUMBER) -> bytes:
    """One change as Meta wraps it."""
    metadata = {"display_phone_number": "554120000000", "phone_number_id": number}
    whole = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    entry = {"id": "320580347795883", "changes": [{"value": whole, "field": field_name}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def status(wamid: str, state: str, delivery_id: UUID | None = None, code: int | None = None) -> dict[str, Any]:
    """A status of one message."""
    said: dict[str, Any] = {
        "id": wamid,
        "status": state,
        "timestamp": "1753919111",
        "recipient_id": "554190005949",
        "pricing": {"billable": True, "pricing_model": "PMP", "category": "authentication"},
    }
    if delivery_id is not None:
        said["biz_opaque_callback_data"] = str(delivery_id)
    if code is not None:
        said["errors"] = [{"code": code, "title": "5541900005949", "error_data": {"details": "5541900005949"}}]
    return said


def answer(
    kind: str, what: dict[str, Any], wamid: str | None = "wamid.1", sender: str = "5541900005949"
) -> dict[str, Any]:
    """What a person sends, in answer to a message or not."""
    said: dict[str, Any] = {"from": sender, "id": "wamid.theirs", "timestamp": "1753919111", "type": kind, kind: what}
    if wamid is not None:
        said["context"] = {"from": "554120000000", "id": wamid}
    return said


def post(body: bytes, secret: str = APP_SECRET) -> Call:
    """The signed call that carries a webhook."""
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"content-type": "application/json", "x-hub-signature-256": f"sha256={signature}"}
    return Call("POST", WEBHOOK, headers, body)


def get(**changes: str) -> Call:
    """The call that asks whether the address is ours."""
    asked = {"mode": "subscribe", "verify_token": VERIFY_TOKEN, "challenge": "1158201444", **changes}
    query = "&".join(f"hub.{name}={value}" for name, value in asked.items())
    return Call("GET", f"{WEBHOOK}?{query}", {}, b"")

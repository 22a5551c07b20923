"""An account at Twilio: what is asked of its REST API, and what its answers and error codes mean for a letter."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from chancela.adapters.channels.contract import ChannelFailure, SetupError
from chancela.adapters.channels.twilio import wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.adapters.channels.contract import Setup
    from chancela.adapters.channels.twilio.wire import Answer, Request

COMPANY: Final = "twilio"
BASE_URL: Final = "https://api.twilio.com"
_SID: Final = re.compile(r"AC[0-9a-fA-F]{32}\Z")

# Twilio docs, "Error and Warning Dictionary". Codes that are in no table are judged by the HTTP status.
NEVER: Final = {
    21211: "invalid number",
    21214: "cannot be reached",
    21217: "invalid number",
    21265: "short code",
    21266: "number of ours",
    21268: "premium number",
    21407: "no sms",
    21421: "invalid number",
    21604: "no number",
    21610: "unsubscribed",
    21612: "cannot be reached",
    21614: "not a mobile",
    21617: "too long",
    21635: "landline",
    63003: "no such person",
}
LATER: Final = {
    10004: "too many calls",
    14107: "throttled",
    20429: "throttled",
    21611: "queue full",
    21730: "maintenance",
    22005: "queue full",
    30001: "queue full",
    63018: "throttled",
}
OURS: Final = {
    10001: "account not active",
    10002: "trial account",
    10005: "voice disabled",
    20003: "not authenticated",
    20005: "account not active",
    21205: "callback refused",
    21210: "sender not verified",
    21212: "sender refused",
    21215: "region not permitted",
    21216: "blocked",
    21219: "trial account",
    21264: "sender not verified",
    21408: "region not permitted",
    21603: "no sender",
    21606: "sender refused",
    21608: "trial account",
    21609: "callback refused",
    21657: "sender refused",
    21659: "sender refused",
    21660: "sender refused",
    21661: "sender refused",
    21701: "no such service",
    21702: "service not available",
    21703: "service without sender",
    21704: "service without sender",
    21705: "no such service",
    30002: "account suspended",
    63007: "sender refused",
    63038: "daily limit",
}
OF_A_RECEIPT: Final = {
    30003: "unreachable",
    30004: "blocked",
    30005: "unknown number",
    30006: "landline or unreachable",
    30007: "filtered",
    30008: "unknown",
    30036: "expired",
    30410: "no answer of the network",
    30450: "blocked",
}


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are at Twilio; the token also keys the signatures of their calls to us."""

    sid: str
    token: str = field(repr=False)
    base_url: str

    def creation(self, resource: str, form: Sequence[tuple[str, str]]) -> Request:
        """Return the request that creates a Message or a Call (docs: "Messages resource", "Call resource")."""
        basic = base64.b64encode(f"{self.sid}:{self.token}".encode()).decode()
        return wire.Request(
            f"{self.base_url}/2010-04-01/Accounts/{self.sid}/{resource}.json",
            {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"},
            urlencode(form).encode(),
        )


def account(setup: Setup) -> Account:
    """Return the account that an operator set up, or raise SetupError."""
    sid = wire.given(setup.settings, "account_sid")
    if not _SID.match(sid):
        raise SetupError("account_sid: must be AC and 32 hexadecimal digits")
    return Account(sid, wire.given(setup.secrets, "auth_token"), wire.base_url(setup.settings, BASE_URL))


def created(answer: Answer) -> str:
    """Return the SID of what was created, or raise what the answer means (docs: "Twilio's response")."""
    said = wire.json_object(answer.body) or {}
    if not answer.taken:
        raise _refusal(answer, said.get("code"))
    if isinstance(sid := said.get("sid"), str) and sid:
        return sid
    raise wire.garbage(COMPANY)


def words(code: str) -> str:
    """Return a receipt's error code with a word of our own, as Twilio's may change."""
    number = int(code) if code.isascii() and code.isdigit() and len(code) <= len("30007") else 0
    known = OF_A_RECEIPT.get(number) or NEVER.get(number) or LATER.get(number) or OURS.get(number)
    return f"{COMPANY} {number or 'without code'}{f' {known}' if known else ''}"


def _refusal(answer: Answer, code: object) -> ChannelFailure:
    if not isinstance(code, int):
        return wire.refusal(COMPANY, answer)
    if code in NEVER:
        return ChannelFailure(words(str(code)), permanent=True)
    if code in LATER:
        return ChannelFailure(words(str(code)), permanent=False, retry_after_s=answer.retry_after_s)
    if code in OURS:
        return ChannelFailure(words(str(code)), permanent=False, ours=True)
    return wire.refusal(COMPANY, answer, f"code {code}" if code < 10**5 else "")

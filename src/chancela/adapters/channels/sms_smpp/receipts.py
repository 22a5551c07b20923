"""What a deliver_sm tells: what became of a message (SMPP 3.4, Appendix B and 5.3.2), or what a person answered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aiosmpplib import codec
from aiosmpplib.state import (
    MESSAGE_STATE,
    NETWORK_ERROR_CODE,
    RECEIPTED_MESSAGE_ID,
    SAR_SEGMENT_SEQNUM,
    TON,
)

from chancela.adapters.channels.contract import CarrierReceipt, Reply
from chancela.adapters.channels.sms_smpp import pdus
from chancela.domain.delivery import DeliveryState

if TYPE_CHECKING:
    from chancela.adapters.channels.sms_smpp.account import Account
    from chancela.adapters.channels.sms_smpp.pdus import Delivery

KIND: Final = 0b00111100  # esm_class, 5.2.12: what kind of message it is
ANSWERED: Final = 0b00000000
RECEIPTS: Final = frozenset({0b00000100, 0b00100000})  # of the centre: final, or on the way
HEADED: Final = 0b01000000  # the text begins with a user data header
STATES: Final = ("", "ENROUTE", "DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD", "UNKNOWN", "REJECTD")  # 5.2.28
SPELLED: Final = {"DELIVER": "DELIVRD", "ACCEPTE": "ACCEPTD", "REJECTE": "REJECTD", "FAILED": "UNDELIV"}
MEANING: Final = {
    "ENROUTE": DeliveryState.HANDED_OVER,
    "ACCEPTD": DeliveryState.HANDED_OVER,
    "DELIVRD": DeliveryState.DELIVERED,
    "EXPIRED": DeliveryState.FAILED,
    "DELETED": DeliveryState.FAILED,
    "UNDELIV": DeliveryState.FAILED,
    "REJECTD": DeliveryState.FAILED,
}
FIELD: Final = re.compile(r"\b(id|stat|err):\s*([^\s:]+)(?=\s|$)", re.IGNORECASE)
ERROR: Final = re.compile(r"[0-9A-Za-z]{1,8}")
CODINGS: Final = {1: "ascii", 3: "latin_1", 8: "ucs2", 24: "ucs2", 25: "ucs2"}  # 5.2.19; the rest: the centre's own
PART_AT: Final = {0x00: 4, 0x08: 5}  # 3GPP TS 23.040, 9.2.3.24.1: where a concatenation's header has the part's number
NATIONAL: Final = re.compile("[1-9][1-9]9?[0-9]{8}")  # area code and number, as numbers are written within Brazil
BRAZIL: Final = "55"
DECIMAL: Final = 10


def read(heard: Delivery, account: Account) -> CarrierReceipt | Reply | None:
    """Return the news in a deliver_sm, or None where it tells nothing that we have a use for.

    A person's text is never taken for a receipt, whatever it looks like: only the centre sets esm_class and parameters.
    """
    kind = heard.esm_class & KIND
    if kind in RECEIPTS or RECEIPTED_MESSAGE_ID in heard.parameters:
        return _receipt(heard, account)
    return _reply(heard, account) if kind == ANSWERED else None


def answered_id(given: str, account: Account) -> str:
    """Return the id in an answer as it is kept: a decimal number where receipts write it to another base."""
    return _number(given, account.bases[0]) if account.bases else given


def _receipt(heard: Delivery, account: Account) -> CarrierReceipt | None:
    text = _decoded(heard.text, heard.coding, "ascii")
    fields = re.split(r"\btext:", text, maxsplit=1, flags=re.IGNORECASE)[0]  # what was sent may hold anything
    words = {name.lower(): value for name, value in FIELD.findall(fields)}
    carrier_id = _receipted_id(heard, words.get("id", ""), account)
    stat = _stat(heard, words.get("stat", ""))
    if not carrier_id or stat not in MEANING:
        return None
    state = MEANING[stat]
    failure = f"smpp {stat}{_error(heard, words.get('err', ''))}" if state is DeliveryState.FAILED else None
    return CarrierReceipt(state, carrier_id, failure=failure)


def _receipted_id(heard: Delivery, written: str, account: Account) -> str:
    """Return a receipt's id as it is kept; a parameter unlike the text has it as it was answered (5.3.2.12)."""
    handle = pdus.message_id(heard.parameters.get(RECEIPTED_MESSAGE_ID, b""))
    if handle and written and handle != written:
        return answered_id(handle, account)
    given = handle or written
    return _number(given, account.bases[1]) if account.bases else given


def _number(given: str, base: int) -> str:
    digits = "[0-9]{1,40}" if base == DECIMAL else "[0-9A-Fa-f]{1,40}"
    return str(int(given, base)) if re.fullmatch(digits, given) else given


def _stat(heard: Delivery, written: str) -> str:
    """Return the state by its name in Appendix B: the parameter's, else that of the text, shortened as centres do."""
    state = heard.parameters.get(MESSAGE_STATE, b"\0")
    named = STATES[state[0]] if len(state) == 1 and state[0] < len(STATES) else ""
    short = written.upper()[:7]
    return named if named in MEANING else SPELLED.get(short, short)


def _error(heard: Delivery, written: str) -> str:
    """Return the network's error: as written, else the code in the parameter (5.3.2.31: a type and two octets)."""
    code = int.from_bytes(heard.parameters.get(NETWORK_ERROR_CODE, b"")[1:3])
    given = written if ERROR.fullmatch(written) and written.strip("0") else str(code or "")
    return f" err {given}" if given else ""


def _reply(heard: Delivery, account: Account) -> Reply | None:
    """Return a person's answer; of one in several parts only the first, where a NAO would stand."""
    text, part = heard.text, heard.parameters.get(SAR_SEGMENT_SEQNUM, b"\1")
    if heard.esm_class & HEADED and text:
        head, text = text[1 : text[0] + 1], text[text[0] + 1 :]
        at = PART_AT.get(head[0], 0) if head else 0
        part = head[at : at + 1] if at else part
    sender = _sender(heard)
    if sender is None or part != b"\1":
        return None
    return Reply(sender, _decoded(text, heard.coding, account.alphabet))


def _sender(heard: Delivery) -> str | None:
    """Return the sender in E.164, a national number as one of this country; names and short codes are nobody."""
    digits = heard.sender.removeprefix("+").lstrip("0")
    if heard.ton == TON.ALPHANUMERIC or not re.fullmatch("[0-9]{8,15}", digits):
        return None
    whole = heard.ton == TON.INTERNATIONAL or heard.sender.startswith("+") or not NATIONAL.fullmatch(digits)
    return f"+{digits}" if whole else f"+{BRAZIL}{digits}"


def _decoded(text: bytes, coding: int, alphabet: str) -> str:
    """Return the text of an octet string; what cannot be read becomes a mark, and NUL, which nobody types, nothing."""
    decoded: str = codec.find_codec_info(CODINGS.get(coding, alphabet)).decode(text, "replace")[0]
    return decoded.replace("\0", "")

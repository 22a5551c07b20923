"""A letter as an RFC 5322 message: plain text, few headers, nothing that a relay would rewrite, as DKIM wants it."""

from __future__ import annotations

from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING, Final

from chancela.domain.message import Language

if TYPE_CHECKING:
    from chancela.adapters.channels.contract import Letter

LANGUAGES: Final = {Language.PORTUGUESE: "pt-BR", Language.ENGLISH: "en"}


def message_id(letter: Letter, sender: str) -> str:
    """Return the message's id, the same at every attempt, in the sender's domain."""
    return f"<{letter.id}@{domain(sender)}>"


def domain(sender: str) -> str:
    """Return the domain of the sender's address."""
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


def compose(letter: Letter, sender: str, at: datetime | None = None) -> EmailMessage:
    """Return the message, the operator's name beside the sender's address; no real recipient raises ValueError."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = Address(display_name=letter.sender, addr_spec=parseaddr(sender)[1])
    mail["To"] = _recipient(letter.address)
    mail["Subject"] = letter.message.subject or ""
    mail["Date"] = format_datetime(at or datetime.now(UTC))
    mail["Message-ID"] = message_id(letter, sender)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice in answer to a code
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"  # Microsoft's own word for the same (MS-OXCMAIL)
    mail.set_content(letter.message.text, cte="quoted-printable")
    mail["Content-Language"] = LANGUAGES[
        letter.message.language
    ]  # after the content, which begins by clearing every Content-* header
    return mail


def _recipient(address: str | None) -> Address:
    """Return the address as a header takes it: the parser of the standard library raises several kinds of fault."""
    try:
        return Address(addr_spec=(address or "").encode("ascii").decode())
    except (MessageError, ValueError, IndexError):
        raise ValueError("the recipient is no address that SMTP carries") from None

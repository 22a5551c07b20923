"""From a due delivery to a letter: the code is revealed here, at the last moment, and lives in memory alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chancela.adapters.channels.contract import Letter, Subscription
from chancela.adapters.keys.vault import KeyVault
from chancela.adapters.postgres.world import BRAZIL
from chancela.bootstrap import slips
from chancela.domain import (
    addressee,
    change as changes,
    contact as contacts,
    message,
    sign_in as sign_ins,
    token as tokens,
)
from chancela.domain.addressee import Addressee
from chancela.domain.change import ContactChange
from chancela.domain.contact import ContactState
from chancela.domain.delivery import Purpose
from chancela.domain.message import Occasion

if TYPE_CHECKING:
    from datetime import datetime

    from chancela.adapters.keys.key_file import KeyFile
    from chancela.adapters.postgres.dues import Due
    from chancela.domain.guia import Guia
    from chancela.domain.people import Line, Operator
    from chancela.domain.sign_in import SignIn


class Unsendable(StrEnum):
    """Why a delivery must not go out any more."""

    SUPERSEDED = "superseded"
    USED = "used"
    LOCKED = "locked"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REPORTED = "reported"
    CONTACT_GONE = "contact gone"
    READER_GONE = "reader gone"
    KEY_DESTROYED = "key destroyed"


@dataclass(slots=True)
class Scribe:
    """Writes letters; `public_url` is where people reach the pages."""

    keys: KeyFile
    public_url: str
    vault: KeyVault = field(init=False)
    host: str = field(init=False)

    def __post_init__(self) -> None:
        """Find the host to which a message binds its code."""
        self.vault = KeyVault(self.keys)
        self.host = host(self.public_url)

    def letter(self, due: Due, operator: Operator, *, replies: bool = False) -> Letter | Unsendable:
        """Return the letter, or why there is none: the planned code is no longer alive, or nobody can be reached.

        A notice bears no code and goes out also when the code is gone. `replies`: an answer to it reaches us.
        """
        told = self._told(due, operator)
        if isinstance(told, Unsendable):
            return told
        if _unreachable(due):
            return Unsendable.CONTACT_GONE
        if not _read(due, operator):
            return Unsendable.READER_GONE
        code, until = told
        acts = due.purpose is not Purpose.WARD_CODE  # who is only told of a code has no say over it
        occasion = Occasion(
            purpose=due.purpose,
            number=due.guia.number if due.guia else "",
            until=until.astimezone(BRAZIL),
            host=self.host,
            language=due.language,
            code=code,
            visit_date=due.visit_date,
            deny_url=self._deny_url(due, due.guia) if due.guia and acts else None,
            replies=replies and acts and (due.guia is not None or due.purpose is Purpose.CONTACT_PROPOSED),
            lines=() if due.guia else tuple(map(_line, operator.lines_of_people)),
        )
        return Letter(
            id=due.id,
            operator=operator.ans,
            sender=operator.name,
            card_number=due.card_number,
            masked=due.masked,
            message=message.compose(due.channel, occasion),
            address=_address(due),
            subscriptions=tuple(Subscription(*each) for each in due.subscriptions),
        )

    def _told(self, due: Due, operator: Operator) -> tuple[str | None, datetime] | Unsendable:
        """Return the digits where the message bears any, and until when they live, or why nothing is to be told."""
        if due.purpose is Purpose.SIGN_IN:
            return self._short_code(due, due.sign_in, operator)
        if due.purpose is Purpose.CONTACT_CODE:
            return self._short_code(due, due.change, operator)
        if due.guia is None or due.purpose is not Purpose.CODE:
            return None, due.planned_at
        return self._code(due, due.guia, operator)

    def _short_code(
        self, due: Due, asked: SignIn | ContactChange | None, operator: Operator
    ) -> tuple[str, datetime] | Unsendable:
        if asked is None or due.now >= asked.expires_at:
            return Unsendable.EXPIRED
        if asked.secret is None:
            return Unsendable.USED
        code = self.vault.reveal(operator.ans, asked.secret, _bound(operator.ans, asked))
        return Unsendable.KEY_DESTROYED if code is None else (code, asked.expires_at)

    def _code(self, due: Due, guia: Guia, operator: Operator) -> tuple[str, datetime] | Unsendable:
        """Return the digits and until when they live, or how the planned code ended."""
        if due.token is None or due.secret is None or due.token.generation != due.generation:
            return _ended(due, guia)
        if not tokens.alive(due.token, due.now):
            return Unsendable.EXPIRED
        code = self.vault.reveal(operator.ans, due.secret, tokens.context(guia, due.generation))
        return Unsendable.KEY_DESTROYED if code is None else (code, due.token.expires_at)

    def _deny_url(self, due: Due, guia: Guia) -> str:
        slip = slips.deny(self.keys, guia.operator, guia.id, due.generation)
        return f"{self.public_url.rstrip('/')}/nao-pedi/{slip}"


def _bound(ans: str, asked: SignIn | ContactChange) -> bytes:
    """Return what a short code is bound to."""
    if isinstance(asked, ContactChange):
        return changes.context(ans, asked.id, asked.beneficiary_id, asked.address)
    return sign_ins.context(ans, asked.id, asked.beneficiary_id)


def _line(line: Line) -> str:
    """Return a telephone as it stands in an e-mail: whose, its number and hours."""
    return f"{line.label}: {line.number}" + (f" ({line.hours})" if line.hours else "")


def _address(due: Due) -> str | None:
    """Return where the letter goes: to a new contact as it was given, which is none yet, else to the one planned."""
    if due.change is not None:
        return due.change.address
    return due.contact.address if due.contact is not None else None


def _unreachable(due: Due) -> bool:
    """Tell whether the channel needs a contact and has none that may still receive this guia's messages.

    A contact that the person left still hears of that.
    """
    kinds, held = contacts.KINDS_OF_CHANNEL.get(due.channel, ()), due.contact
    if not kinds or due.change is not None:
        return False
    left = due.purpose is Purpose.CONTACT_CHANGED and held is not None and held.state is ContactState.RETIRED
    guia_id = due.guia.id if due.guia else None
    return held is None or held.kind not in kinds or not (left or contacts.usable(held, guia_id))


def _read(due: Due, operator: Operator) -> bool:
    """Tell whether the message is still for whoever would get it: a help may have ended while it waited."""
    if due.circle is None or due.change is not None:
        return True
    to = Addressee(due.circle, due.reader, due.contact.address if due.contact else None)
    today, code = due.now.astimezone(BRAZIL).date(), due.purpose is Purpose.CODE
    return addressee.stands(operator.policy, to, today, due.now, code=code)


def _ended(due: Due, guia: Guia) -> Unsendable:
    """Return how the planned code ended: the guia knows it of its last one, all earlier ones were superseded."""
    if guia.generation != due.generation or due.token is not None or guia.last_end is None:
        return Unsendable.SUPERSEDED
    return Unsendable(guia.last_end)


def host(public_url: str) -> str:
    """Return the host to which a message binds its code, without scheme or port."""
    return urlsplit(public_url).hostname or "localhost"

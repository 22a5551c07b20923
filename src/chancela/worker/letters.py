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
from chancela.domain import contact as contacts, message, token as tokens
from chancela.domain.delivery import Purpose
from chancela.domain.message import Occasion

if TYPE_CHECKING:
    from datetime import datetime

    from chancela.adapters.keys.key_file import KeyFile
    from chancela.adapters.postgres.dues import Due
    from chancela.domain.people import Operator


class Unsendable(StrEnum):
    """Why a delivery must not go out any more."""

    SUPERSEDED = "superseded"
    USED = "used"
    LOCKED = "locked"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REPORTED = "reported"
    CONTACT_GONE = "contact gone"
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
        told = self._code(due, operator) if due.purpose is Purpose.CODE else (None, due.now)
        if isinstance(told, Unsendable):
            return told
        if _unreachable(due):
            return Unsendable.CONTACT_GONE
        code, until = told
        occasion = Occasion(
            purpose=due.purpose,
            number=due.guia.number,
            until=until.astimezone(BRAZIL),
            host=self.host,
            language=due.language,
            code=code,
            deny_url=self._deny_url(due, operator),
            replies=replies,
        )
        return Letter(
            id=due.id,
            operator=operator.ans,
            sender=operator.name,
            card_number=due.guia.card_number,
            masked=due.masked,
            message=message.compose(due.channel, occasion),
            address=due.contact.address if due.contact is not None else None,
            subscriptions=tuple(Subscription(*each) for each in due.subscriptions),
        )

    def _code(self, due: Due, operator: Operator) -> tuple[str, datetime] | Unsendable:
        """Return the digits and until when they live, or how the planned code ended."""
        if due.token is None or due.secret is None or due.token.generation != due.generation:
            return _ended(due)
        if not tokens.alive(due.token, due.now):
            return Unsendable.EXPIRED
        code = self.vault.reveal(operator.ans, due.secret, tokens.context(due.guia, due.generation))
        return Unsendable.KEY_DESTROYED if code is None else (code, due.token.expires_at)

    def _deny_url(self, due: Due, operator: Operator) -> str:
        slip = slips.deny(self.keys, operator.ans, due.guia.id, due.generation)
        return f"{self.public_url.rstrip('/')}/nao-pedi/{slip}"


def _unreachable(due: Due) -> bool:
    """Tell whether the channel needs a contact and has none that may still receive this guia's messages."""
    kinds, held = contacts.KINDS_OF_CHANNEL.get(due.channel, ()), due.contact
    return bool(kinds) and (held is None or held.kind not in kinds or not contacts.usable(held, due.guia.id))


def _ended(due: Due) -> Unsendable:
    """Return how the planned code ended: the guia knows it of its last one, all earlier ones were superseded."""
    if due.guia.generation != due.generation or due.token is not None or due.guia.last_end is None:
        return Unsendable.SUPERSEDED
    return Unsendable(due.guia.last_end)


def host(public_url: str) -> str:
    """Return the host to which a message binds its code, without scheme or port."""
    return urlsplit(public_url).hostname or "localhost"

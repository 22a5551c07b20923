"""From a due delivery to a letter: the code is revealed here, at the last moment, and lives in memory alone."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chancela.adapters.channels.contract import Letter
from chancela.adapters.postgres.world import BRAZIL
from chancela.domain import contact as contacts, message, token as tokens

if TYPE_CHECKING:
    from chancela.adapters.keys.vault import KeyVault
    from chancela.adapters.postgres.outbox import Due
    from chancela.domain.people import Operator


class Unsendable(StrEnum):
    """Why a delivery must not go out any more."""

    SUPERSEDED = "superseded"
    USED = "used"
    LOCKED = "locked"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    CONTACT_GONE = "contact gone"
    KEY_DESTROYED = "key destroyed"


def letter(due: Due, operator: Operator, vault: KeyVault, host: str) -> Letter | Unsendable:
    """Return the letter, or why there is none: the planned code is no longer alive, or nobody can be reached."""
    if due.token is None or due.secret is None or due.token.generation != due.generation:
        return _ended(due)
    if not tokens.alive(due.token, due.now):
        return Unsendable.EXPIRED
    kind = contacts.KIND_OF_CHANNEL.get(due.channel)
    held = due.contact
    if kind is not None and (held is None or held.kind is not kind or not contacts.usable(held, due.guia.id)):
        return Unsendable.CONTACT_GONE
    code = vault.reveal(operator.ans, due.secret, tokens.context(due.guia, due.generation))
    if code is None:
        return Unsendable.KEY_DESTROYED
    until = due.token.expires_at.astimezone(BRAZIL)
    return Letter(
        id=due.id,
        operator=operator.ans,
        sender=operator.name,
        card_number=due.guia.card_number,
        masked=due.masked,
        message=message.compose(due.channel, code, due.guia.number, until, host),
        address=held.address if held is not None else None,
    )


def _ended(due: Due) -> Unsendable:
    """Return how the planned code ended: the guia knows it of its last one, all earlier ones were superseded."""
    if due.guia.generation != due.generation or due.token is not None or due.guia.last_end is None:
        return Unsendable.SUPERSEDED
    return Unsendable(due.guia.last_end)


def host(public_url: str) -> str:
    """Return the host to which a message binds its code, without scheme or port."""
    return urlsplit(public_url).hostname or "localhost"

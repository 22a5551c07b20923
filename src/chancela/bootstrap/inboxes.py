"""The demo phones: what the carrier keeps sealed under the operator's day key, the phone's page shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import msgspec

from chancela.adapters.demo.phones import Phones
from chancela.adapters.keys.day_key import SealError
from chancela.adapters.postgres import inbox
from chancela.adapters.postgres.inbox import SealedMessage
from chancela.bootstrap.lanes import Lane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chancela.adapters.channels.contract import Letter
    from chancela.adapters.keys.key_file import KeyFile
    from chancela.adapters.postgres.pool import Pool
    from chancela.adapters.postgres.reads import Reads


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """What a demo phone shows: `to` is masked, `text` is as the person would read it.

    `code` is there for messages that say it in words of their own, or only after a tap; `id` and `operator` are those
    of the delivery, by which it can be answered.
    """

    channel: str
    to: str
    text: str = field(repr=False)
    at: datetime
    subject: str | None = None
    code: str | None = field(default=None, repr=False)
    id: UUID | None = None
    operator: str = ""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What is sealed of a message."""

    text: str = field(repr=False)
    subject: str | None = None
    code: str | None = field(default=None, repr=False)


_SHEETS: Final = msgspec.json.Decoder(_Sheet)


@dataclass(slots=True)
class Inboxes:
    """Messages to the demo phones; letters that arrive together are kept by one statement."""

    pool: Pool
    keys: KeyFile
    reads: Reads
    phones: Phones
    _lanes: dict[str, Lane[Any, Any]] = field(default_factory=dict)

    async def keep(self, letter: Letter) -> bool:
        """Seal a letter and put it into the inbox of its card; False where the phone loses it."""
        if self.phones.loses(letter.card_number, letter.message.channel, letter.address):
            return False
        lane = self._lanes.get(letter.operator)
        if lane is None:
            operator = letter.operator
            lane = self._lanes[operator] = Lane(lambda sealed: self._put(operator, sealed))
        await lane.submit(self._sealed(letter))
        return True

    async def messages(self, card_number: str) -> tuple[InboxMessage, ...]:
        """Return what was sent to this card by any operator, newest first, as long as its day key lives."""
        found = [
            shown
            for operator in await self.reads.operators()
            for each in await inbox.newest(self.pool, operator.ans, card_number)
            if (shown := self._opened(operator.ans, each)) is not None
        ]
        return tuple(sorted(found, key=lambda each: each.at, reverse=True))

    async def _put(self, operator: str, sealed: Sequence[SealedMessage]) -> Sequence[None]:
        await inbox.put(self.pool, operator, sealed)
        return [None] * len(sealed)

    def _sealed(self, letter: Letter) -> SealedMessage:
        today = datetime.now(UTC).date()
        context = _context(letter.operator, letter.id, letter.card_number)
        sheet = _Sheet(letter.message.text, letter.message.subject, letter.message.code)
        sealed = self.keys.day(letter.operator, today).seal(context, msgspec.json.encode(sheet))
        return SealedMessage(letter.id, letter.card_number, letter.message.channel.value, letter.masked, sealed, today)

    def _opened(self, operator: str, message: SealedMessage) -> InboxMessage | None:
        key = self.keys.find_day(operator, message.key_date)
        if key is None or message.received_at is None:
            return None
        try:
            sheet = _SHEETS.decode(key.open(_context(operator, message.id, message.card_number), message.sealed))
        except (SealError, msgspec.MsgspecError):
            return None
        at, told = message.received_at, (sheet.subject, sheet.code, message.id, operator)
        return InboxMessage(message.channel, message.masked, sheet.text, at, *told)


def _context(operator: str, message_id: UUID, card_number: str) -> bytes:
    return f"inbox|{operator}|{message_id}|{card_number}".encode()

"""To which message a person's answer belongs: the one that the protocol names, else the newest that reached them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chancela.adapters.postgres import statements, wall
from chancela.domain.delivery import Channel, Purpose

if TYPE_CHECKING:
    from uuid import UUID

    from chancela.adapters.postgres.pool import Pool

SQL: Final = statements.read("replies.sql")


@dataclass(frozen=True, slots=True)
class Answered:
    """The guia, or what stands in its place, of a message that was answered; its contact, channel and purpose."""

    guia_id: UUID
    contact_id: UUID | None
    channel: Channel
    purpose: Purpose = Purpose.CODE


@dataclass(frozen=True, slots=True)
class Replies:
    """Finds what was answered, behind one operator's wall."""

    pool: Pool

    async def answered(
        self, operator: str, carrier: str, sender: str, carrier_id: str | None, delivery_id: UUID | None
    ) -> Answered | None:
        """Return the message with our id, else with the carrier's, else the newest of 48 h to the sender's address.

        Of an address that several people have, the newest message of the carrier's channel decides, a notice like a
        code: both ask for the answer. A number to which nothing went is answered by None.
        """
        asked = {
            "operator": operator,
            "carrier": carrier,
            "sender": sender,
            "carrier_id": carrier_id,
            "delivery_id": delivery_id,
        }
        async with wall.behind(self.pool, operator) as connection:
            row = await (await connection.execute(SQL["answered"], asked)).fetchone()
        return Answered(row[0], row[1], Channel(row[2]), Purpose(row[3])) if row else None

"""Where people's browsers and phones take pushes: enrolled by themselves, forgotten when their push service says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from chancela.adapters.chance import SystemChance
from chancela.adapters.postgres import statements, wall

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from chancela.adapters.postgres.pool import Pool

SQL: Final = statements.read("subscriptions.sql")
CHANCE: Final = SystemChance()


class Subscribing(Protocol):
    """A subscription as a browser gives it (W3C Push API): keys in base64url without padding."""

    @property
    def endpoint(self) -> str:
        """The address at the push service; whoever knows it may not send, but can tell who it is."""
        ...

    @property
    def p256dh(self) -> str:
        """The browser's public key."""
        ...

    @property
    def auth(self) -> str:
        """The secret that goes into the encryption (RFC 8291)."""
        ...


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription as it is kept."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """The subscriptions of every operator's people; whoever has one has the app."""

    pool: Pool

    async def enrol(self, operator: str, beneficiary_id: UUID, subscription: Subscribing) -> bool:
        """Keep a subscription for a person, who has the app from now on; False where there is no such person.

        An endpoint has one owner: a browser that someone else used before is theirs no longer.
        """
        values = {
            "operator": operator,
            "id": CHANCE.id(),
            "beneficiary_id": beneficiary_id,
            "endpoint": subscription.endpoint,
            "p256dh": subscription.p256dh,
            "auth": subscription.auth,
        }
        async with wall.behind(self.pool, operator) as connection:
            others = await (await connection.execute(SQL["others"], values)).fetchall()
            known = await (await connection.execute(SQL["enrol"], values)).fetchone()
            await connection.execute(SQL["has_app"], values)
            await connection.execute(SQL["has_none"], {"operator": operator, "people": [row[0] for row in others]})
        return known is not None

    async def forget(self, operator: str, endpoint: str) -> bool:
        """Delete a subscription; a person whose last one it was has the app no longer. False where it is not known."""
        async with wall.behind(self.pool, operator) as connection:
            asked = {"operator": operator, "endpoint": endpoint}
            gone = await (await connection.execute(SQL["forget"], asked)).fetchall()
            await connection.execute(SQL["has_none"], {"operator": operator, "people": [row[0] for row in gone]})
        return bool(gone)

    async def of(self, operator: str, beneficiary_ids: Collection[UUID]) -> Mapping[UUID, tuple[Subscribed, ...]]:
        """Return each person's subscriptions, the newest first; who has none is left out."""
        async with wall.behind(self.pool, operator) as connection:
            asked = {"operator": operator, "people": list(beneficiary_ids)}
            found = await (await connection.execute(SQL["of"], asked)).fetchall()
        by_person: dict[UUID, tuple[Subscribed, ...]] = {}
        for person, *kept in found:
            by_person[person] = (*by_person.get(person, ()), Subscribed(*kept))
        return by_person

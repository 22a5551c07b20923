"""The app: every deed and every reading of the house, behind one object that all edges use."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import psycopg

from chancela.adapters.brazil.formats import BrazilianFormats
from chancela.adapters.chance import SystemChance
from chancela.adapters.demo import phones
from chancela.adapters.keys.key_file import KeyFile
from chancela.adapters.keys.vault import KeyVault
from chancela.adapters.postgres import key_mark, pool as pools
from chancela.adapters.postgres.notices import Notices
from chancela.adapters.postgres.reads import Reads
from chancela.adapters.postgres.world import Means
from chancela.adapters.webhooks.post import Post
from chancela.bootstrap import deeds
from chancela.bootstrap.documents import DocumentRoom
from chancela.bootstrap.inboxes import Inboxes
from chancela.bootstrap.lanes import Lane
from chancela.bootstrap.outages import Running
from chancela.bootstrap.sets import Asked, run_set
from chancela.domain import receipt as receipts
from chancela.domain.delivery import Channel
from chancela.domain.receipt import Receipt

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from uuid import UUID

    from chancela.adapters.postgres.pool import Pool
    from chancela.bootstrap.inboxes import InboxMessage
    from chancela.bootstrap.once import Once
    from chancela.bootstrap.settings import Settings
    from chancela.domain.case import Case
    from chancela.domain.permissions import Actor

WATCH_S = 2.0


@dataclass(slots=True)
class App:
    """Open it with `async with`; then `do` a command, or `answer` one that carries an idempotency key."""

    settings: Settings
    keys: KeyFile = field(init=False)
    pool: Pool = field(init=False)
    notices: Notices = field(init=False)
    reads: Reads = field(init=False)
    means: Means = field(init=False)
    inboxes: Inboxes = field(init=False)
    documents: DocumentRoom = field(init=False)
    post: Post = field(init=False)
    outages: Running = field(init=False)
    _lanes: dict[tuple[type, str], Lane[Any, Any]] = field(default_factory=dict)
    _cases: dict[str, Lane[Any, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Put the parts together; nothing is opened yet."""
        if self.settings.database_url is None:
            raise ValueError("the app needs a database: start the embedded one or set CHANCELA_DATABASE_URL")
        self.keys = KeyFile(self.settings.key_file)
        self.pool = pools.pool(self.settings.database_url)
        self.notices = Notices(self.pool, self.settings.database_url)
        self.reads = Reads(self.pool)
        self.outages = Running(self.pool)
        self.means = Means(
            carried(self.settings), KeyVault(self.keys), SystemChance(), BrazilianFormats(), self.head_mac
        )
        self.post = Post(here=self.settings.demo and self.settings.demo_local_webhooks)
        self.documents = DocumentRoom(self.settings.data / "documents", self.keys)
        self.inboxes = Inboxes(self.pool, self.keys, self.reads, phones.Phones(self.settings.data / phones.FILE))

    async def __aenter__(self) -> Self:
        """Open the pool and begin to listen."""
        await self.pool.open(wait=True, timeout=10)
        try:
            await key_mark.recognise(self.pool, self.keys.mac("key mark", b"this database is mine"))
        except BaseException:
            await self.pool.close()
            raise
        self.notices.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Answer what is under way, then close."""
        for lane in [*self._lanes.values(), *self._cases.values()]:
            await lane.drained()
        await self.notices.stop()
        await self.post.close()
        await self.pool.close()

    async def do(self, command: deeds.Command, once: Once | None = None) -> Any:
        """Do one deed and return its outcome: a case, or a refusal; with a key, an `Answer` or a refusal of the key.

        Where another process wrote the same unique fact first (a key, a provider's number), the deed is done once more:
        it then finds that fact and answers by it. So it is where the database ended it for whoever held the same rows
        in another order: an import, or somebody at the database; nothing of it was written.
        """
        kind, operator = type(command), command.actor.operator
        lane = self._lanes.get((kind, operator))
        if lane is None:
            lane = self._lanes[(kind, operator)] = Lane(lambda asked: self._run(operator, kind, asked))
        try:
            return await lane.submit(Asked(command, once))
        except (psycopg.IntegrityError, psycopg.errors.DeadlockDetected):
            return await lane.submit(Asked(command, once))

    async def _run(self, operator: str, kind: type, asked: Sequence[Asked]) -> Sequence[Any]:
        done = await run_set(self.pool, self.means, operator, deeds.DEEDS[kind], deeds.looks(kind), asked)
        if done.touched:
            self.notices.tell(operator, done.touched, queued=done.queued)
        return done.outcomes

    async def guia(self, actor: Actor, guia_id: UUID) -> Case | None:
        """Return a guia that the actor may read; readings that arrive together are one query."""
        lane = self._cases.get(actor.operator)
        if lane is None:
            operator = actor.operator
            lane = self._cases[operator] = Lane(lambda asked: self.reads.cases(operator, asked))
        return self.reads.visible(actor, await lane.submit(guia_id))

    @contextlib.asynccontextmanager
    async def watch(self, operator: str, guia_id: UUID) -> AsyncIterator[AsyncIterator[None]]:
        """Give an iterator that yields whenever the guia changes, and every two seconds at the latest."""
        async with self.notices.watching(operator, guia_id) as event:
            yield _ticks(event)

    async def receipt(self, actor: Actor, guia_id: UUID) -> Receipt | None:
        """Return the signed receipt of a validated guia; the same facts and key give the same receipt."""
        case = await self.guia(actor, guia_id)
        if case is None or case.validation is None:
            return None
        named = f"{case.guia.operator}|{case.guia.beneficiary_id}".encode()
        pseudonym = self.keys.mac("pseudonym", named).hex()[:32]
        jws = self.keys.sign(receipts.claims(case.guia, case.validation, pseudonym), typ="chancela-receipt+jwt")
        return Receipt(jws, case.validation.code)

    async def inbox(self, card_number: str) -> tuple[InboxMessage, ...]:
        """Return what the demo phone of a card received, newest first; nothing outside demo mode."""
        return await self.inboxes.messages(card_number) if self.settings.demo else ()

    def head_mac(self, operator: str, seq: int, tip: bytes) -> bytes:
        """Return the MAC that a trail's head carries."""
        return self.keys.mac("trail head", f"{operator}|{seq}|".encode() + tip)


def carried(settings: Settings) -> frozenset[Channel]:
    """Return the channels that have a carrier in this installation."""
    if settings.demo:
        return frozenset(Channel)
    return frozenset({Channel.EMAIL}) if settings.smtp_url else frozenset()


async def _ticks(event: asyncio.Event) -> AsyncIterator[None]:
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), WATCH_S)
        event.clear()
        yield

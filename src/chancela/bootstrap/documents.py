"""Documents of guias: drawn anew, kept under their hash, opened page by page, and swept where no guia has them."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from weakref import WeakValueDictionary

from chancela.adapters.documents import pages
from chancela.adapters.documents.cabinet import Cabinet, GoneError
from chancela.adapters.documents.cleaning import Cleaner
from chancela.adapters.documents.printed import Press
from chancela.adapters.keys.document_seal import DocumentSeal
from chancela.adapters.postgres import housekeeping, world
from chancela.adapters.postgres.attachments import Documents
from chancela.bootstrap import once as onces
from chancela.domain import absence as absences, attachment as attachments, permissions
from chancela.domain.absence import AbsenceNeed
from chancela.domain.attachment import Attachment, MediaType
from chancela.domain.permissions import Permission
from chancela.domain.refusal import Refusal, Refused
from chancela.usecases.add_attachment import AddAttachment
from chancela.usecases.open_attachment import OpenAttachment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import date
    from pathlib import Path
    from uuid import UUID

    from chancela.adapters.keys.key_file import KeyFile
    from chancela.bootstrap.app import App
    from chancela.bootstrap.once import Answer, Once
    from chancela.domain.case import Case
    from chancela.domain.permissions import Actor

AT_ONCE: Final = 500
BODIES: Final = 8  # files that machines bring at a time, so that they stay a small part of the memory
BODIES_OF_ONE: Final = 2  # of one client, so that there is room for another


@dataclass(frozen=True, slots=True)
class Opened:
    """A document, or one page of it, as it is shown."""

    media_type: MediaType
    content: bytes = field(repr=False)


class DocumentRoom:
    """Who draws files anew, who sets sheets, where documents are kept, and whose turn it is at a guia."""

    def __init__(self, folder: Path, keys: KeyFile) -> None:
        self.cabinet = Cabinet(folder, DocumentSeal(keys))
        self.cleaner = Cleaner()
        self.press = Press()
        self._turns: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()
        self._laid: Counter[tuple[date, str, str]] = Counter()
        self._room = asyncio.Semaphore(BODIES)
        self._rooms: WeakValueDictionary[tuple[str, str], asyncio.Semaphore] = WeakValueDictionary()

    def lays(self, actor: Actor, today: date) -> bool:
        """Count a file that is laid here before a guia knows of it; False once an account laid too many in a day."""
        if not any(day == today for day, *_ in self._laid):
            self._laid.clear()
        self._laid[today, actor.operator, actor.name] += 1
        return self._laid[today, actor.operator, actor.name] <= attachments.MOST_A_DAY

    @contextlib.asynccontextmanager
    async def reception(self, actor: Actor) -> AsyncIterator[None]:
        """Wait until there is room for another file that this account brings, before anything of it is read."""
        own = self._rooms.setdefault((actor.operator, actor.name), asyncio.Semaphore(BODIES_OF_ONE))
        async with own, self._room:
            yield

    def turn(self, guia_id: UUID) -> asyncio.Lock:
        """Return what lets one file after another to a guia, so that each is counted before the next is drawn."""
        return self._turns.setdefault(guia_id, asyncio.Lock())


async def add(app: App, actor: Actor, guia_id: UUID, item: int | None, content: bytes) -> Case | Refused:
    """Add a file to a guia; the guia is looked at first, so that nobody has files drawn for one that takes none.

    The file lies on the disk before the guia knows of it: one that no guia came to know of is swept a day later.
    """
    async with app.documents.turn(guia_id):
        command = await _drawn(app, actor, guia_id, item, content)
        outcome: Case | Refused = command if isinstance(command, Refused) else await app.do(command)
    return outcome


async def bring(
    app: App, actor: Actor, guia_id: UUID, item: int | None, content: bytes, once: Once | None
) -> Case | Answer | Refused:
    """Add a file like `add`, once for its key; a key that was answered before has nothing drawn."""

    async def work() -> Case | Answer | Refused:
        command = await _drawn(app, actor, guia_id, item, content)
        outcome: Case | Answer | Refused = command if isinstance(command, Refused) else await app.do(command, once)
        return outcome

    async with app.documents.turn(guia_id):
        return await onces.around(app.pool, actor.operator, once, work)


async def _drawn(app: App, actor: Actor, guia_id: UUID, item: int | None, content: bytes) -> AddAttachment | Refused:
    case = await app.guia(actor, guia_id)
    if case is None or not permissions.may(actor, Permission.ADD_ATTACHMENT, case.guia):
        return Refused(Refusal.NOT_FOUND if case is None else Refusal.FORBIDDEN)
    if why := await _why_not(app, actor, case, item):
        return Refused(why)
    clean = await app.documents.cleaner.clean(content)
    if isinstance(clean, Refusal):
        return Refused(clean)
    digest = await asyncio.to_thread(app.documents.cabinet.put, actor.operator, clean.content)
    return AddAttachment(actor, guia_id, digest, clean.media_type, len(clean.content), clean.pages, item)


async def _why_not(app: App, actor: Actor, case: Case, item: int | None) -> Refusal | None:
    """Tell why nothing is drawn for it now: the guia takes no more, the account sent enough, or the disk is full."""
    store, now, guia = Documents(app.pool), await housekeeping.now(app.pool), case.guia
    known, owed = await store.of(guia.operator, guia.id), absences.awaits(case.absence, AbsenceNeed.DOCUMENT)
    if why := attachments.refused(guia, item, len(known), now.astimezone(world.BRAZIL).date(), owed=owed):
        return why
    enough = await store.of_the_day(guia.operator, actor.name) >= attachments.MOST_A_DAY
    return Refusal.FILES_PAUSED if enough or await asyncio.to_thread(app.documents.cabinet.full) else None


async def look(app: App, actor: Actor, guia_id: UUID, attachment_id: UUID, page: int | None) -> Opened | Refused:
    """Open a document, or a page of it as a picture, and write down who did; GoneError where it is not there now."""
    found: Attachment | Refused = await app.do(OpenAttachment(actor, guia_id, attachment_id, page))
    if isinstance(found, Refused):
        return found
    content = await asyncio.to_thread(app.documents.cabinet.get, actor.operator, found.digest)
    if page is None:
        return Opened(found.media_type, content)
    shown = pages.page(found.media_type, content, page)
    if shown is None:
        raise GoneError(f"the document {found.digest[:12]} lacks its page {page}")
    return Opened(*shown)


async def sweep(app: App, operator: str) -> int:
    """Forget files that have lain for a day and that no guia has; return how many."""
    cabinet, gone = app.documents.cabinet, 0
    names = await asyncio.to_thread(lambda: list(cabinet.old(operator)))
    for start in range(0, len(names), AT_ONCE):
        part = names[start : start + AT_ONCE]
        known = await Documents(app.pool).known(operator, part)
        for name in part:
            if name not in known:
                await asyncio.to_thread(cabinet.remove, operator, name)
                gone += 1
    return gone

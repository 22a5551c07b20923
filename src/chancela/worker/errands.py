"""What pages ask a worker to do: each errand by its name, with what it needs as words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from chancela.bootstrap import errands, importing, trail_check

if TYPE_CHECKING:
    import procrastinate

    from chancela.bootstrap.app import App


@dataclass(frozen=True, slots=True)
class Errands:
    """Each may be asked for twice without harm."""

    app: App

    def learn(self, jobs: procrastinate.App) -> None:
        """Let the worker know every errand by its name."""
        jobs.task(name=errands.CHECK_TRAIL, queue=errands.QUEUE)(self.check_trail)
        jobs.task(name=errands.IMPORT_FILE, queue=errands.QUEUE)(self.import_file)

    async def check_trail(self, operator: str, check: str) -> None:
        """Verify an operator's trail and keep what was found."""
        await trail_check.run(self.app, operator, UUID(check))

    async def import_file(self, operator: str, run: str) -> None:
        """Preview an uploaded file, bring it in or undo it, as was asked."""
        await importing.work_apart(self.app.settings, operator, UUID(run))

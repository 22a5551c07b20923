"""An import from a file to the database: previewed, or brought in part by part and told on the trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from chancela.adapters.imports import people as people_file, providers as providers_file, run as csv_run
from chancela.adapters.imports.errors_file import ErrorsFile
from chancela.adapters.imports.form import Outcome
from chancela.adapters.imports.people_store import PeopleStore
from chancela.adapters.imports.provider_store import ProviderStore
from chancela.adapters.imports.run import silent, tell_late
from chancela.domain.people import masked_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path
    from uuid import UUID

    from chancela.adapters.imports.form import Late
    from chancela.adapters.imports.ledger import Ledger
    from chancela.adapters.imports.run import Staged
    from chancela.adapters.imports.staging import Connection

    Progress = Callable[[int, int], None]
    AnyStore = PeopleStore | ProviderStore

PEOPLE, PROVIDERS, SIB = "people", "providers", "sib"
KINDS: Final = (PEOPLE, PROVIDERS, SIB)
FORMS: Final[dict[str, Any]] = {PEOPLE: people_file.FORM, PROVIDERS: providers_file.FORM}


@dataclass(frozen=True, slots=True)
class Files:
    """What is to be brought in: the file, its kind, whether whoever is not in a whole SIB file is ended, and today."""

    path: Path
    kind: str
    today: date
    ends_absent: bool = False


async def preview(connection: Connection, operator: str, files: Files, progress: Progress = silent) -> Outcome:
    """Return what a file would change, and change nothing."""
    with ErrorsFile(files.path) as errors:
        store, staged, late = await _judged(connection, operator, files, errors, progress)
        refused = tell_late(late, staged, errors)
        return _outcome(staged, await store.counts(), await _examples(store), errors, refused)


async def bring(ledger: Ledger, run_id: UUID, files: Files, progress: Progress = silent) -> Outcome:
    """Bring a file in; what is there already as it stands stays untouched, so that a second time changes nothing."""
    run = await ledger.one(run_id)
    if run is None:
        raise LookupError("an import is noted before it is brought in")
    with ErrorsFile(files.path) as errors:
        store, staged, late = await _judged(ledger.connection, ledger.operator, files, errors, progress)
        refused = tell_late(late, staged, errors)
        counts, examples = await store.counts(), await _examples(store)
        before = _outcome(staged, counts, examples, errors, refused)
        total = before.inserted + before.changed + int(counts.get("ended", 0))
        if total or counts.get("contacts") or counts.get("guardians"):
            await ledger.tell(run, "begun", before.counts)
        refused += tell_late(await store.apply(run_id, progress, total), staged, errors)
        outcome = _outcome(staged, counts, examples, errors, refused, run_id)
        await ledger.finish(run, outcome.counts, notes(outcome))
        return outcome


async def _judged(
    connection: Connection, operator: str, files: Files, errors: ErrorsFile, progress: Progress
) -> tuple[AnyStore, Staged, tuple[Late, ...]]:
    store: Any
    if files.kind == PROVIDERS:
        store = ProviderStore(connection, operator)
    else:
        sib = files.kind == SIB
        store = PeopleStore(connection, operator, files.today, ends_absent=files.ends_absent, keeps_suspended=sib)
    await store.open()
    if files.kind == SIB:
        from chancela.adapters.imports import sib_run  # it reads XML: the worker, which only asks, does without

        staged = await sib_run.stage(files.path, store, errors, progress)
    else:
        staged = await csv_run.stage(files.path, FORMS[files.kind], store, errors, progress)
    return store, staged, tuple(await store.judge())


async def _examples(store: AnyStore) -> tuple[tuple[Any, ...], ...]:
    return tuple((how, key, masked_name(name), changed or []) for how, key, name, changed in await store.examples())


def _outcome(
    staged: Staged,
    counts: dict[str, Any],
    examples: tuple[tuple[Any, ...], ...],
    errors: ErrorsFile,
    refused: int,
    run_id: UUID | None = None,
) -> Outcome:
    inserted, changed, refused = int(counts["new"]), int(counts["changed"]), staged.refused + refused
    unchanged = staged.met - refused - inserted - changed - int(counts.get("left_out", 0))
    told = {"lines": staged.met, "unchanged": unchanged, "refused": refused, "problems": errors.told}
    return Outcome(
        lines=staged.met,
        inserted=inserted,
        changed=changed,
        unchanged=unchanged,
        refused=refused,
        problems=errors.told,
        errors_path=errors.path if errors.told else None,
        unknown_columns=staged.unknown_columns,
        counts={**counts, **told},
        examples=examples,
        warnings=staged.warnings,
        run_id=run_id,
    )


def notes(outcome: Outcome) -> dict[str, Any]:
    """Return what the page of an import shows beside the counts: masked names alone."""
    return {
        "examples": [list(each) for each in outcome.examples],
        "warnings": list(outcome.warnings),
        "unknown_columns": list(outcome.unknown_columns),
    }

"""Imports as the office sees them: a file that is kept and recognised, and a run as rows of a page."""

import csv
import datetime as dt
import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.utils.functional import Promise

from chancela.adapters.chance import SystemChance
from chancela.adapters.imports import recognising
from chancela.adapters.imports.table import UnreadableFileError
from chancela.adapters.postgres.imports import ImportRun, NewImport
from chancela.bootstrap import importing
from chancela.portals.operator import import_words as words

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from chancela.bootstrap.settings import Settings

SPARE: Final = 256 * 1024 * 1024  # bytes that stay free for the database beside the file
SHOWN: Final = 20
LONGEST_NAME: Final = 120


class NoRoomError(Exception):
    """The disk of the installation has no room for the file."""


@dataclass(frozen=True, slots=True)
class Sum:
    """One count of a run and its word."""

    count: int
    word: str | Promise
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a run is: percent, and seconds that are left where that can be told."""

    percent: int
    done: int
    total: int
    left: str


def keep(settings: "Settings", operator: str, by: str, sent: "UploadedFile[Any]") -> NewImport:
    """Keep a file that was sent, and return what is noted of it; what cannot be kept or recognised leaves nothing.

    Raises NoRoomError, and UnreadableFileError with the file's own name.
    """
    run_id, name = SystemChance().id(), Path(sent.name or "arquivo").name[:LONGEST_NAME]
    path = importing.place(settings, operator, run_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if shutil.disk_usage(path.parent).free < (sent.size or 0) + SPARE:
        raise NoRoomError
    try:
        digest = _written(path, sent.chunks())
        kind = recognising.recognise(path)
    except UnreadableFileError as fault:
        path.unlink(missing_ok=True)
        raise UnreadableFileError(str(fault).replace(str(path), name)) from fault
    except OSError as fault:
        path.unlink(missing_ok=True)
        raise NoRoomError from fault
    return NewImport(run_id, kind, by, name, path.stat().st_size, digest)


def _written(path: Path, chunks: Iterable[bytes]) -> str:
    summed = hashlib.sha256()
    with path.open("xb") as file:
        path.chmod(0o600)
        for chunk in chunks:
            summed.update(chunk)
            file.write(chunk)
    return summed.hexdigest()


def sums(run: ImportRun) -> tuple[Sum, ...]:
    """Return what a run changes, or would, the most telling first; what is none is left out but for the first three."""
    told = words.COUNTS_DONE if run.state in {"done", "undone", "undoing", "undo_asked"} else words.COUNTS
    always = ("new", "changed", "refused")
    found = ((name, int(run.counts.get(name, 0)), word) for name, word in told.items())
    return tuple(
        Sum(count, word, "bad" if name == "refused" and count else "")
        for name, count, word in found
        if count or name in always
    )


def undone(run: ImportRun) -> tuple[Sum, ...]:
    """Return what became of the things of an import that was undone."""
    return tuple(Sum(int(run.counts.get(name, 0)), word) for name, word in words.UNDONE.items())


def examples(run: ImportRun) -> list[tuple[Any, str, str, str]]:
    """Return some whom it is about: how, card number or code, masked name, changed fields.

    Who is not in the file is told as long as it can be decided, and where they were ended.
    """
    seen = {"new", "changed", *(["absent"] if run.state == "ready" or run.ends_absent else [])}
    return [
        (words.HOW[how], key or "", name or "", ", ".join(str(words.FIELDS.get(each, each)) for each in changed or []))
        for how, key, name, changed in run.notes.get("examples", [])
        if how in seen
    ]


def fields(run: ImportRun) -> list[tuple[str, int]]:
    """Return which fields change, and how often, the most frequent first."""
    found = sorted(run.counts.get("fields", {}).items(), key=lambda each: (-each[1], each[0]))
    return [(str(words.FIELDS.get(name, name)), times) for name, times in found]


def left(run: ImportRun) -> list[tuple[Any, str, str]]:
    """Return those that did not go back as they were: what became of them, card number or code, fields."""
    found = []
    for fate, key, names in run.notes.get("undo", []):
        told = ", ".join(str(words.FIELDS.get(each, each)) for each in names.split(", ") if each)
        found.append((words.FATE[fate], key, told))
    return found


def problems(settings: "Settings", operator: str, run: ImportRun) -> list[list[str]]:
    """Return the first problems of a run, line by line, without what stands in the lines."""
    path = importing.errors_of(settings, operator, run.id)
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, delimiter=";")
        next(rows, None)
        return [row[:4] for row, _ in zip(rows, range(SHOWN), strict=False)]


def pace(run: ImportRun) -> Pace:
    """Return how far a run is; what is left is told from what was done since it began."""
    total = max(run.total, 1)
    share = min(run.done / total, 1.0)
    began = run.begun_at if run.state == "running" and run.begun_at else run.created_at
    seconds = (run.now - began).total_seconds() * (1 - share) / share if share > 0.02 else 0  # noqa: PLR2004 - too early
    return Pace(int(share * 100), run.done, run.total, words.lasting(dt.timedelta(seconds=seconds)) if seconds else "")

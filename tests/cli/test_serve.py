"""`chancela serve` and `chancela worker`, as they run in production: apart from each other."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests import running


@pytest.fixture
def port():
    return running.free_port()


@pytest.fixture
def start(settings, port):
    """Start a command over the cast's database, and end it after the test."""
    started = []

    def run(*words):
        command = [sys.executable, "-m", "chancela.cli.main", *words, "--data", str(settings.data)]
        environment = running.environment(CHANCELA_DATABASE_URL=settings.database_url)
        started.append(subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment))
        said = started[-1].stderr.readline()
        return started[-1], said

    yield run
    for process in started:
        process.terminate()
        process.communicate(timeout=20)


@pytest.mark.parametrize(
    ("only", "served", "absent"), [("api", "/v1/docs", "/balcao/"), ("portals", "/conta/", "/v1/docs")]
)
def test_an_edge_is_served_alone(start, port, only, served, absent):
    _, said = start("serve", "--port", str(port), "--only", only)
    assert said == f"chancela: serving {only} at http://127.0.0.1:{port}\n"
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as http:
        assert http.get("/readyz").status_code == 200
        assert http.get(absent).status_code == 404


def test_several_processes_share_a_port_and_a_fallen_one_comes_back(start, port):
    process, said = start("serve", "--port", str(port), "--processes", "2", "--only", "api")
    assert said.endswith(f"at http://127.0.0.1:{port}\n")
    members = children(process.pid)
    assert len(members) == 2
    os.kill(members[0], signal.SIGKILL)
    until = time.monotonic() + 30
    while (len(children(process.pid)) < 2 or members[0] in children(process.pid)) and time.monotonic() < until:
        time.sleep(0.05)
    assert len(children(process.pid)) == 2
    assert httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=20).status_code == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def test_the_worker_ends_when_it_is_told_to(start):
    process, said = start("worker")
    assert said == "chancela: the worker works.\n"
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_database_that_is_not_there_is_told_in_one_sentence(cli, tmp_path, command):
    url = f"postgresql://chancela@/none?host={tmp_path}"
    said = cli(
        command,
        "--data",
        tmp_path / "data",
        *(["--port", "0"] if command == "serve" else []),
        CHANCELA_DATABASE_URL=url,
    )
    assert said.status == 1
    assert said.err.startswith("chancela: The database does not answer: ")
    assert len(said.err.splitlines()) == 1


def test_a_setting_that_is_not_right_is_told(cli, tmp_path):
    said = cli("migrate", "--data", tmp_path, CHANCELA_DEMO_CARRIER_DELAY_MS="soon")
    assert (said.status, len(said.err.splitlines())) == (1, 1)


def children(pid):
    return sorted(each for each in running.descendants(pid) if "chancela.cli.child" in command_line(each))


def command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""

"""What is logged is one JSON line, and no code can be read from it."""

import io
import json
import logging
import secrets
import subprocess
import sys

import pytest

from chancela.bootstrap import logs

LOG = logging.getLogger("chancela.tests.logs")


@pytest.fixture
def written():
    """Log in the house's form, and return the lines."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.OneLine())
    LOG.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    LOG.removeHandler(handler)


def test_an_event_is_one_line_of_json(written):
    LOG.warning("the carrier is away for %s s", 30)
    (line,) = written()
    assert line["event"] == "the carrier is away for 30 s"
    assert (line["level"], line["logger"]) == ("warning", LOG.name)
    assert line["timestamp"].startswith("20")


@pytest.mark.parametrize("code", ["482913", "482 913", "482-913", "000000"])
def test_nothing_like_a_code_is_written(written, code):
    try:
        int(f"@host #{code}")
    except ValueError:
        LOG.exception("sent %s", code)
    (line,) = written()
    assert code not in json.dumps(line, ensure_ascii=False)
    assert "ValueError: " in line["exception"]


@pytest.mark.parametrize("path", ["/conta/convite/{}/", "/999003/visita/{}/", "/nao-fui-eu/{}", "{}"])
def test_no_link_that_lets_somebody_in_is_written(written, path):
    secret = secrets.token_urlsafe(32)
    LOG.warning("Forbidden (%s): %s", "CSRF cookie not set.", path.format(secret))
    (line,) = written()
    assert secret not in line["event"] and line["event"].startswith("Forbidden (CSRF cookie not set.)")


def test_names_and_ids_stay_readable(written):
    told = f"a_guardian_stands_once_beside_a_ward_and_no_more 0198d2f1-aaaa-7bbb-8ccc-ddddeeeeffff {'ab' * 32}"
    LOG.warning(told)
    assert written()[0]["event"] == told


def test_longer_numbers_stay_readable(written):
    LOG.warning("guia 2026000000123")
    assert written()[0]["event"] == "guia 2026000000123"


def test_it_goes_to_the_error_stream_from_warnings_on():
    code = """
import logging, sys
from chancela.bootstrap import logs
logs.begin()
logging.getLogger("x").info("small")
assert "structlog" not in sys.modules
logging.getLogger("x").warning("grave")
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == ""
    assert [json.loads(line)["event"] for line in said.stderr.splitlines()] == ["grave"]

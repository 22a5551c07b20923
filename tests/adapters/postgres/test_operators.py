"""What an operator keeps of itself becomes its lines and its chat; what could harm people is refused."""

import msgspec
import pytest

from chancela.adapters.postgres import operators
from chancela.domain.people import Audience, Line

PROFILE = "latest-code-wins"


def made(settings: str):
    return operators.operator("304484", "Real", PROFILE, settings)


def test_a_line_is_for_everyone_unless_it_says_for_whom():
    told = '{"lines": [{"label": "SAC", "number": "0800 1", "hours": "sempre"}, '
    told += '{"label": "Acessível", "number": "0800 2", "hours": "sempre", "audience": "hearing"}]}'
    everyone, hearing = made(told).lines
    assert (everyone.audience, hearing.audience) == (Audience.EVERYONE, Audience.HEARING)


def test_what_is_written_is_read_again():
    lines = (Line("Acessível", "0800 2", "sempre", Audience.HEARING),)
    text = operators.settings_text((), lines, {"history_days": 30}, "#123456", "https://chat.example.com/real")
    found = made(text)
    assert (found.lines, found.policy.history_days, found.accent) == (lines, 30, "#123456")
    assert (found.chat_url, found.logo) == ("https://chat.example.com/real", None)


@pytest.mark.parametrize(
    "address",
    [
        "http://chat.example.com/",
        "javascript:alert(1)",
        "//chat.example.com/",
        "https://",
        "https:///chat",
        "https://[::1",
        "https://someone@chat.example.com/",
        "https://chat.example.com/ a",
        "https://chat.example.com/\n",
        "https://chat.éxample.com/",
        "",
    ],
)
def test_a_chat_is_at_an_https_address_or_refused(address: str):
    with pytest.raises(msgspec.ValidationError, match="https"):
        made(msgspec.json.encode({"chat_url": address}).decode())


@pytest.mark.parametrize("told", ['{"lines": [{"label": "a", "number": "1", "hours": "", "audience": "x"}]}'])
def test_an_audience_that_is_none_is_refused(told: str):
    with pytest.raises(msgspec.ValidationError):
        made(told)


def test_a_history_that_is_too_short_is_refused():
    with pytest.raises(msgspec.ValidationError, match="30 to 3652"):
        made('{"policy": {"history_days": 7}}')

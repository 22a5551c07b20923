"""What an operator sets about a message centre: sensible defaults, and a sentence for what cannot be."""

import pytest

from chancela.adapters.channels.contract import Setup, SetupError
from chancela.adapters.channels.sms_smpp import account
from chancela.adapters.channels.sms_smpp.account import Account
from chancela.adapters.channels.sms_smpp.kind import KIND, SETTINGS
from chancela.domain.delivery import Channel

LEAST = {"host": "smpp.example.com", "system_id": "chancela", "source": "27182"}


def read(password: str = "segredo1", **settings: str) -> Account:
    return account.account(Setup("999001", "operadora", Channel.SMS, LEAST | settings, {"password": password}))


def test_four_things_are_enough():
    found = read()
    assert (found.host, found.port, found.tls, found.system_id, found.password) == (
        "smpp.example.com",
        3550,
        True,
        "chancela",
        "segredo1",
    )
    assert (found.source, found.ton, found.npi, found.separate, found.system_type) == ("27182", 3, 0, False, "")
    assert (found.window, found.per_second, found.enquire_s, found.answer_s) == (16, 0, 30, 10)
    assert (found.alphabet, found.bases, found.replies) == ("gsm0338", None, True)
    assert [each.name for each in SETTINGS if each.default is None] == ["host", "system_id", "password", "source"]
    assert [each.name for each in SETTINGS if each.secret] == ["password"]


def test_without_tls_the_port_is_the_plain_one_and_a_port_that_is_given_stands():
    assert read(tls="off").port == 2775
    assert read(port="8887").port == 8887


def test_a_name_can_send_and_nobody_can_answer_it():
    assert not read(source="Aurora").replies
    assert not read(replies="no").replies
    with pytest.raises(SetupError, match="replies"):
        read(source="Aurora", replies="yes")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("host", ""),
        ("port", "0"),
        ("port", "70000"),
        ("port", "٢٧٧٥"),
        ("tls", "offered"),
        ("system_id", ""),
        ("system_id", "sixteen-letters!"),
        ("system_id", "joão"),
        ("system_type", "thirteen-long"),
        ("bind", "receiver"),
        ("source", ""),
        ("source", "A name that is too long"),
        ("source", "Saúde"),
        ("source", "Aurora\n"),
        ("source_ton", "9"),
        ("source_npi", "2"),
        ("replies", "maybe"),
        ("alphabet", "utf8"),
        ("receipt_ids", "octal"),
        ("window", "0"),
        ("window", "-1"),
        ("per_second", "1e9"),
        ("enquire_s", "0"),
        ("answer_s", "nan"),
    ],
)
def test_a_setting_that_cannot_be_is_named(name: str, value: str):
    with pytest.raises(SetupError, match=name):
        read(**{name: value})


@pytest.mark.parametrize("password", ["nine-long", "sênha"])
def test_a_password_that_cannot_be_is_not_repeated(password: str):
    with pytest.raises(SetupError, match="password") as caught:
        read(password)
    assert password not in str(caught.value)
    assert "segredo1" not in repr(read())


def test_every_setting_is_told_in_two_languages():
    assert all(each.portuguese and each.english and each.portuguese != each.english for each in SETTINGS)
    assert KIND.settings is SETTINGS

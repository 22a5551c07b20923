"""The SMTP server's address says how it is reached, and never lets a password go in clear to another machine."""

import pytest

from chancela.adapters.channels.email.relay import Relay, RelayError, relay


def test_smtp_uses_starttls_when_it_is_offered():
    assert relay("smtp://mail.example") == Relay("mail.example", 587)


def test_smtps_speaks_tls_from_the_first_byte():
    assert relay("smtps://mail.example") == Relay("mail.example", 465, implicit_tls=True, starttls=False)


def test_port_user_and_password_are_read_and_decoded():
    found = relay("smtp://chancela%40mail:p%2Fw%3F@mail.example:2525")
    assert (found.port, found.user, found.password) == (2525, "chancela@mail", "p/w?")


def test_a_password_to_another_machine_requires_starttls():
    assert relay("smtp://user:pw@mail.example").starttls is True


@pytest.mark.parametrize("here", ["127.0.0.1", "localhost", "[::1]"])
def test_a_password_to_this_machine_may_go_as_it_is(here: str):
    assert relay(f"smtp://user:pw@{here}").starttls is None


def test_a_password_in_clear_to_another_machine_is_refused():
    with pytest.raises(RelayError, match="never sent without TLS"):
        relay("smtp://user:pw@mail.example?tls=off")


@pytest.mark.parametrize(
    "text",
    [
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://mail.example?tls=perhaps",
        "smtp://m:port",
        "smtp://m:0",
    ],
)
def test_what_is_no_such_address_is_refused(text: str):
    with pytest.raises(RelayError, match="CHANCELA_SMTP_URL"):
        relay(text)


def test_the_password_is_not_shown():
    assert "pw" not in repr(relay("smtps://user:pw@mail.example"))

"""E-mail addresses are judged by their form, and kept with a lower-case domain."""

import pytest
from hypothesis import given, strategies as st

from chancela.adapters.brazil import emails


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("ana@example.com", "ana@example.com"),
        (" Ana.Souza+guia@Example.COM ", "Ana.Souza+guia@example.com"),
        ("o'neil@sub.example.com.br", "o'neil@sub.example.com.br"),
        ("ana@clínica.example", "ana@xn--clnica-4va.example"),
        ("ana@xn--clnica-4va.example", "ana@xn--clnica-4va.example"),
        ("a" * 64 + "@example.com", "a" * 64 + "@example.com"),
    ],
)
def test_an_address_is_kept(written, kept):
    assert emails.normalise(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "@",
        "ana",
        "ana@",
        "@example.com",
        "ana@@example.com",
        "ana@b@example.com",
        "ana@localhost",
        "ana@example..com",
        ".ana@example.com",
        "ana.@example.com",
        "a..b@example.com",
        "ana souza@example.com",
        '"ana"@example.com',
        "josé@example.com",
        "ana@[127.0.0.1]",
        "ana@127.0.0.1",
        "ana@-example.com",
        "ana@example-.com",
        "ana@.com",
        "ana@example.com\nBcc: x@example.com",
        "ana@example.com\x00",
        "\ud800@example.com",
        "ana@\ud800.com",
        "ana@a\u200b.com.",
        "a" * 65 + "@example.com",
        "a@" + "b" * 64 + ".com",
        "a@" + "b." * 130 + "com",
        "ana@exam ple.com",
        "ana@example.com,b@example.com",
        "ana@" + "ã" * 300 + ".com",
        "ana@١٢٣.com.",
    ],
)
def test_what_is_no_address_is_none(written):
    assert emails.normalise(written) is None


@given(st.text(max_size=300))
def test_noise_never_breaks_it(text):
    kept = emails.normalise(f"{text[:80]}@{text[80:]}.com")
    assert kept is None or (kept.isascii() and kept.count("@") == 1 and kept == emails.normalise(kept))

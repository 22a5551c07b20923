"""What the port `Formats` promises, held against Brazil's own rules and against the fake."""

import pytest

from chancela.adapters.brazil.formats import BrazilianFormats
from tests.fakes.brazil import PlainFormats

FORMATS = pytest.mark.parametrize("formats", [BrazilianFormats(), PlainFormats()], ids=["brazil", "plain"])


@FORMATS
@pytest.mark.parametrize("typed", ["41 90000-5949", "(41) 90000-5949", "+55 41 90000 5949", "41900005949"])
def test_a_mobile_comes_to_one_form(formats, typed: str):
    assert formats.mobile(typed) == "+5541900005949"


@FORMATS
@pytest.mark.parametrize("typed", ["", "90000-5949", "41 3024-1234", "+1 415 555 2671", "ana", "41 90000-59490"])
def test_what_is_no_mobile_is_none(formats, typed: str):
    assert formats.mobile(typed) is None


@FORMATS
@pytest.mark.parametrize("typed", ["ana.souza@example.com", " ana.souza@EXAMPLE.com ", "ana.souza@Example.Com"])
def test_an_email_comes_to_one_form(formats, typed: str):
    assert formats.email(typed) == "ana.souza@example.com"


@FORMATS
@pytest.mark.parametrize(
    "typed", ["", "ana", "ana@", "@example.com", "ana@example", "ana@@example.com", "ana@exa mple.com"]
)
def test_what_is_no_email_is_none(formats, typed: str):
    assert formats.email(typed) is None


@FORMATS
@pytest.mark.parametrize("typed", ["529.982.247-25", "52998224725"])
def test_a_cpf_comes_to_its_eleven_digits(formats, typed: str):
    assert formats.cpf(typed) == "52998224725"


@FORMATS
@pytest.mark.parametrize("typed", ["", "529.982.247-24", "5299822472", "529982247255", "abc"])
def test_what_is_no_cpf_is_none(formats, typed: str):
    assert formats.cpf(typed) is None

"""The deeds ask three things of Brazil: a mobile, an e-mail, a CPF."""

from chancela.adapters.brazil.formats import BrazilianFormats

FORMATS = BrazilianFormats()


def test_only_a_mobile_is_a_mobile():
    assert FORMATS.mobile("(41) 98857-5949") == "+5541988575949"
    assert FORMATS.mobile("(41) 3222-1234") is None
    assert FORMATS.mobile("não tem") is None


def test_an_email_and_a_cpf_are_brought_to_one_form():
    assert FORMATS.email("Ana@EXAMPLE.com") == "Ana@example.com"
    assert FORMATS.cpf("529.982.247-25") == "52998224725"
    assert FORMATS.email("ana") is FORMATS.cpf("1") is None

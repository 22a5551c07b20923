"""What kind of file somebody sent is told by what stands in it."""

import pytest

from chancela.adapters.imports import recognising, table


@pytest.fixture
def path(tmp_path):
    return tmp_path / "anything"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("carteira;nome;nascimento\n", "people"),
        ("Número da Carteira,Nome completo,Data de nascimento\n1,Ana,1980-01-01\n", "people"),
        ('"card_number","name","birth_date"\n', "people"),
        ("\n\nsep=;\ncodigo;nome\n", "providers"),
        ("Código do prestador\tNome\n", "providers"),
        ('<?xml version="1.0"?><mensagemSIB/>', "sib"),
        ("\ufeff<mensagemSIB/>", "sib"),
    ],
)
def test_a_file_is_known_by_its_columns_or_its_root(path, text, kind):
    path.write_text(text, encoding="utf-8")
    assert recognising.recognise(path) == kind


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "vazio"),
        (b"PK\x03\x04xx", "planilha"),
        (b"\xd0\xcf\x11\xe0", "planilha"),
        (b"nome;telefone\n", "carteira, nome e nascimento"),
    ],
)
def test_what_is_none_of_them_is_told_with_what_to_do(path, content, sentence):
    path.write_bytes(content)
    with pytest.raises(table.UnreadableFileError, match=sentence):
        recognising.recognise(path)


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-8"])
def test_letters_with_accents_are_read_in_either_encoding(path, encoding):
    path.write_bytes("Código;Nome\n1;João\n".encode(encoding))
    assert recognising.recognise(path) == "providers"

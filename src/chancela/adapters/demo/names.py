"""Names to invent people from: common given names and surnames, and how a name becomes an e-mail's first part."""

from __future__ import annotations

import unicodedata
from typing import Final

_WOMEN: Final = """
Ana Beatriz Camila Daniela Eduarda Fabiana Gabriela Helena Isabela Júlia Karina Larissa Mariana Natália Olívia Patrícia
Raquel Sabrina Tatiana Valentina Aline Bianca Cecília Débora Elaine Flávia Giovana Ingrid Jéssica Luana Milena Nádia
Priscila Renata Simone Talita Vitória Yasmin Adriana Cristina
"""
_MEN: Final = """
André Bruno Carlos Daniel Eduardo Felipe Gustavo Henrique Ícaro João Leonardo Marcelo Nicolas Otávio Pedro Rafael Samuel
Thiago Vinícius William Alexandre Bernardo César Diego Emanuel Fernando Guilherme Hugo Ivan Jorge Lucas Mateus Nelson
Paulo Ricardo Sérgio Tales Ulisses Vicente Wagner
"""
_SURNAMES: Final = """
Almeida Barbosa Cardoso Dantas Esteves Ferreira Guimarães Hoffmann Iglesias Junqueira Klein Lacerda Machado Nascimento
Oliveira Pereira Queiroz Ribeiro Santana Teixeira Uchoa Vasconcelos Xavier Zanetti Azevedo Batista Carvalho Diniz Farias
Gonçalves Holanda Lima Martins Novaes Ortiz Pacheco Quadros Rezende Siqueira Toledo Valente Werneck Amaral Bezerra
Correia Domingues Fonseca Garcia Leite Moura
"""
WOMEN: Final = tuple(_WOMEN.split())
MEN: Final = tuple(_MEN.split())
SURNAMES: Final = tuple(_SURNAMES.split())


def plain(name: str) -> str:
    """Return a name's words in lower case without accents, joined by dots."""
    bare = "".join(each for each in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(each))
    return ".".join(bare.split())

"""Every refusal says what is so and what to do next, in both languages."""

import re

import pytest

from chancela.domain import sentences
from chancela.domain.refusal import Refusal, Refused


@pytest.mark.parametrize("reason", Refusal)
def test_every_refusal_has_a_portuguese_and_an_english_sentence(reason: Refusal):
    portuguese, english = (
        sentences.sentence(Refused(reason), each) for each in (sentences.PORTUGUESE, sentences.ENGLISH)
    )
    assert portuguese.endswith(".")
    assert english.endswith(".")
    assert portuguese != english


@pytest.mark.parametrize("reason", Refusal)
def test_the_slug_of_a_refusal_is_plain_portuguese(reason: Refusal):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", reason.value)


def test_portuguese_is_spoken_where_nothing_is_said():
    assert sentences.sentence(Refused(Refusal.NOT_FOUND)).startswith("Não encontramos.")


@pytest.mark.parametrize(
    ("left", "said"),
    [(3, "restam 3 tentativas."), (1, "resta 1 tentativa."), (0, "foi bloqueado. Peça um novo código.")],
)
def test_a_refused_code_says_the_tries_left(left: int, said: str):
    assert sentences.sentence(Refused(Refusal.CODE_REFUSED, left)).endswith(said)


@pytest.mark.parametrize(("left", "said"), [(3, "3 tries are left."), (1, "1 try is left."), (0, "no tries are left.")])
def test_a_refused_code_says_the_tries_left_in_english(left: int, said: str):
    assert sentences.sentence(Refused(Refusal.CODE_REFUSED, left), sentences.ENGLISH).endswith(said)


@pytest.mark.parametrize("language", [sentences.PORTUGUESE, sentences.ENGLISH])
def test_no_sentence_speaks_of_digits_that_were_right(language: str):
    texts = [sentences.sentence(Refused(reason, left), language) for reason in Refusal for left in (None, 0, 1, 5)]
    assert not any(
        word in text.lower() for text in texts for word in ("dígito certo", "right digit", "quase", "almost")
    )

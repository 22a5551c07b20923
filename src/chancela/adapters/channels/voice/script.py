"""What a person hears on the phone: who is calling, the digits one by one and twice, and two keys (TwiML)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from chancela.domain.message import Language

if TYPE_CHECKING:
    from collections.abc import Iterator

TURNS: Final = 5
TAIL: Final = 4  # digits of the guia's number: enough to know it by, and said quickly
ANSWER_S: Final = 8  # how long a key is waited for
LETTERS_A_SECOND: Final = 12.0  # a slow voice; usual ones say a quarter more
PAUSE_S: Final = 1
AGAIN: Final = "1"
DENY: Final = "9"
LONGEST_DAY: Final = date(2026, 9, 30)  # in words: setembro, September


@dataclass(frozen=True, slots=True)
class _Words:
    """All that is said in one language, and the names of its ten digits."""

    voice: str
    digits: tuple[str, ...]
    months: tuple[str, ...]
    greeting: str
    late: str
    code: str
    repeat: str
    again: str
    deny: str
    goodbye: str
    denied: str
    gone: str


WORDS: Final = {
    Language.PORTUGUESE: _Words(
        voice="pt-BR",
        digits=("zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove"),
        months=(
            *("{} de janeiro", "{} de fevereiro", "{} de março", "{} de abril", "{} de maio", "{} de junho"),
            *("{} de julho", "{} de agosto", "{} de setembro", "{} de outubro", "{} de novembro", "{} de dezembro"),
        ),
        greeting="Olá. Aqui é {sender}. Esta ligação traz o código de atendimento da guia de final {tail}. "
        "Diga o código só a quem está atendendo você.",
        late="Olá. Aqui é {sender}. Esta ligação traz o código do atendimento do dia {day}, da guia de final {tail}. "
        "Diga o código só a quem atendeu você.",
        code="O código é:",
        repeat="Repetindo. O código é:",
        again="Para ouvir de novo, tecle 1.",
        deny="Se você não pediu este código, tecle 9.",
        goodbye="Até logo.",
        denied="Entendido. Não diga este código a ninguém. A sua operadora foi avisada. Até logo.",
        gone="Olá. O código desta ligação não vale mais. Não é preciso fazer nada. Até logo.",
    ),
    Language.ENGLISH: _Words(
        voice="en-US",
        digits=("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
        months=(
            *("January {}", "February {}", "March {}", "April {}", "May {}", "June {}"),
            *("July {}", "August {}", "September {}", "October {}", "November {}", "December {}"),
        ),
        greeting="Hello. This is {sender}. This call brings the attendance code of the guia that ends in {tail}. "
        "Tell the code only to those who are caring for you.",
        late="Hello. This is {sender}. This call brings the code of your attendance on {day}, guia that ends in "
        "{tail}. Tell the code only to those who cared for you.",
        code="The code is:",
        repeat="Once more. The code is:",
        again="To hear it again, press 1.",
        deny="If you did not ask for this code, press 9.",
        goodbye="Goodbye.",
        denied="Understood. Tell nobody this code. Your plan has been told. Goodbye.",
        gone="Hello. The code of this call is no longer valid. There is nothing to do. Goodbye.",
    ),
}


def script(
    code: str,
    sender: str,
    number_tail: str,
    language: Language,
    action_url: str,
    turn: int,
    visit_date: date | None = None,
) -> str:
    """Return the TwiML of a turn (1 to 5): the digits twice, then a question whose answer goes to `action_url`.

    The question comes after the reading, so that an answer, also an empty one, says that the reading was over; the last
    turn offers no other. `number_tail` is the end of the guia's number; a late code's call says of which day.
    Docs: "TwiML Voice: Say, Pause, Gather".
    """
    words = WORDS[language]
    response = ET.Element("Response")
    for said in _reading(code, _greeting(sender, number_tail, words, visit_date), words, turn):
        _say(response, words, said)
    _say(response, words, words.repeat)
    for said in _digits(code, words):
        _say(response, words, said)
    gather = ET.SubElement(
        response,
        "Gather",
        {"input": "dtmf", "numDigits": "1", "timeout": str(ANSWER_S), "actionOnEmptyResult": "true"}
        | {"method": "POST", "action": action_url},
    )
    for said in (words.again, words.deny) if turn < TURNS else (words.deny,):
        _say(gather, words, said)
    return _document(response)


def farewell(language: Language, *, denied: bool = False, gone: bool = False) -> str:
    """Return the TwiML of a goodbye: plain, after "I did not ask", or because the code is no longer alive."""
    words = WORDS[language]
    response = ET.Element("Response")
    _say(response, words, words.denied if denied else words.gone if gone else words.goodbye)
    ET.SubElement(response, "Hangup")
    return _document(response)


def tail(number: str) -> str:
    """Return the end of a guia's number as it is said."""
    return "".join(filter(_digit, number))[-TAIL:]


def heard_after_s(sender: str, language: Language) -> int:
    """Return after how many seconds of a call the digits were surely read to the end once, by the slowest of voices."""
    words, tail = WORDS[language], "0" * TAIL
    greeting = max((_greeting(sender, tail, words, day) for day in (None, LONGEST_DAY)), key=len)
    said = list(_reading("0" * 6, greeting, words, turn=1))
    return math.ceil(sum(map(len, said)) / LETTERS_A_SECOND + PAUSE_S * len(said))


def _greeting(sender: str, number_tail: str, words: _Words, day: date | None) -> str:
    tail = ", ".join(_digits(number_tail, words))
    if day is None:
        return words.greeting.format(sender=_clean(sender), tail=tail)
    return words.late.format(sender=_clean(sender), tail=tail, day=words.months[day.month - 1].format(day.day))


def _reading(code: str, greeting: str, words: _Words, turn: int) -> Iterator[str]:
    if turn == 1:
        yield greeting
    yield words.code
    yield from _digits(code, words)


def _digits(raw: str, words: _Words) -> Iterator[str]:
    return (words.digits[int(each)] for each in raw if _digit(each))


def _digit(character: str) -> bool:
    return character.isascii() and character.isdigit()


def _clean(sender: str) -> str:
    """Return a name that XML can hold: the escaping is done by who writes it, control characters cannot be."""
    return "".join(each for each in sender if each.isprintable())


def _say(parent: ET.Element, words: _Words, said: str) -> None:
    ET.SubElement(parent, "Say", {"language": words.voice}).text = said
    ET.SubElement(parent, "Pause", {"length": str(PAUSE_S)})


def _document(response: ET.Element) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>' + ET.tostring(response, encoding="unicode")

"""What a card reader, a QR scanner or a hand types into the search field."""

import re

LONGEST_CARD = 20  # TISS numeroCarteira: text, 1..20
FEWEST_DIGITS = 5
_RUN = re.compile(r"[0-9]+")
_PLAIN = re.compile(r"[0-9A-Za-z./-]{1,20}\Z")


def may_be(card: str) -> bool:
    """Tell whether a text could be a card number at all; what could not is asked of nobody."""
    return _PLAIN.match(card) is not None


def candidates(text: str) -> list[str]:
    """The numbers that the text may mean, likeliest first: the whole of it, then each long run of digits.

    A magnetic stripe reads `%B00123456789^MARIA^…`, a QR code may be a whole address; both hold the number as a run.
    """
    whole = text.strip()
    bare = re.sub(r"[\s.-]", "", whole)
    runs = sorted(_RUN.findall(whole), key=len, reverse=True)
    found = [whole, bare, *(run for run in runs if len(run) >= FEWEST_DIGITS)]
    return [each for each in dict.fromkeys(found) if may_be(each)][:4]

"""A family of three generations, put beside the demo's own people: those of a test that ages make a difference to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg

ANS = "999003"
YEAR = dt.timedelta(days=365.25)


@dataclass(frozen=True)
class Relative:
    """Somebody of the family; `mobile` is where their codes to sign in go."""

    card: str
    name: str
    years: int
    mobile: str | None = None
    holder: str | None = None

    @property
    def born(self) -> dt.date:
        """So many years and a half ago."""
        return dt.date.today() - (self.years + 0.5) * YEAR  # noqa: DTZ011 - any day of that year does


TEODORA = Relative("00300009901", "Teodora Lins Marinho", 76, "+5541900009901")
NOEMI = Relative("00300009902", "Noemi Lins Marinho", 41, "+5541900009902")
CAETANO = Relative("00300009903", "Caetano Lins Marinho", 8, None, NOEMI.card)
IARA = Relative("00300009904", "Iara Lins Marinho", 17, "+5541900009904", NOEMI.card)
FAMILY = (TEODORA, NOEMI, CAETANO, IARA)
PERSON = """
INSERT INTO chancela.beneficiary (operator, id, card_number, name, relation, holder_id, birth_date, plan, joined_date)
SELECT %(ans)s, %(id)s, %(card)s, %(name)s, %(relation)s,
       (SELECT h.id FROM chancela.beneficiary h WHERE h.operator = %(ans)s AND h.card_number = %(holder)s),
       %(born)s, b.plan, b.joined_date
FROM chancela.beneficiary b
WHERE b.operator = %(ans)s AND b.card_number = '00300000101'
"""
CONTACT = """
INSERT INTO chancela.contact (operator, id, beneficiary_id, kind, address, state)
VALUES (%s, %s, %s, 'mobile', %s, 'confirmed')
"""


def settle(database_url: str) -> dict[str, UUID]:
    """Let the family live at Cambuí; card numbers and ids. Everyone asks for their first code of the day."""
    with psycopg.connect(database_url) as connection:
        asked = "SELECT card_number, id FROM chancela.beneficiary WHERE operator = %s AND card_number = ANY(%s)"
        cards = [each.card for each in FAMILY]
        known: dict[str, UUID] = dict(connection.execute(asked, (ANS, cards)).fetchall())
        for each in FAMILY:
            if each.card not in known:
                known[each.card] = _add(connection, each)
        connection.execute("DELETE FROM chancela.sign_in WHERE beneficiary_id = ANY(%s)", (list(known.values()),))
    return known


def _add(connection: psycopg.Connection[tuple[object, ...]], one: Relative) -> UUID:
    id_ = uuid4()
    relation = "child" if one.holder else "holder"
    told = {"ans": ANS, "id": id_, "card": one.card, "name": one.name, "relation": relation, "holder": one.holder}
    connection.execute(PERSON, {**told, "born": one.born})
    if one.mobile:
        connection.execute(CONTACT, (ANS, uuid4(), id_, one.mobile))
    return id_

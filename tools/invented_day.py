"""A day that an invented operator could have had, put beside what it has and taken away again once it is drawn."""

import contextlib
from collections.abc import Iterator
from typing import Final

import psycopg

AGO: Final = 3  # days: over, so that a picture of it does not change with the hour at which it is drawn
# The day is told by events of the trail that stand at one place with their own instants, which no trail of its own has;
# the codes that came by a channel are generations of one guia that no guia reaches.
DAY: Final = """
WITH day AS (
    SELECT date_trunc('day', now() AT TIME ZONE 'America/Sao_Paulo')
           - make_interval(days => %(ago)s + b.before) AS midnight, b.share
    FROM (VALUES (0, 1.0), (1, 0.86)) AS b (before, share)
), told (kind, data, most) AS (
    VALUES ('guia:attendance:validated', '{"generation":901}', 61),
           ('guia:attendance:validated', '{"generation":902}', 44),
           ('guia:attendance:validated', '{"generation":903}', 21),
           ('guia:attendance:validated', '{"generation":904}', 6),
           ('guia:attendance:validated', '{"generation":905}', 4),
           ('guia:attendance:validated', '{"method":"offline"}', 5),
           ('guia:attendance:validated', '{"method":"paper"}', 2),
           ('guia:guia:registered', '{}', 158), ('guia:guia:registered', '{"authorisation":"denied"}', 3),
           ('guia:token:issued', '{}', 151), ('guia:token:refused', '{}', 13), ('guia:token:expired', '{}', 4),
           ('guia:token:reported', '{}', 1), ('guia:token:locked', '{}', 1)
), busy (hour, share) AS (
    VALUES (7, 0.18), (8, 0.62), (9, 0.93), (10, 1.0), (11, 0.84), (12, 0.36), (13, 0.51), (14, 0.88), (15, 0.97),
           (16, 0.79), (17, 0.58), (18, 0.31), (19, 0.14), (20, 0.05)
), event AS (
    SELECT t.kind, t.data, d.midnight, h.hour, n, round(t.most * h.share * d.share)::integer AS count,
           row_number() OVER () AS nth
    FROM day d, told t, busy h, generate_series(1, round(t.most * h.share * d.share)::integer) AS n
)
INSERT INTO chancela.trail (operator, seq, at, kind, subject, actor, data, hash)
SELECT %(operator)s, 1,
       (e.midnight + make_interval(hours => e.hour, secs => 3590.0 * e.n / (e.count + 1) + e.nth * 0.0005))
           AT TIME ZONE 'America/Sao_Paulo',
       e.kind, %(guia)s, 'system', e.data, ''
FROM event e
"""
CAME: Final = """
INSERT INTO chancela.delivery (operator, id, guia_id, beneficiary_id, generation, channel, masked, state, planned_at,
                               changed_at, due_at)
SELECT g.operator, gen_random_uuid(), g.id, g.beneficiary_id, c.generation, c.channel, '', 'delivered', at,
       at + c.took * n, at
FROM chancela.guia g,
     (VALUES (901, 'app', interval '0.3 s'), (902, 'sms', interval '1.1 s'), (903, 'whatsapp', interval '0.6 s'),
             (904, 'voice', interval '3.2 s'), (905, 'email', interval '4.5 s')) AS c (generation, channel, took),
     generate_series(1, 12) AS n,
     LATERAL (SELECT (date_trunc('day', now() AT TIME ZONE 'America/Sao_Paulo') - make_interval(days => %(ago)s)
                      + make_interval(secs => 60 * n)) AT TIME ZONE 'America/Sao_Paulo' AS at) AS planned
WHERE g.operator = %(operator)s AND g.id = %(guia)s
"""
DAY_BEFORE: Final = CAME.replace("days => %(ago)s", "days => %(ago)s + 1")
GONE: Final = (
    "DELETE FROM chancela.trail WHERE operator = %(operator)s AND subject = %(guia)s AND seq = 1 AND hash = ''",
    "DELETE FROM chancela.delivery WHERE operator = %(operator)s AND guia_id = %(guia)s AND generation > 900",
)


@contextlib.contextmanager
def invented(owner: psycopg.Connection, operator: str) -> Iterator[str]:
    """Let an operator have had a day, which it is: "2027-03-14"; it must have a guia."""
    asked = "SELECT id FROM chancela.guia WHERE operator = %s LIMIT 1"
    (guia,) = owner.execute(asked, (operator,)).fetchone() or (None,)
    told = {"operator": operator, "guia": guia, "ago": AGO}
    owner.execute("SELECT chancela.ensure_partitions(now() - make_interval(days => %s))", (AGO + 2,))
    for each in (DAY_BEFORE, CAME, DAY):
        owner.execute(each, told)
    day = owner.execute("SELECT ((now() AT TIME ZONE 'America/Sao_Paulo')::date - %s)::text", (AGO,)).fetchone()
    yield str(day[0]) if day else ""
    for each in GONE:
        owner.execute(each, told)

"""What breaks each of the sentences of standing.py; `OVER` is a guia that went on without a code."""

from __future__ import annotations

from typing import Final

OVER: Final = "(SELECT g.id FROM chancela.guia g WHERE g.attendance = 'without_token' AND g.sessions = 1 LIMIT 1)"
BREAKS: Final = {
    "is over and holds a live code": """
        INSERT INTO chancela.live_token
        SELECT operator, id, 1, now(), now() + interval '1 h', 0, '', '', now() FROM chancela.guia WHERE id = OVER""",
    "was cancelled and is still attended": """
        UPDATE chancela.guia SET authorisation = 'cancelled', cancelled_why = 'x' WHERE id = OVER""",
    "is validated without a proof, or has one and is not": "DELETE FROM chancela.validation",
    "is without a code and says not why, or says it and is not": "DELETE FROM chancela.absence WHERE guia_id = OVER",
    "is both validated and without a code": """
        INSERT INTO chancela.validation
        SELECT operator, id, now(), 'fresh', 'token', 'X', 1, 'me', 1 FROM chancela.guia WHERE id = OVER""",
    "is without a code by a reason that no event tells": """
        UPDATE chancela.absence SET tiss = CASE WHEN tiss = '06' THEN '05' ELSE '06' END WHERE guia_id = OVER""",
    "waits for a late code and has no day for it, or has one and does not wait": """
        INSERT INTO chancela.late_visit
        SELECT operator, id, provider, now(), now(), now(), now(), 'me' FROM chancela.guia WHERE id = OVER""",
    "is disputed by nobody, or stands though it is disputed": """
        UPDATE chancela.guia SET attendance = 'disputed' WHERE id = OVER""",
    "has sessions that are too many, or left out": "UPDATE chancela.guia SET sessions = 1 WHERE sessions > 1",
    "has two sessions by one code": """
        INSERT INTO chancela.guia_session
            (operator, guia_id, place, at, by, generation, method, session_window, event_seq)
        SELECT operator, guia_id, place + 50, at, by, generation, method, session_window, event_seq
        FROM chancela.guia_session WHERE method = 'token' AND upon IS NULL""",
    "has more sessions upon the code of a day than its rules let it confirm": """
        INSERT INTO chancela.guia_session
            (operator, guia_id, place, at, by, generation, method, session_window, upon, event_seq)
        SELECT operator, guia_id, place + 50, at, by, generation, method, session_window, upon, event_seq
        FROM chancela.guia_session WHERE upon IS NOT NULL""",
    "has a session upon a code that was none of its day": """
        UPDATE chancela.guia_session SET at = at - interval '2 days' WHERE upon IS NULL""",
    "has a session that its event does not tell": "UPDATE chancela.guia_session SET event_seq = event_seq + 1",
    "is a series that ended by a code that confirmed none of its sessions": """
        INSERT INTO chancela.validation
        SELECT operator, id, now(), 'fresh', 'token', 'X', 99, 'me', 1 FROM chancela.guia g
        WHERE sessions > 1 AND NOT EXISTS (SELECT FROM chancela.validation v WHERE v.guia_id = g.id)""",
    "was brought in under two numbers, though it is one visit": """
        INSERT INTO chancela.reconciled
        SELECT r.operator, '9' || lpad(n::text, 12, '0'), block_id, provider, said, fingerprint, result, at, by, guia_id
        FROM chancela.reconciled r, generate_series(1, 9) n
        WHERE r.number = (SELECT max(m.number) FROM chancela.reconciled m WHERE m.guia_id IS NOT NULL)""",
    "was brought in by a number of which no event tells": """
        DELETE FROM chancela.trail WHERE kind = 'guia:guia:reconciled'""",
    "bears a contingency number under which it was not brought in": "DELETE FROM chancela.reconciled",
}

"""What must never stand in the tables of any guia, however it came about: each sentence with what finds such guias."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import psycopg

NEVER: Final = {
    "is over and holds a live code": """
        SELECT g.id FROM chancela.guia g JOIN chancela.live_token l ON (l.operator, l.guia_id) = (g.operator, g.id)
        WHERE g.attendance NOT IN ('awaiting_token', 'late_pending')""",
    "was cancelled and is still attended": """
        SELECT g.id FROM chancela.guia g WHERE g.authorisation = 'cancelled' AND g.attendance <> 'none'""",
    "is validated without a proof, or has one and is not": """
        SELECT g.id FROM chancela.guia g
        LEFT JOIN chancela.validation v ON (v.operator, v.guia_id) = (g.operator, g.id)
        WHERE (v.guia_id IS NULL AND g.attendance = 'validated')
           OR (v.guia_id IS NOT NULL AND g.attendance NOT IN ('validated', 'disputed'))""",
    "is without a code and says not why, or says it and is not": """
        SELECT g.id FROM chancela.guia g
        LEFT JOIN chancela.absence a ON (a.operator, a.guia_id) = (g.operator, g.id)
        WHERE (a.guia_id IS NULL AND g.attendance = 'without_token')
           OR (a.guia_id IS NOT NULL AND g.attendance NOT IN ('without_token', 'disputed') AND g.sessions = 1)""",
    "is both validated and without a code": """
        SELECT a.guia_id FROM chancela.absence a
        JOIN chancela.validation v ON (v.operator, v.guia_id) = (a.operator, a.guia_id)
        JOIN chancela.guia g ON (g.operator, g.id) = (a.operator, a.guia_id)
        WHERE g.sessions = 1""",
    "is without a code by a reason that no event tells": """
        SELECT a.guia_id FROM chancela.absence a
        JOIN chancela.guia g ON (g.operator, g.id) = (a.operator, a.guia_id)
        WHERE NOT EXISTS (
            SELECT FROM chancela.trail t WHERE t.operator = a.operator AND t.subject = a.guia_id
            AND t.data::jsonb ->> 'protocol' = a.protocol
            AND (t.kind = 'guia:absence:recorded' AND t.data::jsonb ->> 'absence' = a.tiss
                 OR t.kind = 'guia:attendance:validated' AND g.sessions > 1))""",
    "waits for a late code and has no day for it, or has one and does not wait": """
        SELECT g.id FROM chancela.guia g
        FULL JOIN chancela.late_visit w ON (w.operator, w.guia_id) = (g.operator, g.id)
        WHERE (w.guia_id IS NOT NULL) <> COALESCE(g.attendance = 'late_pending', false)""",
    "is disputed by nobody, or stands though it is disputed": """
        SELECT g.id FROM chancela.guia g LEFT JOIN chancela.report r ON (r.operator, r.guia_id) = (g.operator, g.id)
        WHERE (g.attendance = 'disputed')
           <> COALESCE(r.was IS NOT NULL AND r.outcome IS DISTINCT FROM 'mistaken'
                       AND (r.outcome IS NULL OR r.sessions = '{}' OR NOT EXISTS (
                           SELECT FROM chancela.guia_session s WHERE (s.operator, s.guia_id) = (g.operator, g.id)
                           AND s.outcome IS DISTINCT FROM 'upheld')), false)""",
    "has sessions that are too many, or left out": """
        SELECT s.guia_id FROM chancela.guia_session s
        JOIN chancela.guia g ON (g.operator, g.id) = (s.operator, s.guia_id)
        GROUP BY s.guia_id, g.sessions HAVING count(*) > g.sessions OR max(s.place) <> count(*) OR g.sessions = 1""",
    "has two sessions by one code": """
        SELECT s.guia_id FROM chancela.guia_session s WHERE s.method = 'token' AND s.upon IS NULL
        GROUP BY s.guia_id, s.generation HAVING count(*) > 1""",
    "has more sessions upon the code of a day than its rules let it confirm": """
        SELECT u.guia_id FROM chancela.guia_session u JOIN chancela.operator o ON o.ans = u.operator
        WHERE u.upon IS NOT NULL GROUP BY u.guia_id, u.upon, o.settings
        HAVING 1 + count(*) > COALESCE((o.settings -> 'policy' ->> 'day_sessions')::int, 2)""",
    "has a session upon a code that was none of its day": """
        SELECT u.guia_id FROM chancela.guia_session u
        LEFT JOIN chancela.guia_session f ON (f.operator, f.guia_id, f.place) = (u.operator, u.guia_id, u.upon)
        WHERE u.upon IS NOT NULL AND (f.method IS NULL OR f.upon IS NOT NULL OR f.session_window = 'late'
           OR (COALESCE(f.taken_at, f.at) AT TIME ZONE 'America/Sao_Paulo')::date
           <> (u.at AT TIME ZONE 'America/Sao_Paulo')::date)""",
    "has a session that its event does not tell": """
        SELECT s.guia_id FROM chancela.guia_session s
        LEFT JOIN chancela.trail t ON t.operator = s.operator AND t.seq = s.event_seq AND t.subject = s.guia_id
        WHERE t.kind IS DISTINCT FROM
            CASE WHEN s.method IS NULL THEN 'guia:absence:recorded' ELSE 'guia:session:confirmed' END
           OR (t.data::jsonb ->> 'session')::int IS DISTINCT FROM s.place""",
    "is a series that ended by a code that confirmed none of its sessions": """
        SELECT v.guia_id FROM chancela.validation v
        JOIN chancela.guia g ON (g.operator, g.id) = (v.operator, v.guia_id)
        WHERE g.sessions > 1 AND NOT EXISTS (SELECT FROM chancela.guia_session s
            WHERE (s.operator, s.guia_id, s.method, s.generation) = (v.operator, v.guia_id, v.method, v.generation))""",
    "was brought in under two numbers, though it is one visit": """
        SELECT r.guia_id FROM chancela.reconciled r JOIN chancela.guia g ON (g.operator, g.id) = (r.operator, r.guia_id)
        GROUP BY r.guia_id, g.sessions HAVING count(*) > g.sessions""",
    "was brought in by a number of which no event tells": """
        SELECT r.guia_id FROM chancela.reconciled r WHERE r.guia_id IS NOT NULL AND 1 <> (
            SELECT count(*) FROM chancela.trail t WHERE t.operator = r.operator AND t.subject = r.guia_id
            AND t.kind = 'guia:guia:reconciled' AND t.data::jsonb ->> 'number' = r.number)""",
    "bears a contingency number under which it was not brought in": """
        SELECT g.id FROM chancela.guia g
        LEFT JOIN chancela.reconciled r ON (r.operator, r.number, r.guia_id) = (g.operator, g.number, g.id)
        WHERE g.number ~ '^9[0-9]{12}$' AND r.number IS NULL""",
}


def broken(connection: psycopg.Connection[Any]) -> list[str]:
    """Return every guia of which something stands that never may."""
    return [
        f"guia {row[0]} {sentence}"
        for sentence, statement in NEVER.items()
        for row in connection.execute(statement.encode())
    ]

-- name: _event
SELECT t.seq, t.at, t.kind, t.subject, t.actor, t.data, t.hash

-- name: _asked
t.operator = %(operator)s AND t.seq > %(after)s AND t.seq < %(before)s AND t.at >= %(since)s AND t.at < %(until)s
  AND (%(kinds)s::text[] IS NULL OR t.kind = ANY(%(kinds)s::text[])) AND (%(actor)s::text IS NULL OR t.actor = %(actor)s)
  AND (%(within)s::uuid[] IS NULL OR t.subject = ANY(%(within)s::uuid[]) OR EXISTS (
       SELECT FROM chancela.trail_mention w
       WHERE w.operator = %(operator)s AND w.about = ANY(%(within_named)s::text[]) AND w.seq = t.seq))

-- name: _rare
t.kind <> ALL (ARRAY[
    'guia:guia:registered', 'guia:token:issued', 'guia:token:sent', 'guia:token:climbed', 'guia:token:refused',
    'guia:token:expired', 'guia:attendance:validated', 'guia:attendance:told'
])

-- name: place
-- Where the events of an instant begin: events stand in the order of their numbers, so their number is found by halving.
WITH RECURSIVE halving (low, high) AS (
    SELECT 0::bigint, h.seq + 1 FROM chancela.trail_head h WHERE h.operator = %(operator)s
    UNION ALL
    SELECT CASE WHEN middle.at < %(at)s THEN middle.seq ELSE s.low END,
           CASE WHEN middle.at < %(at)s THEN s.high ELSE (s.low + s.high) / 2 END
    FROM halving s
    CROSS JOIN LATERAL (SELECT t.seq, t.at FROM chancela.trail t
                        WHERE t.operator = %(operator)s AND t.seq >= (s.low + s.high) / 2 ORDER BY t.seq LIMIT 1) middle
    WHERE s.high - s.low > 1
)
SELECT min(high) FROM halving

-- name: of_things
-- What is about some things, or names them: a guia, or a person with their guias.
SELECT * FROM (
    (SELECT t.seq, t.at, t.kind, t.subject, t.actor, t.data, t.hash
     FROM unnest(%(subjects)s::uuid[]) AS about (id)
     CROSS JOIN LATERAL ({_event} FROM chancela.trail t WHERE {_asked} AND t.subject = about.id
                         ORDER BY t.seq DESC LIMIT %(limit)s) t
     ORDER BY t.seq DESC LIMIT %(limit)s)
    UNION
    (SELECT t.seq, t.at, t.kind, t.subject, t.actor, t.data, t.hash
     FROM chancela.trail_mention m
     CROSS JOIN LATERAL ({_event} FROM chancela.trail t WHERE {_asked} AND t.seq = m.seq AND t.at = m.at) t
     WHERE m.operator = %(operator)s AND m.about = ANY(%(named)s::text[]) AND m.seq > %(after)s AND m.seq < %(before)s
     ORDER BY t.seq DESC LIMIT %(limit)s)
) AS found
ORDER BY found.seq DESC LIMIT %(limit)s

-- name: of_kinds
SELECT t.seq, t.at, t.kind, t.subject, t.actor, t.data, t.hash
FROM unnest(%(kinds)s::text[]) AS asked (kind)
CROSS JOIN LATERAL ({_event} FROM chancela.trail t WHERE {_asked} AND {_rare} AND t.kind = asked.kind
                    ORDER BY t.seq DESC LIMIT %(limit)s) t
ORDER BY t.seq DESC LIMIT %(limit)s

-- name: of_deeds
{_event} FROM chancela.trail t WHERE {_asked} AND {_rare} AND t.actor = %(actor)s
ORDER BY t.seq DESC LIMIT %(limit)s

-- name: going_back
{_event} FROM chancela.trail t WHERE {_asked}
ORDER BY t.seq DESC LIMIT %(limit)s

-- name: end
SELECT h.seq FROM chancela.trail_head h WHERE h.operator = %(operator)s

-- name: guia
SELECT g.id FROM chancela.guia g WHERE g.operator = %(operator)s AND g.number = %(number)s

-- name: people
SELECT b.id FROM chancela.beneficiary b WHERE b.operator = %(operator)s AND b.card_number = %(written)s
UNION
SELECT b.id FROM chancela.beneficiary b WHERE b.operator = %(operator)s AND b.cpf = %(digits)s AND b.cpf IS NOT NULL

-- name: guias_of
SELECT g.id FROM chancela.guia g
WHERE g.operator = %(operator)s AND g.beneficiary_id = ANY(%(people)s::uuid[])
ORDER BY g.id DESC LIMIT %(limit)s

-- name: of_protocol
-- What a protocol stands for: the thing itself where it is a call, whose later events do not name it again.
SELECT DISTINCT t.subject
FROM chancela.trail_mention m
JOIN chancela.trail t ON t.operator = %(operator)s AND t.seq = m.seq AND t.at = m.at
WHERE m.operator = %(operator)s AND m.about = %(protocol)s AND t.kind = 'call:call:opened'

-- name: known_guias
SELECT g.id, g.number, g.beneficiary_id FROM chancela.guia g WHERE g.operator = %(operator)s AND g.id = ANY(%(ids)s::uuid[])

-- name: known_people
SELECT b.id, b.card_number, b.name FROM chancela.beneficiary b
WHERE b.operator = %(operator)s AND b.id = ANY(%(ids)s::uuid[])

-- name: known_providers
SELECT p.code, p.name FROM chancela.provider p WHERE p.operator = %(operator)s AND p.code = ANY(%(codes)s::text[])

-- name: known_clients
SELECT c.id, c.name FROM chancela.client c WHERE c.operator = %(operator)s AND c.id = ANY(%(names)s::text[])

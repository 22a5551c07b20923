-- name: conversion
-- Of the codes that carriers took in a span of time: how many messages, by provider and by block of ten thousand numbers,
-- and how many of them belong to a code that was validated.
WITH taken AS (
    SELECT g.provider, left(k.address, -4) AS prefix, v.guia_id IS NOT NULL AS validated
    FROM chancela.delivery d
    JOIN chancela.guia g ON g.operator = %(operator)s AND g.id = d.guia_id
    LEFT JOIN chancela.contact k ON k.operator = %(operator)s AND k.id = d.contact_id AND d.channel IN ('sms', 'whatsapp', 'voice')
    LEFT JOIN LATERAL (
        SELECT * FROM chancela.validation t WHERE t.operator = %(operator)s AND t.guia_id = d.guia_id
        LIMIT 1) v ON v.generation = d.generation
    WHERE d.operator = %(operator)s AND d.purpose = 'code' AND d.handed_over_at IS NOT NULL
      AND d.planned_at >= now() - %(since)s::interval AND d.planned_at < now() - %(until)s::interval
)
SELECT 'provider', t.provider, count(*), count(*) FILTER (WHERE t.validated) FROM taken t GROUP BY t.provider
UNION ALL
SELECT 'prefix', t.prefix, count(*), count(*) FILTER (WHERE t.validated) FROM taken t WHERE t.prefix IS NOT NULL GROUP BY t.prefix

-- name: sound
INSERT INTO chancela.alarm AS a (operator, kind, subject, sent, validated)
SELECT %(operator)s, n.kind, n.subject, n.sent, n.validated
FROM json_to_recordset(%(rows)s::json) AS n (kind text, subject text, sent int, validated int)
ON CONFLICT (operator, kind, subject) WHERE ended_at IS NULL DO UPDATE
SET seen_at = clock_timestamp(), sent = EXCLUDED.sent, validated = EXCLUDED.validated
RETURNING xmax = 0

-- name: end
UPDATE chancela.alarm a SET ended_at = clock_timestamp()
WHERE a.operator = %(operator)s AND a.ended_at IS NULL
  AND NOT EXISTS (SELECT FROM json_to_recordset(%(rows)s::json) AS n (kind text, subject text)
                  WHERE n.kind = a.kind AND n.subject = a.subject)

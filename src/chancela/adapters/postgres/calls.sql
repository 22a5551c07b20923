-- name: _columns
-- Whose file was merged meanwhile rings as the one that goes on.
c.id, c.agent, c.protocol, c.opened_at,
       COALESCE((SELECT m.merged_into FROM chancela.beneficiary m
                 WHERE m.operator = %(operator)s AND m.id = c.person_id), c.person_id),
       c.named, c.questions::text, c.wrong, c.identified_at, c.reveals, c.changed_contact, c.done::text, c.ended_at

-- name: _person
b.id, b.card_number, b.name, b.relation, b.holder_id, b.birth_date, b.cpf, b.plan, b.standing, b.joined_date,
           b.ended_date, b.card_valid_until, b.covers_dental, b.covers_medical, b.has_app, b.preferred_channel,
           b.uses_no_mobile, b.language, b.private, b.protected, b.named_guardian_id

-- name: load
SELECT {_columns}
FROM chancela.call c
WHERE c.operator = %(operator)s AND c.id = ANY(%(ids)s)
ORDER BY c.id
FOR UPDATE

-- name: hold_agents
-- Two sets that open a call for one agent would each see none that is open; so the second one waits.
SELECT pg_advisory_xact_lock(hashtextextended(%(operator)s || ' call of ' || p.id, 0))
FROM (SELECT DISTINCT u.id FROM unnest(%(agents)s::text[]) AS u (id) ORDER BY u.id) p

-- name: open_of
SELECT {_columns}
FROM chancela.call c
WHERE c.operator = %(operator)s AND c.agent = ANY(%(agents)s) AND c.ended_at IS NULL
ORDER BY c.id
FOR UPDATE

-- name: known
-- The card of a file that was merged stands for the one that goes on; by nothing else is an ended file found.
SELECT a.n, f.*
FROM json_to_recordset(%(rows)s::json) AS a (n int, card text, cpf text, birth_date date)
CROSS JOIN LATERAL (
    SELECT {_person}
    FROM chancela.beneficiary b WHERE b.operator = %(operator)s AND b.id = (
        SELECT COALESCE(c.merged_into, c.id) FROM chancela.beneficiary c
        WHERE c.operator = %(operator)s AND c.card_number = a.card)
    UNION ALL
    SELECT {_person}
    FROM chancela.beneficiary b WHERE b.operator = %(operator)s AND b.cpf = a.cpf AND b.merged_into IS NULL
    UNION ALL
    (SELECT {_person}
    FROM chancela.beneficiary b WHERE b.operator = %(operator)s AND b.birth_date = a.birth_date AND b.merged_into IS NULL
    LIMIT %(most)s)
) f
ORDER BY a.n, f.id

-- name: files
SELECT {_person},
       (SELECT h.name FROM chancela.beneficiary h
        WHERE h.operator = %(operator)s AND h.id = b.holder_id AND h.id <> b.id),
       ARRAY(SELECT d.name FROM chancela.beneficiary d
        WHERE d.operator = %(operator)s AND d.holder_id = b.id AND d.id <> b.id ORDER BY d.id LIMIT 30)
FROM chancela.beneficiary b
WHERE b.operator = %(operator)s AND b.id = ANY(%(people)s)

-- name: hold_people
-- Calls about one person that are judged at the same time count each other's wrong answers.
SELECT pg_advisory_xact_lock(hashtextextended(%(operator)s || ' caller ' || p.id, 0))
FROM (SELECT DISTINCT u.id FROM unnest(%(people)s::text[]) AS u (id) ORDER BY u.id) p

-- name: failures
SELECT c.person_id, sum(c.wrong)
FROM chancela.call c
WHERE c.operator = %(operator)s AND c.person_id = ANY(%(people)s)
  AND c.opened_at >= %(today)s::date::timestamp AT TIME ZONE 'America/Sao_Paulo'
GROUP BY c.person_id

-- name: reveals_today
-- A call that began yesterday and is not over, or ended today, counts as of today.
SELECT c.agent, sum(c.reveals)
FROM chancela.call c
WHERE c.operator = %(operator)s AND c.agent = ANY(%(agents)s)
  AND c.opened_at >= %(today)s::date::timestamp AT TIME ZONE 'America/Sao_Paulo' - %(longest)s::interval
  AND COALESCE(c.ended_at, 'infinity') >= %(today)s::date::timestamp AT TIME ZONE 'America/Sao_Paulo'
GROUP BY c.agent

-- name: put
INSERT INTO chancela.call AS c (operator, id, agent, protocol, opened_at, person_id, named, questions, wrong, identified_at,
                                reveals, changed_contact, done, ended_at)
SELECT %(operator)s, n.*
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, agent text, protocol text, opened_at timestamptz, person_id uuid, named int, questions jsonb, wrong int,
           identified_at timestamptz, reveals int, changed_contact boolean, done jsonb, ended_at timestamptz)
ORDER BY n.ended_at NULLS LAST, n.id
ON CONFLICT ON CONSTRAINT a_call_has_one_id DO UPDATE
SET person_id = EXCLUDED.person_id, named = EXCLUDED.named, questions = EXCLUDED.questions, wrong = EXCLUDED.wrong,
    identified_at = EXCLUDED.identified_at, reveals = EXCLUDED.reveals, changed_contact = EXCLUDED.changed_contact,
    done = EXCLUDED.done, ended_at = EXCLUDED.ended_at

-- name: of_agent
SELECT {_columns}
FROM chancela.call c
WHERE c.operator = %(operator)s AND c.agent = %(agent)s AND c.ended_at IS NULL

-- name: read
SELECT {_columns}
FROM chancela.call c
WHERE c.operator = %(operator)s AND c.id = %(id)s AND c.agent = %(agent)s

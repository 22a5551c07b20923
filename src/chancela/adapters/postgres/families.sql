-- name: _person
json_build_object('beneficiary', p, 'contacts', (
    SELECT COALESCE(json_agg(k ORDER BY k.id), '[]') FROM chancela.contact k
    WHERE k.operator = %(operator)s AND k.beneficiary_id = p.id))

-- name: _around
(SELECT {_person} FROM chancela.beneficiary p
        WHERE p.operator = %(operator)s AND p.id = w.holder_id AND p.id <> w.id) AS holder,
    (SELECT json_agg({_person} ORDER BY p.id) FROM chancela.guardian g
        JOIN chancela.beneficiary p ON p.operator = %(operator)s AND p.id = g.guardian_id
        WHERE g.operator = %(operator)s AND g.ward_id = w.id) AS guardians,
    (SELECT {_person} FROM chancela.beneficiary p
        WHERE p.operator = %(operator)s AND p.id = w.named_guardian_id) AS named

-- name: _given
(SELECT json_agg(r ORDER BY r.id) FROM (
        SELECT t.id, t.kind, t.giver_id, t.of_id, t.scope, encode(t.token_hash, 'base64') AS token_hash, t.created_at, t.until,
               t.taker_id, t.accepted_at, t.ended_at
        FROM chancela.tie t
        WHERE t.operator = %(operator)s AND t.of_id = w.id AND t.ended_at IS NULL AND t.taker_id IS NOT NULL
          AND t.until > clock_timestamp()) r) AS ties,
    (SELECT json_agg({_person} ORDER BY p.id) FROM chancela.beneficiary p
        WHERE p.operator = %(operator)s AND p.id = ANY(ARRAY(
            SELECT t.taker_id FROM chancela.tie t
            WHERE t.operator = %(operator)s AND t.of_id = w.id AND t.ended_at IS NULL
              AND t.until > clock_timestamp()))) AS takers

-- name: _one
(SELECT {_person} FROM chancela.beneficiary p WHERE p.operator = %(operator)s AND p.id = w.id) AS person

-- name: circles
SELECT COALESCE(json_agg(c), '[]')::text FROM (
    SELECT {_one},
    {_around},
    {_given}
    FROM chancela.beneficiary w
    WHERE w.operator = %(operator)s AND w.id = ANY(%(ids)s::uuid[])) c

-- name: circle_of_card
SELECT COALESCE(json_agg(c), '[]')::text FROM (
    SELECT {_one},
    {_around},
    {_given}
    FROM chancela.beneficiary w
    WHERE w.operator = %(operator)s AND w.id = (
        SELECT COALESCE(b.merged_into, b.id) FROM chancela.beneficiary b
        WHERE b.operator = %(operator)s AND b.card_number = %(card)s)) c

-- name: circles_around
-- The circles of everybody for whom a person may have a power, and their own.
SELECT COALESCE(json_agg(c), '[]')::text FROM (
    SELECT {_one},
    {_around},
    {_given}
    FROM chancela.beneficiary w
    WHERE w.operator = %(operator)s AND w.id = ANY(ARRAY(
        SELECT %(person)s::uuid
        UNION SELECT b.id FROM chancela.beneficiary b
            WHERE b.operator = %(operator)s AND b.holder_id = %(person)s
              AND b.birth_date >= clock_timestamp() - make_interval(years => %(adult)s, days => 2)
        UNION SELECT g.ward_id FROM chancela.guardian g
            WHERE g.operator = %(operator)s AND g.guardian_id = %(person)s
        UNION SELECT b.id FROM chancela.beneficiary b
            WHERE b.operator = %(operator)s AND b.named_guardian_id = %(person)s
        UNION SELECT t.of_id FROM chancela.tie t
            WHERE t.operator = %(operator)s AND t.taker_id = %(person)s AND t.ended_at IS NULL
              AND t.until > clock_timestamp()))) c

-- name: _found
SELECT b.id, b.card_number, b.name, b.birth_date, b.plan, b.standing, b.relation, b.merged_into, b.protected, b.private
FROM chancela.beneficiary b

-- name: by_card
{_found}
WHERE b.operator = %(operator)s AND b.card_number = %(asked)s

-- name: by_cpf
{_found}
WHERE b.operator = %(operator)s AND b.cpf = %(asked)s
ORDER BY b.id
LIMIT %(limit)s

-- name: by_name
-- A range of texts, which a wall lets walk down the index, where LIKE would look at everybody.
{_found}
WHERE b.operator = %(operator)s AND b.small_name >= %(asked)s AND b.small_name < %(until)s
ORDER BY b.small_name, b.id
LIMIT %(limit)s

-- name: person
SELECT b.id, b.card_number, b.name, b.relation, b.holder_id, b.birth_date, b.cpf, b.plan, b.standing, b.joined_date,
       b.ended_date, b.card_valid_until, b.covers_dental, b.covers_medical, b.has_app, b.preferred_channel,
       b.uses_no_mobile, b.language, b.private, b.protected, b.named_guardian_id, b.merged_into
FROM chancela.beneficiary b
WHERE b.operator = %(operator)s AND b.id = %(person)s

-- name: counts
SELECT (SELECT count(*) FROM chancela.passkey k
        WHERE k.operator = %(operator)s AND k.beneficiary_id = %(person)s AND k.ended_at IS NULL),
       (SELECT count(*) FROM chancela.device d
        WHERE d.operator = %(operator)s AND d.beneficiary_id = %(person)s AND d.ended_at IS NULL),
       (SELECT count(*) FROM chancela.person_session s
        WHERE s.operator = %(operator)s AND s.beneficiary_id = %(person)s AND s.ended_at IS NULL
          AND s.expires_at > clock_timestamp()),
       (SELECT count(*) FROM chancela.paper_code c
        WHERE c.operator = %(operator)s AND c.beneficiary_id = %(person)s AND c.ended_at IS NULL)

-- name: family
-- Who is around a person, each with what they are to them: of a family the holder and everybody else whom the holder holds.
SELECT u.tie, b.id, b.card_number, b.name, b.standing, b.protected, b.private, u.until
FROM (
    SELECT 'holder' AS tie, p.holder_id AS id, NULL::timestamptz AS until, 1 AS place
    FROM chancela.beneficiary p WHERE p.operator = %(operator)s AND p.id = %(person)s AND p.holder_id IS NOT NULL
    UNION ALL
    SELECT 'dependant', d.id, NULL, 2 FROM chancela.beneficiary d
    WHERE d.operator = %(operator)s AND d.holder_id = %(person)s AND d.merged_into IS NULL
    UNION ALL
    SELECT 'named', p.named_guardian_id, NULL, 3
    FROM chancela.beneficiary p
    WHERE p.operator = %(operator)s AND p.id = %(person)s AND p.named_guardian_id IS NOT NULL
    UNION ALL
    SELECT 'guardian', g.guardian_id, NULL, 4 FROM chancela.guardian g
    WHERE g.operator = %(operator)s AND g.ward_id = %(person)s
    UNION ALL
    SELECT 'ward', g.ward_id, NULL, 5 FROM chancela.guardian g
    WHERE g.operator = %(operator)s AND g.guardian_id = %(person)s
    UNION ALL
    SELECT 'helper', t.taker_id, t.until, 6 FROM chancela.tie t
    WHERE t.operator = %(operator)s AND t.of_id = %(person)s AND t.ended_at IS NULL AND t.taker_id IS NOT NULL
      AND t.until > clock_timestamp()
    UNION ALL
    SELECT 'helps', t.of_id, t.until, 7 FROM chancela.tie t
    WHERE t.operator = %(operator)s AND t.taker_id = %(person)s AND t.ended_at IS NULL AND t.until > clock_timestamp()
) u
JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.id = u.id
ORDER BY u.place, b.card_number, b.id
LIMIT %(limit)s

-- name: guias
SELECT g.id, g.number, g.created_at, COALESCE(p.name, g.provider), CASE
        WHEN g.authorisation = 'cancelled' THEN 'cancelled'
        WHEN g.attendance NOT IN ('none', 'awaiting_token') THEN g.attendance
        WHEN g.valid_until < %(today)s THEN 'expired'
        WHEN g.attendance = 'awaiting_token' THEN 'awaiting_token'
        WHEN g.authorisation = 'denied' THEN 'denied'
        ELSE 'under_analysis' END,
       CASE WHEN g.sessions > 1 THEN ARRAY(
            SELECT s.place FROM chancela.guia_session s
            WHERE s.operator = %(operator)s AND s.guia_id = g.id AND s.outcome = 'upheld' ORDER BY s.place) ELSE '{}' END
FROM chancela.guia g
LEFT JOIN chancela.provider p ON p.operator = %(operator)s AND p.code = g.provider
WHERE g.operator = %(operator)s AND g.beneficiary_id = %(person)s
ORDER BY g.id DESC
LIMIT %(limit)s

-- name: likely
-- Whoever has the same CPF, or the same name and birth date, and was not merged: each found by an index of its own.
SELECT b.id, b.card_number, b.name, b.birth_date, b.plan, b.standing, b.relation, b.merged_into, b.protected, b.private
FROM chancela.beneficiary b
WHERE b.operator = %(operator)s AND b.merged_into IS NULL AND b.id <> %(person)s AND b.id = ANY(ARRAY(
    SELECT c.id FROM chancela.beneficiary c WHERE c.operator = %(operator)s AND c.cpf = %(cpf)s
    UNION
    SELECT c.id FROM chancela.beneficiary c
    WHERE c.operator = %(operator)s AND c.small_name = %(name)s AND c.birth_date = %(birth_date)s))
ORDER BY b.id
LIMIT %(limit)s

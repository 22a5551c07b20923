-- An empty cell, or no column, says nothing about who hides or is protected: what is on file stays. Who becomes protected is
-- let in anew everywhere: whoever they are protected from may have been there in their name.
WITH newly AS (
    SELECT b.id
    FROM arriving a
    JOIN chancela.beneficiary b ON b.operator = %(operator)s AND b.card_number = a.card_number
    WHERE a.protected AND NOT b.protected
), marked AS (
    UPDATE chancela.beneficiary b
    SET private = COALESCE(a.private, b.private), protected = COALESCE(a.protected, b.protected)
    FROM arriving a
    WHERE b.operator = %(operator)s AND b.card_number = a.card_number
      AND (a.private <> b.private OR a.protected <> b.protected)
), sessions AS (
    UPDATE chancela.person_session s SET ended_at = clock_timestamp()
    FROM newly n WHERE s.operator = %(operator)s AND s.beneficiary_id = n.id AND s.ended_at IS NULL
), passkeys AS (
    UPDATE chancela.passkey k SET ended_at = clock_timestamp()
    FROM newly n WHERE k.operator = %(operator)s AND k.beneficiary_id = n.id AND k.ended_at IS NULL
), devices AS (
    UPDATE chancela.device d SET ended_at = clock_timestamp(), secret = NULL
    FROM newly n WHERE d.operator = %(operator)s AND d.beneficiary_id = n.id AND d.ended_at IS NULL
)
UPDATE chancela.paper_code p SET ended_at = clock_timestamp(), digest = NULL
FROM newly n WHERE p.operator = %(operator)s AND p.beneficiary_id = n.id AND p.ended_at IS NULL

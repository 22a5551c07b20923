-- name: live
SELECT g.id, g.number, g.kind, g.beneficiary_id, g.card_number, g.provider, g.created_at, g.valid_until,
       g.procedures::text, g.authorisation, g.attendance, g.provider_number, g.requester, g.notes, g.cancelled_why,
       l.generation, g.wrong_tries, NULL::text,
       l.digest, l.sealed, l.key_date, o.name, b.language,
       CASE WHEN g.attendance = 'late_pending' THEN (
           SELECT v.visit_date FROM chancela.late_visit v WHERE v.operator = %(operator)s AND v.guia_id = g.id LIMIT 1) END
FROM chancela.delivery d
JOIN chancela.live_token l ON l.operator = %(operator)s AND l.guia_id = d.guia_id AND l.generation = d.generation
JOIN chancela.guia g ON g.operator = %(operator)s AND g.id = d.guia_id
JOIN chancela.beneficiary b -- behind a wall a CASE searches an index, and COALESCE does not
    ON b.operator = %(operator)s AND b.id = CASE WHEN d.reader_id IS NULL THEN g.beneficiary_id ELSE d.reader_id END
JOIN chancela.operator o ON o.ans = %(operator)s
WHERE d.operator = %(operator)s AND d.id = %(delivery_id)s AND d.planned_at > now() - interval '40 days'
  AND d.channel = 'voice' AND d.purpose = 'code' AND d.state IN ('sending', 'handed_over', 'delivered')
  AND l.expires_at > clock_timestamp()

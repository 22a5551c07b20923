SELECT b.card_number, b.name, b.relation, COALESCE(h.card_number, '') AS holder_card, b.birth_date, b.cpf, b.plan, b.standing,
       b.joined_date, b.ended_date, b.card_valid_until,
       CASE WHEN b.covers_dental AND b.covers_medical THEN 'both' WHEN b.covers_dental THEN 'dental'
            WHEN b.covers_medical THEN 'medical' ELSE 'none' END AS covers,
       c.mobile, c.landline, c.email,
       CASE WHEN b.uses_no_mobile THEN 'no' ELSE 'yes' END AS uses_mobile, b.language
FROM chancela.beneficiary b
LEFT JOIN chancela.beneficiary h ON h.operator = b.operator AND h.id = b.holder_id
LEFT JOIN LATERAL (
    SELECT min(k.address) FILTER (WHERE k.kind = 'mobile') AS mobile,
           min(k.address) FILTER (WHERE k.kind = 'landline') AS landline,
           min(k.address) FILTER (WHERE k.kind = 'email') AS email
    FROM chancela.contact k
    WHERE k.operator = b.operator AND k.beneficiary_id = b.id AND k.state = 'confirmed'
) c ON true
WHERE b.operator = %(operator)s
ORDER BY b.card_number
LIMIT %(limit)s

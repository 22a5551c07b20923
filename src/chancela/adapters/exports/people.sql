SELECT b.card_number, b.name, b.relation, COALESCE(h.card_number, '') AS holder_card, b.birth_date, b.cpf, b.plan, b.standing,
       b.joined_date, b.ended_date, b.card_valid_until,
       CASE WHEN b.covers_dental AND b.covers_medical THEN 'both' WHEN b.covers_dental THEN 'dental'
            WHEN b.covers_medical THEN 'medical' ELSE 'none' END AS covers,
       c.mobile, c.landline, c.email,
       CASE WHEN b.uses_no_mobile THEN 'no' ELSE 'yes' END AS uses_mobile, b.language,
       COALESCE(n.card_number, '') AS named_guardian,
       COALESCE((SELECT string_agg(o.card_number, ';' ORDER BY o.card_number)
                 FROM chancela.guardian g
                 JOIN chancela.beneficiary o ON o.operator = g.operator AND o.id = g.guardian_id
                 WHERE g.operator = b.operator AND g.ward_id = b.id), '') AS guardians,
       CASE WHEN b.protected THEN 'yes' ELSE 'no' END AS protected, CASE WHEN b.private THEN 'yes' ELSE 'no' END AS private
FROM chancela.beneficiary b
LEFT JOIN chancela.beneficiary h ON h.operator = b.operator AND h.id = b.holder_id
LEFT JOIN chancela.beneficiary n ON n.operator = b.operator AND n.id = b.named_guardian_id
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

-- name: answered
-- A code to sign in, a code for a new contact and the notice of one are about no guia, and whoever is only told of a
-- code does not act for the person: to answer them reports nothing. What a reader got is found by the reader. To answer the
-- notice of a contact that waits refuses that contact.
SELECT a.guia_id, a.contact_id, a.channel, a.purpose
FROM (
    SELECT 1 AS rank, d.guia_id, d.contact_id, d.channel, d.purpose, d.planned_at
    FROM chancela.delivery d
    WHERE d.operator = %(operator)s AND d.id = %(delivery_id)s::uuid AND d.planned_at > now() - interval '40 days'
      AND d.purpose NOT IN ('sign_in', 'contact_code', 'contact_changed', 'ward_code')
    UNION ALL
    SELECT 2, d.guia_id, d.contact_id, d.channel, d.purpose, d.planned_at
    FROM chancela.delivery d
    WHERE d.operator = %(operator)s AND d.carrier_id = %(carrier_id)s AND d.carrier = %(carrier)s
      AND d.planned_at > now() - interval '40 days' AND d.purpose NOT IN ('sign_in', 'contact_code', 'contact_changed', 'ward_code')
    UNION ALL
    SELECT 3, d.guia_id, d.contact_id, d.channel, d.purpose, d.planned_at
    FROM chancela.contact k
    JOIN chancela.delivery d ON d.operator = %(operator)s AND d.beneficiary_id = k.beneficiary_id AND d.contact_id = k.id
     AND d.planned_at > now() - interval '48 hours' AND d.planned_at < now() + interval '1 day'
    WHERE k.operator = %(operator)s AND k.small_address = lower(%(sender)s) AND d.state IN ('sending', 'handed_over', 'delivered')
      AND d.purpose NOT IN ('sign_in', 'contact_code', 'contact_changed', 'ward_code')
      AND d.channel = (SELECT c.channel FROM chancela.carrier c WHERE c.operator = %(operator)s AND c.name = %(carrier)s)
    UNION ALL
    SELECT 3, d.guia_id, d.contact_id, d.channel, d.purpose, d.planned_at
    FROM chancela.contact k
    JOIN chancela.delivery d ON d.operator = %(operator)s AND d.reader_id = k.beneficiary_id AND d.contact_id = k.id
     AND d.planned_at > now() - interval '48 hours' AND d.planned_at < now() + interval '1 day'
    WHERE k.operator = %(operator)s AND k.small_address = lower(%(sender)s) AND d.state IN ('sending', 'handed_over', 'delivered')
      AND d.purpose NOT IN ('sign_in', 'contact_code', 'contact_changed', 'ward_code')
      AND d.channel = (SELECT c.channel FROM chancela.carrier c WHERE c.operator = %(operator)s AND c.name = %(carrier)s)
) AS a
ORDER BY a.rank, a.planned_at DESC
LIMIT 1

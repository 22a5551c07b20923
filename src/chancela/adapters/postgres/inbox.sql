-- name: wall
SELECT set_config('chancela.operator', %(operator)s, true)

-- name: put
INSERT INTO chancela.inbox_message (operator, id, card_number, channel, masked, sealed, key_date)
SELECT %(operator)s, n.id, n.card_number, n.channel, n.masked, decode(n.sealed, 'base64'), n.key_date
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, card_number text, channel text, masked text, sealed text, key_date date)
ON CONFLICT ON CONSTRAINT a_message_arrives_once DO NOTHING

-- name: newest
SELECT m.id, m.card_number, m.channel, m.masked, m.sealed, m.key_date, m.received_at
FROM chancela.inbox_message m
WHERE m.operator = %(operator)s AND m.card_number = %(card)s
ORDER BY m.received_at DESC, m.id DESC
LIMIT %(limit)s

-- name: forget
DELETE FROM chancela.inbox_message m WHERE m.operator = %(operator)s AND m.key_date < %(before)s

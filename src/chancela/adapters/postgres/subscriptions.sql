-- name: enrol
INSERT INTO chancela.push_subscription AS s (operator, id, beneficiary_id, endpoint, p256dh, auth)
SELECT b.operator, %(id)s, b.id, %(endpoint)s, %(p256dh)s, %(auth)s
FROM chancela.beneficiary b WHERE b.operator = %(operator)s AND b.id = %(beneficiary_id)s
ON CONFLICT ON CONSTRAINT an_endpoint_is_subscribed_once DO UPDATE
SET beneficiary_id = EXCLUDED.beneficiary_id, p256dh = EXCLUDED.p256dh, auth = EXCLUDED.auth
RETURNING s.id

-- name: others
SELECT s.beneficiary_id FROM chancela.push_subscription s
WHERE s.operator = %(operator)s AND s.endpoint = %(endpoint)s AND s.beneficiary_id <> %(beneficiary_id)s

-- name: has_app
UPDATE chancela.beneficiary b SET has_app = true
WHERE b.operator = %(operator)s AND b.id = %(beneficiary_id)s AND NOT b.has_app

-- name: forget
DELETE FROM chancela.push_subscription s WHERE s.operator = %(operator)s AND s.endpoint = %(endpoint)s
RETURNING s.beneficiary_id

-- name: has_none
UPDATE chancela.beneficiary b SET has_app = false
WHERE b.operator = %(operator)s AND b.id = ANY(%(people)s::uuid[]) AND b.has_app
  AND NOT EXISTS (SELECT FROM chancela.push_subscription s WHERE s.operator = %(operator)s AND s.beneficiary_id = b.id)

-- name: of
SELECT s.beneficiary_id, s.endpoint, s.p256dh, s.auth
FROM chancela.push_subscription s
WHERE s.operator = %(operator)s AND s.beneficiary_id = ANY(%(people)s::uuid[])
ORDER BY s.beneficiary_id, s.created_at DESC, s.id DESC

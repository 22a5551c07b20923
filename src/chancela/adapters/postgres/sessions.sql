-- name: by_secret
-- A session that opens pages, with its person and contacts; being seen is written once in five minutes.
WITH found AS (
    SELECT s.id, s.beneficiary_id, s.token_hash, s.created_at, s.seen_at, s.expires_at, s.assured_at, s.device, s.ended_at
    FROM chancela.person_session s
    WHERE s.operator = %(operator)s AND s.token_hash = %(token_hash)s AND s.ended_at IS NULL
      AND s.expires_at > clock_timestamp() AND s.seen_at > clock_timestamp() - %(idle)s::interval
), seen AS (
    UPDATE chancela.person_session s
    SET seen_at = clock_timestamp()
    FROM found f
    WHERE s.operator = %(operator)s AND s.id = f.id AND s.seen_at < clock_timestamp() - interval '5 minutes'
)
SELECT f.id, f.beneficiary_id, f.token_hash, f.created_at, f.seen_at, f.expires_at, f.assured_at, f.device, f.ended_at,
       clock_timestamp()
FROM found f

-- name: person
SELECT b.id, b.card_number, b.name, b.relation, b.holder_id, b.birth_date, b.cpf, b.plan, b.standing, b.joined_date,
       b.ended_date, b.card_valid_until, b.covers_dental, b.covers_medical, b.has_app, b.preferred_channel,
       b.uses_no_mobile, b.language, b.private, b.protected, b.named_guardian_id
FROM chancela.beneficiary b
WHERE b.operator = %(operator)s AND b.id = (
    SELECT s.beneficiary_id FROM chancela.person_session s
    WHERE s.operator = %(operator)s AND s.token_hash = %(token_hash)s)

-- name: contacts
SELECT c.id, c.beneficiary_id, c.kind, c.address, c.state, c.typed_by, c.guia_id, c.created_at
FROM chancela.contact c
WHERE c.operator = %(operator)s AND c.beneficiary_id = (
    SELECT s.beneficiary_id FROM chancela.person_session s
    WHERE s.operator = %(operator)s AND s.token_hash = %(token_hash)s)

-- name: of_person
SELECT s.id, s.beneficiary_id, s.token_hash, s.created_at, s.seen_at, s.expires_at, s.assured_at, s.device, s.ended_at
FROM chancela.person_session s
WHERE s.operator = %(operator)s AND s.beneficiary_id = %(person)s AND s.ended_at IS NULL
  AND s.expires_at > clock_timestamp() AND s.seen_at > clock_timestamp() - %(idle)s::interval
ORDER BY s.seen_at DESC, s.id DESC

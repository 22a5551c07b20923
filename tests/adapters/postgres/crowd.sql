-- A crowd around the people of a test. Each person has two contacts, a guia, its codes and two messages; some have a validation,
-- a report, a guardian or a tie.
CREATE TEMP TABLE crowd AS
SELECT n, md5('person ' || n)::uuid AS person, md5('guia ' || n)::uuid AS guia, 'K' || n AS card, 'K' || n / 4 AS house,
       clock_timestamp() AS at
FROM generate_series(1, %(people)s) AS n;
INSERT INTO chancela.provider (operator, code, name, phones, emails)
SELECT DISTINCT ON (house) %(ans)s, house, house, ARRAY['+552000' || house], ARRAY[lower(house) || '@example.com'] FROM crowd;
INSERT INTO chancela.beneficiary (operator, id, card_number, name, relation, birth_date, plan, standing, joined_date)
SELECT %(ans)s, person, card, card, 'holder', '1980-01-01', 'x', 'active', '2020-01-01' FROM crowd;
INSERT INTO chancela.contact (operator, id, beneficiary_id, kind, address, state)
SELECT %(ans)s, md5(kind || n)::uuid, person, kind, kind || n || '@example.com', 'confirmed'
FROM crowd, unnest(ARRAY['mobile', 'email']) AS kind;
INSERT INTO chancela.guardian (operator, ward_id, guardian_id)
SELECT %(ans)s, person, md5('person ' || n - 1)::uuid FROM crowd WHERE n %% 5 = 0;
INSERT INTO chancela.tie (operator, id, kind, giver_id, of_id, scope, token_hash, created_at, until, taker_id, accepted_at)
SELECT %(ans)s, guia, 'delegation', person, person, 'receive', sha256(card::bytea), at, at + interval '1 day',
       md5('person ' || n - 1)::uuid, at
FROM crowd WHERE n %% 5 = 1 AND n > 1;
INSERT INTO chancela.guia (operator, id, number, kind, beneficiary_id, card_number, provider, created_at, valid_until,
                           procedures, authorisation, attendance, generation)
SELECT %(ans)s, guia, card, 'odonto', person, card, house, at, current_date + 30, '[]', 'authorised', 'open', 1 FROM crowd;
INSERT INTO chancela.live_token (operator, guia_id, generation, issued_at, expires_at, digest, sealed, key_date, climb_at)
SELECT %(ans)s, guia, 2, at, at + interval '1 hour', '', '', current_date, at + interval '1 hour' FROM crowd WHERE n %% 2 = 0;
INSERT INTO chancela.token (operator, guia_id, generation, issued_at, expires_at, wrong_tries, ended_at, "end")
SELECT %(ans)s, guia, 1, at, at + interval '1 hour', 0, at, 'superseded' FROM crowd;
INSERT INTO chancela.validation (operator, guia_id, validated_at, validation_window, method, code, generation, validated_by,
                                 event_seq)
SELECT %(ans)s, guia, at, 'live', 'token', '1', 1, 'x', n FROM crowd WHERE n %% 4 = 1;
INSERT INTO chancela.delivery (operator, id, guia_id, beneficiary_id, generation, channel, contact_id, masked, state, planned_at,
                               changed_at, due_at, carrier, carrier_id, reader_id)
SELECT %(ans)s, md5(kind || guia)::uuid, guia, person, 1, 'sms', md5(kind || n)::uuid, 'x', 'handed_over', at, at, at, 'x', card || kind,
       CASE WHEN n %% 3 = 0 THEN person END
FROM crowd, unnest(ARRAY['mobile', 'email']) AS kind;
INSERT INTO chancela.report (operator, guia_id, beneficiary_id, provider, way, protocol, generation, opened_at)
SELECT %(ans)s, guia, person, house, 'desk', card, 1, at FROM crowd WHERE n %% 3 = 0;
INSERT INTO chancela.provider_day (operator, provider, day, guias) SELECT DISTINCT %(ans)s, house, at::date, 1 FROM crowd;
INSERT INTO chancela.answer (operator, asker, key, digest, status, body) SELECT %(ans)s, card, card, '', 200, '' FROM crowd;
INSERT INTO chancela.sign_in (operator, id, beneficiary_id, contact_id, origin, key_date, issued_at, expires_at, ended_at)
SELECT %(ans)s, guia, person, md5('mobile' || n)::uuid, sha256(card::bytea), current_date, at, at + interval '10 minutes',
       CASE WHEN n %% 2 = 0 THEN at END
FROM crowd;
INSERT INTO chancela.person_session (operator, id, beneficiary_id, token_hash, created_at, seen_at, expires_at, assured_at, device)
SELECT %(ans)s, guia, person, sha256(card::bytea), at, at, at + interval '1 day', at, 'x' FROM crowd;
INSERT INTO chancela.contact_change (operator, id, beneficiary_id, asked_by, contact_id, kind, address, key_date, issued_at,
                                     expires_at, ended_at)
SELECT %(ans)s, guia, person, person, person, 'mobile', card, current_date, at, at + interval '10 minutes', at FROM crowd;
INSERT INTO chancela.push_subscription (operator, id, beneficiary_id, endpoint, p256dh, auth)
SELECT %(ans)s, guia, person, card, 'x', 'x' FROM crowd;
INSERT INTO chancela.device (operator, id, beneficiary_id, name, secret, enrolled_at)
SELECT %(ans)s, guia, person, 'x', '', at FROM crowd;
INSERT INTO chancela.paper_code (operator, sheet_id, place, beneficiary_id, printed_at, digest)
SELECT %(ans)s, guia, 1, person, at, '' FROM crowd;
DROP TABLE crowd;

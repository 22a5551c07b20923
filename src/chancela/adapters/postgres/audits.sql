-- Each statement finds what the trail and the other tables say differently: the event's place, the guia, and a detail.

-- name: validations_without_event
SELECT v.event_seq, v.guia_id, v.code
FROM chancela.validation v
LEFT JOIN chancela.trail t
  ON t.operator = v.operator AND t.seq = v.event_seq AND t.kind = 'guia:attendance:validated' AND t.subject = v.guia_id
 AND t.at = v.validated_at AND t.actor = v.validated_by
 AND position('"validation_code":"' || v.code || '"' IN t.data) > 0
 AND position('"window":"' || v.validation_window || '"' IN t.data) > 0
 AND COALESCE(substring(t.data FROM '"method":"([a-z]+)"'), 'token') = v.method
 AND (position('"generation":' || v.generation || ',' IN t.data) > 0 OR position('"generation":' || v.generation || '}' IN t.data) > 0)
WHERE v.operator = %(operator)s AND t.seq IS NULL
ORDER BY v.event_seq

-- name: events_without_validation
SELECT t.seq, t.subject, NULL
FROM chancela.trail t
LEFT JOIN chancela.validation v ON v.operator = t.operator AND v.guia_id = t.subject AND v.event_seq = t.seq
WHERE t.operator = %(operator)s AND t.kind = 'guia:attendance:validated' AND v.guia_id IS NULL
ORDER BY t.seq

-- name: validated_by_a_dead_code
-- What a live code did names no method at a guia, and «token» at a session of a series.
SELECT l.seq, l.subject, l.generation
FROM (SELECT t.seq, t.subject, t.kind, t.data, substring(t.data FROM '"generation":([0-9]+)') AS generation,
             lag(t.kind) OVER life AS before, lag(substring(t.data FROM '"generation":([0-9]+)')) OVER life AS lives
      FROM chancela.trail t
      WHERE t.operator = %(operator)s
        AND t.kind IN ('guia:token:issued', 'guia:token:locked', 'guia:token:expired', 'guia:token:postponed', 'guia:token:reported',
                       'guia:attendance:validated', 'guia:session:confirmed', 'guia:absence:recorded', 'guia:guia:cancelled')
        AND position('"upon":' IN t.data) = 0 AND position('"sessions":' IN t.data) = 0 -- these two end no code
      WINDOW life AS (PARTITION BY t.subject ORDER BY t.seq)) AS l
WHERE ((l.kind = 'guia:attendance:validated' AND position('"method":' IN l.data) = 0)
    OR (l.kind = 'guia:session:confirmed' AND position('"method":"token"' IN l.data) > 0))
  AND (l.before, l.lives) IS DISTINCT FROM ('guia:token:issued', l.generation)
ORDER BY l.seq

-- name: validated_by_what_nobody_carried
SELECT v.seq, v.subject, v.thing
FROM (SELECT t.seq, t.subject, substring(t.data FROM '"(?:device|sheet)":"([0-9a-f-]+)"') AS thing FROM chancela.trail t
      WHERE t.operator = %(operator)s AND t.kind IN ('guia:attendance:validated', 'guia:session:confirmed')
        AND substring(t.data FROM '"method":"([a-z]+)"') <> 'token'
        AND position('"upon":' IN t.data) = 0 AND position('"sessions":' IN t.data) = 0) v
LEFT JOIN chancela.trail b
  ON b.operator = %(operator)s AND b.kind IN ('person:device:enrolled', 'person:sheet:printed')
 AND b.subject::text = v.thing AND b.seq < v.seq
LEFT JOIN chancela.trail e
  ON e.operator = %(operator)s AND e.kind IN ('person:device:ended', 'person:sheet:ended')
 AND e.subject::text = v.thing AND e.seq < v.seq
WHERE b.seq IS NULL OR e.seq IS NOT NULL
ORDER BY v.seq

-- name: paper_used_twice
SELECT max(t.seq), NULL, t.place
FROM (SELECT p.seq, substring(p.data FROM '"sheet":"([0-9a-f-]+)"') AS sheet, substring(p.data FROM '"place":([0-9]+)') AS place
      FROM chancela.trail p
      WHERE p.operator = %(operator)s AND p.kind IN ('guia:attendance:validated', 'guia:session:confirmed')
        AND position('"method":"paper"' IN p.data) > 0
        AND position('"upon":' IN p.data) = 0 AND position('"sessions":' IN p.data) = 0) t
GROUP BY t.sheet, t.place HAVING count(*) > 1
ORDER BY 1

-- name: series_validated_by_no_session
SELECT v.seq, v.subject, v.generation
FROM (SELECT t.seq, t.subject, substring(t.data FROM '"generation":([0-9]+)') AS generation FROM chancela.trail t
      WHERE t.operator = %(operator)s AND t.kind = 'guia:attendance:validated' AND position('"sessions":' IN t.data) > 0) v
LEFT JOIN chancela.trail c
  ON c.operator = %(operator)s AND c.subject = v.subject AND c.kind = 'guia:session:confirmed' AND c.seq < v.seq
 AND substring(c.data FROM '"generation":([0-9]+)') = v.generation
WHERE c.seq IS NULL
ORDER BY v.seq

-- name: sessions_without_event
SELECT s.event_seq, s.guia_id, s.place::text
FROM chancela.guia_session s
LEFT JOIN chancela.trail t
  ON t.operator = s.operator AND t.seq = s.event_seq AND t.subject = s.guia_id AND t.actor = s.by
 AND substring(t.data FROM '"session":([0-9]+)') = s.place::text
 AND CASE WHEN s.method IS NULL
     THEN t.kind = 'guia:absence:recorded' AND position('"protocol":"' || s.protocol || '"' IN t.data) > 0
          AND position('"absence":"' || s.tiss || '"' IN t.data) > 0 AND position('"reason":"' || s.reason || '"' IN t.data) > 0
     ELSE t.kind = 'guia:session:confirmed' AND substring(t.data FROM '"method":"([a-z]+)"') = s.method
          AND substring(t.data FROM '"generation":([0-9]+)') = s.generation::text
          AND substring(t.data FROM '"upon":([0-9]+)') IS NOT DISTINCT FROM s.upon::text END
WHERE s.operator = %(operator)s AND t.seq IS NULL
ORDER BY s.guia_id, s.place

-- name: events_without_session
SELECT t.seq, t.subject, substring(t.data FROM '"session":([0-9]+)')
FROM chancela.trail t
LEFT JOIN chancela.guia_session s ON s.operator = t.operator AND s.guia_id = t.subject AND s.event_seq = t.seq
WHERE t.operator = %(operator)s AND t.kind IN ('guia:session:confirmed', 'guia:absence:recorded')
  AND position('"session":' IN t.data) > 0 AND s.guia_id IS NULL
ORDER BY t.seq

-- name: guias_without_event
-- One of a visit that was brought in afterwards is as old as the visit, which its event tells.
SELECT NULL::bigint, g.id, g.number
FROM chancela.guia g
LEFT JOIN chancela.trail t
  ON t.operator = g.operator AND t.subject = g.id AND t.kind = 'guia:guia:registered'
 AND (t.at = g.created_at OR position('"taken_at":"' || to_char(g.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') || '+00:00"'
                                      IN t.data) > 0)
 AND position('"number":"' || g.number || '"' IN t.data) > 0
WHERE g.operator = %(operator)s AND t.seq IS NULL
ORDER BY g.id

-- name: events_without_guia
SELECT t.seq, t.subject, NULL
FROM chancela.trail t
LEFT JOIN chancela.guia g ON g.operator = t.operator AND g.id = t.subject
WHERE t.operator = %(operator)s AND t.kind = 'guia:guia:registered' AND g.id IS NULL
ORDER BY t.seq

-- name: registered_twice
SELECT max(t.seq), t.subject, NULL
FROM chancela.trail t
WHERE t.operator = %(operator)s AND t.kind = 'guia:guia:registered'
GROUP BY t.subject HAVING count(*) > 1
ORDER BY 1

-- name: validated_without_proof
SELECT v.event_seq, g.id, g.number
FROM chancela.guia g
LEFT JOIN chancela.validation v ON v.operator = g.operator AND v.guia_id = g.id
LEFT JOIN chancela.report r ON r.operator = g.operator AND r.guia_id = g.id AND g.attendance = 'disputed'
WHERE g.operator = %(operator)s AND (COALESCE(r.was, g.attendance) = 'validated') <> (v.guia_id IS NOT NULL)
ORDER BY g.id

-- name: validated_with_live_code
SELECT v.event_seq, v.guia_id, NULL
FROM chancela.validation v
JOIN chancela.live_token l ON l.operator = v.operator AND l.guia_id = v.guia_id
WHERE v.operator = %(operator)s
ORDER BY v.event_seq

-- name: live_codes_without_event
SELECT NULL::bigint, l.guia_id, l.generation::text
FROM chancela.live_token l
LEFT JOIN chancela.trail t
  ON t.operator = l.operator AND t.subject = l.guia_id AND t.kind = 'guia:token:issued' AND t.at = l.issued_at
 AND (position('"generation":' || l.generation || ',' IN t.data) > 0 OR position('"generation":' || l.generation || '}' IN t.data) > 0)
WHERE l.operator = %(operator)s AND t.seq IS NULL
ORDER BY l.guia_id

-- name: live_codes_after_their_end
SELECT min(t.seq), l.guia_id, l.generation::text
FROM chancela.live_token l
JOIN chancela.trail t
  ON t.operator = l.operator AND t.subject = l.guia_id AND t.at > l.issued_at
 AND t.kind IN ('guia:token:issued', 'guia:token:locked', 'guia:token:expired', 'guia:token:postponed', 'guia:token:reported',
                'guia:attendance:validated', 'guia:session:confirmed', 'guia:absence:recorded', 'guia:guia:cancelled')
 AND position('"upon":' IN t.data) = 0 -- a session that stands upon another one's code
WHERE l.operator = %(operator)s
GROUP BY l.guia_id, l.generation
ORDER BY 1

-- name: ended_codes_without_event
SELECT NULL::bigint, k.guia_id, k.generation::text
FROM chancela.token k
LEFT JOIN chancela.trail t
  ON t.operator = k.operator AND t.subject = k.guia_id AND t.kind = 'guia:token:issued' AND t.at = k.issued_at
 AND (position('"generation":' || k.generation || ',' IN t.data) > 0 OR position('"generation":' || k.generation || '}' IN t.data) > 0)
WHERE k.operator = %(operator)s AND t.seq IS NULL
ORDER BY k.guia_id

-- name: ended_codes_without_end
SELECT NULL::bigint, k.guia_id, k.generation::text
FROM chancela.token k
LEFT JOIN chancela.trail t
  ON t.operator = k.operator AND t.subject = k.guia_id AND t.at = k.ended_at
 AND t.kind = ANY (CASE k."end"
       WHEN 'used' THEN ARRAY['guia:attendance:validated', 'guia:session:confirmed']
       WHEN 'locked' THEN ARRAY['guia:token:locked']
       WHEN 'superseded' THEN ARRAY['guia:token:issued', 'guia:attendance:validated', 'guia:absence:recorded', 'guia:token:postponed',
                                    'guia:session:confirmed']
       WHEN 'expired' THEN ARRAY['guia:token:expired', 'guia:token:issued', 'guia:token:reported', 'guia:absence:recorded',
                                 'guia:token:postponed', 'guia:session:confirmed']
       WHEN 'reported' THEN ARRAY['guia:token:reported']
       WHEN 'cancelled' THEN ARRAY['guia:guia:cancelled', 'guia:guia:reviewed']
       ELSE ARRAY[]::text[] END)
WHERE k.operator = %(operator)s AND t.seq IS NULL
ORDER BY k.guia_id

-- name: issued_without_code
SELECT t.seq, t.subject, NULL
FROM chancela.trail t
LEFT JOIN chancela.live_token l ON l.operator = t.operator AND l.guia_id = t.subject AND l.issued_at = t.at
LEFT JOIN chancela.token k ON k.operator = t.operator AND k.guia_id = t.subject AND k.issued_at = t.at
WHERE t.operator = %(operator)s AND t.kind = 'guia:token:issued' AND l.guia_id IS NULL AND k.guia_id IS NULL
ORDER BY t.seq

-- name: tries_that_differ
SELECT NULL::bigint, g.id, g.number
FROM chancela.guia g
LEFT JOIN (
    SELECT t.subject, count(*) AS spent FROM chancela.trail t
    WHERE t.operator = %(operator)s AND t.kind IN ('guia:token:refused', 'guia:token:locked') GROUP BY t.subject
) AS told ON told.subject = g.id
WHERE g.operator = %(operator)s AND g.wrong_tries <> COALESCE(told.spent, 0)
ORDER BY g.id

-- name: cancelled_without_event
SELECT NULL::bigint, g.id, g.number
FROM chancela.guia g
LEFT JOIN chancela.trail t ON t.operator = g.operator AND t.subject = g.id AND t.kind = 'guia:guia:cancelled'
WHERE g.operator = %(operator)s AND (g.authorisation = 'cancelled') <> (t.seq IS NOT NULL)
ORDER BY g.id

-- name: absences_without_event
-- Of a validated series it is what auditors look at of its sessions, under the protocol of the last of them.
SELECT NULL::bigint, a.guia_id, a.protocol
FROM chancela.absence a
WHERE a.operator = %(operator)s AND NOT EXISTS (
    SELECT FROM chancela.trail t
    WHERE t.operator = a.operator AND t.subject = a.guia_id AND t.kind = 'guia:absence:recorded'
      AND position('"protocol":"' || a.protocol || '"' IN t.data) > 0 AND position('"absence":"' || a.tiss || '"' IN t.data) > 0
      AND position('"reason":"' || a.reason || '"' IN t.data) > 0
      AND ((t.at = a.at AND t.actor = a.by) OR EXISTS (
          SELECT FROM chancela.trail v
          WHERE v.operator = a.operator AND v.subject = a.guia_id AND v.kind = 'guia:attendance:validated' AND v.at = a.at
            AND v.actor = a.by AND position('"protocol":"' || a.protocol || '"' IN v.data) > 0)))
ORDER BY a.guia_id

-- name: without_code_without_reason
SELECT NULL::bigint, g.id, g.number
FROM chancela.guia g
LEFT JOIN chancela.absence a ON a.operator = g.operator AND a.guia_id = g.id
LEFT JOIN chancela.live_token l ON l.operator = g.operator AND l.guia_id = g.id
WHERE g.operator = %(operator)s AND g.attendance = 'without_token' AND (a.guia_id IS NULL OR l.guia_id IS NOT NULL)
ORDER BY g.id

-- name: refusals_without_event
SELECT NULL::bigint, a.guia_id, a.protocol
FROM chancela.absence a
LEFT JOIN chancela.trail t
  ON t.operator = a.operator AND t.subject = a.guia_id AND t.kind IN ('guia:absence:reviewed', 'guia:outage:attached')
 AND t.at = a.reviewed_at AND t.actor = a.reviewed_by AND position('"review":"' || a.review || '"' IN t.data) > 0
 AND (a.review_text IS NULL OR position('"words":"' || encode(sha256(convert_to(
        concat_ws('|', a.protocol, a.review_text), 'UTF8')), 'hex') || '"' IN t.data) > 0)
WHERE a.operator = %(operator)s AND a.reviewed_at IS NOT NULL AND t.seq IS NULL
ORDER BY a.guia_id

-- name: answers_without_event
SELECT NULL::bigint, r.guia_id, r.protocol
FROM chancela.ruling r
LEFT JOIN chancela.trail t
  ON t.operator = r.operator AND t.subject = r.guia_id AND t.kind = 'guia:guia:reviewed' AND t.at = r.decided_at
 AND t.actor = r.decided_by AND position('"protocol":"' || r.protocol || '"' IN t.data) > 0
 AND position('"item_' || r.item || '":"' || r.state || '"' IN t.data) > 0
 AND (r.code IS NULL OR position('"words_' || r.item || '":"' || encode(sha256(convert_to(
        concat_ws('|', r.protocol, r.item, r.code, r.text), 'UTF8')), 'hex') || '"' IN t.data) > 0)
WHERE r.operator = %(operator)s AND t.seq IS NULL
ORDER BY r.guia_id, r.item

-- name: documents_without_event
SELECT NULL::bigint, a.guia_id, a.id::text
FROM chancela.attachment a
LEFT JOIN chancela.trail t
  ON t.operator = a.operator AND t.subject = a.guia_id AND t.at = a.added_at
 AND t.kind IN ('guia:attachment:added', 'guia:slip:returned')
 AND t.actor = a.added_by AND position('"attachment":"' || a.id || '"' IN t.data) > 0
 AND position('"sha256":"' || a.digest || '"' IN t.data) > 0
WHERE a.operator = %(operator)s AND t.seq IS NULL
ORDER BY a.guia_id, a.id

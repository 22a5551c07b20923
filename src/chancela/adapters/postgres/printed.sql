-- name: of
SELECT s.id, s.guia_id, s.provider, s.printed_at, s.printed_by, s.procedures, s.until, s.sessions, s.ended_at, s.returned_at,
       s.returned_by, s.attachment_id, s.recognised, s.visit_date
FROM chancela.slip s
WHERE s.operator = %(operator)s AND s.guia_id = ANY(%(guias)s::uuid[])
ORDER BY s.printed_at, s.id

-- name: put_slips
-- What ended or came back stays as it is.
INSERT INTO chancela.slip AS s (operator, id, guia_id, provider, printed_at, printed_by, procedures, until, sessions, ended_at,
                                returned_at, returned_by, attachment_id, recognised, visit_date)
SELECT %(operator)s, n.*
FROM json_to_recordset(%(rows)s::json)
     AS n (id uuid, guia_id uuid, provider text, printed_at timestamptz, printed_by text, procedures jsonb, until date, sessions int,
           ended_at timestamptz, returned_at timestamptz, returned_by text, attachment_id uuid, recognised text, visit_date date)
ON CONFLICT ON CONSTRAINT a_slip_has_one_id DO UPDATE
SET ended_at = EXCLUDED.ended_at, returned_at = EXCLUDED.returned_at, returned_by = EXCLUDED.returned_by,
    attachment_id = EXCLUDED.attachment_id, recognised = EXCLUDED.recognised, visit_date = EXCLUDED.visit_date
WHERE s.ended_at IS NULL AND s.returned_at IS NULL

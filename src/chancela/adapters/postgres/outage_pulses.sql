-- name: look
SELECT clock_timestamp(),
       ARRAY(SELECT p.beat FROM chancela.pulse p WHERE p.operator = %(operator)s ORDER BY p.beat),
       ARRAY(SELECT p.at FROM chancela.pulse p WHERE p.operator = %(operator)s ORDER BY p.beat)

-- name: beat
INSERT INTO chancela.pulse AS p (operator, beat, at)
SELECT %(operator)s, b.beat, clock_timestamp() FROM unnest(%(beats)s::text[]) AS b (beat) ORDER BY b.beat
ON CONFLICT ON CONSTRAINT a_pulse_has_one_last_beat DO UPDATE SET at = clock_timestamp()

-- name: begin
INSERT INTO chancela.pulse (operator, beat, at)
SELECT %(operator)s, b.beat, clock_timestamp() FROM unnest(%(beats)s::text[]) AS b (beat) ORDER BY b.beat
ON CONFLICT ON CONSTRAINT a_pulse_has_one_last_beat DO NOTHING

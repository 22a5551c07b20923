-- What went to somebody who reads another's codes: counted for their number, and found when they answer.
CREATE INDEX delivery_by_reader ON chancela.delivery (operator, reader_id, planned_at) WHERE reader_id IS NOT NULL;

-- Disputed attendances: their deadline and their written outcome.
SELECT 1;

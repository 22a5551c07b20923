-- Outages that were declared or noticed, and the beats by which the system knows that it lives.
SELECT 1;

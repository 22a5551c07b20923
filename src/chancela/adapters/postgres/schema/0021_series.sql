-- Sessions of a series.
SELECT 1;

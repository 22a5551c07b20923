-- Imports: what each changed, so that the last one can be undone.
SELECT 1;

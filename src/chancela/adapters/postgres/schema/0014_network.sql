-- Professionals of providers.
SELECT 1;

-- Some of those whom it would change.
(SELECT 'new', d.code, d.want ->> 'name', NULL::text[] FROM provider_deed d WHERE d.fresh ORDER BY d.line LIMIT 6)
UNION ALL
(SELECT 'changed', d.code, d.want ->> 'name', d.changed FROM provider_deed d WHERE NOT d.fresh ORDER BY d.line LIMIT 6)

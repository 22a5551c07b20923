-- What would change, and how much of it.
SELECT jsonb_build_object(
    'new', (SELECT count(*) FROM provider_deed WHERE fresh),
    'changed', (SELECT count(*) FROM provider_deed WHERE NOT fresh),
    'judged', (SELECT count(DISTINCT code) FROM arriving_provider),
    'ended', (SELECT count(*) FROM provider_deed WHERE want -> 'active' = 'false' AND 'active' = ANY (changed)),
    'fields', (SELECT COALESCE(jsonb_object_agg(f.name, f.times), '{}')
               FROM (SELECT unnest(d.changed) AS name, count(*) AS times FROM provider_deed d GROUP BY 1) AS f)
)

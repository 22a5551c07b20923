-- What would change, and how much of it.
SELECT jsonb_build_object(
    'new', (SELECT count(*) FROM deed WHERE fresh),
    'changed', (SELECT count(*) FROM deed WHERE NOT fresh AND line > 0),
    'judged', (SELECT count(*) FROM judged),
    'refused_late', (SELECT count(*) FROM arriving a JOIN matched m USING (n)
                     WHERE NOT a.refused AND m.fault IN ('unknown', 'long', 'taken')),
    'left_out', (SELECT count(*) FROM arriving a JOIN matched m USING (n) WHERE NOT a.refused AND m.fault = 'gone'),
    'absent', (SELECT count(*) FROM absent),
    'ended', (SELECT count(*) FROM deed WHERE want ->> 'standing' = 'ended' AND 'standing' = ANY (changed)),
    'contacts', (SELECT count(*) FROM contact_deed),
    'guardians', (SELECT count(*) FROM guardian_deed),
    'protected', (SELECT count(*) FROM deed WHERE want ? 'protected' AND (fresh OR 'protected' = ANY (changed))),
    'private', (SELECT count(*) FROM deed WHERE want ? 'private' AND (fresh OR 'private' = ANY (changed))),
    'fields', (SELECT COALESCE(jsonb_object_agg(f.name, f.times), '{}')
               FROM (SELECT unnest(d.changed) AS name, count(*) AS times FROM deed d WHERE d.line > 0 GROUP BY 1) AS f)
)

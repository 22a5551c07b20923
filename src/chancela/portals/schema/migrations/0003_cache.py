"""What rate limits count, shared by all processes and lost in a crash without harm."""

from django.db import migrations

from chancela.portals.schema import sql

CACHE = """
CREATE UNLOGGED TABLE portal.cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX cache_by_expiry ON portal.cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("schema", "0002_jobs")]
    operations = [sql.run(lambda: CACHE)]

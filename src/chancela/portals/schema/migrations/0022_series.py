"""Sessions of a series."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0021_outage")]
    operations = [sql.run(lambda: sql.core("0021_series.sql"))]

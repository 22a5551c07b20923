"""Disputed attendances: their deadline and their written outcome."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0022_series")]
    operations = [sql.run(lambda: sql.core("0022_dispute.sql"))]

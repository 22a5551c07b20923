"""Outages that were declared or noticed, and the beats by which the system knows that it lives."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0020_block")]
    operations = [sql.run(lambda: sql.core("0020_outage.sql"))]

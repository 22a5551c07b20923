"""Outages of the machines' interface alone are a kind of their own."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0027_dispute_side")]
    operations = [sql.run(lambda: sql.core("0027_outage_machines.sql"))]

"""Professionals of providers."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0014_policy")]
    operations = [sql.run(lambda: sql.core("0014_network.sql"))]

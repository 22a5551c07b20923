"""Calls at the call centre, and how their callers were identified."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0009_address")]
    operations = [sql.run(lambda: sql.core("0009_call.sql"))]

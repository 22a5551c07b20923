"""Guias printed to be signed, and what came back of them."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0018_late")]
    operations = [sql.run(lambda: sql.core("0018_slip.sql"))]

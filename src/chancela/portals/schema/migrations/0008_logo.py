"""The operators' logos."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0007_passkey")]
    operations = [sql.run(lambda: sql.core("0006_logo.sql"))]

"""Passkeys of beneficiaries."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0006_hand")]
    operations = [sql.run(lambda: sql.core("0005_passkey.sql"))]

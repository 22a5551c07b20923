"""Numbers for care without a connection, and what was done under them."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0019_slip")]
    operations = [sql.run(lambda: sql.core("0019_block.sql"))]

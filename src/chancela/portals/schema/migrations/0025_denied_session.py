"""Sessions of a series that a person said were not theirs, each decided for itself."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0024_webhook")]
    operations = [sql.run(lambda: sql.core("0024_denied_session.sql"))]

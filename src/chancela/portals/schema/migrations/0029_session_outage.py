"""An outage becomes the proof of a session without a code that was recorded before anybody knew of it."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0028_outage_machines")]
    operations = [sql.run(lambda: sql.core("0028_session_outage.sql"))]

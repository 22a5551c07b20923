"""Attendances that were recorded without a code are told, too."""

from django.db import migrations

from chancela.portals.schema import sql


class Migration(migrations.Migration):
    dependencies = [("schema", "0029_session_outage")]
    operations = [sql.run(lambda: sql.core("0029_untold_absence.sql"))]

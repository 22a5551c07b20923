"""Lay down every table, or bring those of an older version up to date."""

from django.core.management import call_command
from django.db import connection

LOCK = 0x43484E43  # "CHNC": two migrations at once would trip over each other


def migrate() -> None:
    """Run all migrations of the core, the jobs and the pages; safe to run twice. Django must be set up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            cursor.execute("CREATE SCHEMA IF NOT EXISTS portal")
            call_command("migrate", verbosity=0, interactive=False)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])

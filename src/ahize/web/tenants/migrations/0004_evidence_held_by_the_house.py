"""Clearance holds evidence still by the house's lock (``locks.py``), so it needs no right on the records but to read."""

from django.db import migrations

from ahize.web.rls import CLEARANCE


class Migration(migrations.Migration):
    dependencies = [("tenants", "0003_registrations_are_evidence")]

    operations = [
        migrations.RunSQL(
            f"REVOKE UPDATE (id) ON tenants_evidence FROM {CLEARANCE}",
            f"GRANT UPDATE (id) ON tenants_evidence TO {CLEARANCE}",
        )
    ]

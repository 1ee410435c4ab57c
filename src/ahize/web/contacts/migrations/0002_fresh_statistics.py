"""Whoever publishes a list may refresh the planner's statistics of its tables; PostgreSQL before 17 has no such right."""

from django.db import migrations

GRANT = """
DO $$ BEGIN
    IF current_setting('server_version_num')::int >= 170000 THEN
        EXECUTE 'GRANT MAINTAIN ON contacts_contact, contacts_phone TO ahize_web, ahize_worker';
    END IF;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]

    operations = [migrations.RunSQL(GRANT, migrations.RunSQL.noop)]

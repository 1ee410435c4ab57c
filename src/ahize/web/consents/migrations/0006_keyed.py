"""Whoever opts out in a call by a key is suppressed with that event, so by dialerd."""

from django.db import migrations

from ahize.web.rls import DIALERD


class Migration(migrations.Migration):
    dependencies = [("consents", "0005_registry_answers")]

    operations = [
        migrations.RunSQL(
            [
                f"GRANT INSERT ON consents_suppression TO {DIALERD}",
                f"GRANT UPDATE (end_asked_at, end_asked_by, end_reason) ON consents_suppression TO {DIALERD}",
            ],
            migrations.RunSQL.noop,
        ),
    ]

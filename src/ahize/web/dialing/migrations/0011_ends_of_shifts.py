"""Until when the agent of a seat is there; dialerd alone writes it, as the engine heard it."""

from django.db import migrations, models

from ahize.web.rls import DIALERD


class Migration(migrations.Migration):
    dependencies = [
        ("dialing", "0010_sources_of_rulings"),
    ]

    operations = [
        migrations.AddField(model_name="seat", name="shift_ends_at", field=models.DateTimeField(null=True)),
        migrations.RunSQL(
            f"GRANT UPDATE (shift_ends_at) ON dialing_seat TO {DIALERD}",
            f"REVOKE UPDATE (shift_ends_at) ON dialing_seat FROM {DIALERD}",
        ),
    ]

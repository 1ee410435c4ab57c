"""What a broadcast's flow came to, and the receipt of whoever opted out in the call."""

from django.db import migrations, models

from ahize.web.rls import DIALERD


class Migration(migrations.Migration):
    dependencies = [
        ("dialing", "0004_legs_and_own_calls"),
        ("campaigns", "0003_flows_and_broadcasts"),
        ("consents", "0006_keyed"),
    ]

    operations = [
        migrations.AddField(
            model_name="attempt",
            name="flow_outcome",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="attempt",
            name="stop_receipt",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
        migrations.RunSQL(
            f"GRANT UPDATE (flow_outcome, stop_receipt) ON dialing_attempt TO {DIALERD}", migrations.RunSQL.noop
        ),
    ]

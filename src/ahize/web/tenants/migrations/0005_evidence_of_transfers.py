"""What safeguards a transfer of people's data abroad is evidence, too."""

from django.db import migrations, models

KINDS = (
    "charity", "party", "candidate", "registry_subscription", "state_licence", "bond", "recorded_calls",
    "provincial_licence", "brand", "aid_permit", "authorisation", "platform", "membership", "transfer", "other",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("tenants", "0004_evidence_held_by_the_house")]

    operations = [
        migrations.AlterField(
            model_name="evidence",
            name="kind",
            field=models.CharField(choices=[(kind, kind) for kind in KINDS], max_length=24),
        ),
    ]

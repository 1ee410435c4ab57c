from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dialing", "0009_learned")]

    operations = [migrations.AddField("ruling", "sources", models.JSONField(null=True))]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("proof", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="head",
            name="last_key",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="head",
            name="handover",
            field=models.CharField(blank=True, default="", max_length=128),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="job",
            name="lane",
            field=models.CharField(
                choices=[("quick", "short work"), ("long", "long work")],
                default="quick",
                max_length=5,
            ),
        ),
    ]

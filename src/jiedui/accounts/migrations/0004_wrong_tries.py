from django.db import migrations, models

# Tables of django-axes, which counted wrong passwords before; nothing in them is needed.
OLD = ("accessattemptexpiration", "accessattempt", "accesslog", "accessfailurelog")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_campaign_last_worked_in")]

    operations = [
        migrations.CreateModel(
            name="WrongTries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=32, unique=True)),
                ("count", models.PositiveSmallIntegerField(default=0)),
                ("since", models.DateTimeField()),
                ("locked_until", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        *(migrations.RunSQL(f"DROP TABLE IF EXISTS axes_{name}", "") for name in OLD),
    ]

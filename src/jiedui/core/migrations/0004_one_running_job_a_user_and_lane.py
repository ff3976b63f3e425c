from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0003_running_jobs_are_queued")]
    operations = [
        migrations.AddConstraint(
            model_name="job",
            constraint=models.UniqueConstraint(
                condition=models.Q(("owner_id__isnull", False), ("state", "running")),
                fields=("lane", "owner_id"),
                name="job_one_a_user_and_lane",
            ),
        ),
    ]

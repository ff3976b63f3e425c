from django.db import migrations


def queue_again(apps, _schema_editor):
    """No worker runs while the database is upgraded: what is called running was left behind."""
    apps.get_model("core", "Job").objects.filter(state="running").update(state="queued", lease=None)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_jobs_have_a_lane")]
    operations = [migrations.RunPython(queue_again, migrations.RunPython.noop)]

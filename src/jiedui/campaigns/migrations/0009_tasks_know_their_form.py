"""Tasks that stand already learn from their playbook the form they are done by."""

import tomlkit
from django.db import migrations


def learn(apps, _schema_editor):
    tasks = apps.get_model("campaigns", "Task").objects.filter(is_prescribed=True)
    rows = apps.get_model("campaigns", "Campaign").objects.select_related("playbook_text")
    for campaign in rows:
        document = tomlkit.parse(campaign.playbook_text.text.removeprefix("\ufeff"))
        for task in document.get("tasks", []):
            if "form" in task:
                own = tasks.filter(campaign=campaign, key=str(task["key"]))
                own.update(form_key=str(task["form"]))


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0008_tasks_by_form")]
    operations = [migrations.RunPython(learn, migrations.RunPython.noop)]

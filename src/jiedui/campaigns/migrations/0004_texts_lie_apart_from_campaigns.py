from hashlib import sha256

from django.db import migrations


def move(apps, _schema_editor):
    texts = apps.get_model("campaigns", "PlaybookText").objects
    for row in apps.get_model("campaigns", "Campaign").objects.all():
        digest = sha256(row.source.encode()).hexdigest()
        row.playbook_text = texts.get_or_create(digest=digest, defaults={"text": row.source})[0]
        row.save(update_fields=["playbook_text"])


def move_back(apps, _schema_editor):
    rows = apps.get_model("campaigns", "Campaign").objects.select_related("playbook_text")
    for row in rows:
        row.source = row.playbook_text.text
        row.save(update_fields=["source"])


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0003_playbook_texts")]
    operations = [migrations.RunPython(move, move_back)]

"""Playbooks kept before `ends_helper` was declared: a death ends the helper at once, as it did."""

import re

from django.db import migrations

REASON = re.compile(
    r'(?P<head>^\[\[change_reasons\]\][^\[]*?^key\s*=\s*"(?:died|death)"[ \t]*(?:#[^\n]*)?)$',
    re.MULTILINE,
)
SAID = '\nends_helper = "at_once"'


def say(apps, schema_editor):
    for row in apps.get_model("campaigns", "Campaign").objects.all():
        if "ends_helper" in row.source:
            continue
        source = REASON.sub(lambda found: found["head"] + SAID, row.source)
        if source != row.source:
            row.source = source
            row.save(update_fields=["source"])


def unsay(apps, schema_editor):
    for row in apps.get_model("campaigns", "Campaign").objects.all():
        row.source = row.source.replace(SAID, "")
        row.save(update_fields=["source"])


class Migration(migrations.Migration):

    dependencies = [("campaigns", "0001_initial")]

    operations = [migrations.RunPython(say, unsay)]

"""Playbooks that are kept have their checklists rewritten as forms (format 2)."""

from hashlib import sha256

import tomlkit
from django.db import migrations

FORMAT = 2
TYPES = {"count": "whole"}


def rewritten(text):
    """The text of a playbook of format 1 in format 2; comments are kept."""
    document = tomlkit.parse(text.removeprefix("\ufeff"))
    for section in ("tasks", "draws"):
        for entry in document.get(section, []):
            if "checklist" in entry:
                entry["form"] = entry.pop("checklist")
    if "checklists" not in document:
        return tomlkit.dumps(document)
    forms = document.pop("checklists")
    for form in forms:
        form["filled_by"] = "supervision"
        if form["about"] == "place":
            form["place_level"] = _level(document, str(form["key"]))
        for question in form["questions"]:
            _rewrite(question)
    document["forms"] = forms
    return tomlkit.dumps(document)


def _level(document, key):
    """That of the places a draw of this form is made among, else the village."""
    kinds = {str(one["key"]): one for one in document.get("place_kinds", [])}
    pairings = {str(one["key"]): one for one in document.get("pairings", [])}
    for draw in document.get("draws", []):
        pairing = pairings.get(str(draw.get("pairing", "")), {})
        names = [str(one) for one in pairing.get("place_kinds", [])]
        levels = [str(kinds[name]["level"]) for name in names if name in kinds]
        if draw.get("form") == key and (levels or "place_level" in pairing):
            return levels[0] if levels else str(pairing["place_level"])
    return "village"


def _rewrite(question):
    kind = question.pop("answer", "yes_no")
    question["type"] = TYPES.get(kind, kind)
    if kind == "points" and not question.get("points"):
        question["points"] = 10
    elif kind != "points":
        question.pop("points", None)
    if "options" in question:
        names = [str(one) for one in question["options"]]
        question["options"] = [
            {"key": f"answer{n}", "name": {"zh": name, "en": name}}
            for n, name in enumerate(names, start=1)
        ]


def rewrite(apps, _schema_editor):
    texts = apps.get_model("campaigns", "PlaybookText").objects
    campaigns = apps.get_model("campaigns", "Campaign").objects
    for row in texts.filter(format__lt=FORMAT):
        text = rewritten(row.text)
        digest = sha256(text.encode()).hexdigest()
        new, _made = texts.get_or_create(digest=digest, defaults={"text": text, "format": FORMAT})
        campaigns.filter(playbook_text=row).update(playbook_text=new)
        if new.pk != row.pk:
            row.delete()
        else:
            texts.filter(pk=row.pk).update(format=FORMAT)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0005_every_campaign_has_its_text")]
    operations = [migrations.RunPython(rewrite, migrations.RunPython.noop)]

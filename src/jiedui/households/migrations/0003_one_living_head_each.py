"""Two living heads in one household become one: whom the household is named after, else the first.

Who is head no longer is written down as another relative, and said, so that it can be looked at.
"""

from collections import defaultdict

from django.db import migrations
from django.db.models import F


def settle(apps, schema_editor):
    people = apps.get_model("households", "Person").objects
    heads = defaultdict(list)
    for one in people.filter(relation="head", ended=None).select_related("household").order_by("pk"):
        heads[one.household_id].append(one)
    for several in (some for some in heads.values() if len(some) > 1):
        named = [one for one in several if one.name == one.household.head]
        keep = (named or several)[0]
        for one in several:
            if one.pk != keep.pk:
                people.filter(pk=one.pk).update(relation="other")
                print(f"  {one.household.number}: {one.number} was a second head, now “other”.")
    people.filter(ended__lt=F("since")).update(ended=F("since"))
    apps.get_model("households", "Household").objects.filter(ended__lt=F("since")).update(
        ended=F("since")
    )


class Migration(migrations.Migration):

    dependencies = [("households", "0002_versions")]

    operations = [migrations.RunPython(settle, migrations.RunPython.noop)]

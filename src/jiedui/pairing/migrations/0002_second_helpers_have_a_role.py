from django.db import migrations

ROLES = ("first", "second", "third", "fourth", "fifth")
PARTNER = ("household_id", "place_id", "partner_member_id", "partner_organisation_id")


def end_doubles(apps, schema_editor):
    """Of two open pairs of the same two the first stays; each helper of a family has a role."""
    rows = apps.get_model("pairing", "Pair").objects.filter(ended=None)
    what = ("pk", "since", "team_id", "member_id", "organisation_id", "campaign_id", "kind")
    seen = set()
    for key, since, team, member, unit, *same in rows.order_by("since", "pk").values_list(
        *what, *PARTNER
    ):
        bond = (team, member, None if team or member else unit, *same)
        if bond in seen:
            rows.filter(pk=key).update(ended=since)
        seen.add(bond)
    staying = rows.filter(overlap_until=None, household__isnull=False).order_by("since", "pk")
    taken = {}
    for key, role, *home in staying.values_list(
        "pk", "role", "campaign_id", "kind", "household_id"
    ):
        roles = taken.setdefault(tuple(home), set())
        if role in roles:
            role = next(one for one in ROLES if one not in roles)
            rows.filter(pk=key).update(role=role)
        roles.add(role)


class Migration(migrations.Migration):
    dependencies = [("pairing", "0001_initial"), ("orgs", "0002_versions")]
    operations = [migrations.RunPython(end_doubles, migrations.RunPython.noop)]

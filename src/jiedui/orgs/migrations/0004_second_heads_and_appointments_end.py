from django.db import migrations


def end_doubles(apps, schema_editor):
    """Of two heads the first stays head; of two equal appointments the first stays in force."""
    places = apps.get_model("orgs", "TeamMember").objects.filter(ended=None, is_head=True)
    seen = set()
    for key, team in places.order_by("since", "pk").values_list("pk", "team_id"):
        if team in seen:
            places.filter(pk=key).update(is_head=False)
        seen.add(team)
    appointments = apps.get_model("orgs", "Appointment").objects.filter(ended=None)
    what = ("pk", "since", "user_id", "role", "organisation_id", "place_id")
    seen = set()
    for key, since, *same in appointments.order_by("since", "pk").values_list(*what):
        if tuple(same) in seen:
            appointments.filter(pk=key).update(ended=since)
        seen.add(tuple(same))


class Migration(migrations.Migration):
    dependencies = [("orgs", "0003_where_members_were_and_who_took_over")]
    operations = [migrations.RunPython(end_doubles, migrations.RunPython.noop)]

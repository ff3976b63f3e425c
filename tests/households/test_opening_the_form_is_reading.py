from django.urls import reverse

from jiedui.core.models import AuditEntry
from jiedui.households.models import Household


def test_opening_the_form_with_a_telephone_number_is_logged(client, office, qin_family):
    Household.objects.filter(pk=qin_family.pk).update(phone="10000012345")
    client.force_login(office)
    client.get(reverse("households:edit", args=[qin_family.pk]))
    entry = AuditEntry.objects.get(action="household.read")
    assert entry.content["fields"] == ["address", "phone"]

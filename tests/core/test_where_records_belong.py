"""An entry about one record is placed as it would be among many."""

from django.apps import apps

from jiedui.core import whereabouts
from jiedui.core.whereabouts import Whereabouts


def test_one_record_is_found_as_many_are(county, zhou_and_the_qins, he, office):
    compared = 0
    for model in apps.get_models():
        label = model._meta.label_lower
        keys = [str(key) for key in model._base_manager.values_list("pk", flat=True)[:3]]
        if len(keys) < 2 or label.partition(".")[0] not in PLACED:
            continue
        together = whereabouts.of(label, keys)
        for key in keys:
            assert whereabouts.of(label, [key]) == {key: together[key]}
            compared += together[key] != Whereabouts()
    assert compared > 10


PLACED = ("places", "orgs", "households", "campaigns", "pairing", "fieldwork", "ledger")


def test_of_nobody_nothing_is_known(db):
    assert whereabouts.of("households.household", ["999999"]) == {}

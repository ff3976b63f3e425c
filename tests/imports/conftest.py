import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _english():
    """Sentences are compared in the language they were written in."""
    with translation.override("en"):
        yield


@pytest.fixture
def family(qin_family):
    """Of two people, both written down."""
    from datetime import date

    from jiedui.households import actions as households
    from jiedui.households.models import Person

    Person.objects.filter(household=qin_family).delete()
    type(qin_family).objects.filter(pk=qin_family.pk).update(size=2)
    for name, relation in ((qin_family.head, "head"), ("秦子", "son")):
        values = {"name": name, "relation": relation, "since": date(2020, 1, 1)}
        households.add_person(qin_family, values, by=None)
    return qin_family

"""What a register exports is recognised when it is sent in again."""

import pytest
from django.urls import reverse

from jiedui.households.models import Need, Person
from jiedui.imports.columns import schemas
from jiedui.imports.reading.workbook import read
from jiedui.imports.tables.parsing import parse


@pytest.mark.parametrize(
    ("name", "schema", "known"),
    [
        ("households:list", schemas.HOUSEHOLDS, {"name", "household_code", "village", "kind"}),
        ("households:people", schemas.PEOPLE, {"name", "relation", "household_code", "birth"}),
        ("households:needs", schemas.NEEDS, {"kind", "head", "village", "urgency"}),
        ("orgs:members", schemas.MEMBERS, {"name", "code", "organisation", "rank"}),
        ("orgs:list", schemas.ORGANISATIONS, {"name", "kind", "parent", "unit_kind"}),
    ],
)
def test_its_columns_are_recognised(client, office, zhou, qin_family, today, name, schema, known):
    Person.objects.create(
        household=qin_family, number="P1", name="秦安", relation="head", since=today
    )
    Need.objects.create(household=qin_family, kind="job", text="想打零工", since=today)
    client.force_login(office)
    answer = client.get(reverse(name), {"export": "xlsx"}, headers={"accept-language": "zh-hans"})
    parsed = parse(read(b"".join(answer.streaming_content)), schema)
    found = {match.field for matches in parsed.matches.values() for match in matches}
    assert known <= found

"""Names of places and organisations are for all; who works there and what they plan is not."""

from addresses import content


def told(client, world, row):
    said = content(client.get(world.rows[row].get_absolute_url()))
    return [one for one in world.secrets if one in said]


def test_the_page_of_a_place_does_not_tell_a_stranger_who_keeps_it(client, lu, world):
    client.force_login(lu)
    assert told(client, world, "place") == []


def test_the_page_of_a_place_tells_its_own_officer_who_keeps_it(client, village_officer, world):
    client.force_login(village_officer)
    assert {"秦安", "何静"} <= set(told(client, world, "place"))


def test_the_page_of_an_organisation_tells_a_stranger_neither_plan_nor_team(client, lu, world):
    client.force_login(lu)
    assert told(client, world, "organisation") == []
    said = content(client.get(world.rows["team"].organisation.get_absolute_url()))
    assert [one for one in world.secrets if one in said] == []


def test_the_page_of_an_organisation_tells_its_own_liaison_its_plan(client, liaison, world):
    client.force_login(liaison)
    assert "柳树品牌子" in told(client, world, "organisation")

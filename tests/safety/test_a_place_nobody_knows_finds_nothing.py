import pytest


@pytest.mark.parametrize("typed", ["无此地", "9" * 30, "a\0b"])
def test_a_place_nobody_knows_finds_no_pair(client, office, zhou_and_the_qins, typed):
    client.force_login(office)
    answer = client.get("/pairs/", {"place": typed})
    assert (answer.status_code, "秦安" in answer.content.decode()) == (200, False)

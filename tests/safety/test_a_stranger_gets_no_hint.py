"""Every address of the product, asked by those it is not for: no row, and no name, comes out.

The addresses come from the resolver, so that a page made tomorrow is asked as well.
"""

import pytest
from absurd import listening

from addresses import addresses, content, undone

# Pages with a foreign row in their address that open all the same, each with its reason.
OPEN = {
    "lu": {
        "profiles:organisation": "names of organisations are read by everybody in the registers",
        "profiles:place": "names of places are read by everybody in the registers",
        "campaigns:show": "a campaign is the same for all who take part",
        "campaigns:conduct": "the rules of conduct are for everybody",
        "campaigns:red_lines": "what is switched on is for everybody to see",
        "campaigns:playbook": "the rules of the campaign are for everybody",
        "figures:index": "figures of the whole campaign are what bulletins publish",
        "figures:show": "figures of the whole campaign, records only within one's scope",
        "figures:workbook": "as the page of the figure",
        "figures:refresh": "asks for a new count, which says nothing",
        "questionnaires:blank": "what is asked is the same for everybody",
        "questionnaires:xlsform": "what is asked is the same for everybody",
        "questionnaires:xlsform_file": "what is asked is the same for everybody",
        "needs:new": "what may be asked for; only who is within one's scope can be named",
        "questionnaires:new": "what is asked; only who is within one's scope can be named",
        "questionnaires:results": "counts only what lies within one's scope",
    },
    "administrator": {
        "orgs:user": "accounts are the administrator's work",
        "orgs:user_change": "accounts are the administrator's work",
        "orgs:user_reset": "accounts are the administrator's work",
        "orgs:user_tie": "accounts are the administrator's work",
        "orgs:appoint": "accounts are the administrator's work",
        "orgs:dismiss": "accounts are the administrator's work",
        "orgs:appoint_offers": "whose account it is has to be named",
        "web:job": "an administrator sees that work runs, not what is in it",
        "profiles:place": "names of places are public; who lives and works there is not told",
        "campaigns:show": "a campaign is the same for everybody",
        "campaigns:conduct": "the rules of conduct are for everybody",
        "campaigns:red_lines": "what is switched on is for everybody to see",
    },
    "anonymous": {},
}  # fmt: skip
# Words a reader needs for work that has nothing to do with households.
NEEDED = {("administrator", "orgs:appoint_offers"): {"周明", "何静"}}
# Addresses with words only, no row: they may open, but still tell nothing.
REFUSED = (403, 404, 405)


def ask(client, url, how):
    if how == "GET":
        return client.get(url)
    if how == "part":
        return client.get(url, headers={"HX-Request": "true", "HX-Target": "listing"})
    return client.post(url, {"reason": "x", "q": "秦"})


@pytest.mark.parametrize("who", ["lu", "administrator", "anonymous"])
def test_nothing_foreign_comes_out(client, world, request, who):
    if who != "anonymous":
        client.force_login(request.getfixturevalue(who))
    found = [
        f"{how} {one.name}: {mistake}"
        for one in addresses()
        for how in ("GET", "part", "POST")
        for mistake in _mistakes(client, world, who, one, how)
    ]
    assert not found, "\n".join(found)


def _mistakes(client, world, who, address, how):
    with undone():
        answer = ask(client, world.url(address), how)
        said = content(answer)
    needed = NEEDED.get((who, address.name), set())
    told = [one for one in world.secrets if one in said and one not in needed]
    if told:
        yield f"tells {told}"
    led = answer.headers.get("Location", "")
    if led.startswith(("http", "//")):
        yield f"leads away to {led}"
    names_a_row = set(address.params) - {"kind", "what", "code", "act", "token"}
    if not names_a_row or address.name in OPEN[who]:
        return
    is_led_to_door = who == "anonymous" and (
        answer.status_code == 302 or "HX-Redirect" in answer.headers
    )
    if answer.status_code not in REFUSED and not is_led_to_door:
        yield f"answers {answer.status_code}"


def test_no_list_search_or_offer_finds_a_foreign_row(client, lu, world, settings):
    client.force_login(lu)
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "absurd.spy"]
    asked = [one for one in addresses() if not one.params or one.name.endswith(":offers")]
    found = []
    for one in asked:
        with undone(), listening() as read:
            content(client.get(world.url(one)))
            names = set(read["GET"])
        for query in ("q=秦孤", "q=周明", "q=柳树", "print=1", "export=xlsx"):
            if query.partition("=")[0] not in names:
                continue
            with undone():
                said = content(client.get(f"{world.url(one)}?{query}"))
            # What was asked for stands in the search box again: that tells nothing.
            told = [secret for secret in world.secrets if secret in said and secret not in query]
            found += [f"{one.name}?{query}: {told}"] if told else []
    assert not found, "\n".join(found)


def test_what_stands_for_a_foreign_row_is_there_for_its_own_people(client, office, world):
    """The net would hold nothing if the rows could not be seen by anybody."""
    client.force_login(office)
    # Identity, health and private answers stay closed on every page, even for who may open them;
    # the text of a plan stands in its form only for the unit that writes it.
    closed = {"211104195801017778", "慢性肾病", "只给自己看丁", "计划丑"}
    missing = set(world.secrets)
    for one in addresses():
        with undone():
            said = content(client.get(world.url(one)))
        missing -= {secret for secret in missing if secret in said}
        if missing <= closed:
            break
    assert missing <= closed
    assert "211104195801017778" in missing

"""Panjin: six years of one-to-one pairs, visits at festivals and between, gifts, funds, relays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jiedui.accounts.roles import Role
from jiedui.campaigns.playbook.windows import windows_between
from jiedui.demo import concerns, duties
from jiedui.demo.accounts import Accounts, Posts
from jiedui.demo.funds import Purses
from jiedui.demo.homes import Home, settle
from jiedui.demo.members import Register, Roll, Seat
from jiedui.demo.pairs import Matchmaker, watch_villages
from jiedui.demo.presents import Giving
from jiedui.demo.scene import Org, Scene, Serving
from jiedui.demo.texts import TEXTS
from jiedui.demo.units import Network, build
from jiedui.demo.visits import Book, Visit
from jiedui.places.models import Place

# Published (mission.md): 16,000 households, about 10,000 members, over 300,000 person-times, nearly
# 90 million yuan, over 5 million of it around one New Year and Spring Festival.
HOUSEHOLDS, GONE, MEMBERS, LEFT = 16_000, 610, 10_060, 1_450
PERSON_TIMES = 303_286
TOTAL_YUAN, FESTIVAL_YUAN = 89_640_000, 5_180_000
FESTIVAL = "two_festivals"
ISSUES, MEASURES = 164, 96
OCCASIONS = {"festival": "节日慰问", "farm": "农忙帮扶", "regular": "经常性帮扶"}
GOALS: Sequence[str] = TEXTS["city"]["goals"]


def play(scene: Scene, root: Org, places: Sequence[Place], accounts: Accounts) -> None:
    """Load the whole campaign, from the registers to the accounts."""
    network = build(scene, root, places=list(places))
    roll = _members(scene, network)
    pairing = scene.playbook.main_pairing
    assert pairing is not None
    homes = settle(
        scene,
        network.villages,
        kinds=pairing.helped_kinds,
        standing=scene.share(HOUSEHOLDS, least=12),  # somebody to hand over, to be called on
        gone=scene.share(GONE, least=2),
    )
    matchmaker = Matchmaker(scene, roll, pairing.key)
    matchmaker.pair(homes, network)
    matchmaker.write(homes)
    matchmaker.avoid(homes)
    villages = [place for place in places if place.level == "village"]
    watch_villages(scene, network, villages, homes, kind="unit_village")
    playbook = Book(scene, roll, pairing.key)
    playbook.record(homes, person_times=scene.share(PERSON_TIMES))
    units = [unit for county in network.units.values() for unit in county]
    _gifts(scene, playbook.visits, units, root, network.villages[0])
    _duties(scene, network, units)
    users = accounts.create()
    judges = concerns.Judges(users[Role.LIAISON], users[Role.SUPERVISOR])
    found = concerns.Found(
        issues=scene.share(ISSUES, least=8),
        measures=scene.share(MEASURES, least=5),
        first=scene.campaign.starts + timedelta(days=300),
        last=scene.today - timedelta(days=40),
        closed_share=0.93,
    )
    owners = [(one.unit, one) for one in roll.serving if one.unit.place]
    concerns.write(scene, found, judges, scene.rng.sample(owners, k=found.issues))
    helper, home = _helper_with_something_due(scene, homes)
    posts = Posts(root.id, scene.campaign.place_id, helper.unit.id, home.place.pk, helper.id)
    accounts.appoint(posts, since=scene.campaign.starts)


def _members(scene: Scene, network: Network) -> Roll:
    seats = []
    for county, units in network.units.items():
        for unit in units:
            for number, branch in enumerate(network.branches[unit.id]):
                is_village = branch.place is not None and branch.place.level == "village"
                tier = "village" if is_village else "county" if county else "city"
                tier = "top" if not county and unit in units[:4] and number == 0 else tier
                weight = 3.0 if is_village else 14.0 if county else 22.0
                seats.append(Seat(branch, unit, tier, is_first=number == 0, weight=weight))
    register = Register(scene)
    serving = max(scene.share(MEMBERS), len(seats) + 10)
    return register.fill(seats, serving=serving, left=scene.share(LEFT, least=12))


def _gifts(
    scene: Scene, visits: Sequence[Visit], units: Sequence[Org], office: Org, village: Place
) -> None:
    """Presents to the published value; the unit's goods of 14,000 yuan are part of it."""
    giving = Giving(scene, OCCASIONS)
    purses = Purses(scene)
    goods = purses.goods_fen()
    presents = giving.give(
        visits,
        total_fen=max(scene.share(TOTAL_YUAN) * 100 - goods, scene.share(FESTIVAL_YUAN) * 200),
        festival_fen=scene.share(FESTIVAL_YUAN) * 100,
        festival=last_festival(scene),
    )
    giving.write(lambda: purses.fill(units, office, presents))
    purses.published_goods(village)
    purses.write()


def last_festival(scene: Scene) -> tuple[date, date]:
    """The last New Year and Spring Festival that is over, as the playbook's figure counts it."""
    for figure in scene.playbook.figures:
        for one in figure.where:
            if figure.over == "gifts" and isinstance(one.low, date) and isinstance(one.high, date):
                return one.low, one.high
    since = scene.campaign.starts
    spans = windows_between(scene.playbook, FESTIVAL, since=since, until=scene.today)
    over = [span for span in spans if span.ends < scene.today]
    return over[-1].starts, over[-1].ends


def _duties(scene: Scene, network: Network, units: Sequence[Org]) -> None:
    reliable = duties.diligence(scene, units)
    duties.meetings(scene, units, reliable, kind="meeting", counted=range(5, 14))
    duties.own_tasks(scene, units)
    health = [unit for unit in units if unit.place]
    output = next(one for one in scene.playbook.outputs if one.key == "patients_seen")
    duties.clinics(scene, health, kind="clinic", output=output.key, unit=output.unit.zh)
    duties.reports(scene, units, reliable)
    duties.plans(scene, units, goals=GOALS, brands={})


@dataclass
class _Load:
    homes: list[Home]
    due: int


def _helper_with_something_due(scene: Scene, homes: Sequence[Home]) -> tuple[Serving, Home]:
    """The helper of the demonstration: a few households, some of them due for a visit."""
    loads: dict[int, _Load] = {}
    helpers: dict[int, Serving] = {}
    for home in homes:
        for link in home.links:
            if link.ended is None and not link.helper.is_leader:
                helpers[link.helper.id] = link.helper
                load = loads.setdefault(link.helper.id, _Load([], 0))
                load.homes.append(home)
                load.due += (scene.today - (home.visited or date.min)).days > 60
    best = max(loads, key=lambda one: (loads[one].due > 0, len(loads[one].homes), loads[one].due))
    return helpers[best], loads[best].homes[0]

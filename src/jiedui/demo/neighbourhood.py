"""Xiejiaji: branches find problems, members keep stairwells, teams go out; hardly a household."""

from collections.abc import Sequence
from datetime import timedelta

from jiedui.accounts.roles import Role
from jiedui.campaigns.models import Task
from jiedui.campaigns.playbook.windows import windows_between
from jiedui.demo import concerns, deeds, duties, street_work, streets
from jiedui.demo.accounts import Accounts, Posts
from jiedui.demo.crews import Crews
from jiedui.demo.deeds import Diary
from jiedui.demo.ground import short
from jiedui.demo.homes import Home, settle
from jiedui.demo.members import Register, Roll, Seat
from jiedui.demo.pairs import Matchmaker
from jiedui.demo.scene import Org, Scene, Tree
from jiedui.demo.texts import TEXTS
from jiedui.places.models import Level, Place

# Published (mission.md): 425 branches, 558 problems, 135 measures, 89 + 322 teams, 18 stations.
BRANCHES, MEMBERS, LEFT = 425, 10_236, 90
ISSUES, MEASURES = 558, 135
DISSUASION_TEAMS, VOLUNTEER_TEAMS, STATIONS = 89, 322, 18
ZONES, POSTS, EMPTY_STAIRWELLS = 386, 212, 11
DISTRICT_UNITS: Sequence[str] = TEXTS["district"]["units"]
GOALS: Sequence[str] = TEXTS["district"]["goals"]
BRAND_WORDS: Sequence[str] = TEXTS["district"]["brand_words"]
BRAND_KINDS: Sequence[str] = TEXTS["district"]["brand_kinds"]
FAVOURS = ("跑腿代办", "调解纠纷", "照看孩子", "修小家电")
BRANDED = 212
HOUSEHOLDS = 46  # called on by members of the branch next door


def play(scene: Scene, root: Org, places: Sequence[Place], accounts: Accounts) -> None:
    """Load the whole campaign, from the organisations to the accounts."""
    villages = [place for place in places if place.level == Level.VILLAGE]
    units, branches = _organisations(scene, root, places)
    roll = _members(scene, units, branches)
    zones, posts = scene.share(ZONES, least=4), scene.share(POSTS, least=4)
    ground = streets.build(scene, villages, zones=zones, posts=posts)
    crews = Crews(scene, roll, branches)
    for kind, count in (
        ("dissuasion", DISSUASION_TEAMS),
        ("volunteer", VOLUNTEER_TEAMS),
        ("service_station", STATIONS),
    ):
        name = next(one.name.zh for one in scene.playbook.team_kinds if one.key == kind)
        crews.found(kind, name, count=scene.share(count, least=2))
    crews.keep(ground, empty=scene.share(EMPTY_STAIRWELLS, least=2))
    _work(scene, roll, units, branches, crews)
    users = accounts.create()
    _problems(scene, roll, branches, concerns.Judges(users[Role.LIAISON], users[Role.SUPERVISOR]))
    head = crews.stairwells[0]
    assert head.member is not None
    unit = next(one for one in units if head.org.path.startswith(one.path))
    village = next(one for one in villages if head.place.path.startswith(one.path))
    posts_held = Posts(root.id, scene.campaign.place_id, unit.id, village.pk, head.member.id)
    accounts.appoint(posts_held, since=scene.campaign.starts)


def _organisations(scene: Scene, root: Org, places: Sequence[Place]) -> tuple[list[Org], list[Org]]:
    """Towns with a branch in each village, district units with branches of their own."""
    tree, units = Tree(scene), list[Org]()
    branches: list[Org] = []
    towns = [place for place in places if place.level == Level.TOWN]
    wanted = scene.share(BRANCHES, least=16)
    for town in towns:
        unit = tree.add(root, f"{town.name}党（工）委", kind="unit", unit_kind="state", place=town)
        units.append(unit)
        below = [p for p in places if p.level == Level.VILLAGE and p.path.startswith(town.path)]
        for village in below[: scene.share(len(below))]:
            if len(branches) < wanted:
                branches.append(
                    tree.add(unit, f"{short(village)}党支部", kind="branch", place=village)
                )
    for name in DISTRICT_UNITS[: scene.share(len(DISTRICT_UNITS), least=3)]:
        units.append(tree.add(root, f"谢家集{name}", kind="unit", unit_kind="state"))
    numbers = "一二三四五六七八九十"
    turn = 0
    while len(branches) < wanted:
        unit = units[turn % len(units)]
        ordinal = numbers[turn // len(units) % len(numbers)]
        title = f"{unit.name.removesuffix('党（工）委')}第{ordinal}党支部"
        branches.append(tree.add(unit, title, kind="branch"))
        turn += 1
    for branch in branches[::3]:
        tree.add(branch, "第一党小组", kind="group")
    tree.write()
    return units, sorted(branches, key=lambda branch: branch.path)


def _members(scene: Scene, units: Sequence[Org], branches: Sequence[Org]) -> Roll:
    seats, seen = [], set()
    for branch in branches:
        unit = next(one for one in units if branch.path.startswith(one.path))
        is_first, tier = unit.id not in seen, "district"
        if branch.place and branch.place.level == Level.VILLAGE:
            is_first, tier = False, "village"
        if is_first:
            seen.add(unit.id)
        seats.append(Seat(branch, unit, tier, is_first=is_first, weight=1.0))
    register = Register(scene)
    serving = max(scene.share(MEMBERS), 12 * len(seats) if scene.scale < 1 else 0)
    return register.fill(seats, serving=serving, left=scene.share(LEFT, least=2))


def _work(
    scene: Scene, roll: Roll, units: Sequence[Org], branches: Sequence[Org], crews: Crews
) -> None:
    diary = Diary(scene, roll)
    since, until = scene.campaign.starts, scene.today
    theme_days = windows_between(scene.playbook, "theme_day", since=since, until=until)
    deeds.rounds(diary, crews.stairwells, share=0.7)
    deeds.cleanings(diary, crews.zones, [one.starts for one in theme_days if one.starts >= since])
    street_work.events(diary, crews, branches)
    street_work.duty(diary, units)
    doors = _households(scene, roll, [one.place for one in crews.zones])
    street_work.services(diary, crews, doors)
    street_work.carriers(diary, units, branches)
    brands = _brands(scene, branches)
    street_work.brands(diary, branches, brands)
    diary.write()
    reliable = duties.diligence(scene, branches)
    duties.meetings(scene, branches, reliable, kind="discussion", counted=range(8, 30))
    duties.own_tasks(scene, branches)
    duties.reports(scene, branches, reliable)
    duties.plans(scene, branches, goals=GOALS, brands=brands)
    street_work.tools(scene, branches)


def _households(scene: Scene, roll: Roll, places: Sequence[Place]) -> list[Home]:
    """The few households that members call on, in villages and communities with a zone."""
    villages = sorted({one.parent.pk: one.parent for one in places if one.parent}.items())
    chosen = [village for _, village in villages][: scene.share(HOUSEHOLDS, least=3)]
    homes = settle(
        scene,
        [Place.objects.get(pk=village.pk) for village in chosen],
        kinds=("allowance", "extreme_home", "other_hardship"),
        standing=scene.share(HOUSEHOLDS, least=3),
        gone=1,
    )
    Matchmaker(scene, roll, "door_help").pair_nearby(homes)
    return homes


def _brands(scene: Scene, branches: Sequence[Org]) -> dict[int, tuple[str, str]]:
    """One branch, one brand: a name and what it does, for about half of them so far."""
    rng = scene.rng
    chosen = rng.sample(branches, k=min(len(branches), scene.share(BRANDED, least=3)))
    return {
        branch.id: (
            f"“{rng.choice(BRAND_WORDS)}”{rng.choice(BRAND_KINDS)}",
            f"每周{rng.choice('一二三四五')}开放，党员轮值，已帮邻里{rng.choice(FAVOURS)}。",
        )
        for branch in chosen
    }


def _problems(scene: Scene, roll: Roll, branches: Sequence[Org], judges: concerns.Judges) -> None:
    """Found in the discussions of the branches; most are struck off by somebody else."""
    task = Task.objects.filter(campaign=scene.campaign, activity_kind="discussion").first()
    last = task.due if task else scene.today
    found = concerns.Found(
        issues=scene.share(ISSUES, least=9),
        measures=scene.share(MEASURES, least=3),
        first=scene.campaign.starts + timedelta(days=5),
        last=min(last, scene.today),
        closed_share=0.92,
    )
    heads = {branch.id: roll.by_org[branch.id][0] for branch in branches}
    concerns.write(scene, found, judges, [(branch, heads[branch.id]) for branch in branches])

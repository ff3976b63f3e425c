"""The counted work of a civilised-city campaign, to the published figures (mission.md, 谢家集)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from jiedui.campaigns.playbook.windows import windows_between
from jiedui.demo.crews import Crews
from jiedui.demo.deeds import Diary, portions, spread_days
from jiedui.demo.homes import Home
from jiedui.demo.scene import Org, Scene
from jiedui.demo.texts import TEXTS
from jiedui.ledger.models import Gift
from jiedui.places.models import Level, Place

# Just over the rounded figures that were published: 50余, 4000余, 400余, 100余, 60余, 80余 …
EVENTS, EVENT_PERSON_TIMES = 56, 4_086
TOWN_EVENTS, TOWN_PERSON_TIMES = 13, 428
TOWN = "唐山镇"
CADRES_ON_DUTY, DUTIES = 416, 27
DISSUASIONS, SERVICES, DOOR_SERVICES = 126, 66, 86
BOARDS, LETTERS = 126, 11_260
TOOLS = 60
DONE_WHAT = ("cleaning", "posters", "parking", "leaflets", "services")
JUNCTIONS: Sequence[str] = TEXTS["streets"]["junctions"]
THEMES: Sequence[str] = TEXTS["streets"]["themes"]
EVENT_NOTES: Sequence[str] = TEXTS["streets"]["events"]


def events(diary: Diary, crews: Crews, branches: Sequence[Org]) -> None:
    """Volunteer events, of which thirteen in one town; most by number, some by name."""
    scene = diary.scene
    count, people = scene.share(EVENTS, least=4), scene.share(EVENT_PERSON_TIMES, least=40)
    in_town = min(count - 2, scene.share(TOWN_EVENTS, least=2))
    town_people = scene.share(TOWN_PERSON_TIMES, least=12)
    below = Place.objects.get(
        level=Level.TOWN, name=TOWN, path__startswith=scene.campaign.place.path
    )
    town = [b for b in branches if b.place and b.place.path.startswith(below.path)]
    others = [b for b in branches if b not in town]
    here = portions(scene, town_people, in_town, least=3)
    there = portions(scene, people - town_people, count - in_town, least=3)
    volunteers = {crew.org.id: crew.id for crew in crews.crews if crew.kind == "volunteer"}
    first = scene.campaign.starts + timedelta(days=40)
    for pool, sizes in ((town or branches, here), (others, there)):
        days = spread_days(scene, first, scene.today - timedelta(days=2), len(sizes))
        for size, day in zip(sizes, days, strict=True):
            branch = scene.rng.choice(pool)
            by_name = size <= 20 or (size <= 40 and scene.rng.random() < 0.5)
            diary.add(
                kind="volunteer_event", day=day, org=branch, team=volunteers.get(branch.id),
                place=branch.place or scene.campaign.place, minutes=120,
                members=0 if by_name else size, named=size if by_name else 0,
                public=scene.rng.randint(0, 60), note=scene.rng.choice(EVENT_NOTES),
                more={"what": scene.rng.sample(DONE_WHAT, k=2)},
            )  # fmt: skip


def duty(diary: Diary, units: Sequence[Org]) -> None:
    """Cadres of the district's units at the junctions, by number."""
    scene = diary.scene
    number = scene.share(DUTIES, least=2)
    sizes = portions(scene, scene.share(CADRES_ON_DUTY, least=6), number, least=2)
    first = scene.campaign.starts + timedelta(days=61)
    days = spread_days(scene, first, scene.today, number)
    for size, day in zip(sizes, days, strict=True):
        diary.add(
            kind="traffic_duty", day=day, org=scene.rng.choice(units), place=scene.campaign.place,
            members=size, cadres=size, minutes=90,
            more={"junction": scene.rng.choice(JUNCTIONS), "hours": 1.5},
        )  # fmt: skip


def services(diary: Diary, crews: Crews, homes: Sequence[Home]) -> None:
    """Dissuasions, services and services at the door: only counted, nobody is named."""
    scene = diary.scene
    first = scene.campaign.starts + timedelta(days=61)
    patrols = [crew for crew in crews.crews if crew.kind == "dissuasion"]
    for kind, total, each in (
        ("dissuasion", DISSUASIONS, 3),
        ("service", SERVICES, 2),
        ("door_service", DOOR_SERVICES, 1),
    ):
        wanted = scene.share(total, least=2)
        sizes = portions(scene, wanted, max(1, wanted // each))
        for size, day in zip(
            sizes, spread_days(scene, first, scene.today, len(sizes)), strict=True
        ):
            if kind == "door_service" and scene.rng.random() < 0.7:
                _at_the_door(diary, scene.rng.choice(homes), day, size)
                continue
            crew = scene.rng.choice(patrols if kind == "dissuasion" else crews.crews)
            diary.add(
                kind=kind, day=day, org=crew.org, team=crew.id, place=crew.place,
                members=scene.rng.randint(2, 5), outputs={kind: size},
            )  # fmt: skip


def _at_the_door(diary: Diary, home: Home, day: date, size: int) -> None:
    """A service by the member who calls on this household, where one does on that day."""
    link = home.links[0]
    is_paired = link.covers(day)
    diary.add(
        kind="door_service", day=day, org=link.helper.org, place=home.place, minutes=40,
        household=home.id if is_paired else None, pair=link.id if is_paired else None,
        helper=link.helper.id, outputs={"door_service": size},
    )  # fmt: skip


def carriers(diary: Diary, units: Sequence[Org], branches: Sequence[Org]) -> None:
    """One letter, one speech, one action."""
    scene = diary.scene
    letters = portions(scene, scene.share(LETTERS, least=120), len(branches), least=6)
    boards = portions(scene, scene.share(BOARDS, least=3), len(branches), least=0)
    spans = {
        key: windows_between(scene.playbook, key, since=scene.campaign.starts, until=scene.today)
        for key in ("letters", "party_day", "hundred_days")
    }
    first, last = spans["letters"][0].starts, spans["letters"][-1].ends
    for branch, count, board in zip(branches, letters, boards, strict=True):
        place = branch.place or scene.campaign.place
        diary.add(
            kind="letter_round", day=scene.day_between(first, min(last, scene.today)), org=branch,
            place=place, members=scene.rng.randint(2, 8), outputs={"letter": count, "board": board},
        )  # fmt: skip
        if scene.rng.random() < 0.93:
            span = spans["hundred_days"][0]
            diary.add(
                kind="action", day=scene.day_between(span.starts, min(span.ends, scene.today)),
                org=branch, place=place, members=scene.rng.randint(8, 30), minutes=120,
                public=scene.rng.randint(0, 25), outputs={"rubbish": scene.rng.randint(0, 3)},
            )  # fmt: skip
    for unit in units:
        if scene.rng.random() < 0.9:
            span = spans["party_day"][-1]
            diary.add(
                kind="speech", day=scene.day_between(span.starts, min(span.ends, scene.today)),
                org=unit, place=unit.place or scene.campaign.place, minutes=90,
                members=scene.rng.randint(20, 90), public=scene.rng.randint(0, 40),
                more={"theme": scene.rng.choice(THEMES)},
            )  # fmt: skip


def brands(diary: Diary, branches: Sequence[Org], named: Mapping[int, tuple[str, str]]) -> None:
    """The same brand as in the branch's plan, shown on a day of the last phase."""
    scene = diary.scene
    first = min(scene.playbook.phases[-1].starts, scene.today)
    kinds = ("service", "environment", "culture", "mediation")
    for branch in branches:
        if branch.id in named:
            name, story = named[branch.id]
            more = {"brand_name": name, "kind": scene.rng.choice(kinds), "practice": story}
            place = branch.place or scene.campaign.place
            day = scene.day_between(first, scene.today)
            diary.add(kind="brand", day=day, org=branch, place=place, more=more)


def tools(scene: Scene, branches: Sequence[Org]) -> None:
    """Cleaning tools for the zones, at the playbook's value."""
    goods = [good for good in scene.playbook.goods if good.value_fen]
    rows = []
    for _ in range(scene.share(TOOLS, least=2) if goods else 0):
        good, quantity = goods[0], scene.rng.randint(3, 20)
        branch = scene.rng.choice(branches)
        moment = scene.moment(scene.day_between(scene.campaign.starts, scene.today))
        rows.append(
            (
                scene.record_id(moment),
                scene.campaign.pk,
                moment.date(),
                "goods",
                good.name.zh,
                Decimal(quantity),
                good.unit.zh,
                quantity * (good.value_fen or 0),
                good.source.zh if good.source else "",
                branch.id,
                (branch.place or scene.campaign.place).pk,
                moment,
                branch.name,
            )
        )
    columns = (
        "id campaign day kind item quantity unit value_fen valuation_source giver place "
        "recorded_at recorded_by"
    )
    scene.writer.write(Gift, rows, columns=columns)

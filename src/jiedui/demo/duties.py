"""What organisations did of their own: tasks, plans and reports, some diligent, some slow."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from jiedui.campaigns.models import Plan, Task, TaskReport
from jiedui.demo.scene import Org, Scene
from jiedui.demo.texts import TEXTS
from jiedui.fieldwork.models import Activity, Output

ACTIVITY = (
    "id campaign kind day minutes organisation place task members_counted cadres_counted "
    "public_counted note more recorded_at recorded_by"
)
SUBMITTED = 0.94
MEETING_NOTES: Sequence[str] = TEXTS["duties"]["meetings"]


def diligence(scene: Scene, orgs: Sequence[Org]) -> dict[int, float]:
    """How reliable each organisation is, from 0.35 to 0.99; most are good, a few are slow."""
    return {org.id: min(0.99, 0.35 + 0.75 * scene.rng.betavariate(5, 1.4)) for org in orgs}


def meetings(
    scene: Scene, orgs: Sequence[Org], reliable: Mapping[int, float], *, kind: str, counted: range
) -> None:
    """One activity of this kind in each of its tasks' windows, by whoever kept to it."""
    tasks = Task.objects.filter(campaign=scene.campaign, activity_kind=kind, is_prescribed=True)
    rows = [row for task in tasks for row in _kept(scene, task, orgs, reliable, counted)]
    rows.sort(key=lambda row: str(row[0]))
    scene.writer.write(Activity, rows, columns=ACTIVITY)


def _kept(
    scene: Scene, task: Task, orgs: Sequence[Org], reliable: Mapping[int, float], counted: range
) -> Iterator[tuple[object, ...]]:
    rng, last = scene.rng, min(task.due, scene.today)
    for org in orgs if task.starts <= last else ():
        is_over = task.due < scene.today
        if rng.random() > reliable[org.id] * (1 if is_over else 0.6):
            continue
        moment = scene.moment(scene.day_between(max(task.starts, scene.campaign.starts), last))
        people = rng.choice(counted)
        place = org.place or scene.campaign.place
        words = rng.choice(MEETING_NOTES) if task.activity_kind == "meeting" else ""
        yield (
            (
                scene.record_id(moment),
                scene.campaign.pk,
                task.activity_kind,
                moment.date(),
                rng.choice((60, 90, 120)),
                org.id,
                place.pk,
                task.pk,
                people,
                min(people, 3),
                0,
                words if rng.random() < 0.5 else "",
                {},
                moment,
                org.name,
            )
        )


def own_tasks(scene: Scene, orgs: Sequence[Org]) -> list[Task]:
    """Self-chosen tasks of every third organisation, in the last window of each."""
    rows = []
    chosen = [
        task for task in scene.playbook.tasks if task.choice == "self_chosen" and task.activity
    ]
    for number, org in enumerate(orgs[::3]):
        task = chosen[number % len(chosen)]
        starts = scene.today - timedelta(days=scene.rng.randint(20, 70))
        rows.append(
            Task(
                campaign=scene.campaign,
                key=f"own-{org.id}-1",
                name=task.name.zh,
                name_en=task.name.en,
                is_prescribed=False,
                organisation_id=org.id,
                per=org.kind,
                activity_kind=task.activity or "",
                wanted=task.wanted,
                starts=starts,
                due=starts + timedelta(days=scene.rng.randint(75, 120)),
            )
        )
    made = Task.objects.bulk_create(rows)
    scene.writer.counts["campaigns.task"] = Task.objects.filter(campaign=scene.campaign).count()
    return made


def clinics(scene: Scene, orgs: Sequence[Org], *, kind: str, output: str, unit: str) -> None:
    """A doctor's day in a village: the public counted apart, patients without names."""
    rows: list[tuple[object, ...]] = []
    outputs = []
    for _ in range(scene.share(180, least=3)):
        org = scene.rng.choice(orgs)
        day = scene.day_between(scene.campaign.starts + timedelta(days=400), scene.today)
        moment, seen = scene.moment(day), scene.rng.randint(20, 160)
        place = org.place or scene.campaign.place
        rows.append(
            (
                scene.record_id(moment),
                scene.campaign.pk,
                kind,
                day,
                180,
                org.id,
                place.pk,
                None,
                scene.rng.randint(4, 12),
                0,
                seen,
                "义诊送药，测血压、查血糖。",
                {},
                moment,
                org.name,
            )
        )
        outputs.append((rows[-1][0], output, seen, unit))
    scene.writer.write(Activity, rows, columns=ACTIVITY)
    scene.writer.write(Output, outputs, columns="activity kind quantity unit")


def reports(scene: Scene, orgs: Sequence[Org], reliable: Mapping[int, float]) -> None:
    """Tasks that leave no records of their own are reported as done."""
    rows = []
    for task in Task.objects.filter(campaign=scene.campaign, activity_kind="", output_kind=""):
        last = min(task.due, scene.today)
        for org in orgs if task.starts <= last else ():
            if scene.rng.random() < reliable[org.id]:
                rows.append((task.pk, org.id, scene.day_between(task.starts, last), "已自查"))
    scene.writer.write(TaskReport, rows, columns="task organisation done_on note")


def plans(
    scene: Scene,
    orgs: Sequence[Org],
    *,
    goals: Sequence[str],
    brands: Mapping[int, tuple[str, str]],
) -> None:
    """Plans of organisations under the playbook's headings; most were handed in, some late."""
    plan = scene.playbook.plan
    assert plan is not None
    rows = []
    for org in orgs:
        handed_in: date | None = plan.due - timedelta(days=scene.rng.randint(-6, 25))
        if scene.rng.random() > SUBMITTED:
            handed_in = None
        lines = (
            f"{n}、{heading.zh}：已按要求安排到人。" for n, heading in enumerate(plan.headings, 1)
        )
        brand, story = brands.get(org.id, ("", ""))
        rows.append(
            (
                scene.campaign.pk,
                org.id,
                scene.rng.choice(goals),
                "\n".join(lines),
                brand,
                story,
                plan.due,
                min(handed_in, scene.today) if handed_in else None,
            )
        )
    columns = "campaign organisation goals text brand brand_story due submitted_on"
    scene.writer.write(Plan, rows, columns=columns)

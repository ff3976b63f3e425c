"""What organisations did of their own: self-chosen tasks, reports and plans; a few are slow."""

from collections.abc import Sequence
from datetime import date, timedelta

from jiedui.campaigns.models import Plan, Task, TaskReport
from jiedui.demo.activity_days import reliability
from jiedui.demo.context import Context
from jiedui.demo.declaration import Plans
from jiedui.demo.records import OrganisationRow
from jiedui.demo.registers import Registers
from jiedui.demo.texts import composed

EVERY = 3  # of so many organisations one adds a task of its own


def write_tasks(context: Context, registers: Registers) -> None:
    """Tasks of their own, of the organisations that the playbook asks for plans."""
    plan = context.playbook.plan
    if plan is None:
        return
    organisations = registers.organisations.of(plan.per)
    _own_tasks(context, organisations)
    _reports(context, registers)


def _own_tasks(context: Context, organisations: Sequence[OrganisationRow]) -> None:
    """Of every third organisation, under way these weeks."""
    chosen = [
        task for task in context.playbook.tasks if task.choice == "self_chosen" and task.activity
    ]
    rows = []
    for number, organisation in enumerate(organisations[::EVERY] if chosen else ()):
        task = chosen[number % len(chosen)]
        starts = context.today - timedelta(days=context.rng.randint(20, 70))
        due = starts + timedelta(days=context.rng.randint(75, 120))
        rows.append(
            (
                context.campaign.pk, f"own-{organisation.id}-1", task.name.zh, task.name.en, False,
                organisation.id, organisation.kind, task.activity or "", task.wanted, starts, due,
            )
        )  # fmt: skip
    columns = (
        "campaign key name name_en is_prescribed organisation per activity_kind wanted starts due"
    )
    context.writer.write(Task, rows, columns=columns)


def _reports(context: Context, registers: Registers) -> None:
    """Tasks that leave no records of their own are reported as done."""
    reliable = reliability(context, registers)
    rows = []
    for task in Task.objects.filter(
        campaign=context.campaign, activity_kind="", output_kind="", form_key=""
    ):
        last = min(task.due, context.today)
        for one in registers.organisations.of(task.per) if task.starts <= last else ():
            if context.rng.random() < reliable[one.id]:
                rows.append((task.pk, one.id, context.day_between(task.starts, last), "已自查"))
    context.writer.write(TaskReport, rows, columns="task organisation done_on note")


def name_brands(context: Context, registers: Registers) -> None:
    """One branch, one brand: a name and what it does, for as many as declared."""
    declared, rng = context.declared.plans, context.rng
    if declared is None or not declared.brands or context.playbook.plan is None:
        return
    organisations = registers.organisations.of(context.playbook.plan.per)
    count = min(len(organisations), context.scaled(declared.brands, least=3))
    for one in rng.sample(organisations, k=count):
        story = rng.choice(declared.brand_stories) if declared.brand_stories else ""
        name = composed(rng, rng.choice(declared.brand_names))
        one.brand = name, composed(rng, story)


def write_plans(context: Context, registers: Registers) -> None:
    """Plans under the playbook's headings; most were handed in, some late."""
    plan, declared = context.playbook.plan, context.declared.plans
    if plan is None or declared is None:
        return
    headings = [
        f"{n}、{heading.zh}：已按要求安排到人。" for n, heading in enumerate(plan.headings, 1)
    ]
    rows = []
    for one in registers.organisations.of(plan.per):
        brand, story = one.brand or ("", "")
        goals = composed(context.rng, context.rng.choice(declared.goals))
        rows.append(
            (
                context.campaign.pk, one.id, goals,
                "\n".join(headings), brand, story, plan.due,
                _handed_in(context, declared, plan.due),
            )
        )  # fmt: skip
    columns = "campaign organisation goals text brand brand_story due submitted_on"
    context.writer.write(Plan, rows, columns=columns)


def _handed_in(context: Context, declared: Plans, due: date) -> date | None:
    day = due - timedelta(days=context.rng.randint(-6, 25))
    is_there = context.rng.random() <= declared.handed_in
    return min(day, context.today) if is_there else None

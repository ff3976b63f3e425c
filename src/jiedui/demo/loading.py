"""A whole campaign, loaded in one go into an empty installation or beside other demonstrations."""

import gc
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.accounts.models import User
from jiedui.accounts.roles import Role
from jiedui.campaigns import actions as campaigns
from jiedui.campaigns.models import Campaign
from jiedui.core import audit, table_statistics
from jiedui.core.models import Installation
from jiedui.core.refusals import Refused
from jiedui.demo import dates, decisions, reading
from jiedui.demo.accounts import Accounts, posts_of
from jiedui.demo.activities import write_activities
from jiedui.demo.context import Context
from jiedui.demo.funds import FundMaker
from jiedui.demo.goods import goods_given, write_goods
from jiedui.demo.households import write_households
from jiedui.demo.issues import Judges, write_issues
from jiedui.demo.members import write_members
from jiedui.demo.names import spelled
from jiedui.demo.organisations import free_root_path, write_organisations
from jiedui.demo.own_places import write_own_places
from jiedui.demo.pairs import write_pairs
from jiedui.demo.places import write_places
from jiedui.demo.projects import write_projects
from jiedui.demo.records import OrganisationRow
from jiedui.demo.registers import Registers
from jiedui.demo.requests import write_requests
from jiedui.demo.sheets import write_sheets
from jiedui.demo.tasks import name_brands, write_plans, write_tasks
from jiedui.demo.teams import write_teams
from jiedui.demo.visit_gifts import VisitGiftMaker
from jiedui.demo.visits import VisitRow, write_visits
from jiedui.demo.writing import DECISIONS, Progress, Writer, silent
from jiedui.households.models import Household
from jiedui.orgs.models import Organisation
from jiedui.places.models import Level, Place

CACHE_KB = 400_000


@dataclass(frozen=True)
class Summary:
    """What was loaded: rows by model, seconds, and where the accounts are written down."""

    name: str
    campaign: str  # its key
    seed: int
    scale: float
    seconds: float
    accounts: str
    rows: Mapping[str, int] = field(default_factory=dict)


def load(
    name: str,
    *,
    scale: float = 1.0,
    seed: int = 1,
    progress: Progress | None = None,
    today: date | None = None,
    plans_now: bool = True,
) -> Summary:
    """Load a demonstration, by its name or file; the same seed and day give the same records.

    `scale` is the share of the published figures; places are always complete. One transaction:
    either everything is there afterwards or nothing; the plan of pairs to review is left to the
    worker unless `plans_now`. Raises `Refused` for an unknown name, for a
    campaign that is there already, for an installation that holds real lists, and for a file with
    mistakes or totals that cannot be reached.
    """
    began = time.monotonic()
    source = _checked(name, scale)
    accounts = Accounts(source.playbook.key)
    writer = Writer(progress or silent)
    with audit.through("demo"), transaction.atomic(), _large_cache(), _no_garbage():
        day = today or timezone.localdate()
        context, root, places = _open(writer, source, scale=scale, seed=seed, today=day)
        _write(context, root, places, accounts)
        Installation.objects.update_or_create(pk=1, defaults={"is_demonstration": True})
        writer.finish(campaign=context.campaign)
        table_statistics.gather()  # what follows asks as pages do
        with writer.step(DECISIONS):
            decisions.write_decisions(context.campaign, accounts.users, plans_now=plans_now)
        # Before the commit: a demonstration that is there always has its passwords.
        published = accounts.publish()
    table_statistics.gather()
    return Summary(
        name=source.name,
        campaign=context.campaign.key,
        seed=seed,
        scale=scale,
        seconds=round(time.monotonic() - began, 1),
        accounts=str(published),
        rows=dict(writer.counts),
    )


def _write(
    context: Context, root: OrganisationRow, places: list[Place], accounts: Accounts
) -> None:
    """Registers, pairs, what was done and given, what is wrong, and who may look at it."""
    organisations = write_organisations(context, root, places)
    members = write_members(context, organisations.seats)
    registers = Registers(organisations, members, places)
    registers.teams = write_teams(context, members, registers.branches)
    villages = [place for place in places if place.level == Level.VILLAGE]
    registers.own_places = write_own_places(context, villages)
    registers.households = write_households(context, organisations.villages or villages)
    write_pairs(context, registers)
    visits = write_visits(context, registers)
    _write_gifts(context, registers, visits)
    name_brands(context, registers)
    write_activities(context, registers)
    write_tasks(context, registers)
    write_plans(context, registers)
    users = accounts.create()
    write_issues(context, registers, Judges(users[Role.LIAISON], users[Role.SUPERVISOR]))
    accounts.appoint(posts_of(context, registers), since=context.starts)
    write_sheets(context, registers)
    write_projects(context, registers)
    write_requests(context, registers)


def _write_gifts(context: Context, registers: Registers, visits: list[VisitRow]) -> None:
    """What was brought along on visits fits the total together with what was given otherwise."""
    declared = context.declared
    funds = FundMaker(context, registers, declared.funds) if declared.funds else None
    goods = goods_given(context, registers)
    if funds:
        goods += funds.goods(registers.organisations.villages[0])
    maker = VisitGiftMaker(context, declared.visit_gifts) if declared.visit_gifts else None
    if maker:
        maker.make(visits, other_fen=sum(row.value_fen for row in goods))
    gifts = maker.gifts if maker else []
    if maker:
        maker.write(lambda: funds.pay(gifts) if funds else None)
    elif funds:
        funds.pay(gifts)
    write_goods(context, goods)
    if funds:
        funds.write()


@contextmanager
def _no_garbage() -> Iterator[None]:
    """A million rows, none of them garbage: looking for some takes a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _large_cache() -> Iterator[None]:
    """In SQLite, hold what is written in memory until the commit: pages are not written twice."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        (usual,) = cursor.fetchone()
        cursor.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        yield
        cursor.execute(f"PRAGMA cache_size = {usual}")


def _checked(name: str, scale: float) -> reading.Source:
    check_scale(scale)
    source = reading.read(name)
    if Campaign.objects.filter(key=source.playbook.key).exists():
        raise Refused(_("The demonstration %(name)s is here already.") % {"name": source.name})
    in_use = any(model.objects.exists() for model in (User, Organisation, Household))
    if in_use and not Installation.current().is_demonstration:
        raise Refused(
            _("This installation holds real lists; load demonstrations into one of their own.")
        )
    return source


def check_scale(scale: float) -> None:
    """Refuse whatever is no share: nought, less, more than all, no number."""
    if not 0 < scale <= 1:  # so written, it is false of NaN as well
        raise Refused(_("The scale is a share of the published figures: more than 0, at most 1."))


def _open(
    writer: Writer, source: reading.Source, *, scale: float, seed: int, today: date
) -> tuple[Context, OrganisationRow, list[Place]]:
    """The area, the top organisation and the campaign, which is in its last weeks."""
    rng = Random(f"{source.name} {seed}")
    text = dates.moved(source.playbook_text, today=today)
    about = source.playbook.campaign
    former = Path(source.folder, source.declared.former_places)
    places = write_places(
        writer, rng, root=about.place, former=former if source.declared.former_places else None
    )
    top = places[0]
    prefix = spelled(top.name, is_person=False)[1][:-1].upper()
    pinyin, initials = spelled(about.office.zh, is_person=False)
    root = Organisation.objects.create(
        path=free_root_path(),
        number=prefix,
        name=about.office.zh,
        kind="area",
        place=top,
        pinyin=pinyin[:160],
        initials=initials[:40],
        since=dates.starts(text),
    )
    campaign = campaigns.start(text, organisation=root, place=top, by=None)
    context = Context(
        declared=source.declared,
        playbook=campaign.playbook,
        writer=writer,
        rng=rng,
        campaign=campaign,
        top=top,
        today=today,
        scale=scale,
        prefix=prefix,
    )
    return context, OrganisationRow(root.pk, root.path, top.name, "area", top), places

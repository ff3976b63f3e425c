"""A whole campaign, loaded in one go into an empty installation or beside other demonstrations."""

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from random import Random

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.accounts.models import User
from jiedui.campaigns import actions as campaigns
from jiedui.campaigns import playbook as playbooks
from jiedui.campaigns.models import Campaign
from jiedui.core import audit
from jiedui.core.models import Installation
from jiedui.core.refusals import Refused
from jiedui.demo import dates, ground, kinship, movements, neighbourhood
from jiedui.demo.accounts import Accounts
from jiedui.demo.people import spelled
from jiedui.demo.scene import Org, Scene, free_root_path
from jiedui.demo.writing import Progress, Writer, silent
from jiedui.households.models import Household
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place

Story = Callable[[Scene, Org, Sequence[Place], Accounts], None]
# A demonstration is a story told with the words of a playbook of the same name.
STORIES: Mapping[str, Story] = {"panjin": kinship.play, "xiejiaji": neighbourhood.play}


@dataclass(frozen=True)
class Summary:
    """What was loaded: rows by model, seconds, and where the accounts are written down."""

    name: str
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
) -> Summary:
    """Load a demonstration; the same seed and day give the same records.

    `scale` is the share of the published figures; places are always complete. One transaction:
    either everything is there afterwards or nothing. Raises `Refused` for an unknown name, for a
    campaign that is there already, and for an installation that holds real lists.
    """
    began = time.monotonic()
    _check(name, scale)
    accounts = Accounts(name)
    writer = Writer(progress or silent)
    with audit.through("demo"), transaction.atomic(), _no_garbage():
        scene, root, places = _open(writer, name, scale, seed, today or timezone.localdate())
        STORIES[name](scene, root, places, accounts)
        Installation.objects.update_or_create(pk=1, defaults={"is_demonstration": True})
        writer.finish(campaign=scene.campaign)
        movements.play(scene.campaign, accounts.users)
        # Before the commit: a demonstration that is there always has its passwords.
        published = accounts.publish()
    _analyse()
    return Summary(
        name=name,
        seed=seed,
        scale=scale,
        seconds=round(time.monotonic() - began, 1),
        accounts=str(published),
        rows=dict(writer.counts),
    )


@contextmanager
def _no_garbage() -> Iterator[None]:
    """A million rows, none of them garbage: looking for some takes a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _check(name: str, scale: float) -> None:
    if name not in STORIES:
        known = {"name": name, "names": ", ".join(STORIES)}
        raise Refused(_("There is no demonstration %(name)s; there are: %(names)s.") % known)
    check_scale(scale)
    if Campaign.objects.filter(key=name).exists():
        raise Refused(_("The demonstration %(name)s is here already.") % {"name": name})
    in_use = any(model.objects.exists() for model in (User, Organisation, Household))
    if in_use and not Installation.current().is_demonstration:
        raise Refused(
            _("This installation holds real lists; load demonstrations into one of their own.")
        )


def check_scale(scale: float) -> None:
    """Refuse whatever is no share: nought, less, more than all, no number."""
    if not 0 < scale <= 1:  # so written, it is false of NaN as well
        raise Refused(_("The scale is a share of the published figures: more than 0, at most 1."))


def _open(
    writer: Writer, name: str, scale: float, seed: int, today: date
) -> tuple[Scene, Org, Sequence[Place]]:
    """The area, the top organisation and the campaign, which is in its last weeks."""
    rng = Random(f"{name} {seed}")
    source = dates.moved(playbooks.source(name), today=today)
    about = playbooks.load(source, name=name).campaign
    places = ground.lay(writer, rng, key=name, root=about.place)
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
        since=about.starts,
    )
    campaign = campaigns.start(source, organisation=root, place=top, by=None)
    scene = Scene(writer, rng, campaign, today, scale, prefix)
    return scene, Org(root.pk, root.path, top.name, "area", top), places


def _analyse() -> None:
    """Let the database count what it has, so that the first page is not planned blindly."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

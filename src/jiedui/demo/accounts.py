"""One account for each role, in demonstration databases only; passwords are drawn at loading."""

import json
import os
import secrets
from collections import Counter, defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password

from jiedui.accounts.models import User
from jiedui.accounts.roles import Role
from jiedui.demo.context import Context
from jiedui.demo.records import HouseholdRow, MemberRow
from jiedui.demo.registers import Registers
from jiedui.orgs.models import Appointment, Member, Organisation
from jiedui.places.models import Level, Place

FILE = "demo-accounts.json"
# Shown as 演示·办公室: nobody takes it for a person's name.
NAMES = {
    Role.OFFICE: "演示·办公室",
    Role.LIAISON: "演示·单位联络员",
    Role.HELPER: "演示·帮扶人",
    Role.VILLAGE_OFFICER: "演示·村（社区）干部",
    Role.SUPERVISOR: "演示·督查员",
    Role.LEADER: "演示·领导",
    Role.AUDITOR: "演示·审计员",
    Role.ADMINISTRATOR: "演示·系统管理员",
}
DUE = 60  # days without a visit
SUCCESSORS = 3  # colleagues without a household are enough
SYLLABLES = [a + b for a in "bdfghjkmnprstvwz" for b in "aeiou"]


@dataclass(frozen=True)
class Posts:
    """Where the roles are held: the roots, and one unit, village and member."""

    organisation: int
    place: int
    unit: int
    village: int
    member: int | None


def posts_of(context: Context, registers: Registers) -> Posts:
    """The helper of the demonstration, its unit, and a village where it helps."""
    helper, village = _helper(context, registers)
    unit = registers.organisations.unit_of(helper.organisation)
    root = registers.organisations.root
    return Posts(root.id, context.top.pk, unit.id, village.pk, helper.id)


def _helper(context: Context, registers: Registers) -> tuple[MemberRow, Place]:
    """Whoever answers for some households, of whom one is due; else for a place; else anybody."""
    if found := _with_something_due(context, registers):
        return found
    villages = [place for place in registers.places if place.level == Level.VILLAGE]
    for pairs in registers.pairs.values():
        for pair in pairs:
            if pair.member and pair.place and not pair.ended:
                path = pair.place.path
                return pair.member, next(one for one in villages if path.startswith(one.path))
    return registers.members.serving[0], villages[0]


def _with_something_due(context: Context, registers: Registers) -> tuple[MemberRow, Place] | None:
    """Of those with a visit due: one with colleagues who could take over, and many households."""
    if context.declared.visits is None:
        return None
    own: dict[int, list[HouseholdRow]] = defaultdict(list)
    helpers: dict[int, MemberRow] = {}
    for household in registers.households:
        for pair in household.pairs:
            if pair.ended is None:
                helpers[pair.helper.id] = pair.helper
                own[pair.helper.id].append(household)
    free = Counter(one.unit.id for one in registers.members.serving if one.id not in own)

    def order(key: int) -> tuple[bool, int, int, int]:
        due = sum((context.today - (one.visited or date.min)).days > DUE for one in own[key])
        return due > 0, min(SUCCESSORS, free[helpers[key].unit.id]), len(own[key]), due

    likely = [key for key, helper in helpers.items() if not helper.is_leader]
    if not likely:
        return None
    best = max(likely, key=order)
    return helpers[best], own[best][0].place


@dataclass
class Accounts:
    """Passwords are hashed in threads from the start, since that takes its time on purpose."""

    key: str
    users: dict[str, User] = field(default_factory=dict)
    _passwords: dict[str, str] = field(default_factory=dict)
    _hashes: dict[str, Future[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        pool = ThreadPoolExecutor(max_workers=2)
        for role in Role:
            self._passwords[role] = _password()
            self._hashes[role] = pool.submit(make_password, self._passwords[role])
        pool.shutdown(wait=False)

    def username(self, role: str) -> str:
        return f"{self.key}-{role.replace('_', '-')}"

    def create(self) -> dict[str, User]:
        """The users, without any appointment yet."""
        for role in Role:
            self.users[role] = User.objects.create(
                username=self.username(role),
                display_name=NAMES[role],
                password=self._hashes[role].result(),
            )
        return self.users

    def appoint(self, posts: Posts, *, since: date) -> None:
        """Give each its role over the right part of the trees; the helper is a real member."""
        whole = (posts.organisation, posts.place)
        roots: dict[str, tuple[int | None, int | None]] = {
            Role.OFFICE: whole,
            Role.LIAISON: (posts.unit, None),
            Role.HELPER: (None, None),
            Role.VILLAGE_OFFICER: (None, posts.village),
            Role.SUPERVISOR: whole,
            Role.LEADER: whole,
            Role.AUDITOR: whole,
            Role.ADMINISTRATOR: (None, None),
        }
        Appointment.objects.bulk_create(
            Appointment(
                user=self.users[role],
                role=role,
                organisation=Organisation.objects.filter(pk=roots[role][0] or 0).first(),
                place=Place.objects.filter(pk=roots[role][1] or 0).first(),
                since=since,
            )
            for role in Role
        )
        Member.objects.filter(pk=posts.member or 0).update(user=self.users[Role.HELPER])

    def publish(self) -> Path:
        """Write user names and passwords beside the database, readable by its owner only."""
        path = Path(settings.DATA) / FILE
        others = [one for one in read() if not one["username"].startswith(f"{self.key}-")]
        own = [
            {
                "role": str(role),
                "username": self.username(role),
                "password": self._passwords[role],
                "name": NAMES[role],
            }
            for role in Role
        ]
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(others + own, file, ensure_ascii=False, indent=1)
        draft.replace(path)
        return path


def read() -> list[dict[str, str]]:
    """The demonstration accounts of this installation: role, username, password, name."""
    path = Path(settings.DATA) / FILE
    if not path.exists():
        return []
    accounts: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return accounts


def _password() -> str:
    """Three words that can be said aloud and four digits: about 50 bits."""
    words = ("".join(secrets.choice(SYLLABLES) for _ in range(2)) for _ in range(3))
    return "-".join((*words, f"{secrets.randbelow(10_000):04d}"))

"""One account for each role, in demonstration databases only; passwords are drawn at loading."""

import json
import os
import secrets
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password

from jiedui.accounts.models import User
from jiedui.accounts.roles import Role
from jiedui.orgs.models import Appointment, Member, Organisation
from jiedui.places.models import Place

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
SYLLABLES = [a + b for a in "bdfghjkmnprstvwz" for b in "aeiou"]


@dataclass(frozen=True)
class Posts:
    """Where the roles are held: the roots, and one unit, village and member."""

    organisation: int
    place: int
    unit: int
    village: int
    member: int | None


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

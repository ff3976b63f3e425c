"""Lists for the staged import, and what the registers hold after it; every person is invented."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lists

from jiedui.core.models import Job
from jiedui.core.refusals import Refused
from jiedui.households.models import Household, Income, Need, Person
from jiedui.imports import actions
from jiedui.imports.models import Upload
from jiedui.orgs.models import Member, Organisation, Team, TeamMember
from jiedui.places.models import Place
from jiedui.web import jobs

HEAD = ["村", "户编号", "户主姓名", "户属性", "出生日期", "与户主关系", "家庭人口", "联系电话"]
MODELS: tuple[Any, ...] = (
    Household,
    Person,
    Need,
    Income,
    Organisation,
    Member,
    Place,
    Team,
    TeamMember,
)


def home(
    village: str = "柳树村",
    number: str = "H7",
    name: str = "李安平",
    kind: str = "低保户",
    born: str = "1950-01-02",
    relation: str = "户主",
    size: object = 1,
    phone: str = "",
) -> list[object]:
    return [village, number, name, kind, born, relation, size, phone]


def sheet(*rows: Sequence[object]) -> bytes:
    return lists.xlsx([["低保户结对帮扶台账"], HEAD, *rows])


def send(kind: str, content: bytes, *, by: Any, name: str = "list.xlsx") -> Upload:
    """Through the actions the pages use: received and looked at."""
    upload = actions.receive(kind, name, [content], by=by)
    return done(actions.check(upload, by=by), upload)


def work() -> None:
    """What a worker does with the jobs that wait, in this process."""
    jobs.load_runners()
    while job := jobs.claim():
        jobs.run(job)


def done(job: Job, upload: Upload) -> Upload:
    """The list after its job. Raises what the job said when it refused."""
    work()
    job.refresh_from_db()
    upload.refresh_from_db()
    if job.state == Job.State.FAILED:
        raise Refused(job.message)
    return upload


def bring_in(kind: str, content: bytes, *, by: Any) -> Upload:
    """Sent, looked at and applied."""
    upload = send(kind, content, by=by)
    return done(actions.apply(upload, by=by), upload)


def facts(kind: str, content: bytes, *, by: Any = None, apply: bool = False) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        path.write_bytes(content)
        return actions.import_file(kind, path, by=by, apply=apply)


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of all registers, to compare before and after."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in MODELS}

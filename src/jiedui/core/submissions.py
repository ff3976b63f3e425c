"""Sent twice is written once: what a form did the first time, and what it was sent with.

Every form that creates something carries a number of its own. The first to use it takes it, in the
transaction that does the work; the same again is answered with what was done then, and any other
content under the same number is refused and shown beside the first.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from jiedui.core import crypto
from jiedui.core.jobs import daily
from jiedui.core.models import Submission
from jiedui.core.refusals import Refused
from jiedui.core.users import User

NAME = "id"  # of the hidden field that carries the number of the form
ASIDE = {"csrfmiddlewaretoken", NAME}
SHOWN = timedelta(days=7)  # for so long what was typed is kept, to be shown beside something else
_taken: ContextVar[UUID | None] = ContextVar("taken", default=None)

Fields = list[tuple[str, str]]
T = TypeVar("T")


@dataclass(frozen=True)
class Sent:
    """What was sent under a number: a digest of all of it, and the fields people can compare."""

    id: UUID
    kind: str
    digest: str
    fields: Fields = field(default_factory=list)
    words: dict[str, Any] = field(default_factory=dict)  # what people call fields and options

    @classmethod
    def by_form(cls, request: HttpRequest, *, words: dict[str, Any] | None = None) -> "Sent | None":
        """What this request sends, with its address and files; None when the form has no number."""
        number = _uuid(request.POST.get(NAME, ""))
        if request.method != "POST" or number is None:
            return None
        typed = [(n, v) for n, values in sorted(request.POST.lists()) for v in values]
        typed = [(name, value) for name, value in typed if name not in ASIDE]
        fields = [(name, value) for name, value in typed if "password" not in name]
        path = request.get_full_path()
        sealed = digest([path, typed, _files(request)])
        return cls(number, path[:200], sealed, fields, words or {})

    @classmethod
    def by_action(cls, number: UUID, *, kind: str, content: Any) -> "Sent":
        """What an action was asked to do; `content` is all that it was given."""
        return cls(number, kind, digest(content))


class OtherContent(Refused):
    """The number of this form was used already, for something else."""

    def __init__(self, earlier: Submission) -> None:
        super().__init__(_("This form has been saved already, with other content. Open a new one."))
        self.earlier = earlier


def digest(content: Any) -> str:
    """A keyed digest of everything in it: two that differ anywhere have different ones."""
    return crypto.digest(json.dumps(content, cls=_Encoder, sort_keys=True, ensure_ascii=False))


def earlier(sent: Sent, *, by: User | None) -> Submission | None:
    """What was done under this number before; raises `OtherContent` when that was not the same."""
    found = Submission.objects.filter(pk=sent.id).first()
    is_foreign = found and found.owner_id not in (None, getattr(by, "pk", None))
    if found and (found.digest != sent.digest or is_foreign):
        raise OtherContent(found)
    return found


@transaction.atomic
def once(
    sent: Sent | None, *, by: User | None, work: Callable[[], T], again: Callable[[Submission], T]
) -> T:
    """Do the work and keep the number as used, both or neither; `again` answers a second sending.

    Of two at the same moment the second waits here until the first is done. Inside the work the
    number is in use: an action called with it does not take it again.
    """
    if sent is None or _taken.get() == sent.id:
        return work()
    if not _take(sent, by=by):
        found = earlier(sent, by=by)
        assert found
        return again(found)
    with _in_use(sent.id):
        return work()


def _take(sent: Sent, *, by: User | None) -> bool:
    owner = getattr(by, "pk", None)
    # What nobody in particular sent leads back to nobody: it is not kept.
    shown = [sent.fields, sent.words] if owner else [[], {}]
    try:
        with transaction.atomic():
            Submission.objects.create(
                id=sent.id,
                owner_id=owner,
                kind=sent.kind,
                digest=sent.digest,
                content=json.dumps(shown, cls=_Encoder, ensure_ascii=False),
                at=timezone.now(),
            )
    except IntegrityError:
        return False
    return True


@contextmanager
def _in_use(number: UUID) -> Iterator[None]:
    token = _taken.set(number)
    try:
        yield
    finally:
        _taken.reset(token)


def led_to(sent: Sent | None, address: str) -> None:
    """Where the answer to this form led, for whoever sends it again."""
    if sent:
        Submission.objects.filter(pk=sent.id).update(answer=address[:300])


def typed(submission: Submission) -> tuple[Fields, dict[str, Any]]:
    """What was typed the first time, and its words; nothing once it is too long ago."""
    fields, words = json.loads(submission.text or "[[], {}]")
    return [(name, value) for name, value in fields], words


@daily
def forget_what_was_typed(today: date) -> None:
    """After a week only the digest stays."""
    long_ago = timezone.now() - SHOWN
    Submission.objects.filter(at__lt=long_ago).exclude(content=b"").update(content="")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _files(request: HttpRequest) -> list[list[str]]:
    found = []
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            seal = hashlib.sha256()
            for chunk in file.chunks():
                seal.update(chunk)
            file.seek(0)
            found.append([name, file.name or "", seal.hexdigest()])
    return found


class _Encoder(DjangoJSONEncoder):
    """Rows by their kind and key, records by their fields, sets in order."""

    def default(self, o: Any) -> Any:
        if isinstance(o, models.Model):
            return [o._meta.label_lower, str(o.pk)]
        if hasattr(o, "__dataclass_fields__"):
            return {name: getattr(o, name) for name in o.__dataclass_fields__}
        if isinstance(o, set | frozenset):
            return sorted(map(str, o))
        return super().default(o)

"""Records every app shares: the audit chain, long jobs, and what this installation is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any, Protocol

from django.db import models, transaction
from django.db.models.query import ValuesIterable
from django.utils.translation import gettext_lazy as _

from jiedui.core import bulk, readings
from jiedui.core.fields import EncryptedText, Sealed, kept, unopened
from jiedui.core.once import once
from jiedui.core.pages import address_of
from jiedui.core.texts import masked_phone
from jiedui.core.users import User


class AuditEntry(models.Model):
    """One link of the chain. Names are kept as text: an entry outlives whom it names."""

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=150)
    door = models.CharField(max_length=10)
    address = models.CharField(max_length=45)  # the network address a request came from
    action = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=40)
    # Where the subject belonged when this was written: paths of its place and its organisation.
    # Both empty: it concerns the installation as a whole.
    place = models.CharField(max_length=40, db_index=True)
    organisation = models.CharField(max_length=40, db_index=True)
    content = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    seal = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "subject"], name="audit_subject")]
        constraints = [models.UniqueConstraint(fields=["previous"], name="audit_one_line")]

    def __str__(self) -> str:
        return f"{self.pk} {self.action}"


class Job(models.Model):
    """Long work: a row is written, a worker claims it under a lease, the page watches."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    class Lane(models.TextChoices):
        """Long jobs queue apart: a figure must not wait for somebody's export."""

        QUICK = "quick", _("short work")
        LONG = "long", _("long work")

    runner = models.CharField(max_length=40)
    subject = models.CharField(max_length=40)
    lane = models.CharField(max_length=5, choices=Lane.choices, default=Lane.QUICK)
    owner_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    result = models.CharField(max_length=200, blank=True)  # the page that shows what came out
    tries = models.PositiveSmallIntegerField(default=0)
    lease = models.DateTimeField(null=True)
    made = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "id"], name="job_next")]
        constraints = [
            models.UniqueConstraint(
                fields=["lane", "owner_id"],
                condition=models.Q(state="running", owner_id__isnull=False),
                name="job_one_a_user_and_lane",
            )
        ]

    def __str__(self) -> str:
        return f"{self.runner} {self.subject}"

    def get_absolute_url(self) -> str:
        return address_of(self)

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0


class Installation(models.Model):
    """The one row that says what this installation is."""

    is_demonstration = models.BooleanField(default=False)
    name = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="installation_is_one_row")
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Installation":
        return once("installation", cls._read)

    @classmethod
    def _read(cls) -> "Installation":
        return next(iter(cls.objects.filter(pk=1)), None) or cls(pk=1)


class Versioned(models.Model):
    """A row that people edit: its version grows by one with every change, through whatever door.

    Who saves says which version they started from, so that nothing is overwritten unseen.
    """

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class VersionedQuerySet(models.QuerySet[Any]):
    """Whatever changes many versioned rows at once raises the version of each."""

    def update(self, **values: Any) -> int:
        if issubclass(self.model, Versioned):
            values.setdefault("version", models.F("version") + 1)
        return super().update(**values)


class Confidential(models.Model):
    """A row with encrypted fields. Its key is known before it is written: ciphertexts need it."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            self.pk = bulk.keys(type(self), 1)[0]
            try:
                super().save(*args, **{**kwargs, "force_insert": True})
            except Exception:
                self.pk = None
                raise

    def read_as(self) -> readings.Key:
        """Under which record the audit chain notes that a field was opened."""
        return self._meta.label_lower, str(self.pk)

    def holds(self, name: str) -> bool:
        """Whether anything is kept in an encrypted field; does not open it."""
        return bool(kept(self, name))

    def masked(self, name: str) -> str:
        """A telephone number with most digits hidden, which is not reading it."""
        with readings.unseen():
            return masked_phone(str(getattr(self, name)))

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        with unopened():  # Django copies the values of a fresh row into this one
            super().refresh_from_db(*args, **kwargs)


class Typed(Confidential):
    """What somebody typed into a form. They read it back themselves: no read is noted for that."""

    content = EncryptedText()  # as JSON

    class Meta:
        abstract = True

    @property
    def text(self) -> str:
        with readings.unseen():
            return str(self.content)


class Draft(Typed):
    """What one user has typed into one form and not sent."""

    owner_id = models.BigIntegerField()
    form = models.CharField(max_length=300)  # the address it is sent to
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner_id", "form"], name="one_draft_a_form")
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.form}"


class SavedView(models.Model):
    """Filters and order of one list, under a name that its user gave them."""

    owner_id = models.BigIntegerField()
    listing = models.CharField(max_length=40)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=1000)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["owner_id", "listing", "name"], name="one_view_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class Submission(Typed):
    """The number of a form that did its work: sent again, it answers with what was done then."""

    id = models.UUIDField(primary_key=True)  # made with the form
    owner_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=200)
    digest = models.CharField(max_length=32)
    answer = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class _OpenedValues(ValuesIterable):
    """Dictionaries of rows, with encrypted values in plain text where the key is among them."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        model = self.queryset.model
        sealed = [f for f in model._meta.concrete_fields if isinstance(f, EncryptedText)]
        pk = model._meta.pk.attname
        for row in super().__iter__():
            for one in sealed:
                if pk in row and isinstance(row.get(one.attname), Sealed):
                    readings.note((model._meta.label_lower, str(row[pk])), one.attname)
                    row[one.attname] = one.opened(row[one.attname], key=row[pk])
            yield row


class ScopedQuerySet(VersionedQuerySet):
    """Rows are reached through a user's permissions: nothing, unless a rule allows it.

    A permission holds where it was given. Every rule is asked with the part of the user's scope
    whose roles carry the permission in question, never with the union of all of them.
    """

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        if issubclass(self.model, Confidential):
            fresh = [row for row in rows if row.pk is None]
            with transaction.atomic(using=self.db):
                for row, key in zip(fresh, bulk.keys(self.model, len(fresh)), strict=True):
                    row.pk = key
                return super().bulk_create(rows, *args, **kwargs)
        return super().bulk_create(rows, *args, **kwargs)

    def values(self, *fields: Any, **expressions: Any) -> Any:
        found = super().values(*fields, **expressions)
        if issubclass(self.model, Confidential):
            found._iterable_class = _OpenedValues
        return found

    def update(self, **values: Any) -> int:
        """As usual; an encrypted value is written for each row, as its ciphertext is its own."""
        fields = {f.name for f in self.model._meta.concrete_fields if isinstance(f, EncryptedText)}
        sealed = {name: values.pop(name) for name in fields & values.keys() if values[name]}
        if sealed:
            keys = list(self.values_list("pk", flat=True))
            bulk.update(self.model, [*sealed], [[*sealed.values(), key] for key in keys])
            if not values and not issubclass(self.model, Versioned):
                return len(keys)
        return super().update(**values)

    def visible_to(self, user: User | None, *, permission: str = "") -> "ScopedQuerySet":
        """Rows the user may read; or those on which they hold another permission to look."""
        rights = rights_of(self.model)
        return self._allowed(user, rights.seen, permission=permission or rights.read)

    def changeable_by(self, user: User | None, *, permission: str = "") -> "ScopedQuerySet":
        """Rows on which the user holds this permission to change (the model's own by default)."""
        rights = rights_of(self.model)
        wanted = permission or rights.change
        if not rights.changed:
            return self._allowed(user, rights.seen, permission=wanted)
        return self.visible_to(user)._allowed(user, rights.changed, permission=wanted)

    def permitted(self, user: User | None, permission: str) -> "ScopedQuerySet":
        """Rows on which the user holds a permission of either sort."""
        ask = self.visible_to if permission.endswith(LOOKING) else self.changeable_by
        return ask(user, permission=permission)

    def _allowed(
        self, user: User | None, rules: "list[Rule]", *, permission: str
    ) -> "ScopedQuerySet":
        if user is None or not getattr(user, "is_active", False):
            return self.none()
        scope = scope_of(user)
        if permission:
            scope = scope.holding(permission)
            if scope.is_empty:
                return self.none()
        allowed = [rule(scope) for rule in rules]
        if any(q is True for q in allowed):
            return self
        conditions = [q for q in allowed if isinstance(q, models.Q) and q is not NOTHING]
        # One condition alone stays simple enough for the database to follow an index.
        return self.filter(reduce(or_, conditions)) if conditions else self.none()


# Permissions whose name ends so only look; every other one changes something.
LOOKING = (".read", ".export")


class Scope(Protocol):
    """What a user reaches, as the app of appointments knows it."""

    @property
    def is_empty(self) -> bool: ...

    def holding(self, *permissions: str) -> "Scope": ...

    def areas(self) -> list[list[str | None]]: ...


Rule = Callable[[Any], "models.Q | bool"]  # scope -> which rows
NOTHING = models.Q(pk__in=[])


@dataclass
class Rights:
    """The permissions to read and to change rows of a model, and the rules that say which rows."""

    read: str = ""
    change: str = ""
    seen: list[Rule] = field(default_factory=list)
    changed: list[Rule] = field(default_factory=list)  # narrower than `seen`; empty: the same


# An app adds its rule for a lower app's model when it is ready, so that the lower app need not
# know who can reach its rows (a helper reaches households through pairs).
_rights: dict[Any, Rights] = {}
_scopes: list[Callable[[Any], Scope]] = []


def rights_of(model: Any) -> Rights:
    return _rights.setdefault(model, Rights())


def need(model: Any, *, read: str, change: str = "") -> None:
    """Say which permissions reading and changing rows of this model takes; "" is none."""
    rights = rights_of(model)
    rights.read, rights.change = read, change


def allow(model: Any, rule: Rule) -> None:
    """Add a rule `scope -> Q | bool`: which rows a scope with the permission reaches."""
    rights_of(model).seen.append(rule)


def allow_change(model: Any, rule: Rule) -> None:
    """Add a rule `scope -> Q | bool`: which of the rows they see may be changed by a scope."""
    rights_of(model).changed.append(rule)


def scopes_from(source: Callable[[Any], Scope]) -> None:
    """Register where a user's scope is found: appointments live in an app above this one."""
    _scopes[:] = [source]


def scope_of(user: User) -> Scope:
    return _scopes[0](user)

"""Trees kept by digit paths: a subtree is one range of the path column, in every database.

Digits only, so that every collation sorts them alike; `LIKE 'x%'` would not use an index in SQLite.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, Max, OuterRef, Q
from django.utils.translation import gettext as _

from jiedui.core.kept_sql import first_row, statement
from jiedui.core.models import NOTHING, ScopedQuerySet
from jiedui.core.once import once
from jiedui.core.refusals import Refused

LAST = "9" * 40


def below(prefix: str, *, field: str = "path") -> Q:
    """Rows at or below the node with this path; the empty path is the whole tree."""
    return Q(**{f"{field}__gte": prefix, f"{field}__lte": prefix + LAST})


def reach_all(roots: tuple[str, ...], rows: "models.QuerySet[Any]", field: str) -> bool:
    """Whether each of these rows belongs (by the foreign key `field`) to a node at or below one of
    these paths. Asked from the few nodes outside, and once a page.
    """

    def are_some_outside() -> bool:
        places = [f"root {number}" for number, _root in enumerate(roots)]
        of = ("outside", rows.model, field, len(roots))
        sql, parameters = statement(of, lambda: _outside(places, rows, field))
        ends = zip(places, roots, strict=True)
        given = {end + last: root + last for end, root in ends for last in ("", LAST)}
        return first_row(sql, [given.get(one, one) for one in parameters]) is not None

    return bool(roots) and not once(("outside", rows.model, field, roots), are_some_outside)


def _outside(roots: Iterable[str], rows: "models.QuerySet[Any]", field: str) -> Any:
    """A node outside these subtrees that one of the rows belongs to."""
    tree = rows.model._meta.get_field(field).related_model
    outside = tree._default_manager.exclude(reduce(or_, map(below, roots), NOTHING))
    own = rows.order_by().filter(**{field: OuterRef("pk")})
    return outside.filter(Exists(own)).order_by().values_list("pk")[:1]


class TreeQuerySet(ScopedQuerySet):
    def below(self, node: "TreeNode") -> "TreeQuerySet":
        return self.filter(below(node.path))

    def roots(self) -> "TreeQuerySet":
        return self.filter(parent=None)


class TreeNode(models.Model):
    """A node with a parent and a path; the subclass says how paths are cut into levels."""

    STEP: ClassVar[int]  # digits of one level, where users add nodes

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(max_length=40, unique=True)

    objects: ClassVar[Any] = TreeQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def cuts(cls, path: str) -> list[str]:
        """The paths of all ancestors, root first, the node itself last."""
        raise TypeError(f"{cls.__name__} must say how its paths are cut")

    @classmethod
    def at(cls, path: str) -> dict[str, str]:
        """The columns of a new node that stands at this path."""
        return {"path": path}

    def line(self) -> "models.QuerySet[Any]":
        """Ancestors root first and the node itself: the breadcrumb."""
        return type(self)._default_manager.filter(path__in=self.cuts(self.path)).order_by("path")

    def is_below(self, other: "TreeNode") -> bool:
        return self.path.startswith(other.path)


class Paths:
    """Paths for new nodes below these parents, one past the last brother of each."""

    def __init__(self, model: type[TreeNode], parents: Iterable[int | None]) -> None:
        self.model, wanted = model, set(parents)
        rows = model._default_manager
        known = {key for key in wanted if key is not None}
        self._above: dict[int | None, str] = dict(
            rows.filter(pk__in=known).values_list("pk", "path")
        )
        brothers = rows.filter(Q(parent__in=known) | (Q(parent=None) if None in wanted else Q()))
        lasts = brothers.order_by().values_list("parent").annotate(last=Max("path"))
        self._last = {parent: int(path[-model.STEP :]) for parent, path in lasts}

    def next(self, parent: int | None) -> str:
        """The path of the next node below this one. Raises `Refused` when no number is left."""
        step = self.model.STEP
        number = self._last.get(parent, 0) + 1
        if number >= 10**step:
            most = 10**step - 1
            raise Refused(_("No more than %(most)s fit directly below one.") % {"most": most})
        self._last[parent] = number
        return f"{self._above.get(parent, '')}{number:0{step}d}"


def give_paths(model: type[TreeNode], rows: Sequence[dict[str, Any]]) -> None:
    """Put new nodes below their parents (`parent_id`), one past the last brother each."""
    paths = Paths(model, [row.get("parent_id") for row in rows])
    for row in rows:
        row.update(model.at(paths.next(row.get("parent_id"))))

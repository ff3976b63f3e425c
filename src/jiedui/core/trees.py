"""Trees kept by digit paths: a subtree is one range of the path column, in every database.

Digits only, so that every collation sorts them alike; `LIKE 'x%'` would not use an index in SQLite.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from jiedui.core.models import ScopedQuerySet

LAST = "9" * 40


def below(prefix: str, *, field: str = "path") -> Q:
    """Rows at or below the node with this path; the empty path is the whole tree."""
    return Q(**{f"{field}__gte": prefix, f"{field}__lte": prefix + LAST})


class TreeQuerySet(ScopedQuerySet):
    def below(self, node: "TreeNode") -> "TreeQuerySet":
        return self.filter(below(node.path))

    def roots(self) -> "TreeQuerySet":
        return self.filter(parent=None)


class TreeNode(models.Model):
    """A node with a parent and a path; the subclass says how paths are cut into levels."""

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

    def line(self) -> "models.QuerySet[Any]":
        """Ancestors root first and the node itself: the breadcrumb."""
        return type(self)._default_manager.filter(path__in=self.cuts(self.path)).order_by("path")

    def is_below(self, other: "TreeNode") -> bool:
        return self.path.startswith(other.path)

"""The statistical area tree, and the places people make below its villages."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from jiedui.core.derived import Derived
from jiedui.core.models import Versioned
from jiedui.core.pages import address_of
from jiedui.core.trees import TreeNode, TreeQuerySet

# GB/T 2260 and the statistical rule (R2): province 2, city 4, county 6, town 9, village 12 digits;
# each level made by users below a village adds 3.
OFFICIAL_CUTS = (2, 4, 6, 9, 12)
OWN_STEP = 3


class Level(models.TextChoices):
    PROVINCE = "province", _("province")
    CITY = "city", _("city")
    COUNTY = "county", _("county or district")
    TOWN = "town", _("town or sub-district")
    VILLAGE = "village", _("village or community")
    ESTATE = "estate", _("housing estate")
    BUILDING = "building", _("building")
    STAIRWELL = "stairwell", _("stairwell")
    GRID = "grid", _("grid")
    ZONE = "zone", _("responsibility zone")
    POST = "post", _("service point or post")


class PlaceQuerySet(TreeQuerySet):
    def standing(self) -> "PlaceQuerySet":
        return self.filter(ended=None)


class Place(Derived, Versioned, TreeNode):
    """A node of the area tree. Codes and names that changed stay, with since and ended."""

    STEP = OWN_STEP

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=10, choices=Level.choices)
    # Below county: street, town, township; village, community (from the code, R2). Free below that.
    kind = models.CharField(max_length=20, blank=True)
    pinyin = models.CharField(max_length=120, blank=True, db_index=True)
    initials = models.CharField(max_length=30, blank=True, db_index=True)
    since = models.DateField(null=True, blank=True)
    ended = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    # Of a place, never of a household: public, and rough where the source is rough.
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)

    objects: ClassVar[Any] = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        indexes = [models.Index(fields=["level", "path"], name="place_level")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def cuts(cls, path: str) -> list[str]:
        own = range(OFFICIAL_CUTS[-1] + OWN_STEP, len(path) + 1, OWN_STEP)
        return [path[:n] for n in (*OFFICIAL_CUTS, *own) if n <= len(path)]

    @classmethod
    def at(cls, path: str) -> dict[str, str]:
        return {"path": path, "code": path}  # of places of one's own the code is the path

    def get_absolute_url(self) -> str:
        return address_of(self)

    @property
    def full_name(self) -> str:
        """The name with its parent's, which is how people tell two 前进村 apart.

        Stairwells often carry their building in their own name; it is not said twice.
        """
        parent: Any = self.parent
        if not parent or parent.name in self.name:
            return self.name
        return f"{parent.name}{self.name}"

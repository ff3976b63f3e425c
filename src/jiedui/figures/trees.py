"""Where an organisation or place stands in its tree, looked up for whole columns at once."""

from functools import cached_property
from typing import Any

from jiedui.campaigns.models import Campaign
from jiedui.core.trees import below
from jiedui.figures.arrow import fetch, look_up, whole
from jiedui.orgs.models import Organisation
from jiedui.places.models import Place

PLACE_DIGITS = 12
LINE_KINDS = ("unit", "branch", "group")


class Trees:
    """Paths of all organisations, and of the places in the campaign's area."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign

    @cached_property
    def _organisations(self) -> Any:
        return fetch(
            Organisation.objects.all(), {"id": "pk", "path": "path", "kind": "kind", "at": "place"}
        )

    @cached_property
    def _places(self) -> Any:
        rows = Place.objects.filter(below(self.campaign.place.path))
        return fetch(rows, {"id": "pk", "path": "path"})

    def org_paths(self, ids: Any) -> Any:
        """Paths of organisations, by primary key."""
        known = self._organisations
        return _texts(look_up(ids, whole(known["id"]), whole(known["path"])))

    def codes(self, ids: Any) -> Any:
        """Codes of places, by primary key: at least 12 digits."""
        import pyarrow.compute as pc

        known = self._places
        paths = _texts(look_up(ids, whole(known["id"]), whole(known["path"])))
        return pc.utf8_rpad(self._with_strangers(ids, paths), width=PLACE_DIGITS, padding="0")

    def _with_strangers(self, ids: Any, paths: Any) -> Any:
        """Fill in places outside the campaign's area, of which there are few or none."""
        import pyarrow as pa
        import pyarrow.compute as pc

        missing = pc.unique(pc.filter(ids, pc.and_(pc.is_null(paths), pc.is_valid(ids))))
        if len(missing) == 0:
            return paths
        found = dict(Place.objects.filter(pk__in=missing.to_pylist()).values_list("pk", "path"))
        index, values = pa.array(found.keys(), ids.type), pa.array(found.values(), pa.string())
        return pc.coalesce(paths, look_up(ids, index, values))

    def codes_of_organisations(self, ids: Any) -> Any:
        """Codes of the places where organisations sit."""
        import pyarrow as pa

        known = self._organisations
        at = look_up(ids, whole(known["id"]), whole(known["at"]))
        return self.codes(at if not pa.types.is_null(at.type) else at.cast(pa.int64()))

    @cached_property
    def lines(self) -> dict[str, dict[str, str]]:
        """Organisation path → path of the topmost unit, branch and group above it, or itself."""
        known = self._organisations
        kinds = dict(zip(known["path"].to_pylist(), known["kind"].to_pylist(), strict=True))
        return {path: _line(path, kinds) for path in kinds}

    @property
    def digest(self) -> list[Any]:
        """Everything that decides where a row stands: changes when a tree is rebuilt."""
        import hashlib

        pairs = [
            sorted(zip(*(known[n].to_pylist() for n in ("id", "path")), strict=True))
            for known in (self._organisations, self._places)
        ]
        return [hashlib.sha256(repr(one).encode()).hexdigest() for one in pairs]


def _line(path: str, kinds: dict[str, str]) -> dict[str, str]:
    line: dict[str, str] = {}
    for cut in Organisation.cuts(path):
        line.setdefault(kinds.get(cut, ""), cut)
    return {kind: line[kind] for kind in LINE_KINDS if kind in line}


def _texts(array: Any) -> Any:
    import pyarrow as pa

    return array.cast(pa.string())

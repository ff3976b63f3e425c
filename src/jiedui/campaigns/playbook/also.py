"""Rhythms that do not say whether other visits count as well: shown as warnings, never as mistakes.

Without `also` only the rhythm's own kind of activity counts: a leader who was there at the festival
would still be asked to come. `also = []` says that this is meant.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook.mistakes import Mistake
from jiedui.campaigns.playbook.positions import Positions


def warnings(document: Mapping[str, Any], positions: Positions) -> list[Mistake]:
    """Each rhythm without `also` whose partner is called on in other ways too, with its line."""
    return list(_missing(document, positions))


def _missing(document: Mapping[str, Any], positions: Positions) -> Iterator[Mistake]:
    calls = [one for one in _tables(document, "activities") if _is_call(one)]
    for index, rhythm in enumerate(_tables(document, "rhythms")):
        own = next((one for one in calls if one.get("key") == rhythm.get("activity")), None)
        if "also" in rhythm or own is None:
            continue
        others = [
            str(one.get("key")) for one in calls if one is not own and _goes_there(one, rhythm, own)
        ]
        if others:
            problem = _("It does not say whether %(kinds)s count as well.")
            listed = ", ".join(f'"{key}"' for key in others)
            expected = _("also = [%(listed)s], or also = [] if they do not.")
            yield Mistake(
                positions.line(("rhythms", index)),
                f"rhythms[{rhythm.get('key', index)}]",
                problem % {"kinds": ", ".join(others)},
                expected % {"listed": listed},
            )


def _tables(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = document.get(name)
    rows = found if isinstance(found, list) else []
    return [row for row in rows if isinstance(row, Mapping)]


def _is_call(activity: Mapping[str, Any]) -> bool:
    """Somebody goes there: a telephone call is none."""
    return activity.get("visits", "none") != "none" and not activity.get("remote", False)


def _goes_there(
    activity: Mapping[str, Any], rhythm: Mapping[str, Any], own: Mapping[str, Any]
) -> bool:
    mine = activity.get("pairing", rhythm.get("pairing")) == rhythm.get("pairing")
    return mine and activity.get("visits") == own.get("visits")

"""The left navigation. Each app's owner keeps the lines of the app: label, icon, URL, rights."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.core.doors import may

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Entry:
    label: "StrOrPromise"
    icon: str
    url: str
    permissions: tuple[str, ...] = ()  # any of them; none: everybody who has signed in

    def is_open_to(self, user: Any) -> bool:
        return not self.permissions or may(user, *self.permissions)


@dataclass(frozen=True)
class Group:
    label: "StrOrPromise"
    entries: tuple[Entry, ...]


READ = ("registers.read",)
NAVIGATION = (
    Group("", (Entry(_("Today"), "home", "web:home"),)),
    Group(
        _("Registers"),
        (
            Entry(pgettext_lazy("register", "Households"), "home-heart", "households:list", READ),
            Entry(_("Needs"), "list-check", "households:needs", READ),
            Entry(_("Organisations"), "sitemap", "orgs:list", READ),
            Entry(pgettext_lazy("register", "Members"), "users", "orgs:members", READ),
            Entry(_("Teams"), "users-group", "orgs:teams", READ),
            Entry(_("Places"), "map-pin", "places:list", READ),
            Entry(_("Import"), "upload", "imports:list", ("import",)),
        ),
    ),
    Group(
        _("Campaign"),
        (
            Entry(_("Pairs"), "heart-handshake", "pairing:list", READ),
            Entry(_("Without a helper"), "unlink", "pairing:uncovered", READ),
            Entry(_("Proposals"), "wand", "pairing:proposals", ("pair.propose", "pair.approve")),
            Entry(_("Keepers of places"), "stairs", "pairing:keepers", READ),
            Entry(_("Activities"), "calendar-event", "fieldwork:list", READ),
            Entry(_("Gifts"), "gift", "ledger:gifts", READ),
            Entry(_("Funds"), "wallet", "ledger:funds", READ),
            Entry(_("Tasks"), "list-check", "campaigns:tasks", READ),
            Entry(_("Calendar"), "calendar", "campaigns:calendar", READ),
            Entry(_("Plans"), "file-text", "campaigns:plans", READ),
            Entry(_("Brands"), "award", "campaigns:brands", READ),
            Entry(_("Campaigns"), "speakerphone", "campaigns:list", READ),
        ),
    ),
    Group(
        _("Supervision"),
        (
            Entry(_("Issues"), "flag", "supervision:issues", READ),
            Entry(_("Measures"), "hammer", "supervision:measures", READ),
        ),
    ),
    Group(
        _("Results"),
        (
            Entry(_("Figures"), "chart-bar", "figures:list", ("figures.read",)),
            Entry(_("Map"), "map", "reports:map", ("figures.read",)),
            Entry(_("Bulletins"), "news", "reports:bulletins", ("bulletin.read",)),
        ),
    ),
    Group(
        _("System"),
        (
            Entry(_("Complaints"), "message-report", "notices:list", ("complaints.answer",)),
            Entry(_("Users"), "user-check", "orgs:users", ("appointments.change",)),
            Entry(_("Audit"), "shield-check", "reports:audit", ("audit.read",)),
        ),
    ),
)


@dataclass(frozen=True)
class Link:
    label: "StrOrPromise"
    icon: str
    href: str
    is_here: bool


def links_for(request: HttpRequest) -> list[tuple["StrOrPromise", list[Link]]]:
    """The groups this user may see; the entry of the page one is on is marked."""
    open_entries = [
        (group.label, [(e, href) for e in group.entries if (href := _href(e, user=request.user))])
        for group in NAVIGATION
    ]
    # The longest address that begins the present one: a list is "here" on its details as well.
    begun = [h for _label, entries in open_entries for _e, h in entries if _begins(request, href=h)]
    here = max(begun, key=len, default="")
    return [
        (label, [Link(e.label, e.icon, href, href == here) for e, href in entries])
        for label, entries in open_entries
        if entries
    ]


def _href(entry: Entry, *, user: Any) -> str:
    if not entry.is_open_to(user):
        return ""
    try:
        return reverse(entry.url)
    except NoReverseMatch:  # an installation may leave an app out
        return ""


def _begins(request: HttpRequest, *, href: str) -> bool:
    return request.path == href or (href != "/" and request.path.startswith(href))

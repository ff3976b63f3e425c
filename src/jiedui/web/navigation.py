"""The navigation: few entries at the left, the pages of an entry as tabs, thumbs on the phone."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.template.loader import get_template
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


Permissions = frozenset[str]


@dataclass(frozen=True, eq=False)  # there is one of each: compared by being it
class Page:
    """A page one works from; `views` are more pages that show the same tabs."""

    label: "StrOrPromise"
    url: str
    permissions: tuple[str, ...] = ()  # any of them; none: everybody who has signed in
    views: tuple[str, ...] = ()
    icon: str = ""

    def href(self, held: Permissions, prefix: str) -> str:
        """The address; "" for who holds none of its permissions, or where its app is left out."""
        if self.permissions and not held.intersection(self.permissions):
            return ""
        return _address(self.url, prefix)


@cache
def _address(name: str, prefix: str) -> str:
    """The address of a page, the same for everybody; "" where its app is left out."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True, eq=False)
class Entry:
    """A line at the left; it opens the first of its pages, the others stand there as tabs."""

    label: "StrOrPromise"
    icon: str
    pages: tuple[Page, ...]
    also: tuple[str, ...] = ()  # beginnings of addresses that belong to it as well

    @property
    def url(self) -> str:
        return self.pages[0].url


@dataclass(frozen=True, eq=False)
class Group:
    label: "StrOrPromise"
    entries: tuple[Entry, ...]


READ = ("registers.read",)
PROPOSALS = ("pair.propose", "pair.approve", "proposals.read")
FIGURES = ("figures.read",)


def _single(page: Page, icon: str, *, also: tuple[str, ...] = ()) -> Entry:
    return Entry(page.label, icon, (page,), also)


NAVIGATION = (
    Group("", (_single(Page(_("Today"), "web:home"), "home"),)),
    Group(
        _("Registers"),
        (
            Entry(
                pgettext_lazy("register", "Households"),
                "home-heart",
                (
                    Page(pgettext_lazy("tab", "Households"), "households:list", READ),
                    Page(pgettext_lazy("tab", "People"), "households:people", READ),
                    Page(_("Needs"), "households:needs", READ),
                ),
            ),
            Entry(
                _("Organisations and members"),
                "sitemap",
                (
                    Page(_("Organisations"), "orgs:list", READ),
                    Page(pgettext_lazy("register", "Members"), "orgs:members", READ),
                    Page(_("Teams"), "orgs:teams", READ),
                ),
                also=("/members/",),
            ),
            _single(Page(_("Places"), "places:list", READ), "map-pin"),
            _single(Page(_("Import"), "imports:list", ("import",)), "upload"),
        ),
    ),
    Group(
        _("Campaign"),
        (
            Entry(
                _("Pairs"),
                "heart-handshake",
                (
                    Page(_("Pairs"), "pairing:list", READ),
                    Page(_("Without a helper"), "pairing:uncovered", READ),
                    Page(_("Pairs of each member"), "pairing:members", READ),
                    Page(_("Proposals"), "proposals:list", PROPOSALS),
                    Page(_("Keepers of places"), "pairing:keepers", READ),
                    Page(_("Hand-overs"), "handover:list", READ, views=("handover:notifications",)),
                    Page(_("Requests for a change"), "handover:change_requests", READ),
                    Page(_("Avoidance"), "pairing:avoidances", READ),
                    Page(_("Ledger of pairs"), "reports:ledger", READ),
                ),
            ),
            Entry(
                _("Activities"),
                "calendar-event",
                (
                    Page(_("Activities"), "fieldwork:list", READ),
                    Page(_("One day"), "fieldwork:day", READ),
                    Page(_("Visits at festivals"), "fieldwork:windows", READ),
                    Page(_("Questionnaires"), "questionnaires:index", READ),
                    Page(_("Forms filled in"), "questionnaires:list", READ),
                ),
                also=("/visits/",),
            ),
            Entry(
                _("Gifts"),
                "gift",
                (
                    Page(_("Gifts"), "ledger:gifts", READ),
                    Page(_("Funds"), "ledger:funds", READ),
                    Page(_("Goods by unit and place"), "ledger:goods", READ),
                    Page(_("Distribute goods"), "ledger:distribute", ("gift.record",)),
                ),
            ),
            Entry(
                _("Tasks"),
                "list-check",
                (
                    Page(_("Tasks"), "campaigns:tasks", READ),
                    Page(_("Calendar"), "campaigns:calendar", READ),
                    Page(_("Plans"), "campaigns:plans", READ),
                    Page(_("Brands"), "campaigns:brands", READ),
                    Page(_("Projects"), "projects:board", READ, views=("projects:list",)),
                    Page(_("Requests to be claimed"), "needs:board", READ),
                    Page(_("Requests"), "needs:list", READ, views=("needs:kinds",)),
                ),
            ),
        ),
    ),
    Group(
        _("Results"),
        (
            Entry(
                _("Issues"),
                "flag",
                (
                    Page(_("Issues"), "supervision:issues", READ),
                    Page(_("Measures"), "supervision:measures", READ),
                ),
            ),
            Entry(
                _("Figures"),
                "chart-bar",
                (
                    Page(_("Figures"), "figures:list", FIGURES, views=("figures:index",)),
                    Page(_("Map"), "home:map", FIGURES),
                ),
            ),
            _single(Page(_("Bulletins"), "reports:bulletins", ("bulletin.read",)), "news"),
        ),
    ),
    Group(
        "",
        (
            Entry(
                _("Management"),
                "settings",
                (
                    Page(_("Campaigns"), "campaigns:list", READ),
                    Page(_("Users"), "orgs:users", ("appointments.change",)),
                    Page(_("Complaints"), "notices:list", ("complaints.answer",)),
                    Page(_("Audit"), "reports:audit", ("audit.read",)),
                ),
            ),
        ),
    ),
)
# What a thumb reaches on a phone between home and search: the first two that are open to one.
THUMBS = (
    Page(pgettext_lazy("thumb", "Visit"), "fieldwork:visit", ("visit.record",), icon="pencil"),
    Page(
        pgettext_lazy("thumb", "Households"),
        "households:list",
        ("visit.record",),
        icon="home-heart",
    ),
    Page(_("Issues"), "supervision:issues", ("checks.record",), icon="flag"),
    Page(_("Figures"), "figures:list", FIGURES, icon="chart-bar"),
    Page(_("Bulletins"), "reports:bulletins", ("bulletin.read",), icon="news"),
    Page(_("Users"), "orgs:users", ("appointments.change",), icon="user-check"),
    Page(_("Audit"), "reports:audit", ("audit.read",), icon="shield-check"),
)


@dataclass(frozen=True)
class Link:
    label: "StrOrPromise"
    icon: str
    href: str
    is_here: bool
    has_tabs: bool = False

    @property
    def mark(self) -> str:
        """What aria-current says: of a line with tabs, the tab is the page."""
        return ("true" if self.has_tabs else "page") if self.is_here else ""


def side_of(request: HttpRequest) -> SafeString:
    """The groups this user may see, as a list of links; the entry one is on is marked."""
    held, prefix = _held(request.user), get_script_prefix()
    return _side(held, prefix, _entry_of(request), get_language() or "")


@lru_cache(maxsize=512)
def _side(held: Permissions, prefix: str, here: Entry | None, _language: str) -> SafeString:
    """Made once for all who hold the same permissions: it is on every page."""
    opened, groups = _opened(held, prefix), []
    for group in NAVIGATION:
        links = [_line(e, opened[e], is_here=e is here) for e in group.entries if opened[e]]
        if links:
            groups.append((group.label, links))
    return mark_safe(get_template("web/_side_groups.html").render({"groups": groups}))  # noqa: S308 (of a template)


def tabs_for(request: HttpRequest) -> list[Link]:
    """The pages of the present entry, on those pages only; none where there is but one."""
    entry, match = _entry_of(request), request.resolver_match
    if entry is None or match is None:
        return []
    shown = {view for page in entry.pages for view in (page.url, *page.views)}
    if match.view_name not in shown:
        return []
    tabs = [
        Link(page.label, "", href, match.view_name in (page.url, *page.views))
        for page, href in _opened(_held(request.user), get_script_prefix())[entry]
    ]
    return tabs if len(tabs) > 1 else []


def thumbs_for(request: HttpRequest) -> list[Link]:
    found = _open(THUMBS, _held(request.user), get_script_prefix())[:2]
    return [Link(page.label, page.icon, href, request.path == href) for page, href in found]


def _held(user: Any) -> Permissions:
    return user.permissions if user.is_authenticated else frozenset()


def _open(pages: Iterable[Page], held: Permissions, prefix: str) -> list[tuple[Page, str]]:
    return [(page, href) for page in pages if (href := page.href(held, prefix))]


@cache
def _opened(held: Permissions, prefix: str) -> dict[Entry, list[tuple[Page, str]]]:
    """The pages of each entry that are open to whoever holds these permissions."""
    entries = [entry for group in NAVIGATION for entry in group.entries]
    return {entry: _open(entry.pages, held, prefix) for entry in entries}


def _line(entry: Entry, pages: list[tuple[Page, str]], *, is_here: bool) -> Link:
    first, href = pages[0]
    # Whoever may open one page of an entry only finds it under its own name.
    label = entry.label if len(pages) > 1 else first.label
    return Link(label, entry.icon, href, is_here, has_tabs=len(pages) > 1)


def _entry_of(request: HttpRequest) -> Entry | None:
    """The longest address that begins the present one: a list is "here" on its details as well."""
    best: tuple[int, Entry | None] = (0, None)
    for entry, pages in _opened(_held(request.user), get_script_prefix()).items():
        addresses = (*(href for _page, href in pages), *(entry.also if pages else ()))
        begun = max((len(one) for one in addresses if _begins(request, one)), default=0)
        best = max(best, (begun, entry), key=lambda found: found[0])
    return best[1]


def _begins(request: HttpRequest, href: str) -> bool:
    return request.path == href or (href != "/" and request.path.startswith(href))

"""The one view behind every list page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy

from jiedui.core import exports
from jiedui.core.lists import export, saved_views, selection
from jiedui.core.lists.filters import Tree
from jiedui.core.lists.listing import LISTINGS, Listing
from jiedui.core.lists.selection import RowsAction
from jiedui.core.paper import PRINTED, on_paper
from jiedui.core.refusals import Refused
from jiedui.core.users import User

REMEMBERED = 365 * 24 * 3600  # seconds


def listing_view(listing_class: type[Listing]) -> Callable[..., HttpResponse]:
    """The view of a listing: page, partial, print, export, column choice, picker."""
    LISTINGS[listing_class.key] = listing_class

    def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not listing_class.is_open_to(request.user):
            raise PermissionDenied
        listing = listing_class(
            request.user,
            params=request.GET,
            path=request.path,
            chosen=request.COOKIES.get(_cookie(listing_class, request.user), ""),
            kwargs=kwargs,
        )
        return _answer(request, listing)

    return view


def _cookie(listing_class: type[Listing], user: User) -> str:
    """Columns are chosen by an account: the next one at the same desk has its own."""
    return f"columns-{listing_class.key}-{user.pk}"


def _answer(request: HttpRequest, listing: Listing) -> HttpResponse:
    if saved_views.is_sent(request):
        return _act(request, listing, saved_views.answer)
    if request.method == "POST" and listing.selectable:
        return _act(request, listing, selection.answer)
    if "columns" in request.GET:
        return _remember_columns(request, listing)
    if "pick" in request.GET:
        return pick(request, listing)
    if "export" in request.GET:
        return _export(listing)
    if "print" in request.GET:
        return _print(request, listing)
    return _page(request, listing)


def _act(request: HttpRequest, listing: Listing, do: Callable[..., HttpResponse]) -> HttpResponse:
    try:
        return do(request, listing)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect(listing.here)


def _page(request: HttpRequest, listing: Listing) -> HttpResponse:
    is_part = request.headers.get("HX-Target") == "listing"
    template = "core/_list.html" if is_part else listing.template
    views = {} if listing.kwargs else saved_views.offered(listing)
    response = render(request, template, {"list": listing, **views, **listing.extra()})
    # The same address answers with a page or a part: browsers must not mix them up.
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _print(request: HttpRequest, listing: Listing) -> HttpResponse:
    if not listing.may_export:  # what is printed is taken away as a workbook is
        raise PermissionDenied
    listing = listing.taken_away()
    lines = listing.lines_between(0, PRINTED)
    context = {
        "list": listing,
        "table": listing.table_of(lines),
        "ticked": len(lines) if listing.only is not None else 0,
        "cut": listing.total > PRINTED,
        "printed": PRINTED,
        "watermark": export.watermark(listing),
    }
    return on_paper(
        request, "core/list_print.html", context,
        of=listing.key, rows=len(lines), filters=listing.filter_facts,
    )  # fmt: skip


def _export(listing: Listing) -> HttpResponse:
    if not listing.may_export:
        raise PermissionDenied
    listing = listing.taken_away()
    if listing.total > exports.AT_ONCE:
        return redirect(export.in_background(listing))
    name = export.file_name(listing)
    return FileResponse(export.to_file(listing), as_attachment=True, filename=name)  # type: ignore[return-value]


def _print_ticked(request: HttpRequest, listing: Listing, _rows: QuerySet[Any]) -> HttpResponse:
    params = listing.params.copy()
    params["print"] = "1"
    return _print(request, listing.same(params))


def _export_ticked(_request: HttpRequest, listing: Listing, _rows: QuerySet[Any]) -> HttpResponse:
    return _export(listing)


Listing.taking_away = (
    RowsAction("print", gettext_lazy("Print"), _print_ticked, "", "printer", takes_away=True),
    RowsAction(
        "export", gettext_lazy("Export"), _export_ticked, "", "file-spreadsheet", takes_away=True
    ),
)


def _remember_columns(request: HttpRequest, listing: Listing) -> HttpResponse:
    known = {column.key for column in listing.columns}
    wanted = [key for key in request.GET.getlist("columns") if key in known]
    response = redirect(listing.link())
    name = _cookie(type(listing), request.user)
    if wanted:
        response.set_cookie(
            name, ".".join(wanted), max_age=REMEMBERED, samesite="Lax", httponly=True
        )
    else:
        response.delete_cookie(name)
    return response


def pick(request: HttpRequest, listing: Listing) -> HttpResponse:
    """What a tree filter offers for the letters typed so far, as links to this list."""
    trees = {one.key: one for one in listing.filters if isinstance(one, Tree)}
    picker = trees.get(request.GET["pick"])
    if picker is None:
        return HttpResponse(status=404)
    found = listing.values.get(picker.key)
    typed = request.GET.get(picker.key, "")
    # The path of a node asks for what lies next below it; all else is looked for.
    is_node = found is not None and typed == getattr(found, "path", None)
    text = "" if is_node else typed
    offers = picker.offer(text, within=found if is_node else None)
    links = [(node, listing.link(**{picker.key: node.path})) for node in offers]
    return render(request, "core/filters/_offers.html", {"links": links, "text": text})

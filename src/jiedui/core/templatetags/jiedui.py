"""Tags of every template (built in: no `{% load %}`). Shown under /_gallery while debugging."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.db.models import Model
from django.forms.boundfield import BoundField
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from uuid_utils.compat import uuid7

from jiedui.core import codes, doors, submissions, texts
from jiedui.core.constant_parts import constant
from jiedui.core.lists.columns import Badge, badge_html
from jiedui.core.pages import address

register = template.Library()

SELECTED = SafeString(" selected")

ICONS = "vendor/tabler-icons-3.51.0.svg"

register.filter("yuan", texts.yuan_text)
register.filter("count", texts.count_text)
register.filter("masked_name", texts.masked_name)
register.filter("masked_phone", texts.masked_phone)
register.filter("masked_number", texts.masked_number)


@register.filter
def masked(row: Any, name: str) -> str:
    """A telephone number of a row with most digits hidden: `{{ household|masked:"phone" }}`."""
    return row.masked(name) if row else ""


@register.filter
def day(value: date | None) -> str:
    return texts.day_text(value)


@register.filter
def moment(value: datetime | None) -> str:
    return texts.moment_text(value)


@register.filter
def code(key: str, listed: str) -> Any:
    """The name of a stored key: `{{ member.rank|code:"RANK" }}`; nothing stored, nothing shown."""
    return getattr(codes, listed).name(key) if key else ""


@register.filter
def may(user: Any, permission: str) -> bool:
    """`{% if request.user|may:"import" %}`: anywhere at all, for what belongs to no row."""
    return bool(getattr(user, "is_authenticated", False)) and user.may(permission)


@register.simple_tag(takes_context=True, name="may")
def may_on(context: template.Context, permission: str, row: Model) -> bool:
    """`{% may "registers.change" household as may_keep %}`: this permission on this row.

    Whatever a page offers to do with a row asks so; the filter only asks for it anywhere.
    """
    request = context["request"]
    if not hasattr(request, "_rights"):
        request._rights = {}
    key = (permission, row._meta.label, row.pk)
    if key not in request._rights:
        request._rights[key] = doors.may(request.user, permission, on=row)
    return bool(request._rights[key])


@register.simple_tag
@constant
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; decoration unless it has a label of its own."""
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
            label, static(ICONS), name,
        )  # fmt: skip
    return _decoration(name)


@cache  # some thirty on every page
def _decoration(name: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static(ICONS), name
    )


@register.simple_tag
def options(choices: Sequence[tuple[str, Any]], chosen: str) -> SafeString:
    """The options of a select, where a template's loop would take long over a long list."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((key, SELECTED if key == chosen else "", label) for key, label in choices),
    )


@register.simple_tag(name="page")
def page_address(what: str, *args: Any) -> str:
    """The address of a page of an app above (`core.pages`)."""
    return address(what, *args)


@register.simple_tag
def badge(word: Any, tone: str = "grey", sign: str = "") -> SafeString:
    """A state by word, tone (green amber red blue grey) and sign; or a ready `Badge`."""
    return badge_html(word if isinstance(word, Badge) else Badge(word, tone, sign))  # type: ignore[arg-type]


@register.inclusion_tag("core/_empty.html")
def empty(
    sign: str, title: Any, text: Any = "", url: str = "", action: Any = "", **kwargs: Any
) -> dict[str, Any]:
    """An empty state: what it is and what to do next. `url` is an address or a URL name."""
    return {"icon": sign, "title": title, "text": text, "url": _href(url), "action": action}


@register.inclusion_tag("core/_chips.html")
def chips(chips: Sequence[Any]) -> dict[str, Any]:
    """Filters in use: objects with label, text, off (the address without this filter)."""
    return {"chips": chips}


@register.inclusion_tag("core/_crumb.html")
def crumb(label: Any, url: str = "", *args: Any) -> dict[str, Any]:
    return {"label": label, "url": _href(url, *args)}


@register.inclusion_tag("core/_pages.html", takes_context=True)
def pages(
    context: template.Context, page: Page[Any], of: Any = "", name: str = "page"
) -> dict[str, Any]:
    """Which part of a paginator's rows is shown, and the way to the others; `name` in the query."""

    def href(number: int) -> str:
        query = context["request"].GET.copy()
        query[name] = str(number)
        return f"?{query.urlencode()}"

    before = href(page.previous_page_number()) if page.has_previous() else ""
    after = href(page.next_page_number()) if page.has_next() else ""
    return {"page": page, "of": of, "before": before, "after": after}


def _href(url: str, *args: Any) -> str:
    if not url or url.startswith(("/", "?", "#", "http")):
        return url
    return reverse(url, args=args or None)


@register.simple_tag
def href_or_nothing(url: str) -> str:
    """The address of a URL name, "" when no page is called so."""
    try:
        return reverse(url)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def form_id(context: template.Context) -> SafeString | str:
    """The number of a form that creates something: sent twice, it is written once."""
    if submissions.NAME in getattr(context.get("form"), "fields", {}):
        return ""  # the form shows it itself, because it is the number of the record as well
    return format_html(
        '<input type="hidden" name="{}" value="{}" autocomplete="off">', submissions.NAME, uuid7()
    )


# Figures and charts

SPARK = (96, 24)  # pixels, width and height
FIGURE_PARTS = (
    *("name", "value", "text", "unit", "counts", "as_of"),
    *("change", "since", "history", "history_text", "url", "note", "tone"),
)


@register.inclusion_tag("core/_figure_card.html")
def figure_card(figure: Any) -> dict[str, Any]:
    """A figure: name value unit, and where given counts as_of change since history url note.

    `change` is a number in the same unit; `history` the values of the last periods, oldest first.
    """
    facts = {key: _part(figure, key) for key in FIGURE_PARTS}
    facts["points"] = spark(facts["history"] or [])
    facts["change_text"] = texts.count_text(abs(facts["change"])) if facts["change"] else ""
    return {"figure": facts, "width": SPARK[0], "height": SPARK[1]}


def _part(figure: Any, key: str) -> Any:
    return figure.get(key) if isinstance(figure, Mapping) else getattr(figure, key, None)


def spark(values: Sequence[float]) -> str:
    """Points of a small line on a zero baseline, for an SVG polyline; "" below two values."""
    if len(values) < 2:
        return ""
    width, height = SPARK
    top = max(*values, 1)
    step = (width - 4) / (len(values) - 1)
    return " ".join(
        f"{2 + step * n:.1f},{height - 2 - (height - 4) * max(value, 0) / top:.1f}"
        for n, value in enumerate(values)
    )


@register.simple_tag
def spark_line(values: Sequence[float]) -> str:
    """The points of a small line: `{% spark_line values as points %}`."""
    return spark(values)


@register.simple_tag
def chart(name: str, option: Mapping[str, Any], size: str = "") -> SafeString:
    """A chart drawn by web/charts.js; `title` of the option is its heading and accessible name.

    `size`: "" (320 px high), "low", "tall" or "map".
    """
    title = option.get("title", "")
    return format_html(
        '<figure class="chart-box"><figcaption>{}</figcaption>'
        '<div class="chart {}" data-chart="{}" role="img" aria-label="{}"></div>{}</figure>',
        title,
        f"chart-{size}" if size else "",
        name,
        title,
        json_script(option, name),
    )


# Forms

CONTROLS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.HiddenInput, ""),
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
)


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """Label, control, help and mistakes of one form field."""
    return bound.as_field_group()


@register.simple_tag
def control(bound: BoundField) -> SafeString:
    """Only the control of a form field, with our CSS classes."""
    widget = bound.field.widget
    _as_picker(widget)
    css = next((css for kind, css in CONTROLS if isinstance(widget, kind)), "form-control")
    if bound.errors:
        css += " is-invalid"
    own = widget.attrs.get("class", "")
    return bound.as_widget(attrs={"class": f"{css} {own}".strip()})


def _as_picker(widget: forms.Widget) -> None:
    """Days and moments get the browser's picker, which speaks ISO dates only."""
    if isinstance(widget, forms.DateTimeInput):
        widget.input_type, widget.format = "datetime-local", "%Y-%m-%dT%H:%M"
    elif isinstance(widget, forms.DateInput):
        widget.input_type, widget.format = "date", "%Y-%m-%d"


@register.filter
def is_check(bound: BoundField) -> bool:
    """A single check box: its label stands behind it."""
    widget = bound.field.widget
    return isinstance(widget, forms.CheckboxInput) and not isinstance(widget, forms.RadioSelect)


@register.simple_tag(takes_context=True)
def again(context: template.Context, name: str) -> SafeString:
    """The content of a block once more: the page's title is its heading as well."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return block.render(context)

"""Bulletin templates: what may stand in `{{ }}`, and which figures a template asks for.

A template is Jinja in a small dialect: `figure("key")` with optional `place`, `organisation`,
`since`, `until`, `window`, `phase`, `year`; the filters below; the variables below; `{% if %}`.
A number that should come from records must not be typed by hand. A sentence that is true only of
some figures stands inside an `{% if %}` that asks them. Title, addressees, copies and signature are
templates as well; there figures may decide, but not stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from jiedui.campaigns.playbook.mistakes import nearest
from jiedui.campaigns.playbook.tables import PLACE_LEVELS

# approx: rounded as people write (680余, 40余万, 近9000万); wan: in ten thousands with decimals;
# percent: a share as per cent; plain: digits without grouping.
FILTERS = ("approx", "wan", "percent", "plain")
VARIABLES = (
    "campaign", "office", "as_of", "period", "place", "level", "organisation", "issued_on",
)  # fmt: skip
DAYS = ("as_of", "issued_on")
ARGUMENTS = ("place", "organisation", "since", "until", "window", "phase", "year")
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Call, nodes.Filter, nodes.Const,
    nodes.Name, nodes.Keyword, nodes.If, nodes.Compare, nodes.Operand, nodes.Not, nodes.And,
    nodes.Or,
)  # fmt: skip
# A literal number before a unit: it should have been counted.
TYPED = re.compile(
    # Each run of digits and of blanks is gone through once, whatever follows: never go back.
    r"(?<![\d,.])(?=[,.]*+\d)[\d,.]++\s*+(?:[余多]\s*+)?(?:[万亿][余多]?+\s*+)?"
    r"(户|人|元|件|支|条|项|块|封|次|个|名|%|households|yuan)"
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A mistake in a template; `line` counts from 1 inside the template."""

    line: int
    problem: str
    expected: str


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One `figure(…)` of a template."""

    line: int
    key: str
    arguments: Mapping[str, Any]


def environment() -> SandboxedEnvironment:
    """The dialect. Whoever renders adds the filters and `figure`; unknown names fail."""
    return SandboxedEnvironment(autoescape=False, keep_trailing_newline=True)


def parse(text: str) -> nodes.Template:
    """Raises jinja2.TemplateSyntaxError. Filters are checked by `wrongs`, not here."""
    return environment().parse(text)


def placeholders(text: str) -> list[Placeholder]:
    """Every figure a template asks for, in order of appearance."""
    found = []
    for call in parse(text).find_all(nodes.Call):
        if _is_figure(call) and len(call.args) == 1 and isinstance(call.args[0], nodes.Const):
            given = {k.key: k.value.value for k in call.kwargs if isinstance(k.value, nodes.Const)}
            found.append(Placeholder(call.lineno, str(call.args[0].value), given))
    return found


def wrongs(text: str, *, known: Mapping[str, list[str]], is_line: bool = False) -> Iterator[Wrong]:
    """Everything wrong in a template; `known` has the keys of figures, windows and phases.

    `is_line`: a line beside the text, such as the addressees, in which no figure can stand.
    """
    try:
        tree = parse(text)
    except TemplateSyntaxError as error:
        reason = _("The placeholder is not complete: %(reason)s") % {"reason": error.message}
        yield Wrong(error.lineno, reason, _('Such as {{ figure("visits.person_times")|approx }}.'))
        return
    except RecursionError:
        yield Wrong(1, _("The template is nested too deeply."), _("Plain {{ figure(…) }}."))
        return
    for node in _walk(tree):
        yield from _wrong_node(node, known)
        if is_line and isinstance(node, nodes.Output):
            yield from _standing_figures(node)


def _standing_figures(node: nodes.Output) -> Iterator[Wrong]:
    days = [one for one in node.find_all(nodes.Name) if one.name in DAYS]
    for one in [*node.find_all(nodes.Call), *days]:
        problem = _("A figure or day cannot stand here.")
        yield Wrong(one.lineno, problem, _("Words; figures only inside {% if … %}."))


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def _is_figure(call: nodes.Call) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name == "figure"


def _wrong_node(node: nodes.Node, known: Mapping[str, list[str]]) -> Iterator[Wrong]:
    if not isinstance(node, ALLOWED):
        what = type(node).__name__
        problem = _("“%(what)s” is not possible in a bulletin.") % {"what": what}
        yield Wrong(node.lineno, problem, _("figure(…), a variable, a filter or {% if %}."))
    elif isinstance(node, nodes.TemplateData):
        yield from _typed_numbers(node)
    elif isinstance(node, nodes.Call):
        yield from _wrong_call(node, known)
    elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
        problem = _("Unknown filter “%(name)s”.") % {"name": node.name}
        yield Wrong(node.lineno, problem, nearest(node.name, FILTERS))
    elif isinstance(node, nodes.Compare):
        yield from _wrong_level(node)
    elif isinstance(node, nodes.Name) and node.name not in (*VARIABLES, "figure"):
        problem = _("Unknown name “%(name)s”.") % {"name": node.name}
        yield Wrong(node.lineno, problem, nearest(node.name, (*VARIABLES, "figure")))


def _wrong_level(node: nodes.Compare) -> Iterator[Wrong]:
    """`level` compared with a word that it never is: the sentence would never stand there."""
    sides = [node.expr, *(operand.expr for operand in node.ops)]
    if not any(isinstance(side, nodes.Name) and side.name == "level" for side in sides):
        return
    for side in sides:
        if isinstance(side, nodes.Const) and side.value not in PLACE_LEVELS:
            problem = _("Unknown word “%(word)s”.") % {"word": side.value}
            yield Wrong(node.lineno, problem, nearest(str(side.value), PLACE_LEVELS))


def _typed_numbers(node: nodes.TemplateData) -> Iterator[Wrong]:
    for match in TYPED.finditer(node.data):
        line = node.lineno + node.data.count("\n", 0, match.start())
        problem = _("The number “%(number)s” is typed by hand.") % {"number": match.group()}
        yield Wrong(line, problem, _('A figure: {{ figure("…") }}.'))


def _wrong_call(call: nodes.Call, known: Mapping[str, list[str]]) -> Iterator[Wrong]:
    if not _is_figure(call):
        problem = _("Only figure(…) can be called.")
        yield Wrong(call.lineno, problem, _('Such as {{ figure("visits.person_times") }}.'))
        return
    if len(call.args) != 1 or not isinstance(call.args[0], nodes.Const):
        problem = _("figure(…) needs the key of one figure in quotes.")
        yield Wrong(call.lineno, problem, nearest("", known["figures"]))
    elif call.args[0].value not in known["figures"]:
        key = str(call.args[0].value)
        problem = _("There is no figure “%(key)s”.") % {"key": key}
        yield Wrong(call.lineno, problem, nearest(key, known["figures"]))
    for keyword in call.kwargs:
        yield from _wrong_argument(keyword, known)


def _wrong_argument(keyword: nodes.Keyword, known: Mapping[str, list[str]]) -> Iterator[Wrong]:
    if keyword.key not in ARGUMENTS:
        problem = _("figure(…) knows no “%(name)s”.") % {"name": keyword.key}
        yield Wrong(keyword.lineno, problem, nearest(keyword.key, ARGUMENTS))
        return
    section = {"window": "windows", "phase": "phases"}.get(keyword.key)
    value = keyword.value.value if isinstance(keyword.value, nodes.Const) else None
    if section and value not in known[section]:
        problem = _("“%(word)s” is not a key of %(place)s.") % {
            "word": value, "place": f"[[{section}]]",
        }  # fmt: skip
        yield Wrong(keyword.lineno, problem, nearest(str(value), known[section]))

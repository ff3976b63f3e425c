"""Templates whose unchanging parts are put together once for each language.

Half the nodes of a page never change: words to translate, icons, addresses of style sheets, the
text between them. Django renders each of them anew for every page. This loader joins neighbours of
that kind into one node, which remembers its text. What depends on the request stays as it is.
"""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from django.template import Context, Template, TemplateDoesNotExist
from django.template.base import FilterExpression, Node, NodeList, TextNode, TokenType, Variable
from django.template.defaulttags import CommentNode, IfNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loader_tags import IncludeNode
from django.template.loaders import cached
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.utils.safestring import SafeString
from django.utils.translation import get_language


class Loader(cached.Loader):
    """The usual loader; `OPTIONS["loaders"]` names it with those that find the files."""

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        template = super().get_template(template_name, skip)
        if not hasattr(template, "has_joined_parts"):
            # New lists are put in place of the old ones, which another thread may be rendering.
            template.nodelist = joined(template.nodelist, self.engine)
            template.has_joined_parts = True  # type: ignore[attr-defined]
        return template


class ConstantNode(Node):
    """Neighbours that depend on nothing but the language."""

    child_nodelists = ()

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self._texts: dict[tuple[str | None, bool], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        return self.render_annotated(context)

    def render_annotated(self, context: Context) -> SafeString:
        key = (get_language(), context.autoescape)
        text = self._texts.get(key)
        if text is None:
            parts = (str(node.render_annotated(context)) for node in self.nodes)
            text = self._texts[key] = SafeString("".join(parts))
        return text


def constant(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a simple tag: the same arguments always give the same text, in one language."""
    function.is_constant = True  # type: ignore[attr-defined]
    return function


def joined(nodes: Iterable[Node], engine: Any) -> NodeList:
    """These nodes with constant neighbours joined, at every depth."""
    found = NodeList()
    for is_constant, group in groupby(nodes, key=lambda node: _is_constant(node, engine)):
        together = list(group)
        if is_constant and (len(together) > 1 or not isinstance(together[0], TextNode)):
            found.append(ConstantNode(together))
        else:
            found.extend(together)
    for node in found:
        _join_inside(node, engine)
    return found


def _join_inside(node: Node, engine: Any) -> None:
    if isinstance(node, IfNode):
        node.conditions_nodelists = [
            (condition, joined(nodes, engine)) for condition, nodes in node.conditions_nodelists
        ]
        return
    for name in node.child_nodelists:
        if nodes := getattr(node, name, None):
            setattr(node, name, joined(nodes, engine))


def _is_constant(node: Node, engine: Any) -> bool:
    if isinstance(node, IncludeNode):
        return _is_constant_include(node, engine)
    check = CHECKS.get(type(node))
    return bool(check and check(node))


def _is_constant_include(node: IncludeNode, engine: Any) -> bool:
    if node.extra_context or not _is_literal(node.template):
        return False
    try:
        included = engine.get_template(node.template.var)
    except TemplateDoesNotExist:
        return False  # said where the page that needs it is rendered
    return all(_is_constant(inner, engine) for inner in included.nodelist)


def _is_literal(value: Any) -> bool:
    """Whether a template says it outright: `"home"`, `_("Home")`, a number."""
    if not isinstance(value, FilterExpression):
        return value is None
    is_literal = not isinstance(value.var, Variable) or value.var.lookups is None
    return is_literal and not value.filters


def _is_text(node: BlockTranslateNode) -> bool:
    has_variables = any(token.token_type is TokenType.VAR for token in node.singular)
    of_context = node.extra_context or node.plural or node.asvar
    return not has_variables and not of_context and _is_literal(node.message_context)


def _is_simple(node: SimpleNode) -> bool:
    arguments = (*node.args, *node.kwargs.values())
    is_marked = hasattr(node.func, "is_constant") and not node.target_var
    return is_marked and all(map(_is_literal, arguments))


CHECKS: dict[type[Node], Callable[[Any], bool]] = {
    ConstantNode: lambda _node: True,
    TextNode: lambda _node: True,
    CommentNode: lambda _node: True,
    LoadNode: lambda _node: True,
    TranslateNode: lambda node: (
        not node.asvar and _is_literal(node.filter_expression) and _is_literal(node.message_context)
    ),
    BlockTranslateNode: _is_text,
    StaticNode: lambda node: not node.varname and _is_literal(node.path),
    URLNode: lambda node: (
        not (node.args or node.kwargs or node.asvar) and _is_literal(node.view_name)
    ),
    SimpleNode: _is_simple,
}

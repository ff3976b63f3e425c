"""What a style sheet asks of a browser: what Chrome 86 does not know, without a fall-back."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import tinycss2

_KNOWN = json.loads((Path(__file__).parent / "chrome_86.json").read_text("utf-8"))
PROPERTIES = {*_KNOWN["properties"], *_KNOWN["prefixed"]}
PSEUDO = {*_KNOWN["pseudo"], "-webkit-details-marker", "-webkit-progress-bar"}
PSEUDO |= {"-webkit-progress-value", "-webkit-scrollbar", "-moz-progress-bar"}
# The page reads the same without them.
ORNAMENT = {"scrollbar-width", "text-decoration-thickness", "text-underline-offset", "text-wrap"}
ORNAMENT |= {"-webkit-text-size-adjust"}  # Safari turned sideways
AT_RULES = {"media", "supports", "page", "font-face", "keyframes", "import"}
# Margin boxes of @page: where they are unknown, paper has no page number, and nothing else changes.
MARGIN_BOXES = {f"{side}-{at}" for side in ("top", "bottom") for at in ("left", "center", "right")}
# fmt: off
FUNCTIONS = {
    "attr", "calc", "clamp", "counter", "counters", "cubic-bezier", "drop-shadow", "env",
    "fit-content", "hsl", "hsla", "inset", "linear-gradient", "max", "min", "minmax",
    "polygon", "radial-gradient", "repeat", "rgb", "rgba", "rotate", "scale", "scaleX",
    "scaleY", "translate", "translateX", "translateY", "url", "var",
}
UNITS = {
    "ch", "cm", "deg", "dppx", "em", "ex", "fr", "in", "mm", "ms", "pt", "px",
    "rad", "rem", "s", "turn", "vh", "vmax", "vmin", "vw",
}
# fmt: on
# Values that came later, of properties that were there before.
LATER = {
    "overflow": {"clip"},
    "overflow-x": {"clip"},
    "overflow-y": {"clip"},
    "grid-template-columns": {"subgrid", "masonry"},
    "grid-template-rows": {"subgrid", "masonry"},
    "appearance": {"base-select"},
    "word-break": {"auto-phrase"},
    "width": {"stretch"},
    "height": {"stretch"},
}  # fmt: skip


def unknown_in(css: str) -> list[str]:
    """Each thing the oldest browser does not know, with the line it stands in."""
    return list(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)))


def _rules(rules: list[Any]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "error":
            yield f"line {rule.source_line}: {rule.message}"
        elif rule.type == "qualified-rule":
            yield from _selector(rule.prelude)
            yield from _block(rule.content)
        elif rule.type == "at-rule":
            yield from _at_rule(rule)


def _at_rule(rule: Any) -> Iterator[str]:
    name = rule.lower_at_keyword
    if name not in AT_RULES:
        yield f"line {rule.source_line}: @{name}"
    elif name == "supports":
        return  # whoever asks first has thought of those who answer no
    elif name == "media":
        if any(token == "<" or token == ">" for token in _tokens(rule.prelude)):
            yield f"line {rule.source_line}: a range in @media"
        yield from _rules(_parsed(rule.content))
    elif name == "page":
        yield from _block(rule.content, also={"size"})


def _parsed(content: Any) -> list[Any]:
    return tinycss2.parse_rule_list(content, skip_comments=True, skip_whitespace=True)


def _tokens(tokens: list[Any]) -> Iterator[Any]:
    for token in tokens:
        yield token
        yield from _tokens(getattr(token, "content", None) or getattr(token, "arguments", []))


def _selector(prelude: list[Any]) -> Iterator[str]:
    tokens = list(_tokens(prelude))
    for before, token in pairwise(tokens):
        if before != ":" or token.type not in ("ident", "function"):
            continue
        name = token.lower_value if token.type == "ident" else token.lower_name
        if name not in PSEUDO:
            yield f"line {token.source_line}: :{name}"
        if name == "not" and any(inner == "," for inner in token.arguments):
            yield f"line {token.source_line}: a list in :not()"
    yield from (f"line {t.source_line}: nesting with &" for t in tokens if t == "&")


def _block(content: list[Any], *, also: set[str] | None = None) -> Iterator[str]:
    known = PROPERTIES | ORNAMENT | (also or set())
    safe: set[str] = set()
    found = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    for one in found:
        if one.type == "at-rule" and one.lower_at_keyword in MARGIN_BOXES:
            continue
        if one.type != "declaration":
            yield f"line {one.source_line}: {one.type} inside a rule"
            continue
        name = one.name if one.name.startswith("--") else one.lower_name
        if not name.startswith("--") and name not in known:
            yield f"line {one.source_line}: {name}"
        elif unknown := sorted(set(_values(name, one.value))):
            if name not in safe:
                yield f"line {one.source_line}: {name}: {', '.join(unknown)}"
        else:
            safe.add(name)  # a later value of the same name may be newer: this one stays


def _values(name: str, value: list[Any]) -> Iterator[str]:
    for token in _tokens(value):
        if token.type == "function" and token.name not in FUNCTIONS:
            yield f"{token.name}()"
        if token.type == "dimension" and token.lower_unit not in UNITS:
            yield token.lower_unit
        if token.type == "ident" and token.lower_value in LATER.get(name, ()):
            yield token.lower_value

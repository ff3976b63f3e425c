"""WeChat, DingTalk and WeCom on older phones carry Chromium 86: styles and scripts must suit it."""

import re
from pathlib import Path

import pytest
from styles import unknown_in

import jiedui

APPS = Path(jiedui.__file__).parent
STYLES = sorted(p for p in APPS.glob("*/static/**/*.css") if "vendor" not in p.parts)
SCRIPTS = sorted(p for p in APPS.glob("*/static/**/*.js") if "vendor" not in p.parts)
TEMPLATES = sorted(APPS.glob("*/templates/**/*.html"))

# Names that came after Chrome 86, as one writes them, and what does the same before.
LATER_SCRIPT = {
    r"\.at\(": "list[list.length - 1]",
    r"\bstructuredClone\(": "JSON.parse(JSON.stringify(…))",
    r"\bObject\.(hasOwn|groupBy)\(": "Object.prototype.hasOwnProperty.call",
    r"\.(findLast|findLastIndex|toSorted|toReversed|toSpliced)\(": "a copy, then sort or reverse",
    r"\b(Promise\.withResolvers|Array\.fromAsync|URL\.canParse|AbortSignal\.(any|timeout))\(": "",
    r"\bcrypto\.randomUUID\(": "crypto.getRandomValues",
    r"\.(showPopover|hidePopover|togglePopover|showPicker|checkVisibility|requestClose)\(": "",
    r"\.(inert|popover)\b": "hidden",
    r"\bscheduler\.|\bstartViewTransition\b|\bnavigation\.|\bCSS\.highlights\b": "",
    r"\bstatic\s*\{|#\w+ in \w|^await |/[a-z]*v[a-z]*[;,)]$": "",
    r"\bnew (Iterator|CloseWatcher|Highlight)\b|\bIterator\.from\b": "",
    r"\bscrollend\b|\bbeforetoggle\b": "",
}
LATER_MARKUP = r"\s(popover|popovertarget|inert|commandfor|closedby)(=|>|\s)|<(search|selectlist)\b"


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_ask_nothing_without_a_fall_back(path):
    assert unknown_in(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_call_nothing_that_came_later(path):
    text = re.sub(r"^\s*//.*$|/\*.*?\*/", "", path.read_text("utf-8"), flags=re.M | re.S)
    found = {m[0] for later in LATER_SCRIPT for m in re.finditer(later, text, re.M)}
    assert found == set()


def test_pages_use_no_element_that_came_later():
    found = [p.name for p in TEMPLATES if re.search(LATER_MARKUP, p.read_text("utf-8"))]
    assert found == []


@pytest.mark.parametrize(
    ("css", "unknown"),
    [
        ("a { inset: 0 }", "inset"),
        ("a { padding-inline: 1rem }", "padding-inline"),
        ("a:has(b) { color: red }", ":has"),
        (":is(a, b) c { color: red }", ":is"),
        ("a:not(.b, .c) { color: red }", ":not()"),
        ("a { color: color-mix(in srgb, red, blue) }", "color-mix()"),
        ("a { height: 100dvh }", "dvh"),
        ("a { aspect-ratio: 1 }", "aspect-ratio"),
        ("a { overflow: clip }", "clip"),
        ("a { --shade: oklch(50% 0 0) }", "oklch()"),
        ("@layer base { a { color: red } }", "@layer"),
        ("@container (min-width: 1px) { a { color: red } }", "@container"),
        ("@media (width > 30rem) { a { color: red } }", "range"),
        ("a { color: red; & b { color: blue } }", "inside a rule"),
        ("@media print { a { inset: 0 } }", "inset"),
    ],
)
def test_what_older_browsers_do_not_know_is_found(css, unknown):
    (found,) = unknown_in(css)
    assert unknown in found


@pytest.mark.parametrize(
    "css",
    [
        "a { color: red; color: color-mix(in srgb, red, blue) }",
        "@supports selector(:has(*)) { a:has(b) { color: red } }",
        "a { height: 100vh; height: 100dvh; text-wrap: balance }",
        "@page { margin: 1cm; @bottom-center { content: counter(page) } }",
    ],
)
def test_what_has_a_fall_back_may_stay(css):
    assert unknown_in(css) == []

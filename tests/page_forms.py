"""The forms of a page as a browser would send them: every control with what it holds."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class PageForm:
    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)

    @property
    def number(self) -> str:
        return self.fields.get("id", [""])[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._open: PageForm | None = None
        self._select: str = ""
        self._options: list[tuple[str, bool]] = []
        self._text: str | None = None

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        attrs = dict(pairs)
        name, value = attrs.get("name") or "", attrs.get("value") or ""
        if tag == "form":
            self._open = PageForm(attrs.get("action") or "", (attrs.get("method") or "get").lower())
            self.forms.append(self._open)
        if self._open is None or (not name and tag != "option"):
            return
        if tag == "input" and not self._is_silent(attrs):
            self._open.fields.setdefault(name, []).append(value)
        if tag == "select":
            self._select, self._options = name, []
        if tag == "option":
            self._options.append((value, "selected" in attrs))
        if tag == "textarea":
            self._select, self._text = name, ""

    def _is_silent(self, attrs: dict[str, str | None]) -> bool:
        kind = attrs.get("type")
        return kind in ("submit", "file") or (
            kind in ("checkbox", "radio") and "checked" not in attrs
        )

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if self._open is None:
            return
        if tag == "select" and self._options:
            chosen = [value for value, is_chosen in self._options if is_chosen]
            self._open.fields[self._select] = chosen or [self._options[0][0]]
        if tag == "textarea" and self._text is not None:
            self._open.fields[self._select] = [self._text.removeprefix("\n")]
            self._text = None


def forms_of(page: str) -> list[PageForm]:
    """Every form that a page sends by POST."""
    reader = _Reader()
    reader.feed(page)
    return [form for form in reader.forms if form.method == "post"]

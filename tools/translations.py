"""Keep the translations: `update`, `compile` or `check` the catalogues of every app.

Pure Python on Babel, so no gettext programs are needed. Each app owns one catalogue,
`locale/zh_Hans/LC_MESSAGES/django.po`, written sorted and without times or line numbers, so
that two branches rarely touch the same lines. Strings of modules outside any app go to `web`.
"""

import io
import re
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src/jiedui"
SHELL = PACKAGE / "web"
LOCALE = "zh_Hans"
TEMPLATE_ENDINGS = {".html", ".txt", ".xml"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = f"""msgid ""
msgstr ""
"Language: {LOCALE}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
# A blank between % and the letter is legal in Python but in prose it is "10% of households".
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[#0+-]*\d*(?:\.\d+)?[sdifgrxX]|\{\w*\}")


def main() -> int:
    commands = {"update": update, "extract": update, "compile": compile_all, "check": check}
    command = commands.get(sys.argv[1] if len(sys.argv) == 2 else "")
    if command is None:
        print("Usage: translations.py update | compile | check", file=sys.stderr)
        return 2
    return command()


def update() -> int:
    """Write every catalogue anew: new strings in, vanished ones out, translations kept."""
    old = {app: read_catalogue(app) for app in apps()}
    for app in apps():
        found = collect(app)
        for message in found:
            if message.id:
                translate(message, first=old[app], others=list(old.values()))
        write_catalogue(app, found)
        missing = sum(not translated(message) for message in found if message.id)
        print(f"{app.name}: {len(found)} strings, {missing} still to be translated")
    return 0


def compile_all() -> int:
    """Write each .mo that is older than its .po."""
    for po in sorted(PACKAGE.glob("*/locale/*/LC_MESSAGES/django.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        draft = mo.with_suffix(".new")
        with po.open("rb") as source, draft.open("wb") as target:
            write_mo(target, read_po(source, locale=LOCALE))
        draft.replace(mo)
    return 0


def check() -> int:
    """Name every string that a reader would see in the wrong language or in pieces."""
    catalogues = {app: read_catalogue(app) for app in apps()}
    faults = [fault for app in apps() for fault in faults_of(app, catalogues[app])]
    faults += conflicts(list(catalogues.items()))
    print("\n".join(faults) or "All strings are translated.")
    return 1 if faults else 0


def faults_of(app: Path, catalogue: Catalog) -> Iterator[str]:
    found = collect(app)
    for message in found:
        known = look_up(catalogue, message)
        if message.id and (known is None or not translated(known)):
            yield f"{app.name}: missing: {label(message)}"
    for known in catalogue:
        if not known.id:
            continue
        if look_up(found, known) is None:
            yield f"{app.name}: obsolete: {label(known)}"
        elif known.fuzzy:
            yield f"{app.name}: fuzzy: {label(known)}"
        elif translated(known) and placeholders_differ(known):
            yield f"{app.name}: placeholders differ: {label(known)}"


def conflicts(catalogues: list[tuple[Path, Catalog]]) -> Iterator[str]:
    """Django merges all catalogues into one, so the same English must mean the same Chinese."""
    seen: dict[tuple[str | None, str], tuple[str, str]] = {}
    for app, catalogue in catalogues:
        for message in catalogue:
            if not message.id or not translated(message):
                continue
            key = (message.context, first(message.id))
            where, chinese = seen.setdefault(key, (app.name, first(message.string)))
            if chinese != first(message.string):
                yield (
                    f"{app.name}: translated otherwise in {where} ({chinese}"
                    f" / {first(message.string)}), use pgettext: {label(message)}"
                )


def apps() -> list[Path]:
    return sorted(path.parent for path in PACKAGE.glob("*/__init__.py"))


def collect(app: Path) -> Catalog:
    """All strings of one app, from its modules and its templates."""
    found = Catalog(locale=LOCALE)
    for path in sources(app):
        for _line, message, comments, context in extract(
            "python", io.BytesIO(python_text(path).encode()), KEYWORDS, ["Translators:"]
        ):
            found.add(message, auto_comments=comments, context=context)
    return found


def sources(app: Path) -> Iterator[Path]:
    if app == SHELL:
        yield from sorted(PACKAGE.glob("*.py"))
    for path in sorted(app.rglob("*")):
        if "migrations" in path.parts or "static" in path.parts:
            continue
        if path.suffix == ".py" or (path.suffix in TEMPLATE_ENDINGS and "templates" in path.parts):
            yield path


def python_text(path: Path) -> str:
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return text
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # The blanks before the calls mean nothing in a template but indentation in Python.
        return "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).split("\n"))


def catalogue_path(app: Path) -> Path:
    return app / f"locale/{LOCALE}/LC_MESSAGES/django.po"


def read_catalogue(app: Path) -> Catalog:
    path = catalogue_path(app)
    if not path.exists():
        return Catalog(locale=LOCALE)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE, ignore_obsolete=True, abort_invalid=True)


def write_catalogue(app: Path, catalogue: Catalog) -> None:
    path = catalogue_path(app)
    if not len(catalogue):
        path.unlink(missing_ok=True)
        return
    body = io.BytesIO()
    write_po(body, catalogue, width=0, no_location=True, omit_header=True, sort_output=True)
    text = (HEADER + body.getvalue().decode().strip("\n") + "\n").encode()
    if not path.exists() or path.read_bytes() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)


def translate(message: Message, *, first: Catalog, others: list[Catalog]) -> None:
    """Take the translation this app had, else the one of another app."""
    for catalogue in [first, *others]:
        known = look_up(catalogue, message)
        if known is not None and translated(known) and same_shape(known, message):
            message.string = known.string
            message.flags |= {"fuzzy"} & known.flags
            return


def look_up(catalogue: Catalog, message: Message) -> Message | None:
    return catalogue.get(first(message.id), message.context)


def same_shape(one: Message, other: Message) -> bool:
    return one.pluralizable == other.pluralizable


def translated(message: Message) -> bool:
    parts = message.string if isinstance(message.string, list | tuple) else [message.string]
    return all(parts) and bool(parts)


def placeholders_differ(message: Message) -> bool:
    # Chinese has one form, the plural one: the English singular may spell its "one" out.
    english = message.id[-1] if isinstance(message.id, list | tuple) else message.id
    return placeholders(english) != placeholders(first(message.string))


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text.replace("%%", "")))


def first(text: object) -> str:
    return str(text[0]) if isinstance(text, list | tuple) else str(text or "")


def label(message: Message) -> str:
    context = f" [{message.context}]" if message.context else ""
    return repr(first(message.id)) + context


if __name__ == "__main__":
    sys.exit(main())

"""Walks every link a role is offered, one page of each kind, and says what is wrong with it."""

import os
import re
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Error, Page
from watching import Watch, too_wide

AXE = next((Path(__file__).parent / "vendor").glob("axe-*.min.js"))
# A link drawn in an SVG keeps its address one level deeper.
LINKS = """address => [...(window.read ?? document).querySelectorAll('a[href]')].map(
  a => new URL(a.getAttribute('href'), address).href)"""
# Words on the page as people see them, without what is meant to be Latin.
WORDS = """() => {
  const document = window.read ?? window.document;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const skip = 'script,style,code,pre,kbd,noscript,textarea,[lang=en],[hidden],[data-latin]';
  const found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.nodeValue.trim();
    if (text && !walker.currentNode.parentElement.closest(skip)) found.push(text);
  }
  for (const one of document.querySelectorAll('[aria-label],[title],[placeholder]'))
    for (const name of ['aria-label', 'title', 'placeholder'])
      if (one.getAttribute(name) && !one.closest('[lang=en]')) found.push(one.getAttribute(name));
  return found;
}"""
LOOK = """() => {
  const document = window.read ?? window.document;
  return {
    title: document.title,
    headings: [...document.querySelectorAll('h1')].map(h => h.textContent.trim()),
    text: (document.querySelector('main') || document.body).innerText.trim().length || 0,
  };
}"""
# A page that is read but not drawn: its scripts do not run, its styles are not asked for.
READ = """html => { window.read = new DOMParser().parseFromString(html, 'text/html') }"""
RUN_AXE = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
  .filter(v => ['serious', 'critical'].includes(v.impact))
  .map(v => `${v.id}: ${v.nodes.length} × ${v.nodes.slice(0, 2).map(n =>
    n.target.join(' ') + ' ' + n.html.slice(0, 160) + ' ' +
    (n.any[0]?.message || n.all[0]?.message || '')).join(' | ')}`)"""
# Latin words that Chinese offices write in Latin letters themselves.
LATIN = {
    "alt",
    "csv",
    "docx",
    "english",
    "excel",
    "json",
    "pdf",
    "wps",
    "word",
    "xls",
    "xlsx",
    "zip",
}
THOROUGH = os.environ.get("JIEDUI_THOROUGH") == "1"
ENGLISH = re.compile(r"(?<![\w./@:-])[A-Za-z][a-z']{2,}(?![\w./@:-]*\w)")


@dataclass
class Walk:
    """What was seen on the way: the addresses by kind of page, and what was wrong."""

    pages: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def faults_text(self) -> str:
        """Each fault once, with the first page that shows it."""
        return "\n".join({one.rsplit(" (", 1)[0]: one for one in reversed(self.faults)}.values())


def walk(page: Page, watch: Watch, *, most: int, drawn: Path, is_chinese: bool = True) -> Walk:
    """Breadth first from the home page; pages of a kind not seen yet come before the others.

    Home is drawn for everybody, each other view once in each width, by whichever walk comes
    first: `drawn` is a folder of marks that all walks share.
    """
    linked, done = {"/": "/"}, Walk()
    width = (page.viewport_size or {}).get("width")
    fresh, again = deque(["/"]), deque[str]()
    while (fresh or again) and len(done.pages) < most:
        address = (fresh or again).popleft()
        view = view_of(address)
        kind = f"{view}?" if "?" in address else view
        if kind in done.pages:
            continue
        if view in done.pages and fresh:
            again.append(address)
            continue
        done.pages[kind] = address
        # Sorted, filtered or as another role, a page is built of the same parts, but for home:
        # drawing, and axe even more, take longer than reading what the server answers.
        if THOROUGH or address == "/" or _is_first(drawn / f"{view}-{width}".replace("/", "_")):
            faults = look_at(page, address, is_chinese=is_chinese)
        else:
            faults = read(page, address, is_chinese=is_chinese)
        where = f" ({address}, linked from {linked[address]})"
        done.faults += [one + where for one in faults + watch.taken()]
        links = [link for link in _links(page, address, watch.address) if link not in linked]
        linked.update(dict.fromkeys(links, address))
        fresh.extend(links)
    return done


def _is_first(mark: Path) -> bool:
    try:
        mark.mkdir(parents=True)
    except FileExistsError:
        return False
    return True


def view_of(address: str) -> str:
    """The view that answers; addresses that none answers are kinds of their own."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return address


def look_at(page: Page, address: str, *, is_chinese: bool = True) -> list[str]:
    """What is wrong with the page at the address; a file must only come whole."""
    try:
        answer = page.goto(address, wait_until="load")
    except Error as error:
        if "Download is starting" not in str(error) and "ERR_ABORTED" not in str(error):
            raise
        return _file_faults(page, address)
    assert answer is not None
    if "html" not in answer.headers.get("content-type", ""):
        return _file_faults(page, address)
    if answer.status != 200:
        return []  # the watch tells it
    return _page_faults(page, is_chinese=is_chinese) + axe_faults(page)


def read(page: Page, address: str, *, is_chinese: bool = True) -> list[str]:
    """What is wrong with what the server answers, read without drawing it."""
    answer = page.request.get(address)
    if answer.status != 200:
        return [f"answers {answer.status}"]
    if "html" not in answer.headers.get("content-type", ""):
        return [] if answer.body() else ["is an empty file"]
    page.evaluate(READ, answer.text())
    return _content_faults(page, is_chinese=is_chinese)


def _file_faults(page: Page, address: str) -> list[str]:
    answer = page.request.get(address)
    page.goto("about:blank")
    return [] if answer.status == 200 and answer.body() else [f"file answers {answer.status}"]


def _page_faults(page: Page, *, is_chinese: bool) -> list[str]:
    faults = _content_faults(page, is_chinese=is_chinese)
    return faults + ([f"is {too_wide(page)} px too wide"] if too_wide(page) > 0 else [])


def _content_faults(page: Page, *, is_chinese: bool) -> list[str]:
    look = page.evaluate(LOOK)
    faults = []
    if not look["title"].split("·")[0].strip():
        faults.append("has no title")
    if len(look["headings"]) != 1 or not look["headings"][0]:
        faults.append(f"has the headings {look['headings']}")
    if look["text"] < 2:
        faults.append("is empty")
    return faults + (english_left(page) if is_chinese else [])


def english_left(page: Page) -> list[str]:
    """Interface words that stayed English on a Chinese page."""
    texts = dict.fromkeys(page.evaluate(WORDS))
    return [f"English left: {text[:90]}" for text in texts if _is_english(text)]


def _is_english(text: str) -> bool:
    return any(word.lower() not in LATIN for word in ENGLISH.findall(text))


def axe_faults(page: Page) -> list[str]:
    """Serious and critical violations. Evaluated, not injected: the page's own policy stays on."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return list(page.evaluate(RUN_AXE))


def _links(page: Page, address: str, house: str) -> list[str]:
    links = [link.split("#")[0] for link in page.evaluate(LINKS, house + address)]
    own = [link.removeprefix(house) for link in links if link.startswith(f"{house}/")]
    return list(dict.fromkeys(own))

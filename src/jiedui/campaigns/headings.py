"""A plan's text under the headings of its playbook: one text in the table, parts on the page."""

from collections.abc import Sequence


def joined(headings: Sequence[str], parts: Sequence[str]) -> str:
    """`1、heading：part`, a paragraph each; parts without a word are left out."""
    numbered = enumerate(zip(headings, parts, strict=True), start=1)
    paragraphs = [
        f"{n}、{heading}：{part.strip()}" for n, (heading, part) in numbered if part.strip()
    ]
    return "\n".join(paragraphs)


def split(text: str, headings: Sequence[str]) -> list[str]:
    """The part below each heading; what stands before the first one belongs to it."""
    parts: list[list[str]] = [[] for _heading in headings]
    at = 0
    for line in text.splitlines():
        for number, heading in enumerate(headings):
            begins = f"{number + 1}、{heading}："
            if line.startswith(begins):
                at, line = number, line.removeprefix(begins)
                break
        parts[at].append(line)
    return ["\n".join(lines).strip() for lines in parts]

"""The questions on how a list is laid out, and the answers there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jiedui.imports.models import Upload
from jiedui.imports.tables.blocks import HEADLESS, HIDDEN_ROWS, READ

LAYOUTS = {
    "families": ("above", "below", "apart"),
    "members": ("above", "below", "own", "apart"),
    "village": ("above", "empty"),
    "organisation": ("above", "empty"),
}


def answers(upload: Upload) -> Mapping[str, Sequence[str]]:
    """Every question on this list → the answers that can be given."""
    known: dict[str, Sequence[str]] = {
        question["key"]: LAYOUTS[question["key"]] for question in upload.layout_questions
    }
    known |= {offer["key"]: ("yes", "no") for offer in upload.layout_offers}
    for block in upload.blocks:
        known[READ + block["key"]] = ("yes", HEADLESS, "no")
        known[HIDDEN_ROWS + block["key"]] = ("yes", "no")
    return known


def open_questions(upload: Upload) -> str:
    """The questions nobody has answered, as the command line asks them."""
    unanswered = [q["key"] for q in upload.layout_questions if not q["answer"]]
    return ", ".join(f"{key}={'|'.join(LAYOUTS[key])}" for key in unanswered)

"""What is built or renovated (老旧小区改造, 修路, 扶贫车间): kinds of project and their states."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from jiedui.campaigns.playbook.declare import Text, item
from jiedui.campaigns.playbook.forms import Question
from jiedui.campaigns.playbook.people import PlaceLevel

# How far a project is, whatever a campaign calls its states.
Stage = Literal["planned", "under_way", "done", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectState:
    """`[[projects.states]]`: one state, in the order in which projects pass through them."""

    key: str = item()
    name: Text = item()
    stage: Stage = item()


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneySource:
    """`[[projects.sources]]`: where money for such projects comes from."""

    key: str = item()
    name: Text = item()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectKind:
    """`[[projects]]`: a kind of thing built or renovated.

    `questions` are answered twice: how it was before, and how it is afterwards. With `place_level`
    or `place_kinds` a project lies in such a place; without them in any.
    """

    key: str = item()
    name: Text = item()
    place_level: PlaceLevel | None = item(None)
    place_kinds: tuple[str, ...] = item((), ref="place_kinds")
    states: tuple[ProjectState, ...] = item()
    sources: tuple[MoneySource, ...] = item(())
    questions: tuple[Question, ...] = item(())

    def state(self, key: str) -> ProjectState | None:
        """The state with this key; None for one that the playbook has no more."""
        return next((one for one in self.states if one.key == key), None)

    def wrong(self) -> Iterator[tuple[str, str]]:
        if not {"under_way", "done"} <= {one.stage for one in self.states}:
            yield "states", "states_of_project"
        if any(_asks_otherwise(one) for one in self.questions):
            yield "questions", "question_of_project"


def _asks_otherwise(question: Question) -> bool:
    """Whether a question has what makes sense only in a form: marks, secrets, conditions."""
    is_marked = question.points or question.compare != "none"
    return bool(is_marked or question.private or question.shown_when)

"""What is asked: the questions of forms (问卷、检查表), and those of a kind of activity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from jiedui.campaigns.playbook.declare import Text, item
from jiedui.campaigns.playbook.people import PlaceLevel

FieldType = Literal["text", "long_text", "whole", "number", "yes_no", "day", "choice", "choices"]
QuestionType = Literal[
    "text", "long_text", "whole", "number", "yes_no", "day", "choice", "choices", "scale5", "points"
]
WITH_OPTIONS, WITH_LIMITS = ("choice", "choices"), ("whole", "number")
YES_NO = ("yes", "no")
SCALE5 = ("5", "4", "3", "2", "1")  # best first
About = Literal["household", "person", "member", "organisation", "team", "place"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer of a choice."""

    key: str = item()
    name: Text = item()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """`[[activities.fields]]`: a question asked when an activity of this kind is written down."""

    key: str = item()
    name: Text = item()
    type: FieldType = item("text")
    required: bool = item(False)
    private: bool = item(False)  # kept encrypted, never in the snapshot
    options: tuple[Option, ...] = item(())
    unit: Text | None = item(None)
    hint: Text | None = item(None)

    def wrong(self) -> Iterator[tuple[str, str]]:
        if (self.type in WITH_OPTIONS) != bool(self.options):
            yield "type", "options"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`[[forms.questions]]`: one question of a form.

    `shown_when` names earlier questions and the answers that make this one be asked; each has to
    be met. `points` is the full mark of a question that is marked. `compare` says which records
    of ours an answer is looked at beside.
    """

    key: str = item()
    name: Text = item()
    type: QuestionType = item()
    required: bool = item(False)
    private: bool = item(False)  # kept encrypted, never in the snapshot
    options: tuple[Option, ...] = item(())
    unit: Text | None = item(None)
    hint: Text | None = item(None)
    group: Text | None = item(None)
    low: int | None = item(None)
    high: int | None = item(None)
    points: int = item(0, low=0, high=1000)
    shown_when: Mapping[str, tuple[str, ...]] = item({})
    compare: Literal["visits", "gifts", "helper", "none"] = item("none")

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers there are; empty where any may be given."""
        fixed = {"yes_no": YES_NO, "scale5": SCALE5}
        return fixed.get(self.type) or tuple(option.key for option in self.options)

    def wrong(self) -> Iterator[tuple[str, str]]:
        if (self.type in WITH_OPTIONS) != bool(self.options):
            yield "type", "options"
        if (self.type == "points") != bool(self.points):
            yield "points", "points_of_question"
        has_limits = (self.low, self.high) != (None, None)
        if has_limits and self.type not in WITH_LIMITS:
            yield "type", "limits"
        if self.low is not None and self.high is not None and self.low > self.high:
            yield "high", "limits_crossed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`[[forms]]`: a questionnaire or checklist, filled in about one household, place and so on.

    `filled_by` supervision: only who supervises fills it in and reads it; never the helper whom
    the answers may be about.
    """

    key: str = item()
    name: Text = item()
    about: About = item()
    purpose: Text | None = item(None)  # said at its head
    place_level: PlaceLevel | None = item(None)
    organisation_kinds: tuple[str, ...] = item((), ref="organisation_kinds")
    team_kinds: tuple[str, ...] = item((), ref="team_kinds")
    filled_by: Literal["field", "supervision"] = item("field")
    questions: tuple[Question, ...] = item()

    @property
    def full_points(self) -> int:
        """The points of all its marked questions together."""
        return sum(question.points for question in self.questions)

    def points_of(self, values: Mapping[str, Any]) -> int | None:
        """The points given by these answers, by key; None where none were."""
        marked = [question.key for question in self.questions if question.points]
        given = [values[key] for key in marked if key in values]
        return sum(given) if given else None

    def wrong(self) -> Iterator[tuple[str, str]]:
        if not self.questions:
            yield "questions", "form_without_questions"
        if (self.about == "place") != (self.place_level is not None):
            yield "about", "place_level_of_form"
        known: dict[str, Question] = {}
        for question in self.questions:
            if any(
                not _can_be(known.get(key), words) for key, words in question.shown_when.items()
            ):
                yield "questions", "shown_when"
            known[question.key] = question


def _can_be(earlier: Question | None, answers: tuple[str, ...]) -> bool:
    return earlier is not None and bool(answers) and set(answers) <= set(earlier.answers)

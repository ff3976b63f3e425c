"""What was answered, question by question: counts, shares and means."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jiedui.campaigns.current import running_campaign
from jiedui.campaigns.models import playbook_of
from jiedui.campaigns.playbook.forms import Form, Question
from jiedui.core.doors import needs
from jiedui.questionnaires import answers
from jiedui.questionnaires.views.forms import readable_form
from jiedui.questionnaires.views.sheets import Sheets

NUMBERS = ("whole", "number", "points", "scale5")
FEW = 10  # fewer answers than this are few: a share says little


@dataclass(frozen=True)
class Answered:
    """A question as one text of the playbook asks it, and how often each answer was given."""

    question: Question
    counts: Counter[Any] = field(default_factory=Counter)  # by answer; several chosen as a tuple


@dataclass(frozen=True)
class Bar:
    """One answer: how many gave it, of those who answered."""

    name: str
    count: int
    share: float  # 0 to 1


@dataclass(frozen=True)
class Result:
    question: Question
    answered: int
    otherwise: int  # answers to an earlier question of this key, of another type
    bars: Sequence[Bar]
    mean: Decimal | None
    lowest: Decimal | None
    highest: Decimal | None

    @property
    def is_few(self) -> bool:
        return 0 < self.answered < FEW


@needs("registers.read")
def results(request: HttpRequest, key: str) -> HttpResponse:
    """Of the sheets in force that the list with the same filters shows."""
    campaign = running_campaign(request)
    form = readable_form(request.user, campaign, key)
    found: Any = Sheets(request.user, params=request.GET, path=request.path)
    rows = found.filtered.filter(campaign=campaign, form_key=key, voided_on=None).order_by()
    told = rows.values_list("playbook_text", "answers").iterator(chunk_size=2000)
    total, answered = tally(told, lambda text: playbook_of(text, campaign.key).form(key))
    context = {
        "asked": form,
        "total": total,
        "results": [result(one, answered) for one in form.questions if not one.private],
        "left_out": [one for one in form.questions if one.private],
        "chips": found.chips,
        "may_export": total and found.may_export,
        "filters": _filters(request, key),
    }
    return render(request, "questionnaires/results.html", context)


def _filters(request: HttpRequest, key: str) -> str:
    """Those of this page, for the list of the same sheets."""
    query = request.GET.copy()
    query["form"], query["voided"] = key, "no"
    return query.urlencode()


def tally(
    sheets: Iterable[tuple[str, dict[str, Any]]], form_of: Callable[[str], Form]
) -> tuple[int, list[Answered]]:
    """How many sheets there are, and what was answered, by each text of the playbook."""
    total = 0
    found: dict[str, dict[str, Answered]] = {}
    for text, values in sheets:
        total += 1
        if text not in found:
            found[text] = {one.key: Answered(one) for one in form_of(text).questions}
        for key, value in values.items():
            answer = tuple(value) if isinstance(value, list) else value
            found[text][key].counts[answer] += 1
    return total, [one for by_key in found.values() for one in by_key.values()]


def result(question: Question, answered: Iterable[Answered]) -> Result:
    """The answers to one question together.

    Where an earlier text of the playbook asked it in another way, its answers are only numbered.
    """
    asked = [one for one in answered if one.question.key == question.key]
    same = [one for one in asked if one.question.type == question.type]
    given = sum((one.counts for one in same), Counter[Any]())
    total = given.total()
    numbers = {Decimal(str(value)): count for value, count in given.items()
               if question.type in NUMBERS}  # fmt: skip
    return Result(
        question=question,
        answered=total,
        otherwise=sum(one.counts.total() for one in asked) - total,
        bars=_bars(question, same, given),
        mean=_mean(numbers),
        lowest=min(numbers, default=None),
        highest=max(numbers, default=None),
    )


def _mean(numbers: dict[Decimal, int]) -> Decimal | None:
    total = sum((value * count for value, count in numbers.items()), Decimal())
    return total / sum(numbers.values()) if numbers else None


def _bars(question: Question, same: Iterable[Answered], given: Counter[Any]) -> list[Bar]:
    """One for each fixed answer; those offered no more under the name they had."""
    names = {word: answers.answer_name(question, word) for word in question.answers}
    if not names:
        return []
    for one in same:
        for word in one.question.answers:
            if any(word in answers.as_words(value) for value in one.counts):
                names.setdefault(word, answers.answer_name(one.question, word))
    words: Counter[str] = Counter()
    for value, count in given.items():
        for word in answers.as_words(value):
            words[word] += count
    total = given.total() or 1
    return [Bar(name, words[word], words[word] / total) for word, name in names.items()]

"""What was answered, question by question: counts, shares and means."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
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


Filled = tuple[Form, dict[str, Any]]  # a form as it was asked, its answers by key


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
    sheets = [(playbook_of(text, campaign.key).form(key), values) for text, values in told]
    context = {
        "asked": form,
        "total": len(sheets),
        "results": [result(one, sheets) for one in form.questions if not one.private],
        "left_out": [one for one in form.questions if one.private],
        "chips": found.chips,
    }
    return render(request, "questionnaires/results.html", context)


def result(question: Question, sheets: Sequence[Filled]) -> Result:
    """The answers to one question together.

    Where an earlier text of the playbook asked it in another way, its answers are only numbered.
    """
    asked = [
        (values[question.key], _as_asked(form, question))
        for form, values in sheets
        if question.key in values
    ]
    same = [(value, one) for value, one in asked if one and one.type == question.type]
    given = [value for value, _one in same]
    names = {word: answers.answer_name(question, word) for word in question.answers}
    # Answers that are offered no more are counted under the name they had.
    for value, one in same if names else ():
        for word in answers.as_words(value):
            names.setdefault(word, answers.answer_name(one, word))
    counts = Counter(word for value in given for word in answers.as_words(value))
    bars = [
        Bar(name, counts[word], counts[word] / (len(given) or 1)) for word, name in names.items()
    ]
    numbers = [Decimal(str(value)) for value in given] if question.type in NUMBERS else []
    return Result(
        question=question,
        answered=len(given),
        otherwise=len(asked) - len(given),
        bars=bars,
        mean=sum(numbers, Decimal()) / len(numbers) if numbers else None,
        lowest=min(numbers, default=None),
        highest=max(numbers, default=None),
    )


def _as_asked(form: Form, question: Question) -> Question | None:
    return next((one for one in form.questions if one.key == question.key), None)

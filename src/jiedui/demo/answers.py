"""Answers to what the playbook asks of an activity or in a form, drawn by the type of each."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from jiedui.campaigns.playbook.forms import SCALE5, Question
from jiedui.demo.declaration import Words
from jiedui.demo.texts import composed
from jiedui.questionnaires.answers import Asked, is_shown

STEPS = (46, 38, 11, 4, 1)  # how often each of five, the best first
YES = 0.9  # of the questions to be answered with yes or no
CHOICES = 2  # ticked of a list


class Answers:
    """Fills fields or questions; one of free text needs texts to draw from."""

    def __init__(self, rng: Random, questions: Sequence[Asked], texts: Mapping[str, Words]) -> None:
        self.rng = rng
        self.fields = [(one, texts.get(one.key, Words())) for one in questions]

    def drawn(self, day: date, known: Mapping[str, str]) -> tuple[dict[str, Any], str]:
        """Answers by key; those the playbook calls private as JSON, to be encrypted."""
        if not self.fields:
            return {}, ""
        answers: dict[bool, dict[str, Any]] = {False: {}, True: {}}
        for field, texts in self.fields:
            is_asked = is_shown(field, answers[False] | answers[True])
            value = self._value(field, texts, day, known) if is_asked else None
            if value not in (None, "", []):
                answers[field.private][field.key] = value
        private = answers[True]
        return answers[False], json.dumps(private, ensure_ascii=False) if private else ""

    def _value(self, field: Asked, texts: Words, day: date, known: Mapping[str, str]) -> Any:
        rng = self.rng
        text = composed(rng, rng.choice(texts), known=known) if texts else ""
        match field.type:
            case "yes_no":
                return rng.random() < YES
            case "choice":
                return text or rng.choice(field.options).key
            case "scale5":
                return self.rng.choices(SCALE5, weights=STEPS)[0]
            case "points" if isinstance(field, Question):
                return round(field.points * rng.triangular(0.4, 1, 0.9))
            case "choices":
                keys = [option.key for option in field.options]
                return sorted(rng.sample(keys, k=min(CHOICES, len(keys))), key=keys.index)
            case "whole" | "number" if text or field.required:
                number = float(text) if text else float(rng.randint(1, 9))
                return int(number) if number == int(number) else number
            case "day" if field.required:
                return (day + timedelta(days=rng.randint(20, 90))).isoformat()
            case "text" | "long_text":
                return text or (field.name.zh if field.required else "")
        return None

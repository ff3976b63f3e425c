"""Answers to what the playbook asks of an activity, drawn by the type of each field."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from jiedui.campaigns.playbook import work
from jiedui.demo.declaration import Words
from jiedui.demo.texts import composed

YES = 0.9  # of the questions to be answered with yes or no
CHOICES = 2  # ticked of a list


class Answers:
    """Fills the fields of one kind of activity; a field of free text needs texts to draw from."""

    def __init__(self, rng: Random, kind: work.Activity, texts: Mapping[str, Words]) -> None:
        self.rng = rng
        self.fields = [(one, texts.get(one.key, Words())) for one in kind.fields]

    def drawn(self, day: date, known: Mapping[str, str]) -> tuple[dict[str, Any], str]:
        """Answers by key; those the playbook calls private as JSON, to be encrypted."""
        if not self.fields:
            return {}, ""
        answers: dict[bool, dict[str, Any]] = {False: {}, True: {}}
        for field, texts in self.fields:
            value = self._value(field, texts, day, known)
            if value not in (None, "", []):
                answers[field.private][field.key] = value
        private = answers[True]
        return answers[False], json.dumps(private, ensure_ascii=False) if private else ""

    def _value(self, field: work.Field, texts: Words, day: date, known: Mapping[str, str]) -> Any:
        rng = self.rng
        text = composed(rng, rng.choice(texts), known=known) if texts else ""
        match field.type:
            case "yes_no":
                return rng.random() < YES
            case "choice":
                return text or rng.choice(field.options).key
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

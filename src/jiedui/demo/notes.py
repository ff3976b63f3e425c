"""Short invented notes as helpers write them: a small grammar with some ten thousand sentences."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from random import Random

from jiedui.demo.texts import TEXTS

Grammar = Mapping[str, Sequence[str]]

_SLOT = re.compile(r"\{(\w+)\}")

# What a slot may become; slots may hold slots.
WORDS: Mapping[str, Sequence[str]] = TEXTS["notes"]["words"]

SENTENCES: Mapping[str, Sequence[str]] = TEXTS["notes"]["sentences"]


# A word that belongs to a time of the year is only drawn in its months.
MONTHS: Mapping[str, Sequence[int]] = TEXTS["notes"]["months"]


def note(rng: Random, *, occasion: str, day: date) -> str:
    """A note for a visit: `occasion` is regular, festival, farm or remote."""
    while True:
        text = _grown(rng, rng.choice(SENTENCES[occasion]))
        if all(day.month in months for word, months in MONTHS.items() if word in text):
            return text


def _grown(rng: Random, text: str) -> str:
    while "{" in text:
        text = _SLOT.sub(lambda slot: rng.choice(WORDS[slot[1]]), text)
    return text

"""Short invented notes as helpers write them: a small grammar with some ten thousand sentences."""

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random

from jiedui.demo.texts import TEXTS, composed

SENTENCES: Mapping[str, Sequence[str]] = TEXTS["notes"]
# A word that belongs to a time of the year is only drawn in its months.
MONTHS: Mapping[str, Sequence[int]] = TEXTS["months"]


def note(rng: Random, *, occasion: str, day: date) -> str:
    """A note for a visit: `occasion` is regular, festival, farm or remote."""
    while True:
        text = composed(rng, rng.choice(SENTENCES[occasion]))
        if all(day.month in months for word, months in MONTHS.items() if word in text):
            return text

"""An action that cannot do its work says so in a sentence for the user."""

from typing import Any

from django.utils.functional import Promise


class Refused(Exception):
    """Raised by actions; one middleware turns it into a message (web) or a 409 (phone, API)."""

    def __init__(self, sentence: str | Promise, **facts: Any) -> None:
        super().__init__(str(sentence))
        self.sentence = str(sentence)
        self.facts = facts

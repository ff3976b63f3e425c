"""What a code list is: stable text keys; numbers are aliases for import and export only.

Three real systems number the causes of poverty differently, so a number is never stored. The
national standard each list follows stands beside it (GB/T ...); a list without one is our own
composition from forms in use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import override

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Code:
    """One entry: `key` is stored, `name` is shown, `zh` is what official forms print.

    `near` are words that may mean it and are only ever offered; parts of longer words count.
    """

    key: str
    name: StrOrPromise
    zh: str
    numbers: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


class CodeList(Sequence[Code]):
    """An ordered list of codes, to be looked up by key, by any usual name or by number."""

    def __init__(self, *codes: Code) -> None:
        self._codes = codes

    def __getitem__(self, index: int) -> Code:  # type: ignore[override]
        return self._codes[index]

    def __len__(self) -> int:
        return len(self._codes)

    def __iter__(self) -> Iterator[Code]:
        return iter(self._codes)

    @property
    def choices(self) -> list[tuple[str, StrOrPromise]]:
        """Pairs for a model or form field; the label is translated when it is shown."""
        return [(code.key, code.name) for code in self._codes]

    @cached_property
    def by_key(self) -> dict[str, Code]:
        return {code.key: code for code in self._codes}

    @cached_property
    def by_text(self) -> dict[str, Code]:
        """Every text that means a code: Chinese name, alias, English name, key, number."""
        found: dict[str, Code] = {}
        for texts in (self._names, self._numbers):
            for code in self._codes:
                for text in texts(code):
                    found.setdefault(text, code)
        return found

    @staticmethod
    def _names(code: Code) -> Iterable[str]:
        with override(None):  # the English original, in whatever language this is first asked
            english = str(code.name)
        return (code.zh, *code.aliases, code.key, english, english.lower())

    @staticmethod
    def _numbers(code: Code) -> Iterable[str]:
        return code.numbers

    def find(self, text: str) -> Code | None:
        """The code meant by a name, key or number; None when the text is unknown.

        Numbers are compared as text: in GB/T 4761 `1` is a spouse and `01` the head.
        """
        return self.by_text.get(text) or self.by_text.get(text.lower())

    def name(self, key: str) -> StrOrPromise:
        """The label of a stored key; an unknown key is its own label."""
        code = self.by_key.get(key)
        return code.name if code else key

    def zh(self, key: str) -> str:
        """The Chinese form name of a stored key, whatever the user's language."""
        code = self.by_key.get(key)
        return code.zh if code else key

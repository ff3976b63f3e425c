"""When a question is asked, and the limits of a number, as expressions of XLSForm and back.

Only a small part of the language has a meaning here: an answer of an earlier question is one of
some words, several such conditions together; a number lies between two others.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

Words = dict[str, tuple[str, ...]]  # question → answers, each of which is enough
LONGEST = 1_000  # characters
DEEPEST = 20  # brackets inside brackets
EXPRESSION_PIECE = re.compile(
    r"(?P<ref>\$\{\s*[^\s{}]{1,100}\s*\})|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<number>-?\d{1,12})(?![\w.])|(?P<word>selected|and|or)\b|(?P<sign>[(),=])"
)
LIMIT = re.compile(r"\.\s*(>=|<=|>|<)\s*(-?\d{1,12})")
TURNED = re.compile(r"(-?\d{1,12})\s*(>=|<=|>|<)\s*\.")
OTHER_WAY = {">=": "<=", "<=": ">=", ">": "<", "<": ">"}


class Unsayable(ValueError):
    """An expression that has no meaning here."""


def relevant(shown_when: Mapping[str, tuple[str, ...]], multiple: set[str]) -> str:
    """The expression for `shown_when`; `multiple` are questions with several answers."""
    parts = []
    for key, words in shown_when.items():
        either = [
            f"selected(${{{key}}}, '{word}')" if key in multiple else f"${{{key}}} = '{word}'"
            for word in words
        ]
        joined = " or ".join(either)
        parts.append(f"({joined})" if len(either) > 1 and len(shown_when) > 1 else joined)
    return " and ".join(parts)


def shown_when(expression: str, multiple: set[str]) -> Words:
    """What an expression says of earlier answers. Raises `Unsayable`.

    Names of questions and answers are those of the expression.
    """
    if len(expression) > LONGEST:
        raise Unsayable(expression)
    reader = _Reader(_tokens(expression), multiple)
    found = reader.either(0)
    if reader.at < len(reader.tokens):
        raise Unsayable(expression)
    return found


def _tokens(expression: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = expression.rstrip()
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = EXPRESSION_PIECE.match(text, at)
        if match is None or match.lastgroup is None:
            raise Unsayable(expression)
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


@dataclass
class _Reader:
    tokens: list[tuple[str, str]]
    multiple: set[str]
    at: int = 0

    def _next(self, *wanted: str) -> str:
        """The next token if it is one of these kinds or signs."""
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if kind not in wanted and text not in wanted:
            raise Unsayable(text)
        self.at += 1
        return text

    def _is_next(self, text: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at][1] == text

    def either(self, depth: int) -> Words:
        found = self.both(depth)
        while self._is_next("or"):
            self.at += 1
            found = _or(found, self.both(depth))
        return found

    def both(self, depth: int) -> Words:
        found = self.one(depth)
        while self._is_next("and"):
            self.at += 1
            found = joined(found, self.one(depth), self.multiple)
        return found

    def one(self, depth: int) -> Words:
        if depth > DEEPEST:
            raise Unsayable
        if self._is_next("("):
            self.at += 1
            found = self.either(depth + 1)
            self._next(")")
            return found
        if self._is_next("selected"):
            self.at += 1
            self._next("(")
            name = _name(self._next("ref"))
            self._next(",")
            word = _word(self._next("text"))
            self._next(")")
            return {name: (word,)}
        first = self._next("ref", "text", "number")
        self._next("=")
        second = self._next("ref", "text", "number")
        ref, literal = (first, second) if first.startswith("$") else (second, first)
        # Several answers are one text with blanks between: "=" asks that there is no other.
        if not ref.startswith("$") or literal.startswith("$") or _name(ref) in self.multiple:
            raise Unsayable
        return {_name(ref): (_word(literal),)}


def _name(ref: str) -> str:
    return ref[2:-1].strip()


def _word(literal: str) -> str:
    return literal[1:-1] if literal[0] in "'\"" else literal


def _or(first: Words, second: Words) -> Words:
    if len(first) != 1 or first.keys() != second.keys():
        raise Unsayable
    [name] = first
    return {name: tuple(dict.fromkeys(first[name] + second[name]))}


def joined(first: Words, second: Words, multiple: set[str]) -> Words:
    """Both conditions at once. Raises `Unsayable` where no answer could meet them."""
    found = dict(first)
    for name, words in second.items():
        if name in found and set(found[name]) != set(words):
            words = tuple(word for word in found[name] if word in words)
            if name in multiple or not words:
                raise Unsayable
        found[name] = words
    return found


def constraint(low: int | None, high: int | None) -> str:
    """The expression for a number between these, both included."""
    parts = [f". >= {low}"] if low is not None else []
    parts += [f". <= {high}"] if high is not None else []
    return " and ".join(parts)


def limits(expression: str, *, is_whole: bool) -> tuple[int | None, int | None]:
    """The smallest and largest number that an expression allows. Raises `Unsayable`."""
    low: int | None = None
    high: int | None = None
    for part in re.split(r"\band\b", expression[: LONGEST + 1]):
        sign, number = _limit(part.strip().removeprefix("(").removesuffix(")").strip())
        if sign in "<>":
            if not is_whole:
                raise Unsayable(part)
            number += 1 if sign == ">" else -1
        if sign.startswith(">"):
            low = number if low is None else max(low, number)
        else:
            high = number if high is None else min(high, number)
    if low is not None and high is not None and low > high:
        raise Unsayable(expression)
    return low, high


def _limit(part: str) -> tuple[str, int]:
    if match := LIMIT.fullmatch(part):
        return match[1], int(match[2])
    if match := TURNED.fullmatch(part):
        return OTHER_WAY[match[2]], int(match[1])
    raise Unsayable(part)

"""What is typed into any form: one spelling, no characters that hide, no line breaks in a line.

Django makes text fields in many ways (declared, from models, as parts of other fields); they all
pass `CharField.to_python`, so that a form written tomorrow is guarded as well.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from jiedui.engines import words

LONGEST = 10_000  # characters, where a field of a form does not say less


def sentence(character: str) -> str:
    """Why a text with this character is refused, and how to mend it."""
    sign = f"U+{ord(character):04X}"
    if words.is_private(character):
        return _(
            "The text has a character (%(sign)s) that other computers cannot show. Type it anew,"
            " or write a usual character for it."
        ) % {"sign": sign}
    return _(
        "The text has an invisible control character (%(sign)s), as copying from other programs"
        " brings along. Delete it and type that part anew."
    ) % {"sign": sign}


def cleaned(text: str, *, is_line: bool) -> str:
    """The text in one spelling; raises ValidationError for what it must not hold."""
    text = words.clean(text)
    if is_line and "\n" in text.strip():
        raise ValidationError(_("Write this in one line."), code="one_line")
    if character := words.unfit(text):
        raise ValidationError(sentence(character), code="unfit")
    return text.replace("\t", " ") if is_line else text


def searched(text: str, *, most: int) -> str:
    """What somebody looks for, folded as lists are folded when they are read."""
    return words.without_unfit(words.fold(text[: 4 * most]))[:most].strip()


def guard_forms() -> None:
    """Let every text field of every form clean what is typed. Passwords stay as they are."""
    usual = forms.CharField.to_python

    def to_python(field: forms.CharField, value: Any) -> Any:
        text = usual(field, value)
        if not isinstance(text, str) or not text or not field.strip:
            return text
        if field.max_length is None and len(text) > LONGEST:
            raise ValidationError(_("No more than %(most)d characters.") % {"most": LONGEST})
        is_line = isinstance(field.widget, forms.TextInput)
        cleaned_text = cleaned(text, is_line=is_line)
        return cleaned_text.strip() or field.empty_value

    forms.CharField.to_python = to_python  # type: ignore[method-assign,assignment]

"""Form fields of our own: a telephone number, an identity number, yuan; and what a form does."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from jiedui.core import sending
from jiedui.core.editing import Editing
from jiedui.engines import words


def form_page(
    request: HttpRequest,
    form: Any,
    act: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    back: str,
    done: str = "",
    template: str = "core/form.html",
    row: Model | None = None,
    which: str = "",
    **context: Any,
) -> HttpResponse:
    """A page with one form. What is typed goes to `act`, which may return the row to go to.

    Sent twice, it acts once. When the action refuses, its sentence stands on the form and nothing
    typed is lost. Of a form over a `row`, `act` gets only the fields the writer changed, and what
    somebody else changed meanwhile is shown first. `which` says which of several records of this
    address that row is.
    """
    editing = Editing(request, form, row, which=which) if row else None
    context |= {"form": form, "title": title, "back": back, "editing": editing}
    if editing and editing.is_valid() and editing.waits_for_choice:
        editing.note_reading()
        return render(request, "core/changed_meanwhile.html", context, status=409)

    def work() -> HttpResponse:
        made = act(editing.values() if editing else form.cleaned_data)
        messages.success(request, done % made if "%s" in done else done or _("Saved."))
        return redirect(made or back)

    return sending.send(request, form, work) or render(request, template, context)


class PhoneField(forms.CharField):
    """A telephone number in its plain form, however it was typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)
        self.widget.input_type = "tel"

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        number = words.normalise_phone(text) if text else ""
        if text and not number:
            raise ValidationError(
                _("This is no telephone number: 11 digits for a mobile, or area code and number.")
            )
        return number


class IdentityField(forms.CharField):
    """An identity number whose check digit and date of birth fit (GB 11643)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)

    def clean(self, value: Any) -> str:
        number = words.fold(super().clean(value) or "").replace(" ", "").upper()
        if number and words.identity_problem(number):
            raise ValidationError(_("This identity number cannot be right: check it again."))
        return number


class WordsField(forms.CharField):
    """A few free words, separated by 、 or as usual, as a list in their order."""

    MOST, LONGEST = 10, 20

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=self.MOST * (self.LONGEST + 1), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return words.enumerated(data or "") != list(initial or [])

    def clean(self, value: Any) -> Any:
        found = words.enumerated(super().clean(value) or "")
        if len(found) > self.MOST:
            raise ValidationError(_("At most %(most)d words.") % {"most": self.MOST})
        if long := next((word for word in found if len(word) > self.LONGEST), None):
            raise ValidationError(
                _("“%(word)s” is longer than %(most)d characters.")
                % {"word": long, "most": self.LONGEST}
            )
        return found


class YuanField(forms.DecimalField):
    """An amount in yuan with two places; gives integer fen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, **kwargs)

    def clean(self, value: Any) -> Any:
        if isinstance(value, str):
            value = words.fold(value).replace(",", "").removesuffix("元").strip()
        amount: Decimal | None = super().clean(value)
        return None if amount is None else int(amount * 100)

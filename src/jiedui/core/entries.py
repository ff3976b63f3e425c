"""Form fields of our own: a row typed by name, a telephone number, an identity number, yuan."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from jiedui.engines import words

OFFERED = 12
NAMES = ("name", "head", "pinyin", "initials", "number", "code")
# What may be offered while somebody types: model label -> model; a field adds its own.
PICKABLE: dict[str, Any] = {}


def _names(model: Any) -> list[str]:
    fields = {field.name for field in model._meta.get_fields()}
    return [name for name in NAMES if name in fields]


def matching(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Rows whose name, spelling, initials or number begins with or contains the text."""
    either = Q()
    for name in _names(rows.model):
        how = "icontains" if name in ("name", "head") else "istartswith"
        either |= Q(**{f"{name}__{how}": text})
    return rows.filter(either)


class RowInput(forms.TextInput):
    """A text box whose list of offers is fetched while one types; works without a script too."""

    template_name = "core/widgets/row.html"

    def __init__(self, model: Any) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.model = model

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        list_id = f"{widget['attrs'].get('id', name)}-offers"
        widget["attrs"]["list"] = list_id
        widget["list_id"] = list_id
        widget["offers"] = reverse("web:pick", args=[self.model._meta.label_lower])
        return context


class RowField(forms.CharField):
    """A row typed as “name (key)”, or by its name, number or code alone."""

    def __init__(self, model: Any, **kwargs: Any) -> None:
        PICKABLE[model._meta.label_lower] = model
        super().__init__(widget=RowInput(model), **kwargs)
        self.model = model
        self.rows = model._default_manager.none()

    def limit_to(self, user: Any) -> None:
        """Only standing rows this user may see can be chosen."""
        self.rows = self.model._default_manager.visible_to(user).filter(ended=None)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            value = self.model._default_manager.filter(pk=value).first()
        return said(value) if hasattr(value, "pk") else value

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "").strip()
        if not text:
            return None
        found = self._found(text)
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(
                _("Several are called so: %(names)s. Choose one of them from the list.")
                % {"names": ", ".join(map(said, found[:5]))}
            )
        raise ValidationError(
            _("“%(text)s” was not found among those you may use.") % {"text": text}
        )

    def _found(self, text: str) -> list[Any]:
        key = text.rsplit("(", 1)[-1].rstrip(")") if text.endswith(")") else ""
        if key.isdecimal():
            return list(self.rows.filter(pk=int(key))[:1])
        either = Q()
        for name in _names(self.model):
            either |= Q(**{name: text})
        return list(self.rows.filter(either).distinct()[:6])


def said(row: Any) -> str:
    """How a row is written in the box: its longest name, and its key in brackets."""
    return f"{getattr(row, 'full_name', row)} ({row.pk})"


def limit(form: forms.BaseForm, user: Any) -> None:
    """Let every row field of a form offer only what the user may see."""
    for field in form.fields.values():
        if isinstance(field, RowField):
            field.limit_to(user)


def offers(request: HttpRequest, name: str) -> HttpResponse:
    """Options for what has been typed so far, among the rows the user may see."""
    model = PICKABLE.get(name)
    if model is None:
        raise Http404
    typed = next((v for k, v in request.GET.items() if k != "csrfmiddlewaretoken"), "")
    text = words.fold(str(typed)).replace("\0", "").strip()[:60]
    rows = model._default_manager.visible_to(request.user).filter(ended=None)
    if {"parent"} <= {field.name for field in model._meta.get_fields()}:
        rows = rows.select_related("parent")
    found = matching(rows, text).order_by("pk")[:OFFERED] if text else []
    return render(request, "core/widgets/_offers.html", {"offers": [said(row) for row in found]})


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


class YuanField(forms.DecimalField):
    """An amount in yuan with two places; gives integer fen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, **kwargs)

    def clean(self, value: Any) -> Any:
        if isinstance(value, str):
            value = words.fold(value).replace(",", "").removesuffix("元").strip()
        amount: Decimal | None = super().clean(value)
        return None if amount is None else int(amount * 100)

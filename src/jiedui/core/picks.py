"""Choosing rows by typing: one text says it all ("秦安（H1）"), so it works without scripts too.

`pick.js` offers names while one types. What was typed is looked up again on the server, only
among the rows the form was given: a stranger's row is simply not found. Each register says once,
in its `picks.py`, how its rows are named and where names are offered.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.core.typed import searched
from jiedui.core.users import User

OFFERED = 12
FOR = "for"  # the parameter that names the permission rows are offered for
LONGEST = 60  # characters of one name
MOST = 500  # names in one list
LABELLED = re.compile(r"(?P<name>[^()（）]+)[(（](?P<code>[^()（）]+)[)）]")
SPREAD = re.compile(
    r"(?<![^\s、,，;；])([\u4e00-\u9fff])[ \u3000]+([\u4e00-\u9fff])(?![^\s、,，;；])"
)
BETWEEN = re.compile(r"[、,，;；\n\r\t]+|(?<![A-Za-z])\s+|\s+(?![A-Za-z])")


@dataclass(frozen=True)
class Pick:
    """How rows of a model are named and found: by name, by code, by further fields."""

    name: str = "name"
    codes: tuple[str, ...] = ("number",)
    fields: tuple[str, ...] = ("pinyin", "initials")
    place: str = ""  # dotted path to what tells two of the same name apart
    model: Any = None
    url: str = ""  # the name of the address that offers every standing row the user may see

    def standing(self, user: User, *, permission: str = "") -> QuerySet[Any]:
        """Rows that have not ended, of those the user sees by holding this permission there."""
        rows = self.model._default_manager.visible_to(user, permission=permission)
        rows = rows.filter(ended=None)
        return rows.select_related(self.place.replace(".", "__")) if self.place else rows

    def code(self, row: Model) -> str:
        return next((str(v) for code in self.codes if (v := getattr(row, code))), "")

    def label(self, row: Model) -> str:
        return f"{getattr(row, self.name)}（{self.code(row)}）"

    def where(self, row: Any) -> str:
        for step in self.place.split(".") if self.place else ():
            row = getattr(row, step, None)
        return "" if not self.place or row is None else str(row)

    def by_code(self, code: str) -> Q:
        either = Q()
        for field in self.codes:
            either |= Q(**{field: code})
        return either

    def like(self, text: str) -> Q:
        """Rows whose name holds the text, or whose pinyin or code begins with it."""
        either = Q(**{f"{self.name}__contains": text})
        for field in (*self.fields, *self.codes):
            either |= Q(**{f"{field}__startswith": text.lower() if field in self.fields else text})
        return either

    def matching(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(self.like(text)) if text else rows

    def find(self, rows: QuerySet[Any], text: str) -> Any:
        """The one row that is meant; raises ValidationError with a sentence otherwise."""
        labelled = LABELLED.fullmatch(text)
        if labelled is None and (row := rows.filter(self.by_code(text)).first()):
            return row
        [found] = self.matches(rows, [text])
        if not found and labelled is None:
            found = list(rows.filter(self.like(text))[: OFFERED + 1])
        if len(found) == 1:
            return found[0]
        raise ValidationError(self.problem(found, text))

    def problem(self, found: Sequence[Any], text: str) -> str:
        """Why this text does not name one row."""
        if not found:
            return _("“%(text)s” is not found here.") % {"text": text}
        names = "、".join(self.label(row) for row in found[:4])
        return _("“%(text)s” may be %(names)s. Write the number too.") % {
            "text": text,
            "names": names + (" …" if len(found) > 4 else ""),
        }

    def matches(self, rows: QuerySet[Any], texts: Sequence[str]) -> list[list[Any]]:
        """For each text the rows it may mean, by code or else by name, in one query for all."""
        cut = [LABELLED.fullmatch(text) for text in texts]
        codes = [m["code"].strip() if m else text for m, text in zip(cut, texts, strict=True)]
        names = {m["name"].strip() for m in cut if m}.union(texts)
        wanted = Q(**{f"{self.name}__in": names})
        for field in self.codes:
            wanted |= Q(**{f"{field}__in": codes})
        known: dict[str, list[Any]] = {}
        for row in rows.filter(wanted):
            known.setdefault(getattr(row, self.name), []).append(row)
            known.setdefault(f"#{self.code(row)}", []).append(row)
        return [
            known.get(f"#{code}") or known.get(text) or self._labelled_as(known, found)
            for text, code, found in zip(texts, codes, cut, strict=True)
        ]

    def _labelled_as(
        self, known: dict[str, list[Any]], labelled: re.Match[str] | None
    ) -> list[Any]:
        """Rows of the name in front of the brackets whose place is what stands in them.

        A number that is not among the rows means none of them: not another of the same name.
        """
        if labelled is None or not self.place:
            return []
        named = known.get(labelled["name"].strip(), [])
        return [row for row in named if self.where(row) == labelled["code"].strip()]

    def find_all(self, rows: QuerySet[Any], texts: Sequence[str]) -> list[Any]:
        """Every row meant, each once, in a fixed number of queries; or all mistakes at once."""
        found, mistakes = {}, []
        for text, fitting in zip(texts, self.matches(rows, texts), strict=True):
            if len(fitting) == 1:
                found[fitting[0].pk] = fitting[0]
            else:
                mistakes.append(self.problem(fitting, text))
        if mistakes:
            raise ValidationError(mistakes)
        return list(found.values())


def split_names(text: str) -> list[str]:
    """Names pasted in any usual way: by 、 commas, lines or spaces; each once, in order.

    Two single characters apart are one name set to three's width, as office lists have it: 周　明.
    """
    parts = (part.strip() for part in BETWEEN.split(SPREAD.sub(r"\1\2", text)))
    return list(dict.fromkeys(part for part in parts if part))


class PickWidget(forms.TextInput):
    template_name = "core/picks/pick.html"

    def __init__(self, offers: str = "", attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.offers = offers

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["offers"] = self.offers
        return context


class PickManyWidget(forms.Textarea):
    template_name = "core/picks/pick_many.html"
    offers = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["offers"] = self.offers
        return context


class PickField(forms.CharField):
    """One row. `rows` are those the user may choose; `offers` is the address that offers them.

    `kept` stands in the record that is changed: it may stay, whether it could be chosen or not.
    """

    rows: QuerySet[Any]
    kept: Sequence[Any] = ()

    def __init__(
        self, pick: Pick, *, rows: QuerySet[Any] | None = None, offers: str = "", **more: Any
    ) -> None:
        self.pick, self.rows = pick, pick.model.objects.none() if rows is None else rows
        super().__init__(max_length=2 * LONGEST, widget=PickWidget(offers), **more)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):  # a form of a model begins with keys; what is typed is text
            value = self.pick.model.objects.filter(pk=value).first()
        return self.pick.label(value) if isinstance(value, Model) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if row := _labelled(self).get(text):
            return row
        return self.pick.find(self.rows, text) if text else None


class PickManyField(forms.CharField):
    """Many rows, by names typed or pasted; `kept` as in `PickField`."""

    rows: QuerySet[Any]
    kept: Sequence[Any] = ()

    def __init__(
        self, pick: Pick, *, rows: QuerySet[Any] | None = None, offers: str = "", **more: Any
    ) -> None:
        self.pick, self.rows = pick, pick.model.objects.none() if rows is None else rows
        widget = PickManyWidget(attrs={"rows": more.pop("lines", 3)})
        widget.offers = offers
        super().__init__(max_length=MOST * LONGEST, widget=widget, **more)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) or value is None:
            return value
        return "、".join(self.pick.label(row) for row in value)

    def clean(self, value: Any) -> list[Any]:
        names = split_names(super().clean(value))
        if len(names) > MOST:
            raise ValidationError(
                ngettext(
                    "No more than %(most)d name at once.",
                    "No more than %(most)d names at once.",
                    MOST,
                )
                % {"most": MOST}
            )
        labelled = _labelled(self)
        staying = [labelled[name] for name in names if name in labelled]
        others = [name for name in names if name not in labelled]
        found = self.pick.find_all(self.rows, others) if others else []
        return list({row.pk: row for row in [*staying, *found]}.values())


def _labelled(field: PickField | PickManyField) -> dict[str, Any]:
    """What is kept, by the text the form opened with."""
    return {field.pick.label(row): row for row in field.kept if row is not None}


def choose_from(
    form: forms.BaseForm,
    name: str,
    rows: QuerySet[Any],
    *,
    offers: str = "",
    kept: Sequence[Any] = (),
) -> None:
    """Say which rows a picking field of this form chooses from, and where names are offered."""
    field: Any = form.fields[name]
    field.rows, field.kept = rows, kept
    if offers:
        field.widget.offers = offers


def limit(form: forms.BaseForm, user: User, permission: str) -> None:
    """Let every picking field choose from the standing rows the user sees by this permission.

    It is the permission of what the form does: a row that one may only look at is not offered
    where something is done with it.
    """
    for field in form.fields.values():
        if isinstance(field, PickField | PickManyField):
            field.rows = field.pick.standing(user, permission=permission)
            widget: Any = field.widget
            widget.offers = f"{reverse(field.pick.url)}?{urlencode({FOR: permission})}"


def offers_view(pick: Pick) -> Callable[[HttpRequest], HttpResponse]:
    """The view that offers standing rows of a register to fields set by `limit`."""

    def view(request: HttpRequest) -> HttpResponse:
        rows = pick.standing(request.user, permission=request.GET.get(FOR, ""))
        return offers(request, pick, rows)

    return view


def offers(request: HttpRequest, pick: Pick, rows: QuerySet[Any]) -> HttpResponse:
    """What `pick.js` shows below the field for the letters typed so far (`?q=`)."""
    text = searched(request.GET.get("q", ""), most=LONGEST)
    labelled = LABELLED.fullmatch(text)
    found = pick.matching(rows, labelled["name"].strip() if labelled else text)[:OFFERED]
    lines = [(pick.label(row), getattr(row, pick.name), pick.where(row)) for row in found]
    return render(request, "core/picks/offers.html", {"lines": lines, "text": text})

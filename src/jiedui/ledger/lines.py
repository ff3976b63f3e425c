"""The lines of a form that gives: cash and the playbook's goods. Also used by the visit form.

One quantity per kind of goods, its unit and usual value beside it; nothing else to type.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.campaigns.playbook import Playbook
from jiedui.campaigns.playbook.giving import Good
from jiedui.ledger.actions import Given
from jiedui.ledger.models import Gift

FREE_LINES = 2
MOST = 200  # lines of one form: more than any playbook has goods
QUANTITY: dict[str, Any] = {
    "min_value": 0,
    "max_digits": 10,
    "decimal_places": 2,
    "required": False,
}
YUAN: dict[str, Any] = {"min_value": 0, "max_digits": 12, "decimal_places": 2, "required": False}


def fen(yuan: Decimal | None) -> int:
    """Yuan as integer fen."""
    return int((yuan or Decimal(0)) * 100)


def cash_and_goods(playbook: Playbook, *, free: int = 0) -> dict[str, forms.Field]:
    """The form fields of one gift form; `free` lines take goods the playbook does not know."""
    fields: dict[str, forms.Field] = {}
    if not playbook.gifts or playbook.gifts.cash:
        fields |= _cash()
    if playbook.gifts and not playbook.gifts.goods:
        return fields
    for good in playbook.goods:
        fields[f"goods_{good.key}"] = forms.DecimalField(label=str(good.name), **QUANTITY)
        if good.value_fen is None:
            fields[f"value_{good.key}"] = forms.DecimalField(label=_("Value, yuan"), **YUAN)
    for n in range(free):
        fields |= _free_line(n)
    return fields


def missing_for(gift: Gift, fields: Mapping[str, Any]) -> dict[str, forms.Field]:
    """The line of a gift that is corrected, where the playbook no longer has gifts of its kind."""
    line = _free_line(0) if gift.is_goods else _cash()
    return {} if filled_in(gift).keys() & fields.keys() else line


def _cash() -> dict[str, forms.Field]:
    return {"cash": forms.DecimalField(label=_("Cash, yuan"), **YUAN)}


def _free_line(n: int) -> dict[str, forms.Field]:
    return {
        f"item_{n}": forms.CharField(label=_("Goods"), max_length=40, required=False),
        f"quantity_{n}": forms.DecimalField(label=_("Quantity"), **QUANTITY),
        f"unit_{n}": forms.CharField(
            label=pgettext_lazy("measure", "Unit"), max_length=10, required=False
        ),
        f"worth_{n}": forms.DecimalField(label=_("Value, yuan"), **YUAN),
        f"source_{n}": forms.CharField(label=_("Where from"), max_length=80, required=False),
    }


@dataclass(frozen=True)
class Row:
    """One kind of goods as the form shows it."""

    good: Good
    quantity: BoundField
    value: BoundField | None


def goods_rows(form: forms.Form, playbook: Playbook) -> list[Row]:
    return [
        Row(good, form[name], form[f"value_{good.key}"] if good.value_fen is None else None)
        for good in playbook.goods
        if (name := f"goods_{good.key}") in form.fields
    ]


def free_rows(form: forms.Form) -> list[list[BoundField]]:
    names = ("item", "quantity", "unit", "worth", "source")
    return [
        [form[f"{name}_{n}"] for name in names]
        for n in range(FREE_LINES)
        if f"item_{n}" in form.fields
    ]


def given(
    facts: Mapping[str, Any],
    playbook: Playbook,
    *,
    day: date,
    is_steady: bool = False,
    occasion: str = "",
) -> list[Given]:
    """What the filled-in lines say was given. Goods are valued at the playbook's usual value."""
    common: dict[str, Any] = {"day": day, "is_steady": is_steady, "occasion": occasion}
    lines = []
    if facts.get("cash"):
        lines.append(Given(kind=Gift.Kind.CASH, value_fen=fen(facts["cash"]), **common))
    for good in playbook.goods:
        quantity = facts.get(f"goods_{good.key}") or Decimal(0)
        by_hand = fen(facts.get(f"value_{good.key}"))
        if quantity or by_hand:  # a value without a quantity is for the action to refuse
            lines.append(_of(good, quantity, by_hand, common))
    lines += [_free(facts, n, common) for n in range(FREE_LINES) if _is_begun(facts, n)]
    return lines


def filled_in(gift: Gift) -> dict[str, Any]:
    """The line of the form that says what this gift was."""
    value = Decimal(gift.value_fen) / 100
    if not gift.is_goods:
        return {"cash": value}
    playbook = gift.campaign.playbook
    for good in playbook.goods if not playbook.gifts or playbook.gifts.goods else ():
        is_same = (good.name.zh, good.unit.zh) == (gift.item, gift.unit)
        if is_same and _worth(good, gift.quantity, by_hand=gift.value_fen) == gift.value_fen:
            return {f"goods_{good.key}": gift.quantity, f"value_{good.key}": value}
    facts = (gift.item, gift.quantity, gift.unit, value, gift.valuation_source)
    return dict(zip(("item_0", "quantity_0", "unit_0", "worth_0", "source_0"), facts, strict=True))


def _worth(good: Good, quantity: Decimal, *, by_hand: int) -> int:
    """So many of these in fen: at their usual value, or as it is typed."""
    usual = good.value_fen
    if usual is None:
        return by_hand
    return int((quantity * usual).quantize(Decimal(1), ROUND_HALF_UP))


def _is_begun(facts: Mapping[str, Any], n: int) -> bool:
    return any(facts.get(f"{name}_{n}") for name in ("item", "quantity", "unit", "worth"))


def _of(good: Good, quantity: Decimal, by_hand: int, common: dict[str, Any]) -> Given:
    return Given(
        kind=Gift.Kind.GOODS,
        value_fen=_worth(good, quantity, by_hand=by_hand),
        item=good.name.zh,
        quantity=quantity,
        unit=good.unit.zh,
        valuation_source=good.source.zh if good.source else str(_("valued by the giver")),
        **common,
    )


def _free(facts: Mapping[str, Any], n: int, common: dict[str, Any]) -> Given:
    return Given(
        kind=Gift.Kind.GOODS,
        value_fen=fen(facts.get(f"worth_{n}")),
        item=facts[f"item_{n}"],
        quantity=facts.get(f"quantity_{n}") or Decimal(0),
        unit=facts.get(f"unit_{n}", ""),
        valuation_source=facts.get(f"source_{n}", ""),
        **common,
    )

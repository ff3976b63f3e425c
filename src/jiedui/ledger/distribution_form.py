"""The form that gives one total to many villages or households."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7

from jiedui.campaigns.models import Campaign
from jiedui.campaigns.playbook.giving import Good
from jiedui.core.picks import PickField, choose_from
from jiedui.core.users import User
from jiedui.ledger import distributions, lines, receivers, scopes
from jiedui.ledger.actions import Given
from jiedui.ledger.distributions import MOST, Portion, Receiver
from jiedui.ledger.forms import STEADY, FundChoice
from jiedui.ledger.models import Fund, Gift
from jiedui.orgs.picks import ORGANISATION
from jiedui.places.models import Place
from jiedui.places.picks import PLACE

CASH, OTHER = "cash", "other"
EVENLY, BY_HOUSEHOLDS, BY_HAND = "evenly", "households", "hand"
WAYS = [
    (EVENLY, _("the same for each")),
    (BY_HOUSEHOLDS, _("by number of households")),
    (BY_HAND, _("typed one by one")),
]
# What a button of the form asks for; anything else is saving.
ADD_VILLAGES, ADD_HOMES, SPLIT = "villages", "households", "split"
PREVIEWS = (ADD_VILLAGES, ADD_HOMES, SPLIT)
CHECKED_IN_PREVIEW = {"total", "way", "area", "pasted", NON_FIELD_ERRORS}
LINE = 120  # characters of a pasted line, on average no more
QUANTITY = forms.DecimalField(**lines.QUANTITY)


@dataclass
class Row:
    """One receiver of the list as the form shows it."""

    to: Receiver
    is_taken: bool = True
    quantity: str = ""  # as typed, or as computed
    computed: str = ""  # what the program put there
    households: int = 0

    @property
    def key(self) -> str:
        return receivers.key_of(self.to)

    @property
    def is_place(self) -> bool:
        return isinstance(self.to, Place)

    @property
    def is_by_hand(self) -> bool:
        return bool(self.quantity) and self.quantity != self.computed

    @property
    def amount(self) -> Decimal:
        """The quantity as a number; nothing where it cannot be read."""
        return self._read()[0]

    @property
    def mistake(self) -> str:
        return self._read()[1]

    def _read(self) -> tuple[Decimal, str]:
        try:
            return QUANTITY.clean(self.quantity) or Decimal(0), ""
        except ValidationError as error:
            return Decimal(0), str(error.messages[0])


class DistributionForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    good = forms.ChoiceField(label=_("What is given"))
    total = forms.DecimalField(label=_("In all"), **lines.QUANTITY)
    worth = forms.DecimalField(label=_("Value of all, yuan"), **lines.YUAN)
    source = forms.CharField(label=_("Where the value comes from"), max_length=80, required=False)
    item = forms.CharField(label=_("Name of the goods"), max_length=40, required=False)
    unit = forms.CharField(label=pgettext_lazy("measure", "Unit"), max_length=10, required=False)
    day = forms.DateField(label=_("Day"), initial=timezone.localdate, widget=forms.DateInput)
    giver = PickField(ORGANISATION, label=_("Given by"))
    is_steady = forms.ChoiceField(
        label=_("What it is"), choices=STEADY, initial="0", widget=forms.RadioSelect
    )
    occasion = forms.CharField(label=_("Occasion"), max_length=40, required=False)
    fund = FundChoice(
        Fund.objects.none(), label=_("Out of a fund"), required=False, empty_label=_("no fund")
    )
    way = forms.ChoiceField(
        label=_("Split"), choices=WAYS, initial=EVENLY, widget=forms.RadioSelect, required=False
    )
    area = PickField(PLACE, label=_("Villages or households of an area"), required=False)
    pasted = forms.CharField(
        label=_("or a list of names, numbers or codes"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=MOST * LINE,
        required=False,
        help_text=_("One in a line; a quantity may stand behind it, as copied from a table."),
    )

    def __init__(self, *args: Any, user: User, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.campaign, self.playbook = user, campaign, campaign.playbook
        self.rows: list[Row] = []
        self._choose_from(user)
        self._offer(user)

    def _choose_from(self, user: User) -> None:
        rows: dict[str, tuple[str, QuerySet[Any]]] = {
            "area": ("place", scopes.receiving_places(user)),
            "giver": ("giver", scopes.givers(user)),
        }
        for name, (offered, found) in rows.items():
            choose_from(self, name, found, offers=reverse("ledger:offers", args=[offered]))

    def _offer(self, user: User) -> None:
        gifts = self.playbook.gifts
        goods = [(good.key, str(good.name)) for good in self.goods.values()]
        if not gifts or gifts.goods:
            goods.append((OTHER, str(_("other goods"))))
        if not gifts or gifts.cash:
            goods.append((CASH, str(_("cash"))))
        self.fields["good"].choices = goods  # type: ignore[attr-defined]
        funds = scopes.sources(user).filter(campaign=self.campaign)
        if funds.exists():
            self.fields["fund"].queryset = funds  # type: ignore[attr-defined]
        else:
            del self.fields["fund"]

    @property
    def goods(self) -> dict[str, Good]:
        """The playbook's goods by key."""
        allowed = not self.playbook.gifts or self.playbook.gifts.goods
        return {good.key: good for good in self.playbook.goods} if allowed else {}

    @property
    def step(self) -> str:
        return str(self.data.get("step", "")) if self.is_bound else ""

    @property
    def is_preview(self) -> bool:
        return self.step in PREVIEWS

    # What the page shows of the list

    @property
    def taken(self) -> list[Row]:
        return [row for row in self.rows if row.is_taken]

    @property
    def in_all(self) -> Decimal:
        return getattr(self, "cleaned_data", {}).get("total") or Decimal(0)

    @property
    def given_out(self) -> Decimal:
        return sum((row.amount for row in self.taken), Decimal(0))

    @property
    def left(self) -> Decimal:
        return self.in_all - self.given_out

    @property
    def measure(self) -> str:
        """The unit of what is given, in the language of the page."""
        chosen = str(self["good"].value() or next(iter(self.goods), ""))
        if chosen == CASH:
            return str(_("yuan"))
        good = self.goods.get(chosen)
        return str(good.unit) if good else str(self["unit"].value() or "")

    @property
    def needs_value(self) -> bool:
        """Whether name or value of the chosen goods have to be typed."""
        chosen = str(self["good"].value() or next(iter(self.goods), OTHER))
        good = self.goods.get(chosen)
        return chosen == OTHER or (good is not None and good.value_fen is None)

    # Reading what was sent

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        self._read_rows()
        self._add_pasted(facts.get("pasted", ""))
        self._add_area(facts.get("area"))
        if len(self.rows) > MOST:
            self.add_error(None, _t("No more than %(most)d receivers at once.") % {"most": MOST})
            self.rows = self.rows[:MOST]
        counts = receivers.households_in(self.user, [row.to for row in self.rows])
        for row in self.rows:
            row.households = counts[row.key]
        if self.is_preview:
            self._split()
            # While the list is put together, what else is to be filled in is no mistake.
            for name in self.errors.keys() - CHECKED_IN_PREVIEW:
                del self.errors[name]
        else:
            self._check_rows()
            self._check_good(facts)
            self._check_rights(facts)
        return facts

    def _read_rows(self) -> None:
        keys = list(dict.fromkeys(self._sent("to")))
        taken = set(self._sent("take"))
        known = receivers.by_keys(self.user, keys[: MOST + 1])
        for key in keys[: MOST + 1]:
            if key in known:
                typed = str(self.data.get(f"quantity_{key}", "")).strip()
                computed = str(self.data.get(f"computed_{key}", "")).strip()
                self.rows.append(Row(known[key], key in taken, typed, computed))
        if gone := len(keys) - len(self.rows):
            self.add_error(
                None, _t("%(gone)d receivers of the list can no longer be chosen.") % {"gone": gone}
            )

    def _sent(self, name: str) -> list[str]:
        return self.data.getlist(name) if hasattr(self.data, "getlist") else []

    def _add_pasted(self, text: str) -> None:
        """Lines that name somebody become rows; the others stay where they were pasted."""
        rows, pasted, left = {row.key: row for row in self.rows}, set(), []
        area = self.cleaned_data.get("area")
        for line in receivers.read(text, user=self.user, area=area):
            key = receivers.key_of(line.to) if line.to else ""
            if line.to is None or key in pasted:
                again = _t("“%(text)s” stands there twice.") % {"text": line.text}
                self.add_error("pasted", line.problem or again)
                left.append(line.text)
                continue
            pasted.add(key)
            row = rows.setdefault(key, Row(line.to))
            row.is_taken, row.quantity = True, line.quantity or row.quantity
        self.rows = list(rows.values())
        shown: Any = self.data
        self.data = shown.copy()
        self.data["pasted"] = "\n".join(left)  # type: ignore[index]

    def _add_area(self, area: Place | None) -> None:
        if self.step not in (ADD_VILLAGES, ADD_HOMES):
            return
        if area is None:
            if "area" not in self.errors:
                self.add_error("area", _t("Choose the area first."))
            return
        find: Any = receivers.villages_of if self.step == ADD_VILLAGES else receivers.homes_of
        found = find(self.user, area)
        if not found:
            self.add_error("area", _t("Nobody in this area can be chosen."))
        known = {row.key for row in self.rows}
        self.rows += [Row(one) for one in found if receivers.key_of(one) not in known]

    def _split(self) -> None:
        """What is not typed by hand shares the rest of the total."""
        way, total = self.cleaned_data.get("way") or EVENLY, self.in_all
        free = [row for row in self.taken if not row.is_by_hand]
        rest = total - sum((row.amount for row in self.taken if row.is_by_hand), Decimal(0))
        if way == BY_HAND or not total or not free:
            return
        weights = {row.key: row.households if way == BY_HOUSEHOLDS else 1 for row in free}
        if rest > 0 and not any(weights.values()):
            self.add_error(
                "way",
                _t("No household is on the register there; split evenly, or type quantities."),
            )
            return
        parts = distributions.split(max(rest, Decimal(0)), weights=weights)
        for row in free:
            row.quantity = row.computed = f"{parts[row.key].normalize():f}"

    # Checking before it is saved

    def _check_rows(self) -> None:
        if not self.in_all and "total" not in self.errors:
            self.add_error("total", _t("How much is there in all?"))
        if not self.taken and not {"pasted", "area"} & set(self.errors):
            self.add_error(None, _t("Choose who receives it: villages or households."))
        empty = [str(row.to) for row in self.taken if not row.amount]
        if wrong := [str(row.to) for row in self.taken if row.mistake]:
            names = {"names": "、".join(wrong[:5])}
            self.add_error(None, _t("The quantity of %(names)s cannot be read.") % names)
        elif empty:
            self.add_error(None, distributions.nothing_for(empty))
        elif self.left and self.taken and self.in_all:
            self.add_error(None, distributions.remainder_of(self.left))

    def _check_good(self, facts: dict[str, Any]) -> None:
        chosen = facts.get("good")
        own = ("item", "unit")
        if chosen == OTHER:
            for name in (*own, "worth", "source"):
                if not facts.get(name) and name not in self.errors:
                    self.add_error(name, _t("Needed for goods that are not in the list."))
            return
        for name in own:
            if facts.get(name):
                self.add_error(name, _t("Only for “other goods”: choose that above, or empty it."))
        if chosen == CASH:
            for name in ("worth", "source"):
                if facts.get(name):
                    self.add_error(name, _t("Cash has no other value: empty this."))
        elif self.needs_value and not facts.get("worth") and "worth" not in self.errors:
            self.add_error("worth", _t("These goods have no usual value: say what all are worth."))

    def _check_rights(self, facts: dict[str, Any]) -> None:
        if self.errors:
            return
        chosen = [row.to for row in self.taken]
        if not scopes.may_distribute(
            self.user, giver=facts["giver"], to=chosen, fund=facts.get("fund")
        ):
            self.add_error("giver", _t("You do not write down what this one gives to these."))

    def portions(self) -> list[Portion]:
        return [Portion(row.to, row.amount) for row in self.taken]

    def given(self) -> Given:
        """The total as one gift, whose value is shared as the quantities are."""
        facts = self.cleaned_data
        common: dict[str, Any] = {
            "day": facts["day"],
            "is_steady": facts["is_steady"] == "1",
            "occasion": facts["occasion"],
        }
        if facts["good"] == CASH:
            return Given(kind=Gift.Kind.CASH, value_fen=lines.fen(facts["total"]), **common)
        good = self.goods.get(facts["good"])
        worth, source = lines.fen(facts["worth"]), facts["source"]
        if good and not worth:
            worth = distributions.worth(facts["total"], each_fen=good.value_fen or 0)
        if good and not source:
            source = good.source.zh if good.source else _t("valued by the giver")
        return Given(
            kind=Gift.Kind.GOODS,
            value_fen=worth,
            quantity=facts["total"],
            item=good.name.zh if good else facts["item"],
            unit=good.unit.zh if good else facts["unit"],
            valuation_source=source,
            **common,
        )

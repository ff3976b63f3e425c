"""Forms of gifts, receipts and funds. They check shape; the actions check truth."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from jiedui.campaigns.models import Campaign
from jiedui.core.picks import PickField, choose_from
from jiedui.core.users import User
from jiedui.households.picks import HOUSEHOLD
from jiedui.ledger import lines, scopes
from jiedui.ledger.models import Fund, Gift
from jiedui.orgs.models import Organisation
from jiedui.orgs.picks import ORGANISATION
from jiedui.places.picks import PLACE

STEADY = [("0", _("a present for an occasion")), ("1", _("steady help: work, school, treatment"))]


class FundChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(_("%(fund)s, %(left)s yuan left")) % {
            "fund": obj.name,
            "left": f"{obj.balance_fen / 100:,.2f}",
        }


class GiftForm(forms.Form):
    """Everything given to one receiver on one day, in as many lines as it has."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    household = PickField(HOUSEHOLD, label=_("Household"), required=False)
    place = PickField(
        PLACE,
        label=_("or a village, a building, a post"),
        required=False,
    )
    day = forms.DateField(label=_("Day"), initial=timezone.localdate, widget=forms.DateInput)
    giver = PickField(ORGANISATION, label=_("Given by"))
    is_steady = forms.ChoiceField(
        label=_("What it is"), choices=STEADY, initial="0", widget=forms.RadioSelect
    )
    occasion = forms.CharField(label=_("Occasion"), max_length=40, required=False)
    fund = FundChoice(
        Fund.objects.none(), label=_("Out of a fund"), required=False, empty_label=_("no fund")
    )

    def __init__(
        self,
        *args: Any,
        user: User,
        campaign: Campaign,
        corrects: Gift | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.campaign, self.user, self.corrects = campaign, user, corrects
        self.playbook = campaign.playbook
        self._choose_from(user)
        self.fields.update(lines.cash_and_goods(self.playbook, free=lines.FREE_LINES))
        if corrects:
            self.fields.update(lines.missing_for(corrects, self.fields))
        self._offer_funds(user)

    def _offer_funds(self, user: User) -> None:
        """Funds within reach; a gift out of another one stays there, and its balance unread."""
        funds = scopes.sources(user).filter(campaign=self.campaign)
        standing = self.corrects.fund_id if self.corrects else None
        if funds.filter(pk=standing).exists() if standing else funds.exists():
            self.fields["fund"].queryset = funds  # type: ignore[attr-defined]
        else:
            del self.fields["fund"]

    @property
    def source(self) -> Fund | None:
        if "fund" not in self.fields:
            return self.corrects.fund if self.corrects else None
        chosen: Fund | None = self.cleaned_data.get("fund")
        return chosen

    def _choose_from(self, user: User) -> None:
        rows: dict[str, QuerySet[Any]] = {
            "household": scopes.receivers(user).select_related("place"),
            "place": scopes.receiving_places(user),
            "giver": scopes.givers(user),
        }
        for name, found in rows.items():
            kept = [getattr(self.corrects, name)] if self.corrects else []
            offers = reverse("ledger:offers", args=[name])
            choose_from(self, name, found, offers=offers, kept=kept)

    @property
    def goods(self) -> list[lines.Row]:
        return lines.goods_rows(self, self.playbook)

    @property
    def free(self) -> list[Any]:
        return lines.free_rows(self)

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if facts.get("household") and facts.get("place"):
            self.add_error("place", _("Either a household or a place, not both."))
        nobody = not (facts.get("household") or facts.get("place"))
        if nobody and not {"household", "place"} & set(self.errors):
            self.add_error("household", _("Say who receives it."))
        elif not self.errors and not self._is_of_one_appointment(facts):
            self.add_error("giver", _("You do not write down what this one gives to that one."))
        return facts

    def _is_of_one_appointment(self, facts: dict[str, Any]) -> bool:
        receiver = facts["household"] or facts["place"]
        return scopes.may_give(
            self.user, giver=facts["giver"], to=receiver, fund=self.source, corrects=self.corrects
        )

    def given(self) -> list[Any]:
        facts = self.cleaned_data
        return lines.given(
            facts,
            self.playbook,
            day=facts["day"],
            is_steady=facts["is_steady"] == "1",
            occasion=facts["occasion"],
        )


class ReceiptForm(forms.Form):
    name = forms.CharField(
        label=_("Received by"),
        max_length=60,
        help_text=_("If somebody took it for the household, write who they are to it."),
    )
    how = forms.ChoiceField(
        label=_("Confirmed by"),
        choices=Gift.How.choices,
        initial=Gift.How.SIGNATURE,
        widget=forms.RadioSelect,
    )
    witness = forms.CharField(
        label=_("Witness"),
        max_length=60,
        required=False,
        help_text=_("Needed when there is neither signature nor fingerprint."),
    )
    on = forms.DateField(label=_("Day"), initial=timezone.localdate, widget=forms.DateInput)


class FundForm(forms.Form):
    name = forms.CharField(label=_("Name of the fund"), max_length=80)
    organisation = PickField(
        ORGANISATION,
        label=_("Kept by"),
        offers=reverse_lazy("ledger:offers", args=["holder"]),  # type: ignore[arg-type]
    )
    since = forms.DateField(
        label=_("Opened on"), initial=timezone.localdate, widget=forms.DateInput
    )

    def __init__(self, *args: Any, holders: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "organisation", holders)


class ContributionForm(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    amount = forms.DecimalField(
        label=_("Amount, yuan"), min_value=0, max_digits=12, decimal_places=2
    )
    donor = PickField(
        ORGANISATION,
        label=_("From a unit"),
        required=False,
        offers=reverse_lazy("ledger:offers", args=["donor"]),  # type: ignore[arg-type]
    )
    donor_name = forms.CharField(
        label=_("or from somebody, by name"), max_length=80, required=False
    )
    day = forms.DateField(label=_("Day"), initial=timezone.localdate, widget=forms.DateInput)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "donor", Organisation.objects.standing())


class CorrectionForm(ContributionForm):
    """What a contribution should have been; it opens filled in with what was written."""

    reason = forms.CharField(
        label=_("What is wrong with this record"),
        max_length=200,
        help_text=_("The wrong entry stays readable beside the right one, with this reason."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["id"]  # the entry that is corrected can be taken back only once
        self.fields["amount"].help_text = _("0 if it never came.")


class JoinForm(forms.Form):
    """Two names of one good: the first counts under the second from now on."""

    name = forms.ChoiceField(label=_("This name"))
    means = forms.ChoiceField(label=_("counts under"))

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.choices = [(name, name) for name in names]  # type: ignore[attr-defined]

"""Records that are never changed: a wrong one is taken out of every figure, and stays readable."""

from typing import Any, Self

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiedui.core.models import ScopedQuerySet
from jiedui.core.refusals import Refused


class VoidableQuerySet(ScopedQuerySet):
    def standing(self) -> Self:
        """Those that have not been taken out."""
        return self.filter(voided_on=None)


class Voidable(models.Model):
    """When and by whom a record was written down; when and why it was taken out, if it was."""

    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=150, blank=True)
    voided_on = models.DateField(null=True, blank=True)
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True


def void(record: Any, *, reason: str) -> str:
    """Take a record out of every figure today; returns the reason as it is kept.

    Raises `Refused` without a reason, and for one that has been taken out already.
    """
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why the record is wrong; the reason stays with it."))
    standing = type(record).objects.filter(pk=record.pk, voided_on=None)
    if not standing.update(voided_on=timezone.localdate(), void_reason=reason):
        raise Refused(_("This record has been taken out already."))
    return reason


class VoidForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("What is wrong with this record"),
        max_length=200,
        help_text=gettext_lazy(
            "The record leaves every figure; it stays readable with this reason."
        ),
    )

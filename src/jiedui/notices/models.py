"""Complaints: from anybody, about anything, answered by the campaign office."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jiedui.core.fields import EncryptedText
from jiedui.core.models import Confidential, ScopedQuerySet, allow, need


class Complaint(Confidential):
    """A note from the complaint box. Who wrote it is not recorded unless they say so."""

    text = models.TextField(_("what is it about"), max_length=2000)
    contact = EncryptedText(_("how to reach you"))
    page = models.CharField(max_length=200, blank=True)
    # A keyed digest of the address it came from: only to keep floods away, never shown.
    origin = models.CharField(max_length=32, blank=True)
    made = models.DateTimeField(_("came in"), auto_now_add=True, db_index=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["origin", "made"], name="complaint_origin")]

    def __str__(self) -> str:
        return self.text[:40]

    def get_absolute_url(self) -> str:
        return reverse("notices:show", args=[self.pk])


class Notice(models.Model):
    """A message to one account, kept in the house. What it says is written when it is read.

    `kind` names the writer (`actions.writer`), `subject` the key of what it is about: no name of
    a person is kept here, and a notice about something that is gone is gone as well.
    """

    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=40)
    made = models.DateTimeField(auto_now_add=True)
    read = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["to", "read"], name="notice_unread")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


need(Complaint, read="complaints.answer", change="complaints.answer")
need(Notice, read="")
allow(Complaint, lambda scope: True)
allow(Notice, lambda scope: models.Q(to=scope.user.pk))

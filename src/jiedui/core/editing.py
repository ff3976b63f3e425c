"""Two windows on one record: the second to save sees what changed meanwhile, field by field.

A form of a record says, sealed and unreadable, what its fields held when it was opened. From that,
what is typed and what the record holds now follows who changed what: a field only the writer
touched is saved, and where somebody else changed a field since, the writer chooses.

A field nobody touched is neither checked nor written: what is stored there may be older than the
rule for it.
"""

import base64
import json
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from jiedui.core import audit, crypto, kinds
from jiedui.core.doors import may
from jiedui.core.fields import EncryptedText
from jiedui.core.models import AuditEntry
from jiedui.core.personal import HIDDEN
from jiedui.core.texts import masked_number

NAME = "started"  # of the hidden field that says what the form showed
CHOICE = "keep-"  # before the name of a field: "mine" or "now"
CONTEXT = "editing"
HELD = "#"  # before the digest of a value that is not shown


@dataclass(frozen=True)
class Difference:
    """A field that somebody else changed meanwhile: what was typed, and what it holds now."""

    name: str
    label: str
    mine: str
    now: str
    is_mine: bool  # whether the writer changed it too
    chosen: str


class Editing:
    """One form over one record, from being opened to being saved.

    `which` tells the records apart that one form may write: the year of an income. Where it was
    changed in the form, what was shown is not what the record holds: all of it is the writer's.
    """

    def __init__(
        self, request: HttpRequest, form: Any, row: models.Model | None, *, which: str = ""
    ) -> None:
        self.request, self.form, self.row, self.which = request, form, row, which
        self.is_another = False  # than the one the form was opened with
        keep_old_options(form)
        self.now = {name: self._shown(name) for name in self._names}
        self.before, self.opened, self.to_choose = self._started()

    @property
    def _names(self) -> list[str]:
        return [one.name for one in self.form.visible_fields()]

    def _shown(self, name: str) -> Any:
        field = self.form.fields[name]
        if self._is_secret(name):
            return HELD + crypto.digest(str(getattr(self.row, name)))
        value = self.form.get_initial_for_field(field, name)
        return _plain(field, field.prepare_value(value))

    def _sent(self, name: str) -> Any:
        sent = _plain(self.form.fields[name], self.form[name].data)
        # Of a value that is kept and not shown, nothing typed means: as it is.
        return self.before.get(name, "") if not sent and self._is_secret(name) else sent

    def _is_secret(self, name: str) -> bool:
        """Whether the record holds a value for this field that the form does not show."""
        return self._is_sensitive(name) and name not in self.form.initial

    @property
    def token(self) -> str:
        """What was shown when the form was opened, for its hidden field."""
        return self.request.POST.get(NAME) or self.renewed

    @property
    def renewed(self) -> str:
        """What is shown now, with the fields where the writer has to choose."""
        to_choose = [one.name for one in self.differences]
        record = [self.which, self._is_kept]
        text = json.dumps([self.request.path, int(time.time()), self.now, to_choose, record])
        return base64.b64encode(crypto.encrypt(text, context=CONTEXT)).decode()

    def _started(self) -> tuple[dict[str, Any], int, list[str]]:
        """What the form showed when it was opened, when that was, and where a choice is due.

        Without the hidden field, what it would show now.
        """
        sent = self.request.POST
        sealed, version = sent.get(NAME, ""), sent.get("version", "")
        if not sealed and version not in ("", str(getattr(self.row, "version", ""))):
            return {}, 0, []
        if not sealed:
            return self.now, int(time.time()), []
        try:
            text = crypto.decrypt(base64.b64decode(sealed, validate=True), context=CONTEXT)
        except (ValueError, crypto.Unreadable):
            return {}, 0, []  # unreadable: every field counts as changed by somebody
        path, opened, before, to_choose, *record = json.loads(text)
        if path != self.request.path:
            return {}, 0, []
        which, was_kept = record[0] if record else (self.which, False)
        if which != self.which or (was_kept and not self._is_kept):
            self.is_another = True
            return {}, int(time.time()), []
        return before, opened, to_choose

    @property
    def _is_kept(self) -> bool:
        return bool(self.row and self.row.pk and not self.row._state.adding)

    @cached_property
    def typed(self) -> list[str]:
        """The fields the writer changed."""
        return [name for name in self._names if self._sent(name) != self.before.get(name)]

    @cached_property
    def differences(self) -> list[Difference]:
        """Fields changed by somebody else since the form was opened, to something not typed."""
        if self.request.method != "POST" or (self.is_another and not self._is_kept):
            return []
        moved = [name for name in self._names if self.now[name] != self.before.get(name)]
        return [self._difference(n) for n in moved if self._sent(n) != self.now[n]]

    def _difference(self, name: str) -> Difference:
        is_mine = name in self.typed
        chosen = self.request.POST.get(CHOICE + name, "" if is_mine else "now")
        label, typed = str(self.form[name].label), self._sent(name)
        return Difference(
            name, label, self._value_text(name, typed), self._masked(name), is_mine, chosen
        )

    @property
    def waits_for_choice(self) -> bool:
        """Whether somebody changed a field meanwhile, or the writer has not made every choice."""
        made = {n for n in self.to_choose if self.request.POST.get(CHOICE + n) in ("mine", "now")}
        return bool(self.differences) or len(made) < len(self.to_choose)

    def is_valid(self) -> bool:
        """Whether what the writer changed is right; what was there before is not asked again."""
        if not self.form.is_bound:
            return False
        errors = self.form.errors
        for name in self._left_alone():
            errors.pop(name, None)
        return not errors

    def values(self) -> dict[str, Any]:
        """What is to be written: the fields the writer changed, less those left as they are now."""
        alone = self._left_alone()
        return {name: v for name, v in self.form.cleaned_data.items() if name not in alone}

    def _left_alone(self) -> set[str]:
        kept = {n for n in self.to_choose if self.request.POST.get(CHOICE + n) == "now"}
        return {name for name in self._names if name not in self.typed} | kept

    def _value_text(self, name: str, value: Any) -> str:
        """A value as people read it: options by their words, days and names as they are."""
        options = dict(_options(self.form.fields[name]))
        if str(value).startswith(HELD):
            return HIDDEN
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        values = value if isinstance(value, list) else [value]
        return "、".join(str(options.get(str(one), one)) for one in values if one not in (None, ""))

    def _masked(self, name: str) -> str:
        text = self._value_text(name, self.now[name])
        return text if self._may_read(name) else masked_number(text)

    def _may_read(self, name: str) -> bool:
        return not self._is_sensitive(name) or may(self.request.user, "sensitive.read", on=self.row)

    def _is_sensitive(self, name: str) -> bool:
        fields = {f.name: f for f in self.row._meta.get_fields()} if self.row else {}
        return isinstance(fields.get(name), EncryptedText)

    def note_reading(self) -> None:
        """Sensitive values that the comparison shows are read: that goes into the chain."""
        read = [one.name for one in self.differences if self._is_sensitive(one.name)]
        if self.row and (read := [name for name in read if self._may_read(name)]):
            action = f"{self.row._meta.model_name}.read"
            audit.record(action, self.row, by=self.request.user, fields=sorted(read))

    @property
    def writers(self) -> list[AuditEntry]:
        """Who changed the record since the form was opened, the newest last."""
        if self.row is None or not self.row.pk:
            return []
        since = datetime.fromtimestamp(self.opened, UTC)
        known = kinds.labels(self.row._meta.label_lower)
        rows = AuditEntry.objects.filter(kind__in=known, subject=str(self.row.pk))
        return [one for one in rows.filter(at__gte=since).order_by("pk") if "after" in one.content]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Everything that was sent, to be sent again with the choices."""
        aside = (NAME, "csrfmiddlewaretoken", "id")
        return [
            (name, value)
            for name, values in self.request.POST.lists()
            for value in values
            if name not in aside and not name.startswith(CHOICE)
        ]


def keep_old_options(form: forms.BaseForm) -> None:
    """A stored value that is no option any more stays one here, or saving would change it."""
    for name, field in form.fields.items():
        if not isinstance(field, forms.ChoiceField) or isinstance(field, forms.ModelChoiceField):
            continue
        value = form.get_initial_for_field(field, name)
        known = {str(key) for key, _text in _options(field)}
        stored = value if isinstance(value, list | tuple) else [value]
        old = [one for one in stored if one not in (None, "") and str(one) not in known]
        if old:
            chooser: Any = field
            chooser.choices = [*chooser.choices, *((one, str(one)) for one in old)]


def _options(field: forms.Field) -> list[tuple[str, str]]:
    choices: Any = getattr(field, "choices", ()) if isinstance(field, forms.ChoiceField) else ()
    return [(str(key), str(text)) for key, text in choices if not isinstance(text, list | tuple)]


def _plain(field: forms.Field, value: Any) -> Any:
    """A value as a control sends it, so that shown and sent compare: text, truth or a list."""
    if isinstance(field, forms.BooleanField):
        return value in (True, "on", "True", "true", "1")
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()  # as the picker of a browser sends it, in every language
    if isinstance(value, list | tuple | set):
        return sorted(str(one) for one in value)
    shown: Any = field.widget.format_value(value)
    shown = shown[0] if isinstance(shown, list) and shown else shown
    return "" if shown in (None, []) else str(shown).replace("\r\n", "\n").strip()

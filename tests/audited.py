"""Whatever a test writes into the audit chain is asked for its words on the audit page."""

import re

from django.utils import translation

KEY = re.compile(r"[a-z_.]+")
MADE_UP = ("thing.", "later.")  # acts of tests about the chain itself


def check_words(monkeypatch):
    """A test that records an act, or a fact, which the audit page shows as a key fails there."""
    from jiedui.core import audit
    from jiedui.core.models import AuditEntry
    from jiedui.reports import audit_facts
    from jiedui.reports.audit_words import ACTIONS

    sealed, known = audit._sealed, set()

    def checked(link):
        entry = AuditEntry(**link._asdict())
        if entry.action.startswith(MADE_UP) or (shape := _shape(entry)) in known:
            return sealed(link)
        with translation.override("zh-hans"):
            facts = audit_facts.entry_text(entry, {}, {}, is_open=True).facts
        assert entry.action in ACTIONS, f"{entry.action} has no words on the audit page"
        for fact in facts:
            assert not KEY.fullmatch(fact.label), f"{entry.action}: {fact.label} has no words"
            assert not {"True", "False", "None"} & {fact.text, fact.before}, fact
            assert "{'" not in fact.text, fact
        known.add(shape)
        return sealed(link)

    monkeypatch.setattr(audit, "_sealed", checked)


def _shape(entry):
    """The act and the names of its facts: of the same shape one is enough."""
    content = entry.content
    nested = {
        (name, key) for name, value in content.items() if isinstance(value, dict) for key in value
    }
    return entry.action, entry.kind, frozenset(content), frozenset(nested)

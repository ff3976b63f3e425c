"""Every address posted to by an auditor, with what an office would send: nothing changes."""

from django.apps import apps
from django.db import connection

from addresses import addresses, content, undone

# An auditor's own account and device, and asking for a count or a check, which say nothing new.
OWN = {
    "accounts:profile": "one's own settings",
    "accounts:password": "one's own password",
    "accounts:language": "one's own language",
    "accounts:large_type": "one's own type size",
    "accounts:login": "signing in is written down",
    "figures:refresh": "counts what is there anew; no record changes",
    "reports:audit_verify": "walking the chain is the auditor's work",
    "notices:complain": "the box is open to everybody, signed in or not",
}  # fmt: skip
# Taking a list away, or printing it, is written into the chain, and changes nothing else.
EXPORTS = {
    "figures:workbook", "households:card", "imports:registers", "ledger:distribution_sheet",
    "ledger:sheet", "handover:sheet", "handover:sheets", "handover:slips", "reports:bulletin_docx",
    "reports:ledger_paper", "supervision:ledger", "supervision:ledger_xlsx",
}  # fmt: skip
# Reading leaves traces on purpose.
TRACES = {
    "figures.figurevalue",
    "sessions.session",
    "core.job",
    "accounts.wrongtries",
}


def state():
    """The whole content of every table, but for sessions and queued work."""
    found = {}
    for model in apps.get_models():
        if model._meta.label_lower not in TRACES and model._meta.managed:
            found[model._meta.label_lower] = list(model._default_manager.order_by("pk").values())
    return found


def statements():
    """Rows written so far on this connection, undone or not; on PostgreSQL nobody counts them."""
    return connection.connection.total_changes if connection.vendor == "sqlite" else object()


def filled(client, url):
    """What the form on a page would send, its blanks filled in; {} where there is no form."""
    with undone():
        answer = client.get(url)
        content(answer)  # reads files to their end, which closes them
    form = (answer.context or {}).get("form") if answer.status_code == 200 else None
    if form is None:
        return {}
    return {bound.html_name: typed(bound) for bound in form}


def typed(bound):
    value = bound.value()
    if value not in (None, "", []):
        return bound.field.prepare_value(value)
    choices = [key for key, _label in getattr(bound.field, "choices", []) if key not in ("", None)]
    if choices:
        return str(choices[0])
    kinds = {"DateField": "2026-01-05", "IntegerField": "1", "DecimalField": "1"}
    return kinds.get(type(bound.field).__name__, "写下的字")


def test_auditors_change_nothing(client, world, office, auditor):
    forms = {}
    client.force_login(office)
    for one in addresses():
        forms[one.name] = filled(client, world.url(one))
    assert sum(bool(form) for form in forms.values()) > 20
    client.force_login(auditor)
    before, found = state(), []
    for one in addresses():
        if one.name in OWN:
            continue
        counted = statements()
        with undone():
            content(client.post(world.url(one), forms[one.name]))
            after = before if statements() == counted else state()
        changed = {label for label in before if before[label] != after[label]}
        changed -= {"core.auditentry"} if one.name in EXPORTS else set()
        found += [f"{one.name} changes {label}" for label in sorted(changed)]
    assert not found, "\n".join(found)


def test_the_same_forms_do_change_something_for_the_office(client, world, office):
    """The net would hold nothing if what is sent were refused by the forms."""
    client.force_login(office)
    before, changing = state(), set()
    for one in addresses():
        if one.name in OWN or one.app == "imports":  # the list in the box is no real file
            continue
        form = filled(client, world.url(one))
        counted = statements()
        with undone():
            content(client.post(world.url(one), form))
            if statements() != counted and state() != before:
                changing.add(one.name)
    assert {
        "proposals:discard",
        "profiles:household_details",
        "households:person_leaves",
    } <= changing
    assert len(changing) > 12
    assert connection.in_atomic_block

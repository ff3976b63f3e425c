"""Every address of the product, from its own resolver, each with the row it is asked for."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

# Which row of the foreign village stands for a parameter: by address, else by the app.
ROW_OF = {
    "profiles:household": "household", "profiles:household_details": "household",
    "profiles:member": "member", "profiles:organisation": "organisation", "profiles:place": "place",
    "reports": "bulletin", "verification": "bulletin", "places": "place", "orgs": "organisation",
    "households": "household",
    "orgs:member_edit": "member", "orgs:welcome": "member", "orgs:team": "team",
    "orgs:team_edit": "team", "orgs:team_join": "team", "orgs:team_disband": "team",
    "orgs:team_seat": "team",
    "orgs:user": "user", "orgs:user_change": "user", "orgs:user_reset": "user",
    "orgs:appoint": "user", "orgs:user_tie": "user", "orgs:dismiss": "user",
    "households:person": "person", "households:person_leaves": "person",
    "households:need_met": "need", "households:need_dropped": "need",
    "imports": "upload", "pairing": "pair", "handover": "pair", "proposals": "proposal",
    "profiles:pair": "pair", "handover:leave": "member", "pairing:find": "lone",
    "pairing:keep": "place", "pairing:avoidance_decide": "avoidance",
    "handover:dissolve": "organisation", "handover:show": "hand_over",
    "handover:choose": "hand_over", "handover:settle": "hand_over", "handover:anew": "hand_over",
    "handover:discard": "hand_over", "handover:sheets": "hand_over",
    "handover:change_request": "change_request",
    "proposals:show": "proposal", "proposals:approve": "proposal", "proposals:discard": "proposal",
    "proposals:change": "proposal", "proposals:leave_out": "proposal",
    "fieldwork": "visit", "ledger": "gift", "ledger:fund": "fund", "ledger:contribute": "fund",
    "ledger:correct": "fund", "ledger:part": "joined", "proposals:without_minimums": "proposal",
    "supervision": "issue", "supervision:measure": "measure", "campaigns": "campaign",
    "campaigns:task": "task", "campaigns:task_done": "task", "campaigns:task_remind": "task",
    "notices": "complaint", "web": "job", "questionnaires": "sheet", "projects": "project",
    "needs": "need_request",
}  # fmt: skip
# Other parameters: the row they name, or words that are no key of a row.
OTHERS: dict[str, Any] = {
    "row": "proposed", "appointment": "appointment", "pair": "pair", "organisation": "organisation",
    "place": "seat", "entry": "entry",
}  # fmt: skip
KEY_OF = {
    "figures": "figure", "questionnaires": "form", "projects": "project_kind",
    "needs": "need_kind",
}  # fmt: skip
ROWS_BELOW = {("handover:choose", "row"): "hand_over_line"}
WORDS = {
    "orgs:appoint_offers": "member", "ledger:offers": "household", "fieldwork:offers": "member",
    "supervision:issue_act": "strike-off", "imports:template": "households",
    "imports:registers": "households", "web:export": "0" * 24, "places:shapes": "211104100",
    "verification:public": "nothing", "handover:change_request_new": "helped",
}  # fmt: skip


@dataclass(frozen=True)
class Address:
    name: str
    params: tuple[str, ...]

    @property
    def app(self) -> str:
        return self.name.partition(":")[0]

    def url(self, rows: Mapping[str, Any]) -> str:
        return reverse(self.name, kwargs={one: self._value(one, rows) for one in self.params})

    def _value(self, param: str, rows: Mapping[str, Any]) -> Any:
        if param == "campaign":
            return rows["campaign"].key
        if (self.name, param) in ROWS_BELOW:
            return rows[ROWS_BELOW[self.name, param]].pk
        if param == "key" and self.app in KEY_OF:
            return rows[KEY_OF[self.app]].pk
        if param in OTHERS:
            return rows[OTHERS[param]].pk
        if param == "pk":
            return rows[ROW_OF.get(self.name) or ROW_OF[self.app]].pk
        if self.name in WORDS:
            return WORDS[self.name]
        raise LookupError(f"Say in tests/addresses.py what {param} of {self.name} is.")


def addresses() -> list[Address]:
    """All named addresses. A new one is found by itself, and asks for its row when it needs one."""
    # Signing out would end the walk; it has a test of its own among those of signing in.
    found = [one for one in _below(get_resolver(), "") if one.name != "accounts:logout"]
    return sorted(found, key=lambda one: one.name)


def _below(resolver: Any, namespace: str) -> list[Address]:
    found = []
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            found += _below(one, one.namespace or namespace)
        elif isinstance(one, URLPattern):
            assert one.name, f"An address without a name: {one.pattern}"
            params = re.findall(r"<(?:\w+:)?(\w+)>", str(one.pattern))
            found.append(Address(f"{namespace}:{one.name}" if namespace else one.name,
                                 tuple(params)))  # fmt: skip
    return found


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is asked inside leaves no trace in the database: each address is asked afresh."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def content(answer: Any) -> str:
    """What an answer says, files and streams included."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode(errors="replace") + _unpacked(body)


def _unpacked(body: bytes) -> str:
    """The texts of a workbook or document."""
    import io
    import zipfile

    if not body.startswith(b"PK"):
        return ""
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return " ".join(packed.read(n).decode(errors="replace") for n in packed.namelist())

"""The kinds of list people send, each with its columns and their usual names.

Households carry the national system's column order (reference R10): there a row is a person, and
the row whose relation is 户主 carries the household.
"""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from jiedui.imports.columns.declarations import Schema
from jiedui.imports.columns.household_fields import HOUSEHOLD_FIELDS
from jiedui.imports.columns.org_fields import MEMBER_FIELDS, ORGANISATION_FIELDS
from jiedui.imports.columns.person_fields import NEED_FIELDS, PERSON_FIELDS
from jiedui.imports.columns.place_fields import PLACE_FIELDS
from jiedui.imports.columns.team_fields import TEAM_FIELDS

ORGANISATIONS = Schema(
    "organisations", pgettext_lazy("list", "Organisations"), "组织", ORGANISATION_FIELDS
)
MEMBERS = Schema("members", pgettext_lazy("list", "Members"), "党员干部", MEMBER_FIELDS)
TEAMS = Schema("teams", pgettext_lazy("list", "Teams"), "队伍", TEAM_FIELDS)
HOUSEHOLDS = Schema("households", pgettext_lazy("list", "Households"), "户", HOUSEHOLD_FIELDS)
PEOPLE = Schema("people", pgettext_lazy("list", "People"), "家庭成员", PERSON_FIELDS)
NEEDS = Schema("needs", pgettext_lazy("list", "Needs"), "需求", NEED_FIELDS)
PLACES = Schema(
    "places", pgettext_lazy("list", "Places below the village"), "小区楼栋", PLACE_FIELDS
)

SCHEMAS = {
    schema.kind: schema
    for schema in (ORGANISATIONS, MEMBERS, TEAMS, HOUSEHOLDS, PEOPLE, NEEDS, PLACES)
}

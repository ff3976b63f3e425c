"""One door to every code list: `from jiedui.core.codes import CAUSE, RANK`.

A model uses `choices=CAUSE.choices`; a spreadsheet reader `CAUSE.find("因病")`.
"""

from jiedui.core.codelist import Code, CodeList
from jiedui.core.ethnic_codes import ETHNIC
from jiedui.core.household_codes import (
    BENEFIT,
    CAUSE,
    CIRCUMSTANCE,
    HOUSE_SAFETY,
    HOUSEHOLD_KIND,
    MEASURE_KIND,
    MONITORED_KIND,
    NEED_KIND,
    RISK_END,
    SAFEGUARD,
    URGENCY,
    VILLAGE_NEED,
)
from jiedui.core.org_codes import (
    AFFILIATION,
    AREA_LEVEL,
    CHANGE_REASON,
    ORG_KIND,
    POST,
    RANK,
    UNIT_KIND,
    URBAN_RURAL,
)
from jiedui.core.person_codes import (
    DISABILITY_CLASS,
    DISABILITY_LEVEL,
    EDUCATION,
    GENDER,
    HEALTH,
    LABOUR,
    MARITAL,
    OCCUPATION,
    POLITICAL,
    RELATION,
    SCHOOLING,
)

__all__ = [
    "AFFILIATION",
    "AREA_LEVEL",
    "BENEFIT",
    "CAUSE",
    "CHANGE_REASON",
    "CIRCUMSTANCE",
    "DISABILITY_CLASS",
    "DISABILITY_LEVEL",
    "EDUCATION",
    "ETHNIC",
    "GENDER",
    "HEALTH",
    "HOUSEHOLD_KIND",
    "HOUSE_SAFETY",
    "LABOUR",
    "MARITAL",
    "MEASURE_KIND",
    "MONITORED_KIND",
    "NEED_KIND",
    "OCCUPATION",
    "ORG_KIND",
    "POLITICAL",
    "POST",
    "RANK",
    "RELATION",
    "RISK_END",
    "SAFEGUARD",
    "SCHOOLING",
    "UNIT_KIND",
    "URBAN_RURAL",
    "URGENCY",
    "VILLAGE_NEED",
    "Code",
    "CodeList",
]

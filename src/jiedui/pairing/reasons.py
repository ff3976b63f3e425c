"""What the reasons why pairs end are called: in the playbook, of struck households, in the list."""

from typing import Any

from jiedui.campaigns.models import Campaign
from jiedui.core.codes import CHANGE_REASON, STRIKE_REASON


def change_reason(campaign: Campaign | None, key: str) -> Any:
    """The playbook's name of a reason, else the national one; the key where nobody says it."""
    known = campaign.playbook.change_reasons if campaign else ()
    named = next((one.name for one in known if one.key == key), None)
    if named is not None:
        return named
    code = STRIKE_REASON.by_key.get(key) or CHANGE_REASON.by_key.get(key)
    return code.name if code else key

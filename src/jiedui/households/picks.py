"""How households are named in forms of every app, and where their names are offered."""

from jiedui.core.picks import Pick
from jiedui.households.models import Household

HOUSEHOLD = Pick(model=Household, name="head", place="place", url="households:offers")

"""How places are named in forms of every app, and where their names are offered."""

from jiedui.core.picks import Pick
from jiedui.places.models import Place

PLACE = Pick(model=Place, codes=("code",), place="parent", url="places:offers")

"""How organisations, members and teams are named in forms of every app."""

from jiedui.core.picks import Pick
from jiedui.orgs.models import Member, Organisation, Team

ORGANISATION = Pick(model=Organisation, codes=("number", "path"), place="parent", url="orgs:offers")
MEMBER = Pick(model=Member, place="organisation", url="orgs:member_offers")
TEAM = Pick(model=Team, place="place", url="orgs:team_offers")

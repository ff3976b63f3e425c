"""Points of a plan as kilometres."""

from django import template

from jiedui.proposals import weights

register = template.Library()
register.filter("km", weights.km)
register.filter("signed_km", weights.signed_km)

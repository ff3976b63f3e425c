"""Addresses of the vendored browser assets: `{% vendored "TABLER_CSS" %}`."""

from django import template
from django.templatetags.static import static

from jiedui.core.constant_parts import constant
from jiedui.web import vendored as assets

register = template.Library()


@register.simple_tag
@constant
def vendored(name: str) -> str:
    """`name` is one of `web/vendored.py`."""
    return static(getattr(assets, name))

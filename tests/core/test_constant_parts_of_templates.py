"""Parts of a template that never change are put together once, and read as before."""

import pytest
from django.template import Context, Engine, engines
from django.utils.translation import override

from jiedui.core.constant_parts import ConstantNode, Loader

BUILTINS = [
    *Engine.default_builtins,
    "django.templatetags.i18n",
    "jiedui.core.templatetags.jiedui",
]
TEMPLATES = {
    "part.html": '{% translate "Search" %}{# a remark #}{% icon "search" %}',
    "asks.html": '{% translate "Search" %} {{ name }}',
    "base.html": "{% block a %}{% endblock %}{% block b %}{% translate 'Close' %}{% endblock %}",
    "page.html": """{% extends "base.html" %}{% load static %}{% block a %}
        <a href="{% url 'web:home' %}">{% translate "Cancel" %}</a>{% static "web/mark.svg" %}
        {% include "part.html" %}{% include "asks.html" %}{% include "asks.html" with name="Li" %}
        {% if name %}{% translate "from" context "day" %}
        {% blocktranslate %}Close{% endblocktranslate %}{% else %}{% translate name %}{% endif %}
        {% for one in names %}{% translate "Yes, go on" %}{{ one }}{% icon one %}{% endfor %}
        {% translate "Search" as word %}{{ word }}{% icon "x" as sign %}{{ sign }}
        {% blocktranslate %}{{ name }} is here{% endblocktranslate %}
        {% autoescape off %}{% translate "a < b" %}{% endautoescape %}{% translate "a < b" %}
        {% endblock %}""",
}


def engine(*, joins):
    """An engine with these templates, whose loader joins constant parts or does not."""
    kind = "jiedui.core.constant_parts.Loader" if joins else "django.template.loaders.cached.Loader"
    inner = [("django.template.loaders.locmem.Loader", TEMPLATES)]
    return Engine(
        loaders=[(kind, inner)], builtins=BUILTINS,
        libraries={"static": "django.templatetags.static"},
    )  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_page_reads_as_without_it_also_the_second_time(language):
    joining, plain = engine(joins=True), engine(joins=False)
    for facts in ({"name": "<b>", "names": ["x", "plus"]}, {"name": "", "names": []}):
        with override(language):
            expected = plain.get_template("page.html").render(Context(facts))
            for _time in range(2):
                assert joining.get_template("page.html").render(Context(facts)) == expected


def test_one_template_serves_both_languages_in_turn():
    page = engine(joins=True).get_template("part.html")
    texts = []
    for language in ("zh-hans", "en", "zh-hans"):
        with override(language):
            texts.append(page.render(Context()))
    assert "搜索" in texts[0]
    assert "Search" in texts[1]
    assert texts[2] == texts[0] != texts[1]


def test_neighbours_that_never_change_are_one_node():
    made = engine(joins=True)
    assert [type(node) for node in made.get_template("part.html").nodelist] == [ConstantNode]
    asks = [type(node).__name__ for node in made.get_template("asks.html").nodelist]
    assert asks == ["ConstantNode", "VariableNode"]


def test_the_pages_of_the_product_use_it():
    (loader,) = engines["django"].engine.template_loaders
    assert isinstance(loader, Loader)
    nodes = loader.get_template("web/_overlays.html").nodelist
    assert [type(node) for node in nodes] == [ConstantNode]

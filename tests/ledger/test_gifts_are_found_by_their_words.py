"""Words of gifts are looked for among the different ones, and found as by a plain look."""

import pytest
from django.urls import reverse

from jiedui.core.lists import distinct
from jiedui.core.lists.distinct import distinct_values
from jiedui.ledger import actions
from jiedui.ledger.actions import Given
from jiedui.ledger.models import Gift


@pytest.fixture
def give(campaign, bureau, qin_family, today):
    def give(item, occasion="", *, household=qin_family):
        given = Given(kind="goods", day=today, value_fen=100, item=item, quantity=1, unit="袋",
                      valuation_source="发票", occasion=occasion)  # fmt: skip
        return actions.give(campaign, given, giver=bureau, household=household, by=None)

    return give


@pytest.fixture
def found(client, office):
    client.force_login(office)

    def found(words):
        page = client.get(reverse("ledger:gifts"), {"q": words})
        return sorted(line.row.item for line in page.context["list"].lines)

    return found


def test_a_word_is_found_in_goods_occasion_and_household(give, found):
    give("大米", "节日慰问")
    give("面粉", "春节慰问")
    give("Vitamin C", "就医")
    assert found("米") == ["大米"]
    assert found("慰问") == ["大米", "面粉"]
    assert found("春节 面") == ["面粉"]
    assert found("vitamin") == ["Vitamin C"]
    assert found("秦安") == ["Vitamin C", "大米", "面粉"]
    assert found("没有的词") == []
    assert found("大米 没有的词") == []


def test_many_different_words_are_looked_through_row_by_row(give, found, monkeypatch):
    monkeypatch.setattr(distinct, "MOST", 3)
    for number in range(5):
        give(f"物品{number}", f"场合{number}")
    assert distinct_values(Gift, "campaign", "item") is None
    assert found("物品3") == ["物品3"]
    assert found("场合4") == ["物品4"]


def test_the_different_values_are_all_of_them(give):
    assert distinct_values(Gift, "campaign", "item") == []
    items = ["大米", "大米", "Ä", "a", "A", "煤", "'; --", "%", "米%", "z" * 40]
    for item in items:
        give(item)
    assert distinct_values(Gift, "campaign", "item") == sorted(set(items))
    assert distinct_values(Gift, "campaign", "occasion") == [""]

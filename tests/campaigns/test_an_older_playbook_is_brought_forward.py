"""Playbooks kept in the database before a word was declared say the same afterwards."""

import importlib

import pytest
from django.apps import apps

from jiedui.campaigns.models import Campaign


@pytest.mark.django_db
def test_a_death_ends_the_helper_at_once_as_it_did_before(campaign):
    Campaign.objects.filter(pk=campaign.pk).update(
        source=campaign.source.replace('ends_helper = "at_once"\n', "")
    )
    step = importlib.import_module("jiedui.campaigns.migrations.0002_death_ends_the_helper_at_once")
    assert not Campaign.objects.get().playbook.ends_at_once("death")
    step.say(apps, None)
    book = Campaign.objects.get().playbook
    assert book.ends_at_once("death")
    assert not book.ends_at_once("retirement") and not book.ends_at_once("transfer")

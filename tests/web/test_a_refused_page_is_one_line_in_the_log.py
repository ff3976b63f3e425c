"""An operator who reads the log finds tracebacks only where something broke."""

import io
import logging
from logging.config import DictConfigurator

import pytest
from django.conf import settings
from django.urls import reverse


@pytest.fixture
def log():
    """What the server would write of requests, by the handler of the settings."""
    configurator = DictConfigurator(settings.LOGGING)
    configurator.config["filters"] = {
        name: configurator.configure_filter(dict(facts))
        for name, facts in settings.LOGGING["filters"].items()
    }
    handler = configurator.configure_handler(dict(settings.LOGGING["handlers"]["console"]))
    handler.setStream(text := io.StringIO())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    yield text
    logger.removeHandler(handler)


def test_refused_and_not_found(client, leader, campaign, log):
    client.force_login(leader)
    assert client.get(reverse("fieldwork:visit")).status_code == 403
    assert client.get("/nowhere/").status_code == 404
    assert len(log.getvalue().splitlines()) == 2
    assert "Permission denied" in log.getvalue()


def test_what_breaks_keeps_its_traceback(client, leader, campaign, log, monkeypatch):
    client.force_login(leader)
    client.raise_request_exception = False
    monkeypatch.setattr("jiedui.home.views.home.page", lambda *_args, **_more: 1 / 0)
    assert client.get("/").status_code == 500
    assert "ZeroDivisionError" in log.getvalue()

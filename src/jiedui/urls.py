"""All addresses. Each app's owner keeps one line."""

from django.urls import include, path

from jiedui.campaigns.urls import urlpatterns as campaign_pages
from jiedui.fieldwork.urls import task_pages

urlpatterns = [
    path("", include("jiedui.web.urls")),
    path("accounts/", include("jiedui.accounts.urls")),
    path("", include("jiedui.notices.urls")),
    path("", include("jiedui.home.urls")),
    path("", include("jiedui.profiles.urls")),
    path("", include("jiedui.reports.urls")),
    path("", include("jiedui.verification.urls")),
    path("places/", include("jiedui.places.urls")),
    path("organisations/", include("jiedui.orgs.urls")),
    path("households/", include("jiedui.households.urls")),
    path("imports/", include("jiedui.imports.urls")),
    path("pairs/", include("jiedui.pairing.urls")),
    path("pairs/", include("jiedui.handover.urls")),
    path("pairs/", include("jiedui.proposals.urls")),
    path("", include("jiedui.fieldwork.urls")),
    path("", include("jiedui.ledger.urls")),
    path("forms/", include("jiedui.questionnaires.urls")),
    path("projects/", include("jiedui.projects.urls")),
    path("requests/", include("jiedui.needs.urls")),
    path("supervision/", include("jiedui.supervision.urls")),
    # Tasks are counted from activities, so their pages live above the other pages of campaigns.
    path("campaigns/", include(([*task_pages, *campaign_pages], "campaigns"))),
    path("figures/", include("jiedui.figures.urls")),
]

"""All addresses. Each app's owner keeps one line."""

from django.urls import include, path

urlpatterns = [
    path("", include("jiedui.web.urls")),
    path("accounts/", include("jiedui.accounts.urls")),
    path("complaints/", include("jiedui.notices.urls")),
    path("", include("jiedui.reports.urls")),
    path("places/", include("jiedui.places.urls")),
    path("organisations/", include("jiedui.orgs.urls")),
    path("households/", include("jiedui.households.urls")),
    path("imports/", include("jiedui.imports.urls")),
    path("pairs/", include("jiedui.pairing.urls")),
    path("", include("jiedui.fieldwork.urls")),
    path("", include("jiedui.ledger.urls")),
    path("figures/", include("jiedui.figures.urls")),
]

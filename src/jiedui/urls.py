"""All addresses. Each app's owner keeps one line."""

from django.urls import include, path

urlpatterns = [
    path("", include("jiedui.web.urls")),
    path("accounts/", include("jiedui.accounts.urls")),
    path("complaints/", include("jiedui.notices.urls")),
]

"""Pages of campaigns. Those of tasks need records of what was done: `fieldwork.urls.tasks`."""

from django.urls import path

from jiedui.campaigns.views import months, pages, plans, setup

urlpatterns = [
    path("", pages.listing, name="list"),
    path("new/", setup.new, name="new"),
    path("new/place/", setup.place_offers, name="place_offers"),
    path("check/", setup.check, name="check"),
    path("calendar/", months.show, name="calendar"),
    path("calendar/feed.ics", months.feed, name="calendar_feed"),
    path("plans/", plans.listing, name="plans"),
    path("plans/<int:organisation>/", plans.show, name="plan"),
    path("plans/<int:organisation>/edit/", plans.edit, name="plan_edit"),
    path("brands/", plans.brands, name="brands"),
    path("<int:pk>/", pages.show, name="show"),
    path("<int:pk>/conduct/", pages.conduct, name="conduct"),
    path("<int:pk>/red-lines/", pages.red_lines, name="red_lines"),
    path("<int:pk>/playbook/", pages.playbook, name="playbook"),
]

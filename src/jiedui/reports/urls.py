from django.urls import path

from jiedui.reports import stories

app_name = "reports"
urlpatterns = [
    path("households/<int:pk>/", stories.household, name="household"),
    path("households/<int:pk>/details/", stories.open_details, name="household_details"),
    path("members/<int:pk>/", stories.member, name="member"),
    path("organisations/<int:pk>/", stories.organisation, name="organisation"),
    path("places/<int:pk>/", stories.place, name="place"),
]

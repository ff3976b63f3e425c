from django.urls import path

from jiedui.profiles import pairs, views

app_name = "profiles"
urlpatterns = [
    path("households/<int:pk>/", views.household, name="household"),
    path("households/<int:pk>/details/", views.open_details, name="household_details"),
    path("members/<int:pk>/", views.member, name="member"),
    path("organisations/<int:pk>/", views.organisation, name="organisation"),
    path("places/<int:pk>/", views.place, name="place"),
    path("pairs/<int:pk>/", pairs.show, name="pair"),
]

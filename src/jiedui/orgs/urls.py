from django.urls import path

from jiedui.core.lists import listing_view
from jiedui.orgs import views

app_name = "orgs"
urlpatterns = [
    path("", listing_view(views.Organisations), name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("members/", listing_view(views.Members), name="members"),
    path("members/new/", views.member_new, name="member_new"),
    path("members/<int:pk>/edit/", views.member_edit, name="member_edit"),
    path("teams/", listing_view(views.Teams), name="teams"),
    path("teams/new/", views.team_new, name="team_new"),
    path("teams/<int:pk>/", views.team, name="team"),
]

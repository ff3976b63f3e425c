from django.urls import path

from jiedui.orgs.views import members, organisations, teams, users

app_name = "orgs"
urlpatterns = [
    path("", organisations.organisations, name="list"),
    path("new/", organisations.new, name="new"),
    path("offers/", organisations.offers, name="offers"),
    path("<int:pk>/edit/", organisations.edit, name="edit"),
    path("<int:pk>/dissolve/", organisations.dissolve, name="dissolve"),
    path("members/", members.members, name="members"),
    path("members/new/", members.new, name="member_new"),
    path("members/offers/", members.offers, name="member_offers"),
    path("members/<int:pk>/edit/", members.edit, name="member_edit"),
    path("members/<int:pk>/account/", users.welcome, name="welcome"),
    path("teams/", teams.teams, name="teams"),
    path("teams/new/", teams.new, name="team_new"),
    path("teams/offers/", teams.offers, name="team_offers"),
    path("teams/<int:pk>/", teams.show, name="team"),
    path("teams/<int:pk>/edit/", teams.edit, name="team_edit"),
    path("teams/<int:pk>/join/", teams.join, name="team_join"),
    path("teams/<int:pk>/disband/", teams.disband, name="team_disband"),
    path("teams/<int:pk>/places/<int:place>/", teams.seat, name="team_seat"),
    path("users/", users.users, name="users"),
    path("users/new/", users.new, name="user_new"),
    path("users/helpers/", users.welcome_helpers, name="welcome_helpers"),
    path("users/offers/<slug:what>/", users.appoint_offers, name="appoint_offers"),
    path("users/<int:pk>/", users.show, name="user"),
    path("users/<int:pk>/change/", users.change, name="user_change"),
    path("users/<int:pk>/reset/", users.reset, name="user_reset"),
    path("users/<int:pk>/appoint/", users.appoint, name="appoint"),
    path("users/<int:pk>/member/", users.tie, name="user_tie"),
    path("users/<int:pk>/appointments/<int:appointment>/end/", users.dismiss, name="dismiss"),
]

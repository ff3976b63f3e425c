from django.urls import path

from jiedui.projects.views import board, changing, projects

app_name = "projects"
urlpatterns = [
    path("", board.board, name="board"),
    path("list/", projects.listing, name="list"),
    path("<uuid:pk>/", projects.show, name="show"),
    path("<uuid:pk>/edit/", changing.edit, name="edit"),
    path("<uuid:pk>/step/", changing.step, name="step"),
    path("<uuid:pk>/compare/", changing.compare, name="compare"),
    path("<uuid:pk>/void/", changing.void, name="void"),
    path("<slug:key>/new/", changing.new, name="new"),
]

from django.urls import path

from jiedui.needs.views import board, changing, requests

app_name = "needs"
urlpatterns = [
    path("", board.board, name="board"),
    path("list/", requests.listing, name="list"),
    path("<uuid:pk>/", requests.show, name="show"),
    path("<uuid:pk>/edit/", changing.edit, name="edit"),
    path("<uuid:pk>/check/", changing.check, name="check"),
    path("<uuid:pk>/decline/", changing.decline, name="decline"),
    path("<uuid:pk>/claim/", changing.claim, name="claim"),
    path("<uuid:pk>/dispatch/", changing.dispatch, name="dispatch"),
    path("<uuid:pk>/give-back/", changing.give_back, name="give_back"),
    path("<uuid:pk>/done/", changing.done, name="done"),
    path("<uuid:pk>/confirm/", changing.confirm, name="confirm"),
    path("<uuid:pk>/send-back/", changing.send_back, name="send_back"),
    path("<uuid:pk>/void/", changing.void, name="void"),
    path("new/", changing.kinds, name="kinds"),
    path("<slug:key>/new/", changing.new, name="new"),
]

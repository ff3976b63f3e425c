from django.urls import path

from jiedui.handover.views import (
    change_requests,
    chosen,
    hand_over,
    leaving,
    moving,
    notifications,
    pairs,
)

app_name = "handover"
urlpatterns = [
    path("<int:pk>/hand-over/", pairs.hand_over, name="hand_over"),
    path("<int:pk>/end/", pairs.end, name="end"),
    path("<int:pk>/sheet/", pairs.sheet, name="sheet"),
    path("<int:pk>/change-request/<slug:side>/", change_requests.ask, name="change_request_new"),
    path("move/", moving.move, name="move"),
    path("leave/<int:pk>/", leaving.leave, name="leave"),
    path("chosen/", chosen.begin, name="chosen"),
    path("dissolve/<int:pk>/", leaving.dissolve, name="dissolve"),
    path("hand-overs/", hand_over.hand_overs, name="list"),
    path("hand-overs/<int:pk>/", hand_over.show, name="show"),
    path("hand-overs/<int:pk>/rows/<int:row>/", hand_over.choose, name="choose"),
    path("hand-overs/<int:pk>/confirm/", hand_over.settle, name="settle"),
    path("hand-overs/<int:pk>/anew/", hand_over.anew, name="anew"),
    path("hand-overs/<int:pk>/discard/", hand_over.discard, name="discard"),
    path("hand-overs/<int:pk>/sheets/", hand_over.sheets, name="sheets"),
    path("to-tell/", notifications.listed, name="notifications"),
    path("to-tell/told/", notifications.mark, name="notified"),
    path("to-tell/slips/", notifications.slips, name="slips"),
    path("change-requests/", change_requests.listed, name="change_requests"),
    path("change-requests/new/", change_requests.begin, name="change_request_begin"),
    path("change-requests/<int:pk>/", change_requests.show, name="change_request"),
]

from django.urls import path

from jiedui.pairing.views import (
    avoidances,
    deciding,
    keepers,
    leaving,
    pairs,
    proposals,
    review,
    uncovered,
)

app_name = "pairing"
urlpatterns = [
    path("", pairs.pairs, name="list"),
    path("<int:pk>/", pairs.show, name="show"),
    path("<int:pk>/hand-over/", pairs.hand_over, name="hand_over"),
    path("<int:pk>/end/", pairs.end, name="end"),
    path("<int:pk>/sheet/", pairs.sheet, name="sheet"),
    path("leave/<int:pk>/", leaving.leave, name="leave"),
    path("uncovered/", uncovered.uncovered, name="uncovered"),
    path("uncovered/<int:pk>/", uncovered.find, name="find"),
    path("keepers/", keepers.keepers, name="keepers"),
    path("keepers/<int:pk>/", keepers.keep, name="keep"),
    path("avoidances/", avoidances.avoidances, name="avoidances"),
    path("avoidances/new/", avoidances.new, name="avoidance_new"),
    path("avoidances/<int:pk>/decide/", avoidances.decide, name="avoidance_decide"),
    path("proposals/", proposals.listed, name="proposals"),
    path("proposals/new/", proposals.new, name="proposal_new"),
    path("proposals/<int:pk>/", review.show, name="proposal"),
    path("proposals/<int:pk>/approve/", deciding.approve, name="approve"),
    path("proposals/<int:pk>/discard/", deciding.discard, name="discard"),
    path("proposals/<int:pk>/rows/<int:row>/", deciding.change, name="change"),
    path("proposals/<int:pk>/rows/<int:row>/leave-out/", deciding.leave_out, name="leave_out"),
]

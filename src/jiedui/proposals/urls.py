from django.urls import path

from jiedui.proposals.views import deciding, proof, proposals, review, why

app_name = "proposals"
urlpatterns = [
    path("proposals/", proposals.listed, name="list"),
    path("proposals/new/", proposals.new, name="new"),
    path("proposals/<int:pk>/", review.show, name="show"),
    path("proposals/<int:pk>/approve/", deciding.approve, name="approve"),
    path("proposals/<int:pk>/discard/", deciding.discard, name="discard"),
    path("proposals/<int:pk>/go-over/", deciding.go_over, name="go_over"),
    path(
        "proposals/<int:pk>/without-minimums/",
        deciding.without_minimums,
        name="without_minimums",
    ),
    path("proposals/<int:pk>/units/", review.units, name="units"),
    path("proposals/<int:pk>/proof/", proof.proof, name="proof"),
    path("proposals/<int:pk>/again/", proof.again, name="again"),
    path("proposals/<int:pk>/rows/<int:row>/", why.why, name="why"),
    path("proposals/<int:pk>/rows/<int:row>/change/", why.change, name="change"),
    path("proposals/<int:pk>/rows/<int:row>/leave-out/", deciding.leave_out, name="leave_out"),
]

from django.urls import path

from jiedui.pairing.views import avoidances, keepers, levels, member_loads, pairs, quotas, uncovered

app_name = "pairing"
urlpatterns = [
    path("", pairs.pairs, name="list"),
    path("two-levels/", levels.two_levels, name="levels"),
    path("quotas/", quotas.quotas, name="quotas"),
    path("members/", member_loads.member_loads, name="members"),
    path("members/remind/", member_loads.remind, name="members_remind"),
    path("uncovered/", uncovered.uncovered, name="uncovered"),
    path("uncovered/<int:pk>/", uncovered.find, name="find"),
    path("keepers/", keepers.keepers, name="keepers"),
    path("keepers/offers/", keepers.offers, name="offers"),
    path("keepers/<int:pk>/", keepers.keep, name="keep"),
    path("avoidances/", avoidances.avoidances, name="avoidances"),
    path("avoidances/new/", avoidances.new, name="avoidance_new"),
    path("avoidances/<int:pk>/decide/", avoidances.decide, name="avoidance_decide"),
]

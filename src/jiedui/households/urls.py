from django.urls import path

from jiedui.households.views import card, entries, registers

app_name = "households"
urlpatterns = [
    path("", registers.households, name="list"),
    path("new/", entries.new, name="new"),
    path("offers/", registers.offers, name="offers"),
    path("<int:pk>/edit/", entries.edit, name="edit"),
    path("<int:pk>/strike/", entries.strike, name="strike"),
    path("<int:pk>/restore/", entries.restore, name="restore"),
    path("<int:pk>/head/", entries.head, name="head"),
    path("<int:pk>/card/", card.card, name="card"),
    path("<int:pk>/income/", entries.income, name="income"),
    path("<int:pk>/people/new/", entries.person_new, name="person_new"),
    path("<int:pk>/needs/new/", entries.need_new, name="need_new"),
    path("people/", registers.people, name="people"),
    path("people/<int:pk>/edit/", entries.person, name="person"),
    path("people/<int:pk>/leave/", entries.person_leaves, name="person_leaves"),
    path("needs/", registers.needs, name="needs"),
    path("needs/<int:pk>/met/", entries.need_over, {"how": "met"}, name="need_met"),
    path("needs/<int:pk>/dropped/", entries.need_over, {"how": "dropped"}, name="need_dropped"),
]

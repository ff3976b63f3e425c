from django.urls import path

from jiedui.core.lists import listing_view
from jiedui.households import views

app_name = "households"
urlpatterns = [
    path("", listing_view(views.Households), name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/strike/", views.strike, name="strike"),
    path("<int:pk>/people/new/", views.person_new, name="person_new"),
    path("<int:pk>/needs/new/", views.need_new, name="need_new"),
    path("people/", listing_view(views.People), name="people"),
    path("needs/", listing_view(views.Needs), name="needs"),
]

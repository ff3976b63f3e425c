from django.urls import path

from jiedui.core.lists import listing_view
from jiedui.places import views

app_name = "places"
urlpatterns = [
    path("", listing_view(views.Places), name="list"),
    path("new/", views.new, name="new"),
    path("offers/", views.offers, name="offers"),
    path("outlines/<slug:code>.json", views.outlines, name="shapes"),
    path("national/", views.national, name="atlas"),
    path("<int:pk>/rename/", views.rename, name="rename"),
    path("<int:pk>/close/", views.close, name="close"),
]

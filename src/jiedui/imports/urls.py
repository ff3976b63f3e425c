from django.urls import path

from jiedui.core.lists import listing_view
from jiedui.imports import views

app_name = "imports"
urlpatterns = [
    path("", listing_view(views.Uploads), name="list"),
]

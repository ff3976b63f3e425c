from django.urls import path

from jiedui.home.views import maps

app_name = "home"
urlpatterns = [path("map/", maps.page, name="map")]

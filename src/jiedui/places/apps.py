from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "jiedui.places"

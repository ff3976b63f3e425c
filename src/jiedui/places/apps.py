from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "jiedui.places"

    def ready(self) -> None:
        from jiedui.core.models import allow
        from jiedui.places.models import Place

        # The area tree is public: everybody signed in may see it.
        allow(Place, lambda scope: True)

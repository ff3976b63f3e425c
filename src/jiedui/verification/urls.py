from django.urls import path

from jiedui.verification import views

app_name = "verification"
urlpatterns = [
    path("bulletins/<int:pk>/verify/", views.bulletin, name="bulletin"),
    path("verify/<slug:token>/", views.public, name="public"),
]

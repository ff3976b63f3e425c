from django.urls import path

from jiedui.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.complaints, name="list"),
    path("new/", views.complain, name="complain"),
    path("<int:pk>/", views.show, name="show"),
]

from django.urls import path

from jiedui.notices import views

app_name = "notices"
urlpatterns = [
    path("complaints/", views.complaints, name="list"),
    path("complaints/new/", views.complain, name="complain"),
    path("complaints/<int:pk>/", views.show, name="show"),
    path("notices/", views.mine, name="mine"),
    path("notices/read/", views.read, name="read"),
]

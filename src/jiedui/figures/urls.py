from django.urls import path

from jiedui.figures import views

app_name = "figures"
urlpatterns = [
    path("", views.home, name="list"),
    path("<slug:campaign>/", views.index, name="index"),
    path("<slug:campaign>/refresh", views.refresh, name="refresh"),
    path("<slug:campaign>/<str:key>/", views.show, name="show"),
    path("<slug:campaign>/<str:key>/records.xlsx", views.workbook, name="workbook"),
]

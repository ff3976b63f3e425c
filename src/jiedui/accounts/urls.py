from django.contrib.auth.views import LogoutView
from django.urls import path

from jiedui.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("profile/", views.profile, name="profile"),
    path("password/", views.PasswordChange.as_view(), name="password"),
    path("language/", views.language, name="language"),
    path("large-type/", views.large_type, name="large_type"),
]

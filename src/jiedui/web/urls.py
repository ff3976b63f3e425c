from django.conf import settings
from django.urls import path

from jiedui.web import drafts, first_page, views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("setup/", first_page.set_up, name="setup"),
    path("setup/places/", first_page.places, name="setup_places"),
    path("healthz", views.healthz, name="healthz"),
    path("search/", views.search, name="search"),
    path("search/suggestions/", views.suggestions, name="suggestions"),
    path("campaign/", views.choose_campaign, name="campaign"),
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<int:pk>/", views.job, name="job"),
    path("drafts/", drafts.draft, name="drafts"),
    path("exports/<slug:token>/", views.export, name="export"),
]
if settings.DEBUG:
    from jiedui.web import gallery

    urlpatterns += [
        path("_gallery", gallery.gallery, name="gallery"),
        path("_gallery/form", gallery.form, name="gallery_form"),
    ]

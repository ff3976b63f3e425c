from django.urls import path

from jiedui.core.lists import listing_view
from jiedui.imports.views import (
    accounting,
    columns,
    doubles,
    layout,
    mistakes,
    preview,
    settling,
    uploads,
    xlsform,
)

app_name = "imports"
urlpatterns = [
    path("", listing_view(uploads.Uploads), name="list"),
    path("new/", uploads.new, name="new"),
    path("templates/<slug:kind>/", uploads.template, name="template"),
    path("registers/<slug:kind>/", uploads.registers, name="registers"),
    path("xlsform/", xlsform.xlsform, name="xlsform"),
    path("<int:pk>/", preview.show, name="show"),
    path("<int:pk>/start/", preview.start, name="start"),
    path("<int:pk>/layout/", layout.layout, name="layout"),
    path("<int:pk>/columns/", columns.columns, name="columns"),
    path("<int:pk>/mistakes/", mistakes.mistakes, name="mistakes"),
    path("<int:pk>/settle/", settling.settle, name="settle"),
    path("<int:pk>/fill/", accounting.fill, name="fill"),
    path("<int:pk>/annotated/", mistakes.annotated, name="annotated"),
    path("<int:pk>/doubles/", doubles.doubles, name="doubles"),
    path("<int:pk>/apply/", preview.apply, name="apply"),
    path("<int:pk>/undo/", preview.undo, name="undo"),
    path("<int:pk>/drop/", preview.drop, name="drop"),
]

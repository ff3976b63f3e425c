from django.urls import path

from jiedui.questionnaires.views import filling, forms, results, sheets, xlsform

app_name = "questionnaires"
urlpatterns = [
    path("", forms.index, name="index"),
    path("sheets/", sheets.listing, name="list"),
    path("sheets/<uuid:pk>/", sheets.show, name="show"),
    path("sheets/<uuid:pk>/correct/", filling.correct, name="correct"),
    path("sheets/<uuid:pk>/void/", sheets.void, name="void"),
    path("<slug:key>/new/", filling.new, name="new"),
    path("<slug:key>/blank/", forms.blank, name="blank"),
    path("<slug:key>/xlsform/", xlsform.page, name="xlsform"),
    path("<slug:key>/xlsform/file/", xlsform.workbook, name="xlsform_file"),
    path("<slug:key>/results/", results.results, name="results"),
]

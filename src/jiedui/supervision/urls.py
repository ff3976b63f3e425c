from django.urls import path

from jiedui.supervision.views import issues, ledger, measures

app_name = "supervision"
urlpatterns = [
    path("issues/", issues.listing, name="issues"),
    path("issues/new/", issues.new, name="issue_new"),
    path("issues/ledger/", ledger.paper, name="ledger"),
    path("issues/ledger.xlsx", ledger.workbook, name="ledger_xlsx"),
    path("issues/<int:pk>/", issues.show, name="issue"),
    path("issues/<int:pk>/<slug:act>/", issues.act, name="issue_act"),
    path("measures/", measures.listing, name="measures"),
    path("measures/new/", measures.new, name="measure_new"),
    path("measures/<int:pk>/", measures.show, name="measure"),
]

from django.urls import path

from jiedui.reports.views import audits, bulletin_editor, bulletins, ledgers

app_name = "reports"
urlpatterns = [
    path("bulletins/", bulletins.bulletins, name="bulletins"),
    path("bulletins/new/", bulletins.new, name="bulletin_new"),
    path("bulletins/<int:pk>/", bulletin_editor.show, name="bulletin"),
    path("bulletins/<int:pk>/write", bulletin_editor.write, name="bulletin_write"),
    path("bulletins/<int:pk>/preview", bulletin_editor.preview, name="bulletin_preview"),
    path("bulletins/<int:pk>/refresh", bulletin_editor.refresh, name="bulletin_refresh"),
    path("bulletins/<int:pk>/figures", bulletin_editor.add_figure, name="bulletin_add"),
    path("bulletins/<int:pk>/discard", bulletin_editor.discard, name="bulletin_discard"),
    path("bulletins/<int:pk>/freeze/", bulletins.freeze, name="bulletin_freeze"),
    path("bulletins/<int:pk>/bulletin.docx", bulletins.docx, name="bulletin_docx"),
    path("bulletins/<int:pk>/paper/", bulletins.paper, name="bulletin_paper"),
    path("bulletins/<int:pk>/qr.png", bulletins.picture, name="bulletin_qr"),
    path("ledger/pairs/", ledgers.ledger, name="ledger"),
    path("ledger/pairs/paper/", ledgers.paper, name="ledger_paper"),
    path("audit/", audits.audit, name="audit"),
    path("audit/verify", audits.verify, name="audit_verify"),
]

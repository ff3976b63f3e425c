from django.urls import path

from jiedui.ledger.views import correcting, distributions, funds, gifts, names, registers, sheets

app_name = "ledger"
urlpatterns = [
    path("gifts/", registers.gifts, name="gifts"),
    path("gifts/new/", gifts.new, name="new"),
    path("gifts/sheet/", sheets.sheet, name="sheet"),
    path("gifts/goods/", sheets.goods, name="goods"),
    path("gifts/goods/names/", names.listed, name="names"),
    path("gifts/goods/names/<int:pk>/part/", names.part, name="part"),
    path("gifts/distributions/new/", distributions.new, name="distribute"),
    path("gifts/distributions/<uuid:pk>/", distributions.show, name="distribution"),
    path("gifts/distributions/<uuid:pk>/sheet/", distributions.sheet, name="distribution_sheet"),
    path("gifts/distributions/<uuid:pk>/undo/", distributions.undo, name="distribution_undo"),
    path("gifts/distributions/<uuid:pk>/void/", distributions.void, name="distribution_void"),
    path("gifts/offers/<slug:what>/", gifts.offer, name="offers"),
    path("gifts/<uuid:pk>/", gifts.show, name="gift"),
    path("gifts/<uuid:pk>/confirm/", gifts.confirm, name="confirm"),
    path("gifts/<uuid:pk>/correct/", correcting.correct, name="gift_correct"),
    path("gifts/<uuid:pk>/undo/", correcting.undo, name="gift_undo"),
    path("gifts/<uuid:pk>/void/", gifts.void, name="void"),
    path("funds/", funds.funds, name="funds"),
    path("funds/new/", funds.new, name="fund_new"),
    path("funds/<int:pk>/", funds.show, name="fund"),
    path("funds/<int:pk>/contribute/", funds.contribute, name="contribute"),
    path("funds/<int:pk>/entries/<int:entry>/correct/", funds.correct, name="correct"),
]

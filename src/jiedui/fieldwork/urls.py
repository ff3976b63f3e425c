from django.urls import path

from jiedui.fieldwork.views import (
    activities,
    correcting,
    one_day,
    registers,
    task_reminding,
    tasks,
    visit_reminding,
    visits,
    window_visits,
)

app_name = "fieldwork"
urlpatterns = [
    path("visits/new/", visits.new, name="visit"),
    path("visits/remind/", visit_reminding.remind, name="visits_remind"),
    path("visits/windows/", window_visits.window_visits, name="windows"),
    path("visits/companions/<int:pair>/", visits.companions, name="companions"),
    path("visits/<uuid:pk>/recorded/", visits.recorded, name="recorded"),
    path("activities/", registers.activities, name="list"),
    path("activities/day/", one_day.one_day, name="day"),
    path("activities/new/", activities.new, name="new"),
    path("activities/offers/<slug:what>/", activities.offer, name="offers"),
    path("activities/<uuid:pk>/", activities.show, name="show"),
    path("activities/<uuid:pk>/correct/", correcting.correct, name="correct"),
    path("activities/<uuid:pk>/undo/", correcting.undo, name="undo"),
    path("activities/<uuid:pk>/void/", activities.void, name="void"),
]

# Pages of the campaigns, kept here because completion is counted from activities.
task_pages = [
    path("tasks/", tasks.listing, name="tasks"),
    path("tasks/new/", tasks.new, name="task_new"),
    path("tasks/<int:pk>/", tasks.show, name="task"),
    path("tasks/<int:pk>/done/", tasks.done, name="task_done"),
    path("tasks/<int:pk>/remind/", task_reminding.remind, name="task_remind"),
]

"""Every form that creates something, sent twice: once written, or refused with both shown."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import resolve, reverse

from addresses import addresses, content, undone
from jiedui.core.models import Submission
from jiedui.fieldwork.models import Activity, Output
from jiedui.ledger.models import Gift
from page_forms import forms_of

# What a person types into each form that creates something; the page fills in the rest.
CREATING = {
    "campaigns:task_new": {"name": "清扫村道", "wanted": "2", "due": "2099-01-01"},
    "fieldwork:visit": {"note": "老人身体好", "second": "on"},
    "fieldwork:correct": {"note": "更正后的内容"},
    "fieldwork:new": {"members": "何静（M2）", "place": "柳树村", "organisation": "农业局（U1）"},
    "households:new": {"head": "曾小满", "number": "H77", "place": "柳树村", "size": "2"},
    "households:person_new": {"name": "秦小雨", "relation": "daughter"},
    "households:need_new": {"kind": "job", "text": "想打零工"},
    "households:income": {"wage_fen": "100"},
    "imports:new": {},
    "ledger:gift_correct": {"cash": "99"},
    "ledger:correct": {"amount": "3", "donor_name": "好心人", "reason": "多记了"},
    "ledger:new": {"household": "秦安（H1）", "cash": "200", "giver": "农业局（U1）"},
    "ledger:distribute": {"pasted": "柳树村 2", "total": "2", "giver": "农业局（U1）"},
    "ledger:fund_new": {"name": "春风基金", "organisation": "农业局（U1）"},
    "ledger:contribute": {"amount": "500", "donor_name": "好心人"},
    "notices:complain": {"text": "路灯不亮"},
    "orgs:new": {"name": "水务局", "kind": "unit", "parent": "盘锦市", "number": "U7"},
    "orgs:member_new": {"name": "郑秋", "number": "M77", "organisation": "农业局（U1）"},
    "orgs:team_new": {
        "name": "清雪队", "number": "T77", "kind": "volunteer", "organisation": "农业局（U1）",
    },
    "orgs:team_join": {"members": "周明（M1）"},
    "orgs:welcome": {"username": "zhouming", "role": "helper"},
    "pairing:avoidance_new": {
        "member": "周明（M1）", "household": "秦孤舟（H8）", "reason": "姑侄",
    },
    "pairing:find": {"member": "何静（M2）"},
    "handover:hand_over": {"first": "何静（M2）", "reason": "transfer"},
    "proposals:new": {},
    "needs:new": {"household": "秦安（H1）", "public_text": "想要轮椅"},
    "places:new": {"name": "一单元", "parent": "柳树村"},
    "questionnaires:new": {"subject": "秦安（H1）", "f_wish": "修屋顶"},
    "questionnaires:correct": {"f_wish": "换门窗"},
    "projects:new": {"name": "榆树路", "place": "柳树村", "organisation": "农业局（U1）"},
    "projects:step": {"text": "路基完成"},
    "reports:bulletin_new": {},
    "supervision:issue_new": {"organisation": "农业局（U1）", "text": "材料迟交"},
    "supervision:measure_new": {"text": "每周一查"},
}  # fmt: skip
BY_ADMINISTRATOR = {
    "orgs:user_new": {"username": "newcomer", "display_name": "新人"},
    "orgs:appoint": {"role": "leader", "organisation": "农业局（U1）"},
}
# Forms that create nothing of their own: sent again they find the row as it is, and say so.
CHANGING = {
    *("accounts:password", "accounts:profile", "orgs:user_reset", "orgs:dismiss"),
    *("households:edit", "households:person", "households:strike", "households:person_leaves"),
    *("households:need_met", "households:need_dropped", "profiles:household_details"),
    *("orgs:edit", "orgs:member_edit", "orgs:team_edit", "orgs:dissolve", "orgs:team_disband"),
    *("orgs:members_move", "orgs:team_seat", "orgs:user_change", "orgs:user_tie"),
    *("orgs:welcome_helpers", "places:rename", "places:close", "places:atlas"),
    *("ledger:confirm", "ledger:void", "fieldwork:void", "fieldwork:show", "campaigns:task_done"),
    *("campaigns:task_remind", "ledger:distribution_void", "fieldwork:visits_remind"),
    "pairing:members_remind",
    *("handover:end", "handover:leave", "handover:dissolve", "handover:choose", "handover:settle"),
    *("handover:anew", "handover:discard", "handover:notified", "handover:change_request"),
    *("proposals:approve", "proposals:discard", "proposals:change", "proposals:go_over"),
    *("proposals:again", "pairing:keep"),
    *("pairing:offers", "pairing:avoidance_decide", "proposals:leave_out"),
    *("handover:change_request_new",),
    *("supervision:issue_act", "supervision:measure", "imports:drop", "imports:apply"),
    *("imports:undo", "imports:columns", "imports:doubles", "notices:show", "notices:read"),
    *("reports:bulletin_refresh", "reports:bulletin_write", "reports:bulletin_add"),
    *("reports:bulletin_discard", "reports:bulletin_freeze", "reports:audit_verify"),
    *("figures:refresh", "campaigns:new", "campaigns:check", "campaigns:plan_edit"),
    *("web:setup", "web:setup_places", "ledger:names", "ledger:part", "handover:move"),
    *("households:head", "households:restore", "questionnaires:show", "questionnaires:void"),
    *("projects:edit", "projects:compare", "projects:void"),
    *("needs:show", "needs:edit", "needs:check", "needs:decline", "needs:claim", "needs:dispatch"),
    *("needs:give_back", "needs:done", "needs:confirm", "needs:send_back", "needs:void"),
    # Ticked rows of a list: a workbook, paper, or what its own action allows once.
    *("households:list", "households:people", "households:needs", "orgs:members"),
    *("pairing:list", "fieldwork:list", "ledger:gifts", "fieldwork:visits_remind"),
}  # fmt: skip
FRAME = {"accounts:large_type", "accounts:language", "accounts:logout", "web:campaign"}
QUERY = {
    "fieldwork:visit": lambda world: f"?pair={world.rows['pair'].pk}",
    "imports:new": lambda _world: "?kind=households",
    "supervision:measure_new": lambda world: f"?issue={world.rows['issue'].pk}",
}
# The audit chain says more after a second sending only if something was written.
UNCOUNTED = {"sessions.Session", "core.Submission"}


def counts():
    rows = [one for one in apps.get_models() if one._meta.label not in UNCOUNTED]
    return {one._meta.label: one._default_manager.count() for one in rows}


def page_of(client, world, name):
    one = next(one for one in addresses() if one.name == name)
    url = world.url(one) + QUERY.get(name, lambda _world: "")(world)
    answer = client.get(url)
    assert answer.status_code == 200, (name, answer.status_code)
    numbered = [form for form in forms_of(answer.content.decode()) if form.number]
    own = [form for form in numbered if form.action in ("", url)]
    assert own, f"The form of {name} carries no number of its own."
    return url, own[0].fields


def typed(fields, more):
    return {**{name: values for name, values in fields.items() if values}, **more}


def file():
    return {"file": SimpleUploadedFile("户.csv", "户主,户编号\n李,H5\n".encode())}


def send_twice(client, world, name, more):
    url, fields = page_of(client, world, name)
    sent = typed(fields, more)
    before = counts()
    first = client.post(url, sent | (file() if name == "imports:new" else {}))
    form = first.context["form"].errors if first.context and "form" in first.context else ""
    done = counts()
    assert first.status_code in (200, 302), (name, first.status_code)
    assert done != before, f"{name}: nothing was written. {form}"
    again = client.post(url, sent | (file() if name == "imports:new" else {}))
    assert again.status_code == 302, f"{name}: sent again it answers {again.status_code}"
    assert counts() == done, f"{name}: sent twice it was written twice"
    if first.status_code == 302:
        assert again.url == first.url, name
    other = {**sent, next(iter(more), "note"): "别的内容"}
    refused = client.post(url, other | (file() if name == "imports:new" else {}))
    assert refused.status_code == 409, f"{name}: other content is answered {refused.status_code}"
    assert "别的内容" in refused.content.decode(), name
    assert counts() == done, name


def test_every_form_sent_twice_is_written_once(client, world, office, administrator):
    client.force_login(office)
    for name, more in CREATING.items():
        with undone():
            send_twice(client, world, name, more)
    client.force_login(administrator)
    for name, more in BY_ADMINISTRATOR.items():
        with undone():
            send_twice(client, world, name, more)


@pytest.mark.skipif(connections["default"].vendor != "sqlite", reason="no database is asked")
@pytest.mark.parametrize("who", ["office", "administrator", "helper", "village_officer"])
def test_every_form_is_known_to_this_test(client, world, request, who):
    """A form made tomorrow is either sent twice above, or said to create nothing."""
    client.force_login(request.getfixturevalue(who))
    found = set()
    for one in addresses():
        url = world.url(one) + QUERY.get(one.name, lambda _world: "")(world)
        with undone():
            answer = client.get(url)
        page = content(answer)  # read to its end, so that files are closed
        for form in forms_of(page if "html" in answer.headers.get("Content-Type", "") else ""):
            if set(form.fields) <= {"csrfmiddlewaretoken"}:
                continue  # a button; what it asks for is asked of the row as it is
            target = resolve((form.action or url).partition("?")[0]).view_name
            found.add(target)
            if target in CREATING or target in BY_ADMINISTRATOR:
                assert form.number, f"{one.name}: the form for {target} carries no number"
    assert found <= {*CREATING, *BY_ADMINISTRATOR, *CHANGING, *FRAME}


def visit(pair, **more):
    return {"id": str(uuid4()), "day": pair.since.isoformat(), "note": "身体好", **more}


def test_another_content_is_shown_beside_the_first(client, office, zhou_and_the_qins, he):
    client.force_login(office)
    url = f"{reverse('fieldwork:visit')}?pair={zhou_and_the_qins.pk}"
    sent = visit(zhou_and_the_qins, minutes="30")
    client.post(url, sent)
    page = client.post(url, {**sent, "companions": "何静（M2）", "minutes": "60"})
    assert page.status_code == 409
    said = page.content.decode()
    assert "何静（M2）" in said and "身体好" in said and "同行" in said
    assert Activity.objects.get().attendances.count() == 1
    assert Activity.objects.get().minutes == 30
    assert not Output.objects.exists()


def test_nobody_reads_what_somebody_else_sent(client, office, leader, zhou_and_the_qins):
    client.force_login(office)
    url = f"{reverse('fieldwork:visit')}?pair={zhou_and_the_qins.pk}"
    sent = visit(zhou_and_the_qins)
    client.post(url, sent)
    client.force_login(leader)
    answer = client.post(url, {**sent, "note": "别的"})
    assert answer.status_code == 409
    assert "身体好" not in answer.content.decode()


def test_after_a_week_only_the_digest_is_kept(client, office, zhou_and_the_qins, today):
    from jiedui.core.submissions import SHOWN, forget_what_was_typed

    client.force_login(office)
    url = f"{reverse('fieldwork:visit')}?pair={zhou_and_the_qins.pk}"
    sent = visit(zhou_and_the_qins)
    client.post(url, sent)
    kept = Submission.objects.get()
    assert "身体好" in kept.text
    Submission.objects.update(at=kept.at - 2 * SHOWN)
    forget_what_was_typed(today)
    assert Submission.objects.get().text == ""
    assert client.post(url, {**sent, "note": "别的"}).status_code == 409
    assert client.post(url, sent).status_code == 302


@pytest.mark.skipif(
    "connections['default'].vendor != 'postgresql'", reason="SQLite lets one write at a time"
)
@pytest.mark.django_db(transaction=True)
def test_a_double_click_writes_one_gift(office, qin_family, campaign, bureau):
    """Two requests at the same moment: on PostgreSQL the second waits for the first."""
    together = Barrier(2)
    sent = {
        "id": str(uuid4()), "day": campaign.starts.isoformat(), "household": "秦安（H1）",
        "cash": "200", "giver": "农业局（U1）", "is_steady": "0",
    }  # fmt: skip

    def click(_n):
        browser = Client()
        browser.force_login(office)
        together.wait()
        answer = browser.post(reverse("ledger:new"), sent)
        connections.close_all()
        return answer.status_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(click, range(2))) == [302, 302]
    assert Gift.objects.get().value_fen == 20_000

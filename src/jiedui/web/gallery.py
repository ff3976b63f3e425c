"""Every component on one page, to look at while one works on the look. Only while debugging."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from jiedui.core.lists import Badge

MONTHS = ["1月", "2月", "3月", "4月", "5月", "6月"]
VISITS = [12_400, 15_310, 14_020, 18_777, 21_004, 19_650]


class GalleryForm(forms.Form):
    name = forms.CharField(label="户主姓名", help_text="与户口本一致。")
    since = forms.DateField(label="结对日期")
    kind = forms.ChoiceField(label="走访方式", choices=[("visit", "入户"), ("phone", "电话")])
    needs = forms.MultipleChoiceField(
        label="需求",
        required=False,
        choices=[("health", "就医健康"), ("job", "就业务工"), ("care", "日常照料")],
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(label="记录", required=False, widget=forms.Textarea({"rows": 3}))
    is_met = forms.BooleanField(label="见到本人", required=False)


@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    messages.success(request, "走访已记录。")
    messages.warning(request, "还有 3 户在春节前没有走访。")
    return render(request, "web/gallery.html", {**_figures(), **_charts(), "badges": _badges()})


@login_not_required
def form(request: HttpRequest) -> HttpResponse:
    form = GalleryForm(request.POST or {"name": "", "kind": "visit"})
    context = {"form": form, "title": "记录走访", "save": "保存", "back": "/_gallery"}
    return render(request, "core/form.html", context)


def _badges() -> list[Badge]:
    return [
        Badge("已结对", "green", "check"),
        Badge("待走访", "amber", "clock"),
        Badge("无人帮扶", "red", "alert-circle"),
        Badge("整改中", "blue", "tools"),
        Badge("已销号", "grey", "archive"),
    ]


def _figures() -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "figures": [
            {"name": "结对户数", "value": 16_000, "unit": "户", "as_of": today, "url": "#",
             "change": 120, "since": "较上月", "history": [15_200, 15_500, 15_880, 16_000]},
            {"name": "走访", "value": 301_161, "unit": "人次", "as_of": today, "url": "#",
             "change": -1_354, "since": "较上月", "history": VISITS},
            {"name": "慰问金", "text": "近 9,000 万", "unit": "元", "as_of": today, "url": "#"},
            {"name": "无人帮扶", "value": 37, "unit": "户", "as_of": today, "tone": "red"},
        ],
        "due": today + timedelta(days=3),
    }  # fmt: skip


def _charts() -> dict[str, Any]:
    bars = {
        "title": "走访（人次）",
        "xAxis": {"type": "category", "data": MONTHS},
        "yAxis": {"type": "value"},
        "series": [{"type": "bar", "data": VISITS, "label": {"show": True, "position": "top"}}],
    }
    label = {"show": True, "formatter": "{a}"}
    rates = {"大洼区": [62, 70, 74, 81, 84, 88], "盘山县": [55, 58, 66, 70, 72, 71]}
    lines = {
        "title": "按时走访率（%）",
        "xAxis": {"type": "category", "data": MONTHS},
        "yAxis": {"type": "value"},
        "series": [
            {"type": "line", "name": name, "data": data, "endLabel": label}
            for name, data in rates.items()
        ],
        "grid": {"left": 8, "right": 72, "top": 24, "bottom": 8, "containLabel": True},
    }  # fmt: skip
    return {"bars": bars, "lines": lines}

"""Columns of lists of teams."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.imports.columns.declarations import Field, named
from jiedui.imports.columns.shared_fields import COUNTED, PLACE, REMARK, RUNNING, STATE
from jiedui.imports.values.dates import Day
from jiedui.imports.values.parsers import Label, Words

TEAM_FIELDS = (
    RUNNING,
    Field(
        "code",
        pgettext_lazy("column", "Team number"),
        named("队伍编号 服务队编号 编号 团队编号 Number"),
        Label(30),
        example="T001",
        into=("team.number",),
        is_own=True,
    ),
    Field(
        "name",
        pgettext_lazy("column", "Name"),
        named("队伍名称 服务队名称 志愿服务队名称 名称 团队名称 服务站名称 志愿服务队 队名"),
        Label(),
        required=True,
        example="柳树村文明劝导队",
        into=("team.name",),
        is_own=True,
    ),
    Field(
        "kind",
        pgettext_lazy("column", "Kind"),
        named("队伍类型 队伍类别 服务类型 类型 类别 服务队类型"),
        Label(30),
        note=_("As the playbook of the campaign calls it."),
        example="劝导队",
        into=("team.kind",),
    ),
    Field(
        "organisation",
        pgettext_lazy("column", "Organisation"),
        named("所属组织 单位 所属单位 主管单位 所属党支部 所属党组织 依托单位 组织 所在支部"),
        Label(),
        example="柳树村党支部",
        needed_beside=("name",),
        into=("team.organisation_id",),
    ),
    Field("township", pgettext_lazy("column", "Township"), named("乡镇 街道 乡(镇) 镇街"), Label()),
    replace(PLACE, into=("team.place_id",)),
    Field(
        "leader",
        pgettext_lazy("column", "Head of the team"),
        named("队长 负责人 站长 队长姓名"),
        Label(),
        example="周文清",
        note=_("The name or number of a member of the register."),
        into=("seat.is_head",),
        is_own=True,
    ),
    Field(
        "members",
        pgettext_lazy("column", "Members of the team"),
        named("队员 成员 队员名单 成员名单 队员姓名"),
        Words(),
        example="李明远、何秀兰",
        note=_("Names or numbers of members of the register, separated by 、"),
        into=("seat.member_id",),
        is_own=True,
    ),
    Field(
        "size",
        pgettext_lazy("column", "Number of people"),
        named("人数 队员人数 队员数 成员数"),
        why_not=COUNTED,
    ),
    Field(
        "phone",
        pgettext_lazy("column", "Telephone"),
        named("联系电话 电话 手机号 队长电话 联系方式"),
        why_not=_("Telephone numbers stand in the list of members."),
    ),
    Field(
        "since",
        pgettext_lazy("column", "Formed on"),
        named("成立时间 成立日期 组建时间 开始 Since"),
        Day(),
        example="2024-03-05",
        into=("team.since",),
    ),
    Field(
        "ended",
        pgettext_lazy("column", "Disbanded on"),
        named("解散时间 撤销时间"),
        Day(),
        into=("team.ended",),
        is_own=True,
    ),
    STATE,
    REMARK,
)

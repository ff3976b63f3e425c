"""Columns of lists of people and of needs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from jiedui.core import codes
from jiedui.imports.choices import Choice, Choices
from jiedui.imports.columns import Field, named
from jiedui.imports.dates import Day
from jiedui.imports.identities import Identity, Phone
from jiedui.imports.shared_fields import (
    BIG_INSURANCE,
    BIRTH,
    COUNTY,
    DISABILITY,
    EDUCATION,
    ETHNIC,
    GENDER,
    HEAD,
    HEALTH,
    HOUSEHOLD_CODE,
    IDENTITY,
    LABOUR,
    NOTE,
    ORDER,
    PERSON_CODE,
    RELATION,
    SCHOOLING,
    TOWNSHIP,
    VILLAGE,
    WORK_MONTHS,
)
from jiedui.imports.values import Integer, Label, Money, Name, Text, Words, YesNo

PERSON_FIELDS = (
    ORDER,
    COUNTY,
    TOWNSHIP,
    Field("village", VILLAGE.label, VILLAGE.aliases, Label(), example=VILLAGE.example),
    HOUSEHOLD_CODE,
    HEAD,
    PERSON_CODE,
    Field(
        "name",
        _("Name"),
        named("姓名 成员姓名 家庭成员姓名 家庭成员 人员姓名"),
        Name(),
        required=True,
        example="张小满",
    ),
    Field(
        "identity",
        IDENTITY.label,
        named("证件号码 身份证号 身份证号码 身份证 公民身份号码 证件号 成员身份证号 居民身份证号"),
        Identity(),
        note=IDENTITY.note,
    ),
    Field(
        "relation",
        RELATION.label,
        RELATION.aliases,
        Choice(codes.RELATION),
        required=True,
        example="子",
    ),
    GENDER,
    Field("birth", BIRTH.label, BIRTH.aliases, Day(exact=True), example="1986-07-02"),
    Field("age", _("Age"), named("年龄 周岁"), Integer(0, 130)),
    ETHNIC,
    Field("marital", _("Marital status"), named("婚姻状况 婚姻 婚姻情况"), Choice(codes.MARITAL)),
    Field("political", _("Political status"), named("政治面貌"), Choice(codes.POLITICAL)),
    EDUCATION,
    SCHOOLING,
    Field("health", HEALTH.label, HEALTH.aliases, Choice(codes.HEALTH), example="健康"),
    *DISABILITY,
    Field("labour", LABOUR.label, LABOUR.aliases, Choice(codes.LABOUR), example="普通劳动力"),
    Field("occupation", _("Occupation"), named("职业 从业状况 从业情况"), Choice(codes.OCCUPATION)),
    Field("skills", _("Skills"), named("技能 特长 专长"), Words()),
    Field(
        "work_place", _("Where the person works"), named("务工所在地 务工地点 务工单位"), Label()
    ),
    WORK_MONTHS,
    Field("work_wage", _("Wage (yuan a month)"), named("月收入 务工月收入 月工资"), Money()),
    Field(
        "benefits",
        _("Insurance and benefits"),
        named("享受政策 保障情况 参保情况 享受保障"),
        Choices(codes.BENEFIT),
        example="城乡居民医保、居民养老",
    ),
    BIG_INSURANCE,
    Field(
        "public_post",
        _("Holds a public-welfare post"),
        named("是否公益岗位 公益岗位 公益岗"),
        YesNo(),
    ),
    Field(
        "phone", _("Telephone"), named("联系电话 电话 手机号 手机号码 联系方式 人联系电话"), Phone()
    ),
    Field("since", _("Listed since"), named("人员识别时间 纳入时间 增加时间"), Day()),
    Field("ended", _("Left on"), named("减少时间 迁出时间 死亡时间"), Day()),
    NOTE,
)

NEED_FIELDS = (
    ORDER,
    TOWNSHIP,
    Field("village", VILLAGE.label, VILLAGE.aliases, Label(), example=VILLAGE.example),
    HOUSEHOLD_CODE,
    Field(
        "head",
        HEAD.label,
        (*HEAD.aliases, "姓名", "提出人", "需求人", "困难户", "帮扶对象"),
        Name(),
        example="张庆余",
        note=HEAD.note,
    ),
    IDENTITY,
    Field(
        "kind",
        _("Kind of need"),
        named("需求类别 类别 需求类型 诉求类别 种类"),
        Choice(codes.NEED_KIND),
        required=True,
        example="住房修缮",
    ),
    Field(
        "title",
        _("Need"),
        named("需求内容 内容 需求 具体需求 帮扶需求 诉求 微心愿 心愿内容 困难问题"),
        Text(500),
        required=True,
        example="东屋漏雨，需换瓦",
    ),
    Field(
        "urgency",
        _("Urgency"),
        named("紧急度 紧急程度 轻重缓急"),
        Choice(codes.URGENCY),
        example="较急",
    ),
    Field(
        "amount",
        _("Estimated cost (yuan)"),
        named("预计资金 所需资金 预计费用 金额 估算金额"),
        Money(),
        example="1200",
    ),
    Field(
        "raised_on",
        _("Raised on"),
        named("提出时间 提出日期 登记日期 登记时间 日期"),
        Day(),
        example="2026-03-01",
    ),
    Field(
        "due",
        _("Wanted by"),
        named("期望完成时间 时限 办结时限 完成时限 希望解决时间"),
        Day(),
        example="2026-05-31",
    ),
    Field(
        "claimed_by",
        _("Claimed by"),
        named("认领单位/人 认领单位 认领人 责任单位 承办单位"),
        Label(),
    ),
    Field("result", _("Result"), named("办理结果 办理情况 落实情况 完成情况"), Text(500)),
    Field("phone", _("Telephone"), named("联系电话 电话 手机号 手机号码 联系方式"), Phone()),
    NOTE,
)

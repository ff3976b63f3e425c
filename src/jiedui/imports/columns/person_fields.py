"""Columns of lists of people and of needs."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.core import codes
from jiedui.imports.columns.declarations import Field, named
from jiedui.imports.columns.shared_fields import (
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
from jiedui.imports.values.choices import Choice, Choices
from jiedui.imports.values.dates import Day
from jiedui.imports.values.identities import Phone
from jiedui.imports.values.parsers import Label, Money, Name, Text, Words, YesNo

PERSON_FIELDS = (
    ORDER,
    COUNTY,
    TOWNSHIP,
    replace(VILLAGE, required=False, needed_beside=("head",), into=()),
    replace(HOUSEHOLD_CODE, into=("person.household_id",)),
    HEAD,
    PERSON_CODE,
    Field(
        "name",
        pgettext_lazy("column", "Name"),
        named("姓名 成员姓名 家庭成员姓名 家庭成员 人员姓名"),
        Name(),
        required=True,
        example="张小满",
        into=("person.name",),
        is_own=True,
    ),
    replace(
        IDENTITY,
        aliases=named(
            "证件号码 身份证号 身份证号码 身份证 公民身份号码 证件号 成员身份证号 居民身份证号"
        ),
    ),
    replace(RELATION, example="子", needed_beside=("name",)),
    GENDER,
    replace(BIRTH, example="1986-07-02"),
    Field(
        "age",
        pgettext_lazy("column", "Age"),
        named("年龄 周岁"),
        why_not=_("It follows from the date of birth."),
    ),
    ETHNIC,
    Field(
        "marital",
        pgettext_lazy("column", "Marital status"),
        named("婚姻状况 婚姻 婚姻情况"),
        Choice(codes.MARITAL),
        into=("person.more",),
        is_own=True,
    ),
    Field(
        "political",
        pgettext_lazy("column", "Political status"),
        named("政治面貌"),
        Choice(codes.POLITICAL),
        into=("person.more",),
    ),
    EDUCATION,
    SCHOOLING,
    replace(HEALTH, example="健康"),
    *DISABILITY,
    replace(LABOUR, example="普通劳动力"),
    Field(
        "occupation",
        pgettext_lazy("column", "Occupation"),
        named("职业 从业状况 从业情况"),
        Choice(codes.OCCUPATION),
        into=("person.more",),
    ),
    Field(
        "skills",
        pgettext_lazy("column", "Skills"),
        named("技能 特长 专长"),
        Words(),
        into=("person.more",),
    ),
    Field(
        "work_place",
        pgettext_lazy("column", "Where the person works"),
        named("务工所在地 务工地点 务工单位"),
        Label(),
        into=("person.more",),
    ),
    WORK_MONTHS,
    Field(
        "work_wage",
        pgettext_lazy("column", "Wage (yuan a month)"),
        named("月收入 务工月收入 月工资"),
        Money(per=("月", "人")),
        into=("person.more",),
    ),
    Field(
        "benefits",
        pgettext_lazy("column", "Insurance and benefits"),
        named("享受政策 保障情况 参保情况 享受保障"),
        Choices(codes.BENEFIT),
        example="城乡居民医保、居民养老",
        into=("person.more",),
    ),
    BIG_INSURANCE,
    Field(
        "public_post",
        pgettext_lazy("column", "Holds a public-welfare post"),
        named("是否公益岗位 公益岗位 公益岗"),
        YesNo(),
        into=("person.more",),
    ),
    Field(
        "phone",
        pgettext_lazy("column", "Telephone"),
        named("联系电话 电话 手机号 手机号码 联系方式 人联系电话"),
        Phone(),
        into=("person.phone",),
    ),
    Field(
        "since",
        pgettext_lazy("column", "Listed since"),
        named("人员识别时间 纳入时间 增加时间"),
        Day(),
        into=("person.since",),
    ),
    Field(
        "ended",
        pgettext_lazy("column", "Left on"),
        named("减少时间 迁出时间 死亡时间"),
        Day(),
        into=("person.ended",),
        is_own=True,
    ),
    replace(NOTE, into=("person.more",)),
)

NEED_FIELDS = (
    ORDER,
    TOWNSHIP,
    replace(VILLAGE, required=False, needed_beside=("head",), into=()),
    replace(HOUSEHOLD_CODE, into=("need.household_id",)),
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
        pgettext_lazy("column", "Kind of need"),
        named("需求类别 类别 需求类型 诉求类别 种类"),
        Choice(codes.NEED_KIND),
        required=True,
        example="住房修缮",
        into=("need.kind",),
    ),
    Field(
        "title",
        pgettext_lazy("column", "Need"),
        (
            *named("需求内容 内容 需求 具体需求 帮扶需求 诉求 微心愿 心愿内容 困难问题 具体情况"),
            "In words",
        ),
        Text(300),
        example="东屋漏雨，需换瓦",
        into=("need.text",),
    ),
    Field(
        "urgency",
        pgettext_lazy("column", "Urgency"),
        named("紧急度 紧急程度 轻重缓急"),
        Choice(codes.URGENCY),
        example="较急",
        into=("need.urgency",),
    ),
    Field(
        "amount",
        pgettext_lazy("column", "Estimated cost (yuan)"),
        named("预计资金 所需资金 预计费用 金额 估算金额"),
        Money(),
        example="1200",
        into=("need.more",),
    ),
    Field(
        "raised_on",
        pgettext_lazy("column", "Raised on"),
        named("提出时间 提出日期 登记日期 登记时间 日期 开始 Since"),
        Day(),
        example="2026-03-01",
        into=("need.since",),
    ),
    Field(
        "due",
        pgettext_lazy("column", "Wanted by"),
        named("期望完成时间 时限 办结时限 完成时限 希望解决时间"),
        Day(ahead=True),
        example="2026-05-31",
        into=("need.more",),
    ),
    Field(
        "claimed_by",
        pgettext_lazy("column", "Claimed by"),
        named("认领单位/人 认领单位 认领人 责任单位 承办单位"),
        Label(),
        into=("need.more",),
    ),
    Field(
        "result",
        pgettext_lazy("column", "Result"),
        named("办理结果 办理情况 落实情况 完成情况"),
        Text(500),
        into=("need.more",),
        is_own=True,
    ),
    Field(
        "met_on",
        pgettext_lazy("column", "Met on"),
        named("解决日期 解决时间 办结日期 办结时间 完成日期"),
        Day(),
        into=("need.met_on",),
        is_own=True,
    ),
    Field(
        "phone",
        pgettext_lazy("column", "Telephone"),
        named("联系电话 电话 手机号 手机号码 联系方式"),
        why_not=_("Telephone numbers stand with the household and its people."),
    ),
    replace(NOTE, into=("need.more",)),
)

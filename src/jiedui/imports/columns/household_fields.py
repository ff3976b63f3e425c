"""Columns of lists of households (national order R10 and usual forms R14)."""

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
    PERSON_PHONE,
    PERSON_SINCE,
    RELATION,
    SCHOOLING,
    STATE,
    TOWNSHIP,
    VILLAGE,
    WORK_MONTHS,
)
from jiedui.imports.values import quantities
from jiedui.imports.values.choices import Choice, Choices
from jiedui.imports.values.dates import Day
from jiedui.imports.values.identities import Phone
from jiedui.imports.values.parsers import Integer, Label, Money, Name, Text, YesNo

# What is good elsewhere is here the answer no: 安全, 已解决.
_IN_DANGER = ("危房", "有危房", "属于危房", "不安全", "不合格", "未达标", "未解决")
_SAFE = (
    *("无危房", "没有危房", "非危房", "不是危房", "不属于危房"),
    *("安全", "合格", "达标", "安全住房", "已解决", "已消除"),
)
# The grade says more than is kept here; C and D are dangerous (R7).
_NEAR_DANGER = ("不安全", "未改", "待改", "C", "D", "c", "d")
_NEAR_SAFETY = ("无", "没", "非", "不", "已", "改造", "新建", "安全", "A", "B", "a", "b")

HOUSEHOLD_FIELDS = (
    ORDER,
    Field(
        "data_date",
        pgettext_lazy("column", "Date of the data"),
        named("数据日期 数据时间"),
        Day(),
        example="202603",
        into=("household.more",),
    ),
    COUNTY,
    TOWNSHIP,
    VILLAGE,
    Field(
        "hamlet",
        pgettext_lazy("column", "Hamlet"),
        named("自然村 村民小组 组 屯 小组 自然屯"),
        Label(),
        into=("household.more",),
    ),
    HOUSEHOLD_CODE,
    PERSON_CODE,
    Field(
        "name",
        pgettext_lazy("column", "Head of household"),
        named(
            "姓名 户主姓名 户主 户主名 困难户姓名 低保户姓名 帮扶对象 帮扶对象姓名 对象姓名 "
            "成员姓名 家庭成员姓名"
        ),
        Name(),
        required=True,
        example="张庆余",
        note=_("In a list with one row per person: the person of this row."),
        into=(
            "household.head",
            "person.name",
        ),
        is_own=True,
    ),
    Field(
        "head",
        _("Head of this person's household"),
        HEAD.aliases,
        why_not=_("The row whose relation is 户主 says it."),
        beside="name",
        beside_with="relation",
    ),
    IDENTITY,
    Field(
        "size",
        pgettext_lazy("column", "People in the household"),
        named("人数 家庭人口 人口 家庭人口数 户人口 家庭人数 人口数 People"),
        Integer(1, 30, units=quantities.PEOPLE),
        example="3",
        into=("household.size",),
    ),
    RELATION,
    GENDER,
    BIRTH,
    ETHNIC,
    EDUCATION,
    SCHOOLING,
    HEALTH,
    *DISABILITY,
    LABOUR,
    WORK_MONTHS,
    BIG_INSURANCE,
    Field(
        "cause",
        pgettext_lazy("column", "Main cause"),
        named(
            "致贫原因1 致贫原因 主要致贫原因 致贫返贫原因 困难原因 致困原因 "
            "主要困难原因 致贫主要原因 返贫致贫风险 主要致困原因"
        ),
        Choice(codes.CAUSE),
        example="因病",
        into=("household.cause",),
    ),
    Field(
        "other_causes",
        pgettext_lazy("column", "Other causes"),
        named("致贫原因2 其他致贫原因 次要致贫原因 其他原因"),
        Choices(codes.CAUSE),
        example="缺劳动力",
        into=("household.other_causes",),
    ),
    Field(
        "dangerous_house",
        pgettext_lazy("column", "Dangerous house"),
        named("危房户 是否危房 是否危房户 危房"),
        YesNo(
            means=tuple((word, word in _IN_DANGER) for word in (*_IN_DANGER, *_SAFE)),
            leans=tuple((word, word in _NEAR_DANGER) for word in (*_NEAR_DANGER, *_NEAR_SAFETY)),
        ),
        example="否",
        into=("household.more",),
    ),
    Field(
        "safe_water",
        pgettext_lazy("column", "Safe drinking water"),
        named("是否解决安全饮用水 安全饮水 饮水安全 是否安全饮水 饮水是否安全"),
        YesNo(),
        example="是",
        into=("household.more",),
    ),
    Field(
        "income_per_head",
        pgettext_lazy("column", "Net income per person (yuan a year)"),
        named("人均纯收入 人均年收入 家庭人均纯收入 人均收入 年人均纯收入 家庭人均年收入"),
        Money(per=("年", "人")),
        example="8600",
        into=("household.more",),
    ),
    Field(
        "income",
        pgettext_lazy("column", "Net income of the household (yuan a year)"),
        named("家庭纯收入 家庭年收入 年收入 家庭总收入 年纯收入 家庭年纯收入"),
        Money(per=("年", "户")),
        into=("household.more",),
    ),
    Field(
        "wage_income",
        pgettext_lazy("column", "Wages (yuan a year)"),
        named("工资性收入 务工收入 年务工收入 工资收入"),
        Money(per=("年", "户")),
        into=("income.wage_fen",),
    ),
    Field(
        "business_income",
        pgettext_lazy("column", "Business income (yuan a year)"),
        named("生产经营性收入 经营性收入 经营收入 生产经营收入"),
        Money(per=("年", "户")),
        into=("income.business_fen",),
    ),
    Field(
        "business_cost",
        pgettext_lazy("column", "Business costs (yuan a year)"),
        named("生产经营性支出 经营性支出 经营支出 生产经营支出"),
        Money(per=("年", "户")),
        into=("income.business_cost_fen",),
    ),
    Field(
        "property_income",
        pgettext_lazy("column", "Income from property (yuan a year)"),
        named("财产性收入 财产收入"),
        Money(per=("年", "户")),
        into=("income.property_fen",),
    ),
    Field(
        "transfer_income",
        pgettext_lazy("column", "Transfers (yuan a year)"),
        named("转移性收入 转移收入"),
        Money(per=("年", "户")),
        into=("income.transfer_fen",),
    ),
    Field(
        "income_year",
        pgettext_lazy("column", "Year of the income"),
        named("收入年度 收入年份 收入所属年度"),
        Integer(1990, 2100, units=quantities.YEARS),
        example="2025",
        note=_(
            "Without it the year is taken from the date of the data: from October on that year, "
            "before it the year that has ended."
        ),
        needed_beside=(
            *("wage_income", "business_income", "business_cost"),
            *("property_income", "transfer_income"),
        ),
        into=("income.year",),
    ),
    Field(
        "phone",
        pgettext_lazy("column", "Telephone"),
        named(
            "户联系电话 联系电话 电话 手机号 手机号码 联系方式 手机 户主电话 户主联系电话 电话号码 "
            "联络电话"
        ),
        Phone(),
        example="13900000001",
        into=("household.phone",),
    ),
    PERSON_PHONE,
    Field(
        "since",
        pgettext_lazy("column", "First listed"),
        named("首次识别时间 识别时间 纳入时间 首次纳入时间 建档时间 认定时间 开始 Since"),
        Day(),
        example="201406",
        into=("household.since",),
    ),
    PERSON_SINCE,
    Field(
        "kind",
        pgettext_lazy("column", "Kind of household"),
        named(
            "户类型 户属性 贫困户属性 贫困类型 贫困户类型 农户类型 家庭类型 困难类型 户类别 "
            "困难类别 对象类别 救助类别 低保类别 Kind"
        ),
        Choice(codes.HOUSEHOLD_KIND),
        example="低保户",
        into=("household.kind",),
    ),
    Field(
        "monitored_kind",
        pgettext_lazy("column", "Monitored as"),
        named(
            "易返贫致贫户(监测对象)类型 监测对象类别 监测对象类型 "
            "易返贫致贫户类型 监测户类型 监测类型"
        ),
        Choice(codes.MONITORED_KIND),
        into=("household.monitored",),
    ),
    Field(
        "risk_ended",
        pgettext_lazy("column", "Risk ended"),
        named("风险是否消除 风险是否已消除 是否消除风险 是否消除"),
        YesNo(),
        into=("household.more",),
    ),
    Field(
        "risk_since",
        pgettext_lazy("column", "Risk found"),
        named("风险识别时间 监测对象识别时间 监测纳入时间"),
        Day(),
        into=("household.more",),
    ),
    Field(
        "risk_ended_on",
        pgettext_lazy("column", "Risk ended on"),
        named("风险消除时间 消除时间 消除日期"),
        Day(),
        into=("household.more",),
    ),
    Field(
        "risk_end",
        pgettext_lazy("column", "How the risk ended"),
        named("消除方式 风险消除方式"),
        Choice(codes.RISK_END),
        into=("household.more",),
    ),
    Field(
        "circumstances",
        pgettext_lazy("column", "Circumstances"),
        named("特殊情况 困难情形 人员类别 特殊类型 特殊群体 家庭情况标签"),
        Choices(codes.CIRCUMSTANCE),
        example="独居老人、慰问对象",
        into=("household.tags",),
    ),
    Field(
        "allowance",
        pgettext_lazy("column", "Receives the allowance"),
        named("是否低保 是否享受低保 享受低保"),
        YesNo(),
        into=("household.more",),
    ),
    Field(
        "allowance_amount",
        pgettext_lazy("column", "Allowance (yuan a month)"),
        named("低保金 月低保金 低保金额 月救助金额 保障金额 月保障金"),
        Money(per=("月", "户")),
        into=("household.more",),
    ),
    Field(
        "public_post",
        pgettext_lazy("column", "Holds a public-welfare post"),
        named("是否公益岗位 公益岗位 公益岗 公益性岗位"),
        YesNo(),
        into=("household.more",),
    ),
    Field(
        "address",
        pgettext_lazy("column", "Address"),
        named("家庭住址 住址 地址 详细地址 家庭地址 居住地址"),
        Text(200),
        into=("household.address",),
    ),
    Field(
        "helper",
        pgettext_lazy("column", "Helper"),
        named("帮扶责任人 帮扶人 结对干部 帮扶干部 包户干部 结对党员 帮扶责任人姓名 帮扶人姓名"),
        Name(),
        into=("household.more",),
    ),
    Field(
        "helper_unit",
        pgettext_lazy("column", "Helper's unit"),
        named("帮扶单位 帮扶人单位 结对单位 帮扶责任人单位 包扶单位"),
        Label(),
        into=("household.more",),
    ),
    Field(
        "helper_phone",
        pgettext_lazy("column", "Helper's telephone"),
        named("帮扶人电话 帮扶责任人电话 帮扶人联系电话 帮扶责任人联系电话 干部电话"),
        why_not=_("Telephone numbers of helpers are kept once, in the list of members."),
    ),
    Field(
        "helper_rank",
        pgettext_lazy("column", "Helper's rank"),
        named("职务级别 帮扶人职级 干部职级 帮扶责任人职务级别"),
        Choice(codes.RANK),
        into=("household.more",),
    ),
    Field(
        "paired_since",
        pgettext_lazy("column", "Paired since"),
        named("结对开始 帮扶开始时间 结对时间 帮扶开始"),
        Day(),
        into=("household.more",),
    ),
    Field(
        "difficulty",
        pgettext_lazy("column", "Difficulty"),
        named("困难程度"),
        why_not=_("Each campaign works it out by its own rules."),
    ),
    Field(
        "hardest",
        pgettext_lazy("column", "Hardest"),
        named("特别困难"),
        why_not=_("Each campaign works it out by its own rules."),
    ),
    Field(
        "state",
        STATE.label,
        STATE.aliases,
        note=_("Households that have left are compared with the register, not written."),
    ),
    replace(NOTE, into=("household.more",)),
)

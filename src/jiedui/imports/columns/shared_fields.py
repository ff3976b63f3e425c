"""Columns that several kinds of list have in common."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.core import codes
from jiedui.imports.columns.declarations import Field, named
from jiedui.imports.values import quantities
from jiedui.imports.values.choices import Choice
from jiedui.imports.values.dates import Day
from jiedui.imports.values.identities import Identity, Phone
from jiedui.imports.values.parsers import Integer, Label, Name, Text, YesNo

ORDER = Field(
    "order",
    pgettext_lazy("column", "No."),
    named("序号 编号 顺序号"),
    why_not=_("A running number of the file says nothing about the entry."),
)
STATE = Field(
    "state",
    pgettext_lazy("column", "State"),
    named("状态"),
    why_not=_("It follows from the dates of the entry."),
    is_own=True,
)
# What the model of a register has no field for, or what another register says.
OF_MEMBERS = _("People who work for an organisation stand in the list of members.")
COUNTED = _("It is counted from the entries themselves.")
NOT_NEEDED = _("Nothing here needs it, so it is not collected.")
COUNTY = Field(
    "county",
    pgettext_lazy("column", "County"),
    named("县(市区旗) 县 区县 县区 县（市、区） 县级 所在县区"),
    Label(),
    example="大洼区",
)
TOWNSHIP = Field(
    "township",
    pgettext_lazy("column", "Township"),
    named("乡(镇) 乡镇 镇 街道 乡镇街道 乡（镇、街道） 镇街 乡级 所在乡镇 Town"),
    Label(),
    example="田家街道",
)
VILLAGE = Field(
    "village",
    pgettext_lazy("column", "Village or community"),
    named("行政村 村 村（社区） 社区 村社区 村居 村名 村级 所在村 居委会 村（居） Village"),
    Label(),
    required=True,
    example="大堡子村",
    into=("household.place_id",),
)
HOUSEHOLD_CODE = Field(
    "household_code",
    pgettext_lazy("column", "Household number"),
    named("户编号 家庭编号 户号 户编码 家庭编码 Number"),
    Label(),
    example="H0001",
    note=_("The same number in every list joins the rows of one household."),
    into=("household.number",),
    is_own=True,
)
PERSON_CODE = Field(
    "person_code",
    pgettext_lazy("column", "Person number"),
    named("人编号 人员编号 人员编码"),
    Label(),
    example="P000101",
    into=("person.number",),
    is_own=True,
)
IDENTITY = Field(
    "identity",
    pgettext_lazy("column", "Identity number"),
    named(
        "证件号码 身份证号 身份证号码 身份证 公民身份号码 证件号 "
        "户主身份证号 户主身份证号码 户主证件号码 残疾证号 身份证件号码 "
        "居民身份证号 证件号/残疾证号 身分证号码 身分证字号"
    ),
    Identity(),
    note=_("Not required; it makes finding doubles surer. It is stored encrypted."),
    into=("person.identity",),
)
RELATION = Field(
    "relation",
    pgettext_lazy("column", "Relation to the head"),
    named("与户主关系 户主关系 家庭关系 关系 与户主的关系 和户主关系 称谓"),
    Choice(codes.RELATION),
    example="户主",
    into=("person.relation",),
    is_own=True,
)
GENDER = Field(
    "gender",
    pgettext_lazy("column", "Gender"),
    named("性别 户主性别"),
    Choice(codes.GENDER),
    example="男",
    into=("person.gender",),
    is_own=True,
)
BIRTH = Field(
    "birth",
    pgettext_lazy("column", "Date of birth"),
    named("出生日期 出生年月 出生年月日 生日 出生时间 户主出生日期 Born"),
    Day(exact=True),
    example="1958-03-12",
    into=("person.born",),
    is_own=True,
)
ETHNIC = Field(
    "ethnic",
    pgettext_lazy("column", "Ethnic group"),
    named("民族"),
    Choice(codes.ETHNIC),
    example="汉族",
    into=("person.ethnic",),
)
EDUCATION = Field(
    "education",
    pgettext_lazy("column", "Education"),
    named("文化程度 学历 文化水平 受教育程度 最高学历 文化"),
    Choice(codes.EDUCATION),
    example="小学",
    into=("person.education",),
)
SCHOOLING = Field(
    "schooling",
    pgettext_lazy("column", "At school"),
    named("在校生状况 在校情况 在校状况 在校 就读阶段 是否在校生"),
    Choice(codes.SCHOOLING),
    example="非在校生",
    into=("person.schooling",),
)
HEALTH = Field(
    "health",
    pgettext_lazy("column", "Health"),
    named("健康状况 身体状况 健康情况 身体健康状况 健康"),
    Choice(codes.HEALTH),
    example="长期慢性病",
    into=("person.health",),
    is_own=True,
)
LABOUR = Field(
    "labour",
    pgettext_lazy("column", "Ability to work"),
    named("劳动技能 劳动能力 劳动力状况 劳动力 劳动力情况"),
    Choice(codes.LABOUR),
    example="弱劳动力或半劳动力",
    into=("person.labour",),
)
WORK_MONTHS = Field(
    "work_months",
    pgettext_lazy("column", "Months of work away"),
    named("务工时间(月) 务工时间 务工时长 务工月数 外出务工时间"),
    Integer(0, 12, units=quantities.MONTHS),
    example="0",
    into=("person.work_months",),
)
PERSON_PHONE = Field(
    "person_phone",
    pgettext_lazy("column", "Person's telephone"),
    named("人联系电话 人员联系电话 本人电话 本人联系电话"),
    Phone(),
    into=("person.phone",),
)
PERSON_SINCE = Field(
    "person_since",
    pgettext_lazy("column", "Person listed since"),
    named("人员识别时间 人员纳入时间"),
    Day(),
    example="201406",
    into=("person.since",),
)
BIG_INSURANCE = Field(
    "serious_illness_insurance",
    pgettext_lazy("column", "Serious-illness insurance"),
    named("是否参加大病保险 大病保险 参加大病保险"),
    YesNo(),
    example="是",
    into=("person.more",),
)
DISABILITY = (
    Field(
        "disability_class",
        pgettext_lazy("column", "Kind of disability"),
        named("残疾类别 残疾类型 残疾种类"),
        Choice(codes.DISABILITY_CLASS),
        into=("person.disability",),
        is_own=True,
    ),
    Field(
        "disability_level",
        pgettext_lazy("column", "Level of disability"),
        named("残疾等级 残疾级别"),
        Choice(codes.DISABILITY_LEVEL),
        is_own=True,
    ),
)
NOTE = Field("note", pgettext_lazy("column", "Remark"), named("备注 说明 其他说明"), Text(1000))


HEAD = Field(
    "head",
    pgettext_lazy("column", "Head of household"),
    named("户主姓名 户主 所属户主 户主名"),
    Name(),
    example="张庆余",
    note=_("Needed when there is no household number."),
    is_own=True,
)

# Lists of organisations, members, teams and places: 编号 is the number of the entry there.
RUNNING = Field("order", ORDER.label, named("序号 顺序号"), why_not=ORDER.why_not)
REMARK = Field("note", NOTE.label, NOTE.aliases, why_not=_("This register keeps no remarks."))
PLACE = Field(
    "place",
    pgettext_lazy("column", "Place"),
    named("地点 所在地 所在区域 服务区域"),
    Label(),
    note=_("The name or the code of a place of any level."),
)

"""Columns of lists of organisations and of their members."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.core import codes
from jiedui.imports.columns.declarations import Field, named
from jiedui.imports.columns.shared_fields import (
    COUNTED,
    NOT_NEEDED,
    OF_MEMBERS,
    PLACE,
    REMARK,
    RUNNING,
    STATE,
)
from jiedui.imports.values.choices import Choice, Choices, Labelled
from jiedui.imports.values.dates import Day
from jiedui.imports.values.identities import Identity, Phone
from jiedui.imports.values.parsers import Integer, Label, Name, Words, YesNo
from jiedui.orgs.models import Organisation

_OF_THE_UNIT = _("It is kept with the organisation.")
_BRANCHES = named("党支部 所在支部 所在党支部 支部名称 所属党支部 所属党组织 所在党组织")
_IN_POSITION = _("Write it into the column of the position.")

ORGANISATION_FIELDS = (
    RUNNING,
    Field(
        "code",
        pgettext_lazy("column", "Organisation number"),
        named("组织编号 编号 组织编码 单位编号 单位代码 统一社会信用代码 Number"),
        Label(),
        example="D001",
        into=("organisation.number",),
        is_own=True,
    ),
    Field(
        "name",
        pgettext_lazy("column", "Name"),
        named("组织名称 名称 单位名称 党组织名称 支部名称 党支部名称 单位 党支部 帮扶单位 全称"),
        Label(),
        required=True,
        example="区水利局机关党支部",
        into=("organisation.name",),
        is_own=True,
    ),
    Field(
        "short",
        pgettext_lazy("column", "Short name"),
        named("简称 组织简称 单位简称"),
        why_not=_("An organisation has one name here."),
    ),
    Field(
        "kind",
        pgettext_lazy("column", "Kind"),
        named("组织类别 组织类型 类别 类型 党组织类别"),
        Labelled(codes.ORG_KIND, Organisation.Kind),
        example="党支部",
        into=("organisation.kind",),
    ),
    Field(
        "parent",
        pgettext_lazy("column", "Belongs to"),
        named("上级组织 上级党组织 所属单位 隶属组织 上级单位 主管单位 所属党委 隶属 上级"),
        Label(),
        example="区水利局",
        note=_("The name or number of another row, or of an organisation that exists already."),
        needed_beside=("name",),
    ),
    Field(
        "unit_kind",
        pgettext_lazy("column", "Kind of unit"),
        named("单位类型 单位性质 单位类别"),
        Choice(codes.UNIT_KIND),
        example="国家机关",
        into=("organisation.unit_kind",),
    ),
    Field(
        "affiliation",
        pgettext_lazy("column", "Level"),
        named("隶属关系 单位级别 层级"),
        Choice(codes.AFFILIATION),
        example="县",
        into=("organisation.affiliation",),
    ),
    Field(
        "classes",
        pgettext_lazy("column", "Classes"),
        named("单位分类 帮扶分类 单位标签"),
        Words(),
        note=_("What the office calls it besides; kinds of pair may set loads by it."),
        into=("organisation.classes",),
    ),
    Field(
        "township",
        pgettext_lazy("column", "Township"),
        named("所在乡镇 乡镇 乡(镇) 街道 乡镇街道"),
        Label(),
    ),
    Field(
        "village",
        pgettext_lazy("column", "Village or community"),
        named("所在村 行政村 村（社区） 社区 村"),
        Label(),
        into=("organisation.place_id",),
    ),
    Field(
        "secretary",
        pgettext_lazy("column", "Secretary"),
        named("书记 支部书记 党支部书记 负责人 主要负责人 书记姓名"),
        why_not=OF_MEMBERS,
    ),
    Field(
        "contact",
        pgettext_lazy("column", "Contact"),
        named("联系人 联络员 联系人姓名"),
        why_not=OF_MEMBERS,
    ),
    Field(
        "phone",
        pgettext_lazy("column", "Telephone"),
        named("联系电话 电话 手机号 手机号码 联系方式 联系人电话"),
        why_not=OF_MEMBERS,
    ),
    Field(
        "member_count",
        pgettext_lazy("column", "Number of members"),
        named("党员数 党员人数 人数 党员总数"),
        why_not=COUNTED,
    ),
    Field(
        "strengths",
        pgettext_lazy("column", "Can help with"),
        named("可提供帮扶 帮扶优势 资源清单 能提供的帮助 行业优势 可提供资源"),
        Choices(codes.NEED_KIND),
        example="饮水安全、技术培训",
        into=("organisation.strengths",),
    ),
    Field(
        "address",
        pgettext_lazy("column", "Address"),
        named("地址 单位地址 办公地址"),
        why_not=NOT_NEEDED,
    ),
    PLACE,
    Field(
        "since",
        pgettext_lazy("column", "Founded"),
        named("成立时间 成立日期 开始 Since"),
        Day(),
        into=("organisation.since",),
    ),
    Field(
        "ended",
        pgettext_lazy("column", "Dissolved"),
        named("撤销时间 撤销日期"),
        Day(),
        into=("organisation.ended",),
        is_own=True,
    ),
    STATE,
    REMARK,
)

MEMBER_FIELDS = (
    RUNNING,
    Field(
        "code",
        pgettext_lazy("column", "Member number"),
        named("工号 人员编号 党员编号 干部编号 编号 人员编码 Number"),
        Label(30),
        example="M0001",
        note=_("The same number in the next list means the same person."),
        into=("member.number",),
        is_own=True,
    ),
    Field(
        "name",
        pgettext_lazy("column", "Name"),
        named("姓名 党员姓名 干部姓名 帮扶责任人 帮扶人 人员姓名 志愿者姓名"),
        Name(),
        required=True,
        example="周文清",
        into=("member.name",),
        is_own=True,
    ),
    Field(
        "organisation",
        pgettext_lazy("column", "Branch or unit"),
        (
            *named("单位或支部 单位 工作单位 所在单位 帮扶单位 单位名称 Organisation"),
            *_BRANCHES,
        ),
        Label(),
        required=True,
        example="区水利局",
        into=("member.organisation_id",),
    ),
    Field(
        "branch",
        pgettext_lazy("column", "Branch of the unit"),
        _BRANCHES,
        Label(),
        example="区水利局机关党支部",
        note=_("When the unit has a column of its own; the member then belongs to the branch."),
        beside="organisation",
    ),
    Field(
        "group", pgettext_lazy("column", "Party group"), named("党小组 所在党小组 小组"), Label()
    ),
    Field(
        "unit_kind",
        pgettext_lazy("column", "Kind of unit"),
        named("单位类型 单位性质"),
        why_not=_OF_THE_UNIT,
    ),
    Field("affiliation", pgettext_lazy("column", "Level"), named("隶属关系"), why_not=_OF_THE_UNIT),
    Field(
        "gender",
        pgettext_lazy("column", "Gender"),
        named("性别"),
        Choice(codes.GENDER),
        example="男",
        into=("member.gender",),
    ),
    Field(
        "birth",
        pgettext_lazy("column", "Date of birth"),
        named("出生日期 出生年月 出生年月日 生日"),
        why_not=NOT_NEEDED,
    ),
    Field("ethnic", pgettext_lazy("column", "Ethnic group"), named("民族"), why_not=NOT_NEEDED),
    Field(
        "education",
        pgettext_lazy("column", "Education"),
        named("学历 文化程度"),
        why_not=NOT_NEEDED,
    ),
    Field(
        "identity",
        pgettext_lazy("column", "Identity number"),
        named("证件号码 身份证号 身份证号码 身份证 公民身份号码 证件号"),
        Identity(),
        note=_("Not required; it makes finding doubles surer. It is stored encrypted."),
        into=("member.identity",),
    ),
    Field(
        "phone",
        pgettext_lazy("column", "Telephone"),
        named("联系电话 电话 手机号 手机号码 联系方式 手机"),
        Phone(),
        example="13900000002",
        into=("member.phone",),
    ),
    Field(
        "political",
        pgettext_lazy("column", "Political status"),
        named("政治面貌"),
        Choice(codes.POLITICAL),
        example="中共党员",
        into=("member.political",),
    ),
    Field(
        "joined",
        pgettext_lazy("column", "Joined the party"),
        named("入党日期 入党时间"),
        Day(),
        example="2003-07-01",
        into=("member.joined",),
    ),
    Field(
        "position",
        pgettext_lazy("column", "Position"),
        named("职务 现任职务 工作职务 岗位 Post"),
        Label(),
        example="副局长",
        into=("member.post",),
    ),
    Field(
        "party_post", pgettext_lazy("column", "Party post"), named("党内职务"), why_not=_IN_POSITION
    ),
    Field(
        "rank",
        pgettext_lazy("column", "Rank"),
        named("职务级别 职级 级别 行政级别 职务层次"),
        Choice(codes.RANK),
        example="副科级",
        into=("member.rank",),
    ),
    Field(
        "first_secretary",
        pgettext_lazy("column", "First secretary"),
        named("是否第一书记"),
        why_not=_IN_POSITION,
    ),
    Field(
        "team_leader",
        pgettext_lazy("column", "Leads the village team"),
        named("是否工作队长"),
        why_not=_IN_POSITION,
    ),
    Field(
        "team_member",
        pgettext_lazy("column", "In the village team"),
        named("是否驻村队员"),
        why_not=_IN_POSITION,
    ),
    Field(
        "skills",
        pgettext_lazy("column", "Skills"),
        named("特长 专长 专业特长 技能 服务专长 个人特长"),
        Words(),
        example="水电维修、义诊",
        into=("member.skills",),
    ),
    Field(
        "strengths",
        pgettext_lazy("column", "Can help with"),
        named("可提供帮扶 服务意愿 服务类别"),
        why_not=_("It is kept with the organisation; write what a person can do as skills."),
    ),
    Field(
        "team",
        pgettext_lazy("column", "Volunteer team"),
        named("志愿服务队 所在志愿服务队 所属服务队 服务队"),
        Label(),
        into=("seat.team_id",),
    ),
    Field(
        "community",
        pgettext_lazy("column", "Registered with community"),
        (*named("报到社区 双报到社区 居住社区 所在社区 同时报到于"), "Also registered at"),
        Label(),
        into=("member.also_at_id",),
    ),
    Field(
        "township",
        pgettext_lazy("column", "Township of residence"),
        named("居住乡镇 居住街道"),
        why_not=NOT_NEEDED,
    ),
    Field(
        "quota",
        pgettext_lazy("column", "Households at most"),
        named("结对户数上限 最多结对户数 可结对户数 帮扶户数"),
        Integer(high=1000),
        note=_("Fewer than the campaign asks of the rank, where this one cannot carry as many."),
        into=("member.most_pairs",),
    ),
    Field(
        "is_leader",
        pgettext_lazy("column", "Leader"),
        named("领导 是否领导 领导干部 是否领导干部"),
        YesNo(),
        into=("member.is_leader",),
        is_own=True,
    ),
    Field(
        "since",
        pgettext_lazy("column", "Since"),
        named("帮扶开始时间 开始时间 任职时间"),
        Day(),
        into=("member.since",),
    ),
    Field(
        "ended",
        pgettext_lazy("column", "Until"),
        named("帮扶结束时间 结束时间 离任时间"),
        Day(),
        into=("member.ended",),
        is_own=True,
    ),
    STATE,
    REMARK,
)

"""Columns of lists of places below the village."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.core import codes
from jiedui.imports.columns.declarations import Field, named
from jiedui.imports.columns.shared_fields import COUNTED, NOT_NEEDED, REMARK, RUNNING, STATE
from jiedui.imports.values.choices import Labelled
from jiedui.imports.values.parsers import Label
from jiedui.places.models import Level

_IN_CHARGE = _("Who is in charge of a place is said by pairs and posts of a campaign.")

PLACE_FIELDS = (
    RUNNING,
    Field(
        "code",
        pgettext_lazy("column", "Code"),
        named("代码 编码 区划代码"),
        Label(40),
        note=_("Only of places that are in the register already."),
        is_own=True,
    ),
    Field("county", pgettext_lazy("column", "County"), named("县(市区旗) 区县 县区 县"), Label()),
    Field(
        "township",
        pgettext_lazy("column", "Township"),
        named("街道 乡镇 乡(镇) 乡镇街道 镇街 所在街道"),
        Label(),
        example="兴隆街道",
    ),
    Field(
        "village",
        pgettext_lazy("column", "Village or community"),
        named("社区 村（社区） 村社区 行政村 村居 所在社区 居委会"),
        Label(),
        example="泰山社区",
        needed_beside=("name", "grid", "estate", "building", "stairwell"),
    ),
    Field(
        "grid", pgettext_lazy("column", "Grid"), named("网格 所属网格 网格名称 网格编号"), Label()
    ),
    Field(
        "kind",
        pgettext_lazy("column", "Kind of place"),
        named("层级 类型 类别 场所类型 区域类型 Level"),
        Labelled(codes.AREA_LEVEL, Level),
        note=_("Only for zones and posts; estates, buildings and stairwells need none."),
        needed_beside=("name",),
    ),
    Field(
        "name",
        pgettext_lazy("column", "Name of the zone or post"),
        named("名称 责任区 责任区名称 岗位名称 路段 服务点 Name"),
        Label(),
        is_own=True,
    ),
    Field(
        "estate",
        pgettext_lazy("column", "Estate"),
        named("小区 小区名称 家属院 庭院 院落 所在小区"),
        Label(),
        example="泰和小区",
    ),
    Field(
        "building",
        pgettext_lazy("column", "Building"),
        named("楼 楼栋 楼号 楼栋号 幢 栋"),
        Label(30),
        example="3号楼",
    ),
    Field(
        "stairwell",
        pgettext_lazy("column", "Stairwell"),
        named("单元 楼道 单元号 门洞"),
        Label(30),
        example="2单元",
        is_own=True,
    ),
    Field(
        "households",
        pgettext_lazy("column", "Households"),
        named("户数 住户数 居民户数"),
        why_not=COUNTED,
    ),
    Field(
        "head",
        pgettext_lazy("column", "Head of the stairwell"),
        named("楼道长 楼长 单元长 楼道长姓名 负责人"),
        why_not=_IN_CHARGE,
    ),
    Field(
        "head_is_member",
        pgettext_lazy("column", "Head is a party member"),
        named("党员否 是否党员"),
        why_not=_IN_CHARGE,
    ),
    Field(
        "instructor",
        pgettext_lazy("column", "Instructor"),
        named("指导员 包保干部 联系干部"),
        why_not=_IN_CHARGE,
    ),
    Field(
        "phone",
        pgettext_lazy("column", "Telephone"),
        named("电话 联系电话 手机号 手机号码 联系方式 楼道长电话"),
        why_not=_IN_CHARGE,
    ),
    Field(
        "address",
        pgettext_lazy("column", "Address"),
        named("地址 详细地址 位置"),
        why_not=NOT_NEEDED,
    ),
    Field(
        "parent",
        pgettext_lazy("column", "Lies in"),
        (*named("所属上级"),),
        why_not=_("The columns of village, estate and building say where a place lies."),
    ),
    STATE,
    REMARK,
)

"""Code lists about organisations, their people, places and pairs."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from jiedui.core.codelist import Code, CodeList

# The node of the organisation tree, at any depth.
ORG_KIND = CodeList(
    Code(
        "unit",
        pgettext_lazy("organisation", "Unit"),
        "单位",
        (),
        ("机关", "部门", "局", "委", "办"),
    ),
    Code(
        "committee",
        pgettext_lazy("code", "Party committee"),
        "党委",
        (),
        ("党组", "党工委", "工委"),
    ),
    Code("general_branch", pgettext_lazy("code", "General party branch"), "党总支", (), ("总支",)),
    Code("branch", pgettext_lazy("code", "Party branch"), "党支部", (), ("支部", "联合支部")),
    Code("group", pgettext_lazy("code", "Party group"), "党小组", (), ("小组",)),
    Code(
        "village_branch",
        pgettext_lazy("code", "Village or community branch"),
        "村（社区）党支部",
        (),
        ("村党支部", "社区党支部", "村支部"),
    ),
    Code(
        "volunteers",
        pgettext_lazy("code", "Volunteer team"),
        "志愿服务队",
        (),
        ("志愿队", "服务队", "劝导队"),
    ),
    Code(
        "supervisors", pgettext_lazy("code", "Supervision team"), "督导组", (), ("督查组", "巡查组")
    ),
    Code("other", pgettext_lazy("organisation", "Other"), "其他"),
)

# 单位类型 of the national system.
UNIT_KIND = CodeList(
    Code(
        "state",
        pgettext_lazy("code", "State organ"),
        "国家机关",
        (),
        ("机关", "党政机关", "行政机关"),
    ),
    Code(
        "social",
        pgettext_lazy("code", "Social organisation"),
        "社会团体",
        (),
        ("社会组织", "人民团体", "群团"),
    ),
    Code(
        "university",
        pgettext_lazy("code", "University or college"),
        "高等院校",
        (),
        ("高校", "院校"),
    ),
    Code(
        "institution", pgettext_lazy("code", "Public institution"), "事业单位", (), ("学校", "医院")
    ),
    Code(
        "state_enterprise",
        pgettext_lazy("code", "State-owned enterprise"),
        "国有企业",
        (),
        ("国企", "央企"),
    ),
    Code(
        "private",
        pgettext_lazy("code", "Private enterprise"),
        "民营企业",
        (),
        ("非公企业", "两新组织", "企业"),
    ),
    Code("eastern", pgettext_lazy("code", "Paired eastern province or city"), "东部对口帮扶省市"),
    Code(
        "designated",
        pgettext_lazy("code", "Designated institution"),
        "定点机构",
        (),
        ("定点帮扶单位",),
    ),
    Code(
        "village",
        pgettext_lazy("code", "Villagers' or residents' committee"),
        "村民自治组织",
        (),
        ("村委会", "居委会", "村", "社区"),
    ),
    Code("other", pgettext_lazy("unit kind", "Other"), "其他"),
)

AFFILIATION = CodeList(
    Code("central", pgettext_lazy("code", "Central"), "中央"),
    Code("province", pgettext_lazy("code", "Provincial"), "省", (), ("省级", "自治区", "直辖市")),
    Code(
        "prefecture",
        pgettext_lazy("code", "City (prefecture)"),
        "市（地区）",
        (),
        ("市", "地区", "市级", "市(地区)"),
    ),
    Code("district", pgettext_lazy("code", "District"), "区", (), ("区级",)),
    Code("county", pgettext_lazy("code", "County"), "县", (), ("县级", "县(市区)")),
    Code("subdistrict", pgettext_lazy("code", "Sub-district"), "街道", (), ("街道办事处",)),
    Code("town", pgettext_lazy("code", "Town"), "镇"),
    Code("township", pgettext_lazy("code", "Township"), "乡"),
    Code(
        "residents",
        pgettext_lazy("code", "Residents' committee"),
        "居委会",
        (),
        ("居民委员会", "社区"),
    ),
    Code(
        "villagers",
        pgettext_lazy("code", "Villagers' committee"),
        "村委会",
        (),
        ("村民委员会", "村"),
    ),
    Code("army", pgettext_lazy("code", "Army"), "军队"),
    Code("other", pgettext_lazy("affiliation", "Other"), "其他"),
)

# 职务级别, highest first; the order is used by "hardest households to leaders".
# Personal grades (职级) since 2019 count as the level of posts they run beside
# (公务员职务与职级并行规定, 2019): a list of today has 一级主任科员 where an older one has 正科级.
RANK = CodeList(
    Code(
        "national_chief",
        pgettext_lazy("code", "National level, chief"),
        "国家级正职",
        (),
        ("国家级正",),
    ),
    Code(
        "national_deputy",
        pgettext_lazy("code", "National level, deputy"),
        "国家级副职",
        (),
        ("国家级副",),
    ),
    Code(
        "provincial_chief",
        pgettext_lazy("code", "Provincial level, chief"),
        "省部级正职",
        (),
        ("省部级正", "正省级", "正部级"),
    ),
    Code(
        "provincial_deputy",
        pgettext_lazy("code", "Provincial level, deputy"),
        "省部级副职",
        (),
        ("省部级副", "副省级", "副部级"),
    ),
    Code(
        "bureau_chief",
        pgettext_lazy("code", "Bureau level, chief"),
        "厅局级正职",
        (),
        ("厅局级正", "正厅级", "正厅", "正局级", "一级巡视员"),
    ),
    Code(
        "bureau_deputy",
        pgettext_lazy("code", "Bureau level, deputy"),
        "厅局级副职",
        (),
        ("厅局级副", "副厅级", "副厅", "副局级", "二级巡视员"),
    ),
    Code(
        "division_chief",
        pgettext_lazy("code", "Division level, chief"),
        "县处级正职",
        (),
        (
            "县处级正",
            "正处级",
            "正处",
            "正县级",
            "县级正职",
            "一级调研员",
            "二级调研员",
            "管理五级",
            "五级管理岗",
            "管理岗五级",
            "管理岗位五级",
            "五级职员",
        ),
    ),
    Code(
        "division_deputy",
        pgettext_lazy("code", "Division level, deputy"),
        "县处级副职",
        (),
        (
            "县处级副",
            "副处级",
            "副处",
            "副县级",
            "县级副职",
            "三级调研员",
            "四级调研员",
            "管理六级",
            "六级管理岗",
            "管理岗六级",
            "管理岗位六级",
            "六级职员",
        ),
    ),
    Code(
        "section_chief",
        pgettext_lazy("code", "Section level, chief"),
        "乡科级正职",
        (),
        (
            "乡科级正",
            "正科级",
            "正科",
            "科级",
            "科级正职",
            "一级主任科员",
            "二级主任科员",
            "管理七级",
            "七级管理岗",
            "管理岗七级",
            "管理岗位七级",
            "七级职员",
        ),
    ),
    Code(
        "section_deputy",
        pgettext_lazy("code", "Section level, deputy"),
        "乡科级副职",
        (),
        (
            "乡科级副",
            "副科级",
            "副科",
            "科级副职",
            "三级主任科员",
            "四级主任科员",
            "管理八级",
            "八级管理岗",
            "管理岗八级",
            "管理岗位八级",
            "八级职员",
        ),
    ),
    Code(
        "staff",
        pgettext_lazy("code", "Section staff"),
        "科员级",
        (),
        (
            "科员",
            "一般干部",
            "一般",
            "普通干部",
            "干部",
            "一级科员",
            "二级科员",
            "管理九级",
            "九级管理岗",
            "管理岗九级",
            "管理岗位九级",
            "九级职员",
        ),
    ),
    Code(
        "clerk",
        pgettext_lazy("code", "Office clerk"),
        "办事员级",
        (),
        ("办事员", "管理十级", "十级管理岗", "管理岗十级", "管理岗位十级", "十级职员"),
    ),
    Code(
        "unranked",
        pgettext_lazy("code", "No rank set"),
        "未定职",
        (),
        ("无", "无级别", "未定级", "工勤人员", "其他"),
        # Posts with levels of their own, which are no ranks.
        ("技术", "专技", "职称", "工勤", "工人", "技工", "事业编", "编外", "聘用"),
    ),
)

POST = CodeList(
    Code(
        "secretary",
        pgettext_lazy("code", "Secretary"),
        "书记",
        (),
        ("支部书记", "党支部书记", "党委书记"),
    ),
    Code(
        "deputy_secretary", pgettext_lazy("code", "Deputy secretary"), "副书记", (), ("支部副书记",)
    ),
    Code("organiser", pgettext_lazy("code", "Committee member for organisation"), "组织委员"),
    Code("publicist", pgettext_lazy("code", "Committee member for publicity"), "宣传委员"),
    Code("disciplinarian", pgettext_lazy("code", "Committee member for discipline"), "纪检委员"),
    Code(
        "group_head",
        pgettext_lazy("code", "Head of the party group"),
        "党小组长",
        (),
        ("组长", "小组长"),
    ),
    Code(
        "unit_head",
        pgettext_lazy("code", "Head of the unit"),
        "单位主要负责人",
        (),
        ("一把手", "局长", "主任", "主要负责人"),
    ),
    Code(
        "unit_deputy",
        pgettext_lazy("code", "Deputy head of the unit"),
        "单位分管负责人",
        (),
        ("副局长", "副主任", "分管领导"),
    ),
    Code(
        "first_secretary",
        pgettext_lazy("code", "First secretary in the village"),
        "第一书记",
        (),
        ("驻村第一书记",),
    ),
    Code(
        "team_leader",
        pgettext_lazy("code", "Leader of the village team"),
        "工作队长",
        (),
        ("驻村工作队长", "驻村工作队队长"),
    ),
    Code(
        "team_member",
        pgettext_lazy("code", "Member of the village team"),
        "驻村队员",
        (),
        ("驻村工作队员",),
    ),
    Code("member", pgettext_lazy("post", "Member"), "党员", (), ("成员", "普通党员")),
    Code(
        "stairwell_head",
        pgettext_lazy("code", "Head of the stairwell"),
        "楼道长",
        (),
        ("楼长", "单元长"),
    ),
)

# GB/T 2260 and the statistical division codes down to villages; below them our own.
AREA_LEVEL = CodeList(
    Code("province", pgettext_lazy("code", "Province"), "省级", (), ("省", "自治区", "直辖市")),
    Code("city", pgettext_lazy("code", "City"), "地级", (), ("市", "地区", "地市", "州", "盟")),
    Code(
        "county",
        pgettext_lazy("code", "County or district"),
        "县级",
        (),
        ("县", "区", "县(市区)", "县区", "县（市、区）"),
    ),
    Code(
        "township",
        pgettext_lazy("code", "Township or sub-district"),
        "乡级",
        (),
        ("乡镇", "街道", "乡", "镇", "乡镇街道", "乡（镇、街道）"),
    ),
    Code(
        "village",
        pgettext_lazy("code", "Village or community"),
        "村级",
        (),
        ("村", "社区", "行政村", "村（社区）"),
    ),
    Code(
        "hamlet",
        pgettext_lazy("code", "Hamlet or villagers' group"),
        "自然村",
        (),
        ("村民小组", "组", "屯"),
    ),
    Code("grid", pgettext_lazy("code", "Grid"), "网格"),
    Code("estate", pgettext_lazy("code", "Estate"), "小区", (), ("家属院", "庭院", "院落")),
    Code("building", pgettext_lazy("code", "Building"), "楼栋", (), ("楼", "幢", "栋", "号楼")),
    Code("stairwell", pgettext_lazy("code", "Stairwell"), "楼道", (), ("单元", "门洞")),
    Code(
        "zone",
        pgettext_lazy("code", "Zone of responsibility"),
        "责任区",
        (),
        ("路段", "包干区", "片区"),
    ),
    Code(
        "post",
        pgettext_lazy("code", "Service post"),
        "岗位",
        (),
        ("服务点", "先锋岗", "志愿服务站", "服务站"),
    ),
)

# The third group of the statistical division code (城乡分类).
URBAN_RURAL = CodeList(
    Code("urban_core", pgettext_lazy("code", "Urban core"), "主城区", ("111",)),
    Code("urban_fringe", pgettext_lazy("code", "Urban fringe"), "城乡结合区", ("112",)),
    Code("town_core", pgettext_lazy("code", "Town centre"), "镇中心区", ("121",)),
    Code("town_fringe", pgettext_lazy("code", "Town fringe"), "镇乡结合区", ("122",)),
    Code("special", pgettext_lazy("code", "Special area"), "特殊区域", ("123",)),
    Code("rural_centre", pgettext_lazy("code", "Township centre"), "乡中心区", ("210",)),
    Code("rural", pgettext_lazy("code", "Rural village"), "村庄", ("220",)),
)

# Why a pair ends or is handed over (变更原因).
CHANGE_REASON = CodeList(
    Code("retired", pgettext_lazy("code", "Left through retirement"), "退休"),
    Code(
        "transferred",
        pgettext_lazy("code", "Transferred"),
        "调离",
        (),
        ("调动", "工作调动", "岗位变动"),
    ),
    Code("seconded", pgettext_lazy("code", "Seconded"), "借调"),
    Code(
        "leave",
        pgettext_lazy("code", "Illness or maternity leave"),
        "生病或产假",
        (),
        ("生病", "产假", "生病/产假", "病假"),
    ),
    Code("died", pgettext_lazy("code", "Helper died"), "死亡", (), ("去世", "病故")),
    Code(
        "unit_merged",
        pgettext_lazy("code", "Unit dissolved or merged"),
        "单位撤并",
        (),
        ("机构改革", "撤并"),
    ),
    Code(
        "household_left",
        pgettext_lazy("code", "Household moved away or died out"),
        "户迁出或自然减少",
        (),
        ("户迁出", "自然减少", "迁出", "户迁出/自然减少"),
    ),
    Code("refused", pgettext_lazy("code", "Household refused"), "户拒绝", (), ("群众拒绝",)),
    Code("avoidance", pgettext_lazy("code", "Avoidance of kin or creditors"), "回避"),
    Code("weak_help", pgettext_lazy("code", "Poor help"), "帮扶不力"),
    Code("other", pgettext_lazy("change", "Other reason"), "其他"),
)

"""Code lists about households: kinds, causes, needs, measures (no national numbers)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.core.codelist import Code, CodeList

HOUSEHOLD_KIND = CodeList(
    Code(
        "lifted",
        _("Lifted out of poverty"),
        "脱贫户",
        (),
        ("脱贫享受政策户", "脱贫享受政策", "已脱贫户"),
    ),
    Code(
        "lifted_other",
        _("Lifted out of poverty, without policies"),
        "其他脱贫户",
        (),
        ("脱贫不享受政策户",),
    ),
    Code("ordinary", _("Ordinary farm household"), "一般农户", (), ("普通农户", "一般户")),
    Code("non_farm", _("Non-farm household"), "非农户", (), ("城镇户",)),
    Code(
        "poor",
        _("Registered poor household"),
        "一般贫困户",
        (),
        ("贫困户", "建档立卡户", "建档立卡贫困户"),
    ),
    Code("poor_allowance", _("Poor household with allowance"), "低保贫困户"),
    Code(
        "allowance",
        _("Minimum-living-allowance household"),
        "低保户",
        (),
        ("低保", "低保对象", "低保家庭"),
    ),
    Code(
        "allowance_edge",
        _("Near-allowance household"),
        "低保边缘家庭",
        (),
        ("低保边缘", "低保边缘户"),
    ),
    Code(
        "extreme", _("Extreme-hardship household"), "特困供养户", (), ("特困", "特困人员", "特困户")
    ),
    Code(
        "extreme_home",
        _("Extreme hardship, cared for at home"),
        "分散供养特困户",
        (),
        ("分散供养特困", "分散供养特困人员", "五保户"),
    ),
    Code(
        "heavy_costs",
        _("Household with heavy unavoidable costs"),
        "刚性支出困难家庭",
        (),
        ("支出型困难家庭", "刚性支出困难户"),
    ),
    Code("hardship", _("Household in serious hardship"), "严重困难户", (), ("困难户",)),
    Code(
        "other_hardship",
        _("Other household in hardship"),
        "其他困难户",
        (),
        ("其他困难人员", "其他"),
    ),
)

MONITORED_KIND = CodeList(
    Code("unstable", _("Lifted but unstable"), "脱贫不稳定户", (), ("脱贫不稳定",)),
    Code("edge", _("On the edge of poverty"), "边缘易致贫户", (), ("边缘户", "边缘易致贫")),
    Code(
        "sudden", _("Sudden serious hardship"), "突发严重困难户", (), ("突发严重困难", "突发困难户")
    ),
)

RISK_END = CodeList(
    Code("helped", _("Ended through help"), "帮扶消除"),
    Code("natural", _("Ended naturally"), "自然消除"),
)

CAUSE = CodeList(
    Code("illness", _("Illness"), "因病", (), ("疾病", "生病", "患病")),
    Code("disability", _("Disability"), "因残", (), ("残疾",)),
    Code("schooling", _("Cost of schooling"), "因学", (), ("上学", "就学")),
    Code("disaster", _("Natural disaster"), "因灾", (), ("自然灾害", "灾害")),
    Code("accident", _("Accident"), "因意外事故", (), ("意外事故", "因事故")),
    Code("land", _("Lack of land"), "缺土地", (), ("缺地",)),
    Code("water", _("Lack of water"), "缺水"),
    Code("skill", _("Lack of skills"), "缺技术", (), ("无技术",)),
    Code("labour", _("Lack of labour"), "缺劳动力", (), ("缺劳力", "缺乏劳动力", "无劳力")),
    Code("capital", _("Lack of capital"), "缺资金", (), ("缺乏资金",)),
    Code("transport", _("Poor transport"), "交通条件落后", (), ("交通落后",)),
    Code(
        "motivation", _("Lack of own drive"), "自身发展动力不足", (), ("自身发展力不足", "动力不足")
    ),
    Code("marriage", _("Cost of a marriage"), "因婚"),
    Code("bereavement", _("Bereavement"), "因丧"),
    Code("housing", _("Lack of housing"), "缺住房", (), ("缺房", "住房")),
    Code("power", _("Lack of electricity"), "缺电"),
    Code("business", _("A business that failed"), "因产业失败", (), ("产业失败",)),
    Code("job", _("Unsteady employment"), "因务工不稳", (), ("务工不稳", "务工就业不稳")),
    Code("old_age", _("Old age"), "年老体弱", (), ("年老", "高龄", "因老")),
    Code("other", pgettext_lazy("cause", "Other cause"), "其他", (), ("其他原因",)),
)

# What a household needs; each can be met by some kind of unit (skill fit).
NEED_KIND = CodeList(
    Code(
        "health",
        _("Medical help"),
        "就医健康",
        (),
        ("医疗", "就医", "健康", "义诊", "看病", "健康帮扶"),
    ),
    Code(
        "disability",
        _("Aid for disability"),
        "残疾辅具",
        (),
        ("辅具", "轮椅", "假肢", "残疾康复", "康复"),
    ),
    Code("schooling", _("Schooling"), "就学助学", (), ("就学", "助学", "教育", "上学")),
    Code(
        "skill",
        _("Farming know-how and training"),
        "技术培训",
        (),
        ("技术", "农技", "技能培训", "缺技术", "培训"),
    ),
    Code(
        "business",
        _("Farming or small business"),
        "产业发展",
        (),
        ("产业", "养殖", "种植", "产业帮扶"),
    ),
    Code("produce", _("Selling produce"), "农产品销售", (), ("销售农产品", "销路", "消费帮扶")),
    Code(
        "job", _("Employment"), "就业务工", (), ("就业", "务工", "找工作", "就业帮扶", "公益岗位")
    ),
    Code(
        "housing", _("House repair"), "住房修缮", (), ("住房", "危房", "修缮", "修房", "危房改造")
    ),
    Code("water", _("Safe water"), "饮水安全", (), ("饮水", "吃水")),
    Code(
        "living",
        _("Basic living and allowances"),
        "生活救助",
        (),
        ("低保", "特困", "生活困难", "生活", "救助", "综合保障"),
    ),
    Code("money", _("Loan or capital"), "资金信贷", (), ("资金", "贷款", "小额信贷", "缺资金")),
    Code("forestry", _("Forestry and fruit"), "林果管护", (), ("林果", "果树")),
    Code(
        "dispute", _("Disputes and legal aid"), "法律调解", (), ("纠纷", "调解", "法律", "矛盾纠纷")
    ),
    Code(
        "farm_work", _("Sowing and harvest"), "农忙帮工", (), ("秋收", "春耕", "代耕代种", "农忙")
    ),
    Code("care", _("Daily care"), "日常照料", (), ("照料", "照护", "陪护", "打扫卫生", "家务")),
    Code("company", _("Company and comfort"), "精神关爱", (), ("陪伴", "谈心", "关爱", "心理")),
    Code("errand", _("Errands at offices"), "代办事项", (), ("代办", "办证", "办事")),
    Code("goods", _("Goods for daily life"), "生活物资", (), ("物资", "微心愿", "慰问品", "慰问")),
    Code("emergency", _("Emergency relief"), "急难救助", (), ("临时救助", "应急", "急难")),
    Code("facility", _("Roads and facilities"), "基础设施", (), ("修路", "道路", "设施", "路灯")),
    Code("other", pgettext_lazy("need", "Other need"), "其他", (), ("其他需求",)),
)

URGENCY = CodeList(
    Code("low", _("Can wait"), "一般", ("3",), ("普通", "不急")),
    Code("soon", _("Soon"), "较急", ("2",), ("急", "尽快")),
    Code("urgent", _("Urgent"), "紧急", ("1",), ("特急", "非常紧急", "急需")),
)

# The two worries and three guarantees, and drinking water (两不愁三保障).
SAFEGUARD = CodeList(
    Code("food", _("Enough to eat"), "不愁吃", (), ("吃",)),
    Code("clothing", _("Enough to wear"), "不愁穿", (), ("穿",)),
    Code("schooling", _("Compulsory schooling"), "义务教育", (), ("教育",)),
    Code("medical", _("Basic medical care"), "基本医疗", (), ("医疗", "基本医保")),
    Code("housing", _("Safe housing"), "住房安全", (), ("住房",)),
    Code("water", _("Safe drinking water"), "饮水安全", (), ("饮水",)),
)

HOUSE_SAFETY = CodeList(
    Code("a", _("Grade A (safe)"), "A级", (), ("A",)),
    Code("b", _("Grade B (basically safe)"), "B级", (), ("B",)),
    Code("c", _("Grade C (partly dangerous)"), "C级", (), ("C",)),
    Code("d", _("Grade D (dangerous)"), "D级", (), ("D",)),
)

MEASURE_KIND = CodeList(
    Code("business", _("Help with farming or business"), "产业帮扶", (), ("产业",)),
    Code("job", _("Help with employment"), "就业帮扶", (), ("就业", "打工", "务工")),
    Code("finance", _("Financial help"), "金融帮扶", (), ("金融", "小额信贷")),
    Code("public_post", _("Public-welfare post"), "公益岗位帮扶", (), ("公益岗位", "公益岗")),
    Code("housing", _("Safe housing"), "住房安全保障", (), ("危房改造",)),
    Code("water", _("Safe drinking water"), "饮水安全保障", (), ("饮水",)),
    Code("health", _("Help with health"), "健康帮扶", (), ("医疗", "健康")),
    Code("schooling", _("Compulsory schooling"), "义务教育保障", (), ("教育",)),
    Code("other_schooling", _("Other help with education"), "其他教育帮扶", (), ("雨露计划",)),
    Code("security", _("Social security"), "综合保障", (), ("低保五保", "保障")),
    Code("social", _("Help from society"), "社会帮扶"),
    Code("relocation", _("Relocation"), "搬迁", (), ("易地搬迁", "易迁")),
    Code("living", _("Better living and working conditions"), "生产生活条件改善"),
    Code("infrastructure", _("Infrastructure"), "基础设施建设", (), ("基础设施",)),
)

BENEFIT = CodeList(
    Code(
        "medical",
        _("Residents' medical insurance"),
        "城乡居民医保",
        (),
        ("居民医保", "新农合", "城乡居民基本医疗保险"),
    ),
    Code(
        "medical_staff",
        _("Employees' medical insurance"),
        "职工医保",
        (),
        ("城镇职工基本医疗保险",),
    ),
    Code("serious_illness", _("Serious-illness insurance"), "大病保险"),
    Code(
        "commercial",
        _("Commercial supplementary insurance"),
        "商业补充医保",
        (),
        ("商业补充医疗保险",),
    ),
    Code("pension", _("Residents' pension"), "居民养老", (), ("城乡居民养老保险", "居民养老保险")),
    Code("pension_staff", _("Employees' pension"), "职工养老", (), ("职工养老保险",)),
    Code("allowance", _("Minimum living allowance"), "低保"),
    Code("extreme", _("Extreme-hardship support"), "特困供养", (), ("特困",)),
    Code("relocated", _("Relocated"), "易地搬迁"),
    Code("medical_aid", _("Medical aid"), "医疗救助"),
    Code("public_post", _("Public-welfare post"), "公益岗位", (), ("公益岗",)),
)

# What an office may ask to be looked at first; several may hold at once.
CIRCUMSTANCE = CodeList(
    Code("needy_member", _("Party member in hardship"), "困难党员"),
    Code("veteran_member", _("Veteran party member"), "老党员"),
    Code("honoured", _("Honoured by the party"), "党内表彰对象"),
    Code("bereaved", _("Family of someone who died on duty"), "因公牺牲家属"),
    Code("alone", _("Elderly person living alone"), "独居老人", (), ("独居",)),
    Code("empty_nest", _("Elderly without children at home"), "空巢老人", (), ("空巢",)),
    Code("left_behind", _("Left-behind elderly person"), "留守老人", (), ("留守",)),
    Code("aged", _("Aged 80 or more"), "高龄", (), ("高龄老人", "80岁以上")),
    Code("orphan", _("Orphan"), "孤儿"),
    Code(
        "unsupported_child", _("Child without support"), "事实无人抚养儿童", (), ("事实无人抚养",)
    ),
    Code("needy_child", _("Child in hardship"), "困境儿童", (), ("留守儿童",)),
    Code("single_parent", _("Single parent"), "单亲", (), ("单亲家庭",)),
    Code("severe_disability", _("Severe disability"), "重残", (), ("重度残疾",)),
    Code("severe_illness", _("Severe illness"), "重病", (), ("大病",)),
    Code(
        "veteran",
        _("Veteran or family of a soldier"),
        "退役军人",
        (),
        ("军烈属", "优抚", "优抚对象"),
    ),
    Code("lost_child", _("Lost an only child"), "失独", (), ("计生特殊", "失独家庭")),
    Code("laid_off", _("Laid off"), "下岗失业", (), ("下岗", "失业")),
    Code("disaster", _("Struck by a disaster"), "受灾户", (), ("受灾",)),
    Code("relief", _("On the relief list"), "慰问对象"),
)

VILLAGE_NEED = CodeList(
    Code("leadership", _("Weak leadership"), "班子软弱涣散", (), ("软弱涣散",)),
    Code("facilities", _("Poor facilities"), "设施短缺陈旧", (), ("设施短缺",)),
    Code("poverty", _("Poor and backward"), "经济贫困落后", (), ("贫困落后",)),
)

"""Code lists about households: kinds, causes, needs, measures (no national numbers)."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from jiedui.core.codelist import Code, CodeList

HOUSEHOLD_KIND = CodeList(
    Code(
        "lifted",
        pgettext_lazy("code", "Lifted out of poverty"),
        "脱贫户",
        (),
        ("脱贫享受政策户", "脱贫享受政策", "已脱贫户", "脱贫人口", "稳定脱贫户", "脱贫稳定户"),
        ("脱贫不稳定户", "脱贫不稳定", "监测户", "监测对象"),
    ),
    Code(
        "lifted_other",
        pgettext_lazy("code", "Lifted out of poverty, without policies"),
        "其他脱贫户",
        (),
        ("脱贫不享受政策户",),
    ),
    Code(
        "ordinary",
        pgettext_lazy("code", "Ordinary farm household"),
        "一般农户",
        (),
        ("普通农户", "一般户"),
        ("边缘易致贫户", "边缘易致贫", "突发严重困难户", "监测户", "监测对象"),
    ),
    Code("non_farm", pgettext_lazy("code", "Non-farm household"), "非农户", (), ("城镇户",)),
    Code(
        "poor",
        pgettext_lazy("code", "Registered poor household"),
        "一般贫困户",
        (),
        ("贫困户", "建档立卡户", "建档立卡贫困户", "建档立卡", "建档立卡户（一般贫困户）"),
    ),
    Code("poor_allowance", pgettext_lazy("code", "Poor household with allowance"), "低保贫困户"),
    Code(
        "allowance",
        pgettext_lazy("code", "Minimum-living-allowance household"),
        "低保户",
        (),
        (
            "低保",
            "低保对象",
            "低保家庭",
            "农村低保",
            "农村低保户",
            "城市低保",
            "城市低保户",
            "城镇低保",
            "城镇低保户",
            "最低生活保障",
            "低保人员",
            "低保人口",
        ),
        ("A类", "B类", "C类", "A级", "B级", "C级"),
    ),
    Code(
        "allowance_edge",
        pgettext_lazy("code", "Near-allowance household"),
        "低保边缘家庭",
        (),
        (
            "低边",
            "低边户",
            "低保边缘",
            "低保边缘户",
            "低保边缘人口",
            "低保边缘对象",
            "低保边缘人员",
        ),
        ("低收入", "低收入户", "低收入家庭", "低收入人口"),
    ),
    Code(
        "extreme",
        pgettext_lazy("code", "Extreme-hardship household"),
        "特困供养户",
        (),
        (
            "特困",
            "特困人员",
            "特困户",
            "五保",
            "五保户",
            "五保供养",
            "五保人员",
            "五保对象",
            "特困供养",
            "特困供养人员",
            "特困供养对象",
            "特困对象",
            "特困救助供养",
            "集中供养",
            "集中供养特困",
            "集中供养特困人员",
            "集中特困",
        ),
    ),
    Code(
        "extreme_home",
        pgettext_lazy("code", "Extreme hardship, cared for at home"),
        "分散供养特困户",
        (),
        ("分散供养特困", "分散供养特困人员", "分散供养", "分散特困", "分散供养特困对象"),
    ),
    Code(
        "heavy_costs",
        pgettext_lazy("code", "Household with heavy unavoidable costs"),
        "刚性支出困难家庭",
        (),
        ("支出型困难家庭", "刚性支出困难户", "支出型困难", "支出型困难户", "支出型贫困家庭"),
    ),
    Code(
        "hardship",
        pgettext_lazy("code", "Household in serious hardship"),
        "严重困难户",
        (),
        ("困难户",),
    ),
    Code(
        "other_hardship",
        pgettext_lazy("code", "Other household in hardship"),
        "其他困难户",
        (),
        ("其他困难人员", "其他"),
        ("残疾", "大病", "重病", "困难党员", "老人", "孤儿", "困境儿童", "单亲", "失独", "优抚"),
    ),
)

MONITORED_KIND = CodeList(
    Code(
        "unstable",
        pgettext_lazy("code", "Lifted but unstable"),
        "脱贫不稳定户",
        (),
        ("脱贫不稳定",),
    ),
    Code(
        "edge",
        pgettext_lazy("code", "On the edge of poverty"),
        "边缘易致贫户",
        (),
        ("边缘户", "边缘易致贫"),
    ),
    Code(
        "sudden",
        pgettext_lazy("code", "Sudden serious hardship"),
        "突发严重困难户",
        (),
        ("突发严重困难", "突发困难户"),
    ),
)

RISK_END = CodeList(
    Code("helped", pgettext_lazy("code", "Ended through help"), "帮扶消除"),
    Code("natural", pgettext_lazy("code", "Ended naturally"), "自然消除"),
)

CAUSE = CodeList(
    Code(
        "illness",
        pgettext_lazy("code", "Illness"),
        "因病",
        (),
        ("疾病", "生病", "患病", "因病致贫", "疾病致贫", "大病"),
    ),
    Code(
        "disability",
        pgettext_lazy("code", "Disability"),
        "因残",
        (),
        ("残疾", "因残致贫", "残疾致贫"),
    ),
    Code(
        "schooling",
        pgettext_lazy("code", "Cost of schooling"),
        "因学",
        (),
        ("上学", "就学", "因学致贫", "教育"),
    ),
    Code(
        "disaster",
        pgettext_lazy("code", "Natural disaster"),
        "因灾",
        (),
        ("自然灾害", "灾害", "因灾致贫"),
    ),
    Code("accident", pgettext_lazy("code", "Accident"), "因意外事故", (), ("意外事故", "因事故")),
    Code(
        "land",
        pgettext_lazy("code", "Lack of land"),
        "缺土地",
        (),
        ("缺地", "缺少土地", "缺乏土地"),
    ),
    Code("water", pgettext_lazy("code", "Lack of water"), "缺水"),
    Code(
        "skill",
        pgettext_lazy("code", "Lack of skills"),
        "缺技术",
        (),
        ("无技术", "缺乏技术", "缺少技术", "技术缺乏"),
    ),
    Code(
        "labour",
        pgettext_lazy("code", "Lack of labour"),
        "缺劳动力",
        (),
        ("缺劳力", "缺乏劳动力", "无劳力", "缺少劳动力", "劳动力不足", "无劳动力", "缺乏劳力"),
    ),
    Code(
        "capital",
        pgettext_lazy("code", "Lack of capital"),
        "缺资金",
        (),
        ("缺乏资金", "缺少资金", "资金不足", "资金缺乏"),
    ),
    Code(
        "transport",
        pgettext_lazy("code", "Poor transport"),
        "交通条件落后",
        (),
        ("交通落后", "交通不便", "交通条件差"),
    ),
    Code(
        "motivation",
        pgettext_lazy("code", "Lack of own drive"),
        "自身发展动力不足",
        (),
        (
            "自身发展力不足",
            "动力不足",
            "自身动力不足",
            "内生动力不足",
            "缺乏内生动力",
            "自我发展动力不足",
        ),
    ),
    Code("marriage", pgettext_lazy("code", "Cost of a marriage"), "因婚"),
    Code("bereavement", pgettext_lazy("code", "Bereavement"), "因丧"),
    Code("housing", pgettext_lazy("code", "Lack of housing"), "缺住房", (), ("缺房", "住房")),
    Code("power", pgettext_lazy("code", "Lack of electricity"), "缺电"),
    Code(
        "business", pgettext_lazy("code", "A business that failed"), "因产业失败", (), ("产业失败",)
    ),
    Code(
        "job",
        pgettext_lazy("code", "Unsteady employment"),
        "因务工不稳",
        (),
        ("务工不稳", "务工就业不稳"),
    ),
    Code("old_age", pgettext_lazy("code", "Old age"), "年老体弱", (), ("年老", "高龄", "因老")),
    Code("other", pgettext_lazy("cause", "Other cause"), "其他", (), ("其他原因",)),
)

# What a household needs; each can be met by some kind of unit (skill fit).
NEED_KIND = CodeList(
    Code(
        "health",
        pgettext_lazy("code", "Medical help"),
        "就医健康",
        (),
        ("医疗", "就医", "健康", "义诊", "看病", "健康帮扶"),
    ),
    Code(
        "disability",
        pgettext_lazy("code", "Aid for disability"),
        "残疾辅具",
        (),
        ("辅具", "轮椅", "假肢", "残疾康复", "康复"),
    ),
    Code(
        "schooling",
        pgettext_lazy("code", "Schooling"),
        "就学助学",
        (),
        ("就学", "助学", "教育", "上学"),
    ),
    Code(
        "skill",
        pgettext_lazy("code", "Farming know-how and training"),
        "技术培训",
        (),
        ("技术", "农技", "技能培训", "缺技术", "培训"),
    ),
    Code(
        "business",
        pgettext_lazy("code", "Farming or small business"),
        "产业发展",
        (),
        ("产业", "养殖", "种植", "产业帮扶"),
    ),
    Code(
        "produce",
        pgettext_lazy("code", "Selling produce"),
        "农产品销售",
        (),
        ("销售农产品", "销路", "消费帮扶"),
    ),
    Code(
        "job",
        pgettext_lazy("code", "Employment"),
        "就业务工",
        (),
        ("就业", "务工", "找工作", "就业帮扶", "公益岗位"),
    ),
    Code(
        "housing",
        pgettext_lazy("code", "House repair"),
        "住房修缮",
        (),
        ("住房", "危房", "修缮", "修房", "危房改造"),
    ),
    Code("water", pgettext_lazy("code", "Safe water"), "饮水安全", (), ("饮水", "吃水")),
    Code(
        "living",
        pgettext_lazy("code", "Basic living and allowances"),
        "生活救助",
        (),
        ("低保", "特困", "生活困难", "生活", "救助", "综合保障"),
    ),
    Code(
        "money",
        pgettext_lazy("code", "Loan or capital"),
        "资金信贷",
        (),
        ("资金", "贷款", "小额信贷", "缺资金"),
    ),
    Code("forestry", pgettext_lazy("code", "Forestry and fruit"), "林果管护", (), ("林果", "果树")),
    Code(
        "dispute",
        pgettext_lazy("code", "Disputes and legal aid"),
        "法律调解",
        (),
        ("纠纷", "调解", "法律", "矛盾纠纷"),
    ),
    Code(
        "farm_work",
        pgettext_lazy("code", "Sowing and harvest"),
        "农忙帮工",
        (),
        ("秋收", "春耕", "代耕代种", "农忙"),
    ),
    Code(
        "care",
        pgettext_lazy("code", "Daily care"),
        "日常照料",
        (),
        ("照料", "照护", "陪护", "打扫卫生", "家务"),
    ),
    Code(
        "company",
        pgettext_lazy("code", "Company and comfort"),
        "精神关爱",
        (),
        ("陪伴", "谈心", "关爱", "心理"),
    ),
    Code(
        "errand",
        pgettext_lazy("code", "Errands at offices"),
        "代办事项",
        (),
        ("代办", "办证", "办事"),
    ),
    Code(
        "goods",
        pgettext_lazy("code", "Goods for daily life"),
        "生活物资",
        (),
        ("物资", "微心愿", "慰问品", "慰问"),
    ),
    Code(
        "emergency",
        pgettext_lazy("code", "Emergency relief"),
        "急难救助",
        (),
        ("临时救助", "应急", "急难"),
    ),
    Code(
        "facility",
        pgettext_lazy("code", "Roads and facilities"),
        "基础设施",
        (),
        ("修路", "道路", "设施", "路灯"),
    ),
    Code("other", pgettext_lazy("need", "Other need"), "其他", (), ("其他需求",)),
)

URGENCY = CodeList(
    Code("low", pgettext_lazy("code", "Can wait"), "一般", ("3",), ("普通", "不急")),
    Code("soon", pgettext_lazy("code", "Soon"), "较急", ("2",), ("急", "尽快", "近期")),
    Code("urgent", pgettext_lazy("code", "Urgent"), "紧急", ("1",), ("特急", "非常紧急", "急需")),
)

# The two worries and three guarantees, and drinking water (两不愁三保障).
SAFEGUARD = CodeList(
    Code("food", pgettext_lazy("code", "Enough to eat"), "不愁吃", (), ("吃",)),
    Code("clothing", pgettext_lazy("code", "Enough to wear"), "不愁穿", (), ("穿",)),
    Code("schooling", pgettext_lazy("code", "Compulsory schooling"), "义务教育", (), ("教育",)),
    Code(
        "medical", pgettext_lazy("code", "Basic medical care"), "基本医疗", (), ("医疗", "基本医保")
    ),
    Code("housing", pgettext_lazy("code", "Safe housing"), "住房安全", (), ("住房",)),
    Code("water", pgettext_lazy("code", "Safe drinking water"), "饮水安全", (), ("饮水",)),
)

HOUSE_SAFETY = CodeList(
    Code("a", pgettext_lazy("code", "Grade A (safe)"), "A级", (), ("A",)),
    Code("b", pgettext_lazy("code", "Grade B (basically safe)"), "B级", (), ("B",)),
    Code("c", pgettext_lazy("code", "Grade C (partly dangerous)"), "C级", (), ("C",)),
    Code("d", pgettext_lazy("code", "Grade D (dangerous)"), "D级", (), ("D",)),
)

MEASURE_KIND = CodeList(
    Code(
        "business",
        pgettext_lazy("code", "Help with farming or business"),
        "产业帮扶",
        (),
        ("产业",),
    ),
    Code(
        "job",
        pgettext_lazy("code", "Help with employment"),
        "就业帮扶",
        (),
        ("就业", "打工", "务工"),
    ),
    Code("finance", pgettext_lazy("code", "Financial help"), "金融帮扶", (), ("金融", "小额信贷")),
    Code(
        "public_post",
        pgettext_lazy("code", "Help through a public-welfare post"),
        "公益岗位帮扶",
        (),
        ("公益岗位", "公益岗"),
    ),
    Code("housing", pgettext_lazy("code", "Housing made safe"), "住房安全保障", (), ("危房改造",)),
    Code("water", pgettext_lazy("code", "Water made safe"), "饮水安全保障", (), ("饮水",)),
    Code("health", pgettext_lazy("code", "Help with health"), "健康帮扶", (), ("医疗", "健康")),
    Code("schooling", pgettext_lazy("code", "Schooling ensured"), "义务教育保障", (), ("教育",)),
    Code(
        "other_schooling",
        pgettext_lazy("code", "Other help with education"),
        "其他教育帮扶",
        (),
        ("雨露计划",),
    ),
    Code(
        "security", pgettext_lazy("code", "Social security"), "综合保障", (), ("低保五保", "保障")
    ),
    Code("social", pgettext_lazy("code", "Help from society"), "社会帮扶"),
    Code("relocation", pgettext_lazy("code", "Relocation"), "搬迁", (), ("易地搬迁", "易迁")),
    Code(
        "living", pgettext_lazy("code", "Better living and working conditions"), "生产生活条件改善"
    ),
    Code(
        "infrastructure", pgettext_lazy("code", "Infrastructure"), "基础设施建设", (), ("基础设施",)
    ),
)

BENEFIT = CodeList(
    Code(
        "medical",
        pgettext_lazy("code", "Residents' medical insurance"),
        "城乡居民医保",
        (),
        (
            "居民医保",
            "新农合",
            "城乡居民基本医疗保险",
            "城乡居民医疗保险",
            "新型农村合作医疗",
            "农村合作医疗",
            "农合",
        ),
    ),
    Code(
        "medical_staff",
        pgettext_lazy("code", "Employees' medical insurance"),
        "职工医保",
        (),
        ("城镇职工基本医疗保险",),
    ),
    Code("serious_illness", pgettext_lazy("code", "Serious-illness insurance"), "大病保险"),
    Code(
        "commercial",
        pgettext_lazy("code", "Commercial supplementary insurance"),
        "商业补充医保",
        (),
        ("商业补充医疗保险",),
    ),
    Code(
        "pension",
        pgettext_lazy("code", "Residents' pension"),
        "居民养老",
        (),
        ("城乡居民养老保险", "居民养老保险", "城乡居民养老", "城乡居民社会养老保险", "新农保"),
    ),
    Code(
        "pension_staff",
        pgettext_lazy("code", "Employees' pension"),
        "职工养老",
        (),
        ("职工养老保险",),
    ),
    Code("allowance", pgettext_lazy("code", "Minimum living allowance"), "低保"),
    Code("extreme", pgettext_lazy("code", "Extreme-hardship support"), "特困供养", (), ("特困",)),
    Code("relocated", pgettext_lazy("code", "Relocated"), "易地搬迁"),
    Code("medical_aid", pgettext_lazy("code", "Medical aid"), "医疗救助"),
    Code("public_post", pgettext_lazy("code", "Public-welfare post"), "公益岗位", (), ("公益岗",)),
)

# What an office may ask to be looked at first; several may hold at once.
CIRCUMSTANCE = CodeList(
    Code("needy_member", pgettext_lazy("code", "Party member in hardship"), "困难党员"),
    Code("veteran_member", pgettext_lazy("code", "Veteran party member"), "老党员"),
    Code("honoured", pgettext_lazy("code", "Honoured by the party"), "党内表彰对象"),
    Code("bereaved", pgettext_lazy("code", "Family of someone who died on duty"), "因公牺牲家属"),
    Code(
        "alone",
        pgettext_lazy("code", "Elderly person living alone"),
        "独居老人",
        (),
        ("独居", "独居老年人"),
    ),
    Code(
        "empty_nest",
        pgettext_lazy("code", "Elderly without children at home"),
        "空巢老人",
        (),
        ("空巢",),
    ),
    Code(
        "left_behind",
        pgettext_lazy("code", "Left-behind elderly person"),
        "留守老人",
        (),
        ("留守",),
    ),
    Code("aged", pgettext_lazy("code", "Aged 80 or more"), "高龄", (), ("高龄老人", "80岁以上")),
    Code("orphan", pgettext_lazy("code", "Orphan"), "孤儿"),
    Code(
        "unsupported_child",
        pgettext_lazy("code", "Child without support"),
        "事实无人抚养儿童",
        (),
        ("事实无人抚养",),
    ),
    Code("needy_child", pgettext_lazy("code", "Child in hardship"), "困境儿童", (), ("留守儿童",)),
    Code("single_parent", pgettext_lazy("code", "Single parent"), "单亲", (), ("单亲家庭",)),
    Code(
        "severe_disability",
        pgettext_lazy("code", "Severe disability"),
        "重残",
        (),
        ("重度残疾", "重度残疾人", "重残人员"),
    ),
    Code(
        "severe_illness",
        pgettext_lazy("code", "Severe illness"),
        "重病",
        (),
        ("大病", "大病户", "重病患者", "大病患者"),
    ),
    Code(
        "veteran",
        pgettext_lazy("code", "Veteran or family of a soldier"),
        "退役军人",
        (),
        ("军烈属", "优抚", "优抚对象", "烈属", "军属", "退伍军人", "复员军人"),
    ),
    Code(
        "lost_child",
        pgettext_lazy("code", "Lost an only child"),
        "失独",
        (),
        ("计生特殊", "失独家庭", "失独老人"),
    ),
    Code("laid_off", pgettext_lazy("code", "Laid off"), "下岗失业", (), ("下岗", "失业")),
    Code("disaster", pgettext_lazy("code", "Struck by a disaster"), "受灾户", (), ("受灾",)),
    Code("relief", pgettext_lazy("code", "On the relief list"), "慰问对象"),
)

VILLAGE_NEED = CodeList(
    Code("leadership", pgettext_lazy("code", "Weak leadership"), "班子软弱涣散", (), ("软弱涣散",)),
    Code("facilities", pgettext_lazy("code", "Poor facilities"), "设施短缺陈旧", (), ("设施短缺",)),
    Code("poverty", pgettext_lazy("code", "Poor and backward"), "经济贫困落后", (), ("贫困落后",)),
)

# Why a household leaves the register (退出原因).
STRIKE_REASON = CodeList(
    Code(
        "lifted",
        pgettext_lazy("code", "No longer in need"),
        "脱贫、退出保障",
        (),
        ("脱贫", "退出低保", "不再符合条件", "稳定脱贫"),
    ),
    Code("moved_away", pgettext_lazy("code", "Moved away"), "整户迁出", (), ("迁出", "户迁出")),
    Code(
        "died_out",
        pgettext_lazy("code", "Nobody of the household lives"),
        "自然减少",
        (),
        ("全户死亡", "绝户"),
    ),
    Code(
        "joined_household",
        pgettext_lazy("code", "Joined another household"),
        "并入他户",
        (),
        ("并户",),
    ),
    Code(
        "institution",
        pgettext_lazy("code", "Cared for in an institution"),
        "集中供养",
        (),
        ("入住机构", "入住敬老院"),
    ),
    Code("entered_wrongly", pgettext_lazy("code", "Entered by mistake"), "误登、重复"),
    Code("other_strike", pgettext_lazy("change", "Other reason"), "其他"),
)

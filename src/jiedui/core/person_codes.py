"""Code lists about persons (GB/T 2261, 4658, 4761, 4762, the disability card)."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from jiedui.core.codelist import Code, CodeList

# GB/T 2261.1
GENDER = CodeList(
    Code("male", pgettext_lazy("code", "Male"), "男", ("1",), ("男性", "M")),
    Code(
        "female",
        pgettext_lazy("code", "Female"),
        "女",
        ("2",),
        ("女性", "F", "继女", "养女", "之长女", "之次女"),
    ),
    Code("unknown", pgettext_lazy("code", "Unknown gender"), "未知", ("0",), ("未知的性别",)),
    Code(
        "unstated", pgettext_lazy("code", "Gender not stated"), "未说明", ("9",), ("未说明的性别",)
    ),
)

# GB/T 2261.2
MARITAL = CodeList(
    Code("single", pgettext_lazy("code", "Never married"), "未婚", ("10", "1")),
    Code("married", pgettext_lazy("code", "Married"), "已婚", ("20", "2"), ("有配偶",)),
    Code("first_marriage", pgettext_lazy("code", "First marriage"), "初婚", ("21",)),
    Code("remarried", pgettext_lazy("code", "Remarried"), "再婚", ("22",)),
    Code("reunited", pgettext_lazy("code", "Remarried to the same person"), "复婚", ("23",)),
    Code("widowed", pgettext_lazy("code", "Widowed"), "丧偶", ("30", "3")),
    Code("divorced", pgettext_lazy("code", "Divorced"), "离婚", ("40", "4"), ("离异",)),
    Code(
        "unstated",
        pgettext_lazy("code", "Marital status not stated"),
        "未说明",
        ("90", "9"),
        ("未说明的婚姻状况",),
    ),
)

# GB/T 2261.3; the relief form's four words are aliases.
HEALTH = CodeList(
    Code(
        "healthy",
        pgettext_lazy("code", "Healthy"),
        "健康",
        ("1", "10"),
        ("良好", "健康或良好", "身体健康", "健康良好", "好", "较好", "正常"),
    ),
    Code(
        "weak",
        pgettext_lazy("code", "Fair or weak"),
        "一般或较弱",
        ("2", "20"),
        ("一般", "较弱", "体弱"),
    ),
    Code(
        "chronic",
        pgettext_lazy("code", "Chronic illness"),
        "长期慢性病",
        ("3", "30"),
        ("慢性病", "有慢性病", "慢病", "患慢性病", "患有慢性病", "患有长期慢性病"),
    ),
    Code(
        "heart", pgettext_lazy("code", "Cardiovascular disease"), "心血管病", ("31",), ("心血管",)
    ),
    Code(
        "stroke",
        pgettext_lazy("code", "Cerebrovascular disease"),
        "脑血管病",
        ("32",),
        ("脑血管", "脑梗"),
    ),
    Code(
        "lung",
        pgettext_lazy("code", "Chronic respiratory disease"),
        "慢性呼吸系统病",
        ("33",),
        ("慢呼",),
    ),
    Code(
        "digestive",
        pgettext_lazy("code", "Chronic digestive disease"),
        "慢性消化系统病",
        ("34",),
        ("慢消化",),
    ),
    Code("kidney", pgettext_lazy("code", "Chronic nephritis"), "慢性肾炎", ("35",), ("肾炎",)),
    Code(
        "tuberculosis", pgettext_lazy("code", "Tuberculosis"), "结核病", ("36",), ("结核", "肺结核")
    ),
    Code("diabetes", pgettext_lazy("code", "Diabetes"), "糖尿病", ("37",)),
    Code(
        "nervous",
        pgettext_lazy("code", "Nervous or mental disease"),
        "神经或精神疾病",
        ("38",),
        ("神经精神",),
    ),
    Code("cancer", pgettext_lazy("code", "Cancer"), "癌症", ("41",), ("恶性肿瘤", "肿瘤")),
    Code(
        "serious",
        pgettext_lazy("code", "Serious illness"),
        "患有大病",
        ("4", "40"),
        ("大病", "重病", "重大疾病", "患大病", "大病患者", "重大疾病患者"),
    ),
    Code(
        "other_illness",
        pgettext_lazy("code", "Other chronic illness"),
        "其他慢性病",
        ("49",),
        ("其他疾病",),
    ),
    Code(
        "disabled",
        pgettext_lazy("code", "Disabled"),
        "残疾",
        ("6", "60"),
        ("残疾人", "残废", "残", "有残疾"),
    ),
    Code("sight", pgettext_lazy("code", "Visual disability"), "视力残疾", ("61",)),
    Code("hearing", pgettext_lazy("code", "Hearing disability"), "听力残疾", ("62",)),
    Code("speech", pgettext_lazy("code", "Speech disability"), "言语残疾", ("63",)),
    Code("limb", pgettext_lazy("code", "Physical disability"), "肢体残疾", ("64",)),
    Code("intellect", pgettext_lazy("code", "Intellectual disability"), "智力残疾", ("65",)),
    Code("mental", pgettext_lazy("code", "Mental disability"), "精神残疾", ("66",)),
    Code("multiple", pgettext_lazy("code", "Multiple disabilities"), "多重残疾", ("67",)),
    Code("other_disability", pgettext_lazy("code", "Other disability"), "其他残疾", ("69",)),
)

# GB/T 2261.4; the source prints 90 twice, 80 is retired.
OCCUPATION = CodeList(
    Code(
        "civil_servant", pgettext_lazy("code", "Civil servant"), "公务员", ("11",), ("国家公务员",)
    ),
    Code(
        "professional",
        pgettext_lazy("code", "Professional"),
        "专业技术人员",
        ("13",),
        ("专业技术",),
    ),
    Code("clerk", pgettext_lazy("code", "Office employee"), "职员", ("17",)),
    Code(
        "manager",
        pgettext_lazy("code", "Enterprise manager"),
        "企业管理人员",
        ("21",),
        ("企业管理",),
    ),
    Code("worker", pgettext_lazy("code", "Worker"), "工人", ("24",)),
    Code("farmer", pgettext_lazy("code", "Farmer"), "农民", ("27",), ("务农",)),
    Code("student", pgettext_lazy("code", "Student"), "学生", ("31",), ("在校学生",)),
    Code("soldier", pgettext_lazy("code", "On active service"), "现役军人", ("37",)),
    Code("freelance", pgettext_lazy("code", "Freelance"), "自由职业者", ("51",), ("自由职业",)),
    Code(
        "self_employed",
        pgettext_lazy("code", "Self-employed"),
        "个体经营者",
        ("54",),
        ("个体", "个体户"),
    ),
    Code(
        "unemployed",
        pgettext_lazy("code", "Without occupation"),
        "无业人员",
        ("70",),
        ("无业", "无", "待业"),
    ),
    Code(
        "retired",
        pgettext_lazy("code", "Retired"),
        "退（离）休人员",
        ("80",),
        ("退休", "离休", "退(离)休"),
    ),
    Code("other", pgettext_lazy("occupation", "Other"), "其他", ("90",)),
)

# GB/T 4761: one-digit and two-digit codes; `1` (spouse) is not `01` (the person).
RELATION = CodeList(
    Code(
        "head",
        pgettext_lazy("code", "Head of household"),
        "户主",
        ("0", "01", "02"),
        ("本人", "本人或户主", "户主本人"),
    ),
    Code(
        "spouse",
        pgettext_lazy("code", "Spouse"),
        "配偶",
        ("1", "10"),
        ("爱人", "之配偶", "老伴", "老伴儿"),
    ),
    Code("husband", pgettext_lazy("code", "Husband"), "夫", ("11",), ("丈夫", "之夫", "老公")),
    Code("wife", pgettext_lazy("code", "Wife"), "妻", ("12",), ("妻子", "之妻", "老婆")),
    Code(
        "son",
        pgettext_lazy("code", "Son"),
        "子",
        ("2", "20"),
        ("儿子", "之子", "长子", "次子", "独生子", "三子", "继子", "养子", "之长子", "之次子"),
    ),
    Code("son_in_law", pgettext_lazy("code", "Son-in-law"), "女婿", ("28",), ("之女婿", "婿")),
    Code(
        "daughter",
        pgettext_lazy("code", "Daughter"),
        "女儿",
        ("3", "30"),
        ("女", "之女", "长女", "次女", "独生女", "三女"),
    ),
    Code(
        "daughter_in_law",
        pgettext_lazy("code", "Daughter-in-law"),
        "儿媳",
        ("38",),
        ("媳妇", "之儿媳", "儿媳妇", "媳", "长媳", "次媳"),
    ),
    Code(
        "grandchild",
        pgettext_lazy("code", "Grandchild"),
        "孙子女",
        ("4", "40"),
        (
            "孙辈",
            "孙子",
            "孙女",
            "外孙子",
            "外孙",
            "外孙女",
            "之孙子",
            "之孙女",
            "孙子、孙女或外孙子、外孙女",
        ),
    ),
    Code("parent", pgettext_lazy("code", "Parent"), "父母", ("5", "50"), ("父母辈",)),
    Code(
        "father", pgettext_lazy("code", "Father"), "父", ("51",), ("父亲", "之父", "继父", "养父")
    ),
    Code(
        "mother", pgettext_lazy("code", "Mother"), "母", ("52",), ("母亲", "之母", "继母", "养母")
    ),
    Code("husbands_father", pgettext_lazy("code", "Husband's father"), "公公", ("53",)),
    Code("husbands_mother", pgettext_lazy("code", "Husband's mother"), "婆婆", ("54",)),
    Code("wifes_father", pgettext_lazy("code", "Wife's father"), "岳父", ("55",), ("之岳父",)),
    Code("wifes_mother", pgettext_lazy("code", "Wife's mother"), "岳母", ("56",), ("之岳母",)),
    Code(
        "grandparent",
        pgettext_lazy("code", "Grandparent"),
        "祖父母",
        ("6", "60"),
        (
            "祖辈",
            "祖父",
            "祖母",
            "爷爷",
            "奶奶",
            "外祖父",
            "外祖母",
            "外祖父母",
            "之祖父",
            "之祖母",
        ),
    ),
    Code(
        "sibling",
        pgettext_lazy("code", "Brother or sister"),
        "兄弟姐妹",
        ("7", "70"),
        ("兄", "弟", "姐", "妹", "哥哥", "弟弟", "姐姐", "妹妹", "之兄弟姐妹"),
    ),
    Code("nephew", pgettext_lazy("code", "Nephew"), "侄子", ("93",), ("侄儿", "之侄儿")),
    Code("niece", pgettext_lazy("code", "Niece"), "侄女", ("94",)),
    Code("other", pgettext_lazy("relation", "Other relative"), "其他", ("8", "80"), ("其他亲属",)),
    Code("unrelated", pgettext_lazy("code", "Not related"), "非亲属", ("99",), ("其他非亲属",)),
)

# GB/T 4658
EDUCATION = CodeList(
    Code(
        "none",
        pgettext_lazy("code", "No schooling"),
        "文盲或半文盲",
        (),
        ("文盲", "半文盲", "未上过学", "不识字", "文盲半文盲", "文盲、半文盲", "无学历", "未读书"),
    ),
    Code(
        "preschool",
        pgettext_lazy("code", "Below school age"),
        "学龄前儿童",
        (),
        ("学龄前", "学前", "学前儿童", "学前教育", "学龄前幼儿", "幼儿园", "幼儿"),
    ),
    Code("primary", pgettext_lazy("code", "Primary school"), "小学", ("8", "80")),
    Code(
        "junior", pgettext_lazy("code", "Junior middle school"), "初中", ("7", "70"), ("初级中学",)
    ),
    Code(
        "senior", pgettext_lazy("code", "Senior middle school"), "普通高中", ("6", "60"), ("高中",)
    ),
    Code(
        "vocational",
        pgettext_lazy("code", "Secondary vocational school"),
        "中等职业",
        ("4", "40"),
        ("中专", "中职", "技校", "职高", "中等专业", "中等职业教育", "中专技校", "职中"),
    ),
    Code(
        "college",
        pgettext_lazy("code", "College (three years)"),
        "专科",
        ("3", "30"),
        ("大专", "大学专科", "高职"),
    ),
    Code(
        "bachelor",
        pgettext_lazy("code", "Bachelor"),
        "本科",
        ("2", "20"),
        ("大学", "大学本科", "本科及以上"),
    ),
    Code(
        "graduate",
        pgettext_lazy("code", "Graduate degree"),
        "研究生",
        ("1", "10"),
        ("硕士", "博士", "硕士研究生", "博士研究生"),
    ),
    Code("other", pgettext_lazy("education", "Other"), "其他", ("9", "90")),
)

# GB/T 4762
POLITICAL = CodeList(
    Code(
        "member",
        pgettext_lazy("code", "Party member"),
        "中共党员",
        ("01", "1"),
        ("党员", "中国共产党党员", "共产党员", "正式党员", "中共正式党员"),
    ),
    Code(
        "probationary",
        pgettext_lazy("code", "Probationary party member"),
        "中共预备党员",
        ("02", "2"),
        ("预备党员",),
    ),
    Code(
        "league", pgettext_lazy("code", "Youth league member"), "共青团员", ("03", "3"), ("团员",)
    ),
    Code(
        "rckk",
        pgettext_lazy("code", "Revolutionary Committee of the Kuomintang"),
        "民革党员",
        ("04", "4"),
        ("民革会员", "民革"),
    ),
    Code(
        "democratic_league",
        pgettext_lazy("code", "Democratic League"),
        "民盟盟员",
        ("05", "5"),
        ("民盟",),
    ),
    Code(
        "construction",
        pgettext_lazy("code", "National Construction Association"),
        "民建会员",
        ("06", "6"),
        ("民建",),
    ),
    Code(
        "promoting",
        pgettext_lazy("code", "Association for Promoting Democracy"),
        "民进会员",
        ("07", "7"),
        ("民进",),
    ),
    Code(
        "peasants",
        pgettext_lazy("code", "Peasants' and Workers' Democratic Party"),
        "农工党党员",
        ("08", "8"),
        ("农工党",),
    ),
    Code(
        "zhigong", pgettext_lazy("code", "Zhi Gong Party"), "致公党党员", ("09", "9"), ("致公党",)
    ),
    Code(
        "jiusan",
        pgettext_lazy("code", "Jiusan Society"),
        "九三学社社员",
        ("10",),
        ("九三学社", "九三"),
    ),
    Code(
        "taiwan",
        pgettext_lazy("code", "Taiwan Democratic Self-Government League"),
        "台盟盟员",
        ("11",),
        ("台盟",),
    ),
    Code(
        "no_party",
        pgettext_lazy("code", "No party affiliation (elected)"),
        "无党派人士",
        ("12",),
        ("无党派", "无党派民主人士"),
    ),
    Code(
        "masses",
        pgettext_lazy("code", "No party"),
        "群众",
        ("13",),
        ("普通群众", "普通居民", "普通公民"),
    ),
)

LABOUR = CodeList(
    Code(
        "ordinary",
        pgettext_lazy("code", "Ordinary labour"),
        "普通劳动力",
        ("1",),
        ("有劳动能力", "有", "正常", "普通劳力", "有劳动力"),
    ),
    Code("skilled", pgettext_lazy("code", "Skilled labour"), "技能劳动力", ("2",), ("技术劳动力",)),
    Code(
        "weak",
        pgettext_lazy("code", "Weak or half labour"),
        "弱劳动力或半劳动力",
        ("3",),
        (
            "弱劳动力",
            "半劳动力",
            "部分丧失劳动力",
            "弱",
            "弱劳力",
            "半劳力",
            "弱半劳动力",
            "弱（半）劳动力",
            "部分丧失劳动能力",
        ),
    ),
    Code(
        "lost",
        pgettext_lazy("code", "Lost ability to work"),
        "丧失劳动力",
        ("4",),
        ("丧失劳动能力", "丧失", "丧失劳力", "完全丧失劳动力", "完全丧失劳动能力"),
    ),
    Code(
        "none",
        pgettext_lazy("code", "No ability to work"),
        "无劳动力",
        ("5",),
        ("无劳动能力", "无", "无劳力", "无劳动"),
    ),
)

SCHOOLING = CodeList(
    Code(
        "no",
        pgettext_lazy("code", "Not at school"),
        "非在校生",
        (),
        ("不在校", "无", "否", "不在校生", "非在校"),
    ),
    Code("preschool", pgettext_lazy("code", "Kindergarten"), "学前教育", (), ("学前", "幼儿园")),
    Code("primary", pgettext_lazy("code", "At primary school"), "小学", (), ("小学在校",)),
    Code(
        "junior",
        pgettext_lazy("code", "At junior middle school"),
        "初中",
        (),
        ("七年级", "八年级", "九年级"),
    ),
    Code(
        "senior",
        pgettext_lazy("code", "At senior middle school"),
        "高中",
        (),
        ("普通高中", "高一", "高二", "高三"),
    ),
    Code(
        "vocational",
        pgettext_lazy("code", "At vocational school"),
        "中职",
        (),
        ("中专", "技校", "职高"),
    ),
    Code("college", pgettext_lazy("code", "At college"), "高职", (), ("大专", "专科", "高职高专")),
    Code("bachelor", pgettext_lazy("code", "At university"), "本科", (), ("大学", "大学本科")),
    Code("graduate", pgettext_lazy("code", "In graduate studies"), "研究生", (), ("硕士", "博士")),
)

# The seventh digit group of the disability card (18 + class + level).
DISABILITY_CLASS = CodeList(
    Code("sight", pgettext_lazy("code", "Visual disability"), "视力残疾", ("1",), ("视力",)),
    Code("hearing", pgettext_lazy("code", "Hearing disability"), "听力残疾", ("2",), ("听力",)),
    Code(
        "speech", pgettext_lazy("code", "Speech disability"), "言语残疾", ("3",), ("言语", "语言")
    ),
    Code("limb", pgettext_lazy("code", "Physical disability"), "肢体残疾", ("4",), ("肢体",)),
    Code(
        "intellect", pgettext_lazy("code", "Intellectual disability"), "智力残疾", ("5",), ("智力",)
    ),
    Code("mental", pgettext_lazy("code", "Mental disability"), "精神残疾", ("6",), ("精神",)),
    Code("multiple", pgettext_lazy("code", "Multiple disabilities"), "多重残疾", ("7",), ("多重",)),
)

DISABILITY_LEVEL = CodeList(
    Code(
        "1", pgettext_lazy("code", "Level 1 (most severe)"), "一级", ("1",), ("1级", "壹级", "I级")
    ),
    Code("2", pgettext_lazy("code", "Level 2 (severe)"), "二级", ("2",), ("2级", "贰级", "II级")),
    Code(
        "3", pgettext_lazy("code", "Level 3 (moderate)"), "三级", ("3",), ("3级", "叁级", "III级")
    ),
    Code("4", pgettext_lazy("code", "Level 4 (slight)"), "四级", ("4",), ("4级", "肆级", "IV级")),
)

# Why a person no longer belongs to a household (人员减少原因).
LEAVING_REASON = CodeList(
    Code("died", pgettext_lazy("code", "Died"), "死亡", (), ("去世", "病故")),
    Code(
        "married",
        pgettext_lazy("code", "Married into another household"),
        "婚嫁迁出",
        (),
        ("嫁出",),
    ),
    Code("moved_out", pgettext_lazy("code", "Moved out"), "迁出", (), ("分户", "户口迁出")),
    Code("other_leaving", pgettext_lazy("change", "Other reason"), "其他"),
)

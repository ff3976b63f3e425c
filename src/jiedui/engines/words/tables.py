"""The tables behind names: variant characters, surnames of two characters, surname readings."""

# 异体字, each beside the character a register most likely has for the same person: the First Table
# of Variant Characters (1955) with its corrections (1986, 1988, 2013). Characters the Table of
# General Standard Characters (2013) restored for names (淼 喆 昇 甯 堃) are here too: the folded
# form is only ever compared, never shown or stored in place of the name.
VARIANTS = """
峯峰 羣群 喆哲 堃坤 昇升 陞升 甯宁 寗宁 淼渺 犇奔 龢和 咊和 凃涂 仝同 祕秘 邨村 氾泛 汎泛 脩修
勳勋 勛勋 菓果 棊棋 碁棋 晳皙 迺乃 廼乃 谿溪 筦管 鍾钟 锺钟 鐘钟 於于 甦苏 囌苏 蘓苏 钜巨 昺炳
炤照 埜野 砦寨 叡睿 逈迥 煖暖 煇辉 懽欢 嫺娴 嫻娴 姉姊 姸妍 憘喜 僊仙 秌秋 氷冰 凈净 淨净 巖岩
嵒岩 嶽岳 冊册 楳梅 槑梅 栢柏 棲栖 樑梁 燄焰 燻熏 瑯琅 珎珍 瓌瑰 皐皋 穉稚 翺翱 攷考 艸草 豓艳
豔艳 艷艳 萲萱 蕋蕊 讚赞 賛赞 蹤踪 徧遍 採采 寀采 濶阔 鴈雁 彫雕 鵰雕 蜺霓 鵞鹅 犂犁 菴庵 崐昆
崑昆 崙仑 飏扬 颺扬 敭扬 逺远 愼慎 眞真 祐佑 禎祯 祿禄 綫线 綵彩 麯曲 潄漱 旾春 烱炯 糺纠 亙亘
榘矩 椶棕 牀床 淸清 靑青 鎻锁 鏁锁 鑑鉴 傑杰 倖幸 侶侣 鷄鸡 雞鸡 絃弦 袟秩 韻韵 蹟迹 跡迹 裏里
裡里 竝并 並并 幷并 壻婿 躭耽 疋匹
"""

COMPOUND_SURNAMES = """
欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳
公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙
壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 公户 公玉
梁丘 左丘 东门 西门 第五 单于 完颜
"""

# Characters read otherwise as a surname, and surnames a general dictionary gets wrong.
# 朴 is Piao, as the Korean nationality in China has it; 尉 alone is Wei, in 尉迟 Yu.
SURNAME_READINGS = """
曾:zeng 单:shan 仇:qiu 解:xie 尉:wei 朴:piao 盖:ge 查:zha 任:ren 区:ou 缪:miao 翟:zhai 乐:yue
种:chong 秘:bi 折:she 覃:qin 冼:xian 逄:pang 员:yun 应:ying 宁:ning 华:hua 燕:yan 洗:xian
召:shao 黑:he 繁:po 能:nai 那:na 牟:mu 佴:nai 隗:wei 撒:sa 阚:kan 郗:xi 费:fei 谌:chen 祭:zhai
葛:ge 呙:guo 哈:ha 过:guo 纪:ji 句:gou 钭:tou 莘:shen 卜:bu 瞿:qu 车:che 柏:bai 贾:jia 万:wan
俞:yu 便:pian 行:xing 重:chong 教:jiao 炅:gui 适:kuo 晟:cheng 昝:zan 訾:zi 厍:she 芮:rui 乜:nie
宓:mi 逯:lu 禚:zhuo 仉:zhang 郄:qie 郇:xun 仝:tong 曲:qu 令:ling 都:du 血:xue 观:guan 畜:chu
黎:li 相:xiang 强:qiang 褚:chu 长:zhang 藏:zang 褟:ta 尉迟:yu-chi 万俟:mo-qi 长孙:zhang-sun
澹台:tan-tai 单于:chan-yu 令狐:ling-hu 宰父:zai-fu 乐正:yue-zheng 亓官:qi-guan 鲜于:xian-yu
子车:zi-ju 呼延:hu-yan 颛孙:zhuan-sun 闾丘:lv-qiu 漆雕:qi-diao
"""

"""The organisations of a city's campaign: departments, towns and villages, with their branches."""

from collections import defaultdict
from dataclasses import dataclass, field

from jiedui.demo.ground import short
from jiedui.demo.scene import Org, Scene, Tree
from jiedui.places.models import Level, Place

# Name after the area's, kind of unit, what it is good at; a star: found in the city only.
DEPARTMENTS = """
委办公室|state|errand living
人大常委会办公室|state|dispute errand
政府办公室|state|errand facility
政协办公室|state|company errand
纪委监委|state|dispute errand
委组织部|state|job errand
委宣传部|state|company schooling
委统战部|state|money business
委政法委|state|dispute
委编办|state|errand
直属机关工委|state|company goods
总工会|social|job goods emergency
团委|social|schooling company
妇联|social|care company job
残联|social|disability care job
工商联|social|money job goods
科协|social|skill farm_work
红十字会|social|emergency health goods
发展和改革委员会|state|facility business
教育局|state|schooling
科学技术局|state|skill
工业和信息化局|state|job business
公安局|state|dispute errand emergency
民政局|state|living emergency care
司法局|state|dispute
财政局|state|money living
人力资源和社会保障局|state|job skill
自然资源局|state|housing forestry
生态环境局|state|water facility
住房和城乡建设局|state|housing facility
交通运输局|state|facility
水利局|state|water facility
农业农村局|state|skill farm_work business
商务局|state|produce
文化旅游和广播电视局|state|company
卫生健康委员会|state|health care
退役军人事务局|state|living company
应急管理局|state|emergency
审计局|state|errand
市场监督管理局|state|produce errand
统计局|state|errand
医疗保障局|state|health living
信访局|state|dispute
税务局|state|errand business
供销合作社|institution|produce farm_work goods
城市管理综合执法局|state|facility
*国有资产监督管理委员会|state|job money
*营商环境建设局|state|errand business
*气象局|institution|farm_work
*海洋渔业局|state|business skill
*农业技术推广中心|institution|skill farm_work
*疾病预防控制中心|institution|health
*中心医院|institution|health care
*人民医院|institution|health care
*职业技术学院|university|skill schooling
*第一高级中学|institution|schooling
*图书馆|institution|schooling company
*公共交通集团|state_enterprise|facility goods
*供电公司|state_enterprise|facility emergency
*水务集团|state_enterprise|water
*农村商业银行|state_enterprise|money
*住房公积金管理中心|institution|housing
*档案馆|institution|errand
*广播电视台|institution|company
*地方史志办公室|institution|company
"""
BRANCHES = ("第一党支部", "第二党支部", "第三党支部", "基层联合党支部")
OF_COUNTY, OF_CITY = 1, 2
ZONE_DEPARTMENTS = 8  # an economic zone has few


@dataclass
class Network:
    """The tree with what pairing needs: units by county, branches by unit."""

    root: Org
    counties: dict[str, Org] = field(default_factory=dict)  # by place path
    units: dict[str, list[Org]] = field(default_factory=lambda: defaultdict(list))  # by county
    branches: dict[int, list[Org]] = field(default_factory=lambda: defaultdict(list))  # by unit id
    villages: list[Place] = field(default_factory=list)  # those with households


def build(scene: Scene, root: Org, *, places: list[Place]) -> Network:
    """City departments, county departments, towns and villages, as many as the scale asks for."""
    tree, network = Tree(scene), Network(root)
    city = root.place
    assert city is not None
    _departments(scene, tree, network, parent=root, key="", most=OF_CITY)
    for county in (place for place in places if place.level == Level.COUNTY):
        area = tree.add(root, county.name, kind="area", place=county)
        network.counties[county.path] = area
        _departments(scene, tree, network, parent=area, key=county.path, most=OF_COUNTY)
    _towns(scene, tree, network, places)
    tree.write()
    return network


def _departments(
    scene: Scene, tree: Tree, network: Network, *, parent: Org, key: str, most: int
) -> None:
    lines = _lines()
    own = [line for line in lines if most == OF_CITY or not line[0].startswith("*")]
    few = parent.place is not None and parent.place.kind == "economic_zone"
    count = scene.share(ZONE_DEPARTMENTS if few else len(own), least=4 if most == OF_CITY else 2)
    for name, unit_kind, strengths in own[:: max(1, len(own) // count)][:count]:
        unit = tree.add(
            parent,
            parent.name + name.lstrip("*"),
            kind="unit",
            unit_kind=unit_kind,
            strengths=tuple(strengths.split()),
        )
        network.units[key].append(unit)
        for branch_name in BRANCHES[: scene.rng.randint(1, 1 + most)]:
            _branch(scene, tree, network, unit, name=f"{unit.name}{branch_name}")


def _lines() -> list[list[str]]:
    return [line.split("|") for line in DEPARTMENTS.strip().splitlines()]


def _branch(
    scene: Scene, tree: Tree, network: Network, unit: Org, *, name: str, place: Place | None = None
) -> None:
    branch = tree.add(unit, name, kind="branch", place=place)
    network.branches[unit.id].append(branch)
    if place is None and scene.rng.random() < 0.5:
        for group in ("第一党小组", "第二党小组"):
            tree.add(branch, group, kind="group")


def _towns(scene: Scene, tree: Tree, network: Network, places: list[Place]) -> None:
    """Towns as units under their county; each village or community has its own branch."""
    villages: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        if place.level == Level.VILLAGE:
            villages[place.path[:9]].append(place)
    towns = [p for p in places if p.level == Level.TOWN and villages[p.path]]
    for town in _spread(towns, scene.share(len(towns), least=len(network.counties))):
        county = network.counties[town.path[:6]]
        unit = tree.add(county, town.name, kind="unit", unit_kind="state", place=town)
        network.units[town.path[:6]].append(unit)
        _branch(scene, tree, network, unit, name=f"{town.name}机关党支部")
        few = 1 if scene.scale < 1 else len(villages[town.path])
        chosen = villages[town.path][: max(few, scene.share(len(villages[town.path])))]
        for village in chosen:
            name = f"{short(village)}党支部"
            _branch(scene, tree, network, unit, name=name, place=village)
        network.villages.extend(chosen)


def _spread(towns: list[Place], count: int) -> list[Place]:
    """So many towns, from every county in turn."""
    by_county: dict[str, list[Place]] = defaultdict(list)
    for town in towns:
        by_county[town.path[:6]].append(town)
    turns = [
        (turn, town) for of_county in by_county.values() for turn, town in enumerate(of_county)
    ]
    turns.sort(key=lambda pair: pair[0])
    return sorted((town for _, town in turns[:count]), key=lambda town: town.path)

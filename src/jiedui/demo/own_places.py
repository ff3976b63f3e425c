"""Places below a village: estates with buildings and stairwells, responsibility zones, posts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from jiedui.demo.context import Context
from jiedui.demo.declaration import Amount, OwnPlaces
from jiedui.demo.names import spelled
from jiedui.demo.places import spoken_name
from jiedui.places.models import OWN_STEP, Place

COLUMNS = "id parent path code name level kind pinyin initials since lon lat"
# What stands inside what, and how it is called beside the one around it.
CHAIN = ("estate", "building", "stairwell")
NAMES = {"estate": "{name}小区", "building": "{number}号楼", "stairwell": "{around}{number}单元"}


def write_own_places(context: Context, villages: Sequence[Place]) -> list[Place]:
    """Every place of the kinds declared; those of the chain around them are of no kind."""
    builder = _Builder(context)
    for declared in context.declared.places:
        if declared.each:
            builder.chains(declared, villages)
        else:
            builder.spread(declared, villages)
    context.writer.write(Place, builder.rows, columns=COLUMNS)
    return builder.made


@dataclass
class _Builder:
    context: Context
    rows: list[tuple[object, ...]] = field(default_factory=list)
    made: list[Place] = field(default_factory=list)
    _children: dict[str, int] = field(default_factory=dict)

    def spread(self, declared: OwnPlaces, villages: Sequence[Place]) -> None:
        """So many over all villages, one in each before any has two."""
        level, names = self._level(declared.kind), declared.names or ("",)
        for number in range(self.context.scaled(declared.total, least=4)):
            village = villages[number % len(villages)]
            turn = number // len(villages)
            again = "" if turn < len(names) else str(turn // len(names) + 1)
            name = f"{spoken_name(village)}{names[turn % len(names)]}{again}"
            self.made.append(self._add(village, name, level, kind=declared.kind))

    def chains(self, declared: OwnPlaces, villages: Sequence[Place]) -> None:
        """Estates in every community, down to the level of the kind."""
        level = self._level(declared.kind)
        communities = [one for one in villages if one.kind == "community"]
        for community in communities[: self.context.scaled(len(communities), least=2)]:
            names = list(declared.names) or ["第一", "第二", "第三"]
            count = min(len(names), self._number(declared.each.get("estate", Amount(1))))
            for name in self.context.rng.sample(names, k=count):
                title, is_last = NAMES["estate"].format(name=name), level == "estate"
                kind = declared.kind if is_last else ""
                estate = self._add(community, title, "estate", kind=kind)
                self.made += [estate] if is_last else self._inside(estate, declared, around=title)

    def _inside(self, parent: Place, declared: OwnPlaces, *, around: str) -> Iterator[Place]:
        level, last = CHAIN[CHAIN.index(parent.level) + 1], self._level(declared.kind)
        amount = declared.each.get(level, Amount(1))
        # Buildings are fewer at a small scale; inside one of them nothing is.
        count = self._number(amount) if level == "building" else self._whole(amount)
        for number in range(1, count + 1):
            name = NAMES[level].format(around=around, number=number)
            kind = declared.kind if level == last else ""
            place = self._add(parent, name, level, kind=kind)
            if level == last:
                yield place
            else:
                yield from self._inside(place, declared, around=f"{around}{name}")

    def _whole(self, amount: Amount) -> int:
        return amount.total if amount.total is not None else self.context.each(amount)

    def _number(self, amount: Amount) -> int:
        whole = self._whole(amount)
        return self.context.scaled(whole, least=min(whole, 2))

    def _level(self, kind: str) -> str:
        return next(one.level for one in self.context.playbook.place_kinds if one.key == kind)

    def _add(self, parent: Place, name: str, level: str, *, kind: str = "") -> Place:
        number = self._children[parent.path] = self._children.get(parent.path, 0) + 1
        path = f"{parent.path}{number:0{OWN_STEP}d}"
        place = Place(
            id=self.context.writer.first_id(Place, rows=1), parent=parent, path=path, code=path,
            name=name, level=level, kind=kind,
        )  # fmt: skip
        self.rows.append(
            (
                place.pk, parent.pk, path, path, name, level, kind,
                *spelled(name, is_person=False), self.context.starts, None, None,
            )
        )  # fmt: skip
        return place

"""Families in need: who lives in a household, how old, how well, and what that makes difficult."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from jiedui.demo.names import Names


@dataclass(slots=True)
class Relative:
    """Keys are those of the code lists: relation, health, disability, labour, schooling."""

    name: str
    relation: str
    gender: str
    born: date
    age: int
    ethnic: str = "han"
    education: str = "primary"
    schooling: str = "no"
    labour: str = "ordinary"
    health: str = "healthy"
    disability: str = ""
    trouble: str = ""  # the cause of hardship this person brings
    tags: list[str] = field(default_factory=list)


# Shape of the household and its share in a hundred; on average 2.3 persons.
SHAPES = (
    ("alone_old", 18), ("alone", 8), ("old_couple", 18), ("single_parent", 12),
    ("couple_child", 22), ("three_generations", 11), ("old_with_grown", 7),
    ("old_with_grandchild", 4),
)  # fmt: skip
ILLNESSES = (
    ("chronic", 10), ("stroke", 5), ("heart", 5), ("diabetes", 4), ("kidney", 2), ("cancer", 2),
    ("nervous", 2), ("serious", 3), ("lung", 3),
)  # fmt: skip
DISABILITIES = (
    ("limb", 10), ("sight", 3), ("hearing", 3), ("intellect", 2), ("mental", 3), ("speech", 1),
)  # fmt: skip
HARDSHIP = {
    "illness": 18, "disability": 20, "old_age": 10, "schooling": 12, "labour": 12, "job": 6,
    "skill": 4, "capital": 4, "housing": 9, "accident": 14, "other": 3,
}  # fmt: skip
ETHNIC = (("han", 93), ("manchu", 4), ("mongol", 1), ("korean", 1), ("hui", 1))


def family(rng: Random, names: Names, *, today: date) -> tuple[list[Relative], str, float]:
    """The people (head first), the main cause of hardship, and how hard it is (about 0 to 100)."""
    make = _Maker(rng, names, today)
    shape = _drawn(rng, SHAPES)
    people: list[Relative] = getattr(make, shape)()
    hardship = 22 + sum(HARDSHIP.get(one.trouble, 0) for one in people)
    if not any(one.labour in ("ordinary", "skilled") for one in people):
        hardship += 12
    troubles = sorted({one.trouble for one in people if one.trouble}, key=lambda t: -HARDSHIP[t])
    cause = (
        troubles[0]
        if troubles
        else _drawn(
            rng,
            (
                ("job", 4),
                ("skill", 3),
                ("capital", 3),
                ("housing", 2),
                ("accident", 1),
                ("other", 1),
            ),
        )
    )
    return people, cause, hardship + (0 if troubles else HARDSHIP[cause])


@dataclass
class _Maker:
    rng: Random
    names: Names
    today: date

    def alone_old(self) -> list[Relative]:
        return [self._one("head", self.rng.randint(60, 88))]

    def alone(self) -> list[Relative]:
        return [self._one("head", self.rng.randint(36, 59), frail=0.8)]

    def old_couple(self) -> list[Relative]:
        head = self._one("head", self.rng.randint(60, 84))
        return [head, self._one("spouse", head.age - self.rng.randint(-2, 5), other=head)]

    def single_parent(self) -> list[Relative]:
        head = self._one("head", self.rng.randint(33, 50), frail=0.4)
        head.tags.append("single_parent")
        return [head, *self._children(head, self.rng.choice((1, 1, 1, 2)))]

    def couple_child(self) -> list[Relative]:
        head = self._one("head", self.rng.randint(34, 54), frail=0.55)
        spouse = self._one("spouse", head.age - self.rng.randint(-2, 4), other=head, frail=0.35)
        return [head, spouse, *self._children(head, self.rng.choice((1, 1, 1, 1, 2)))]

    def three_generations(self) -> list[Relative]:
        people = self.couple_child()
        age = people[0].age + self.rng.randint(22, 30)
        parent = self._one("mother", age, gender="female")
        return [*people, parent]

    def old_with_grown(self) -> list[Relative]:
        head = self._one("head", self.rng.randint(62, 80))
        relation, gender = self.rng.choice((("son", "male"), ("daughter", "female")))
        age = head.age - self.rng.randint(23, 32)
        return [head, self._one(relation, age, gender=gender, family_of=head, frail=0.85)]

    def old_with_grandchild(self) -> list[Relative]:
        head = self._one("head", self.rng.randint(60, 74))
        child = self._one("grandchild", self.rng.randint(6, 17), family_of=head)
        child.tags.append("needy_child")
        return [head, child]

    def _children(self, head: Relative, count: int) -> list[Relative]:
        made = []
        for _ in range(count):
            relation, gender = self.rng.choice((("son", "male"), ("daughter", "female")))
            age = max(3, min(22, head.age - self.rng.randint(23, 30)))
            made.append(self._one(relation, age, gender=gender, family_of=head))
        return made

    def _one(
        self,
        relation: str,
        age: int,
        *,
        gender: str = "",
        other: Relative | None = None,
        family_of: Relative | None = None,
        frail: float = 0.6,
    ) -> Relative:
        rng = self.rng
        if other:
            gender = "female" if other.gender == "male" else "male"
        gender = gender or rng.choice(("male", "female"))
        born = date(self.today.year - age, rng.randint(1, 12), rng.randint(1, 28))
        if born > self.today:
            born = born.replace(year=born.year - 1)
        name = self.names.full(gender=gender, born=born.year)
        if family_of:
            name = family_of.name[:1] + self.names.given(gender=gender, born=born.year)
        one = Relative(name, relation, gender, born, age, ethnic=_drawn(rng, ETHNIC))
        _school(rng, one)
        _well_being(rng, one, frail=frail)
        return one


def _school(rng: Random, one: Relative) -> None:
    steps = ((5, "preschool"), (11, "primary"), (14, "junior"), (17, "senior"), (22, "college"))
    if one.age <= 22:
        one.schooling = next(stage for oldest, stage in steps if one.age <= oldest)
        one.education = "preschool" if one.age < 6 else "junior" if one.age > 14 else "primary"
        one.labour = "none"
        one.trouble = "schooling" if one.age > 14 else ""
        return
    older = ("none", "primary", "primary", "junior")
    one.education = rng.choice(
        older if one.age >= 60 else ("primary", "junior", "junior", "senior")
    )


def _well_being(rng: Random, one: Relative, *, frail: float) -> None:
    """Illness and disability; what they, or age, do to the ability to work."""
    draw = rng.random()
    if one.age > 22 and draw < frail * 0.35:
        one.disability = f"{_drawn(rng, DISABILITIES)} {rng.randint(1, 4)}"
        one.health, one.trouble = "disabled", "disability"
        one.labour = "lost" if one.disability[-1] in "12" else "weak"
        if one.disability[-1] == "1":
            one.tags.append("severe_disability")
    elif one.age > 22 and draw < frail:
        one.health, one.trouble = _drawn(rng, ILLNESSES), "illness"
        one.labour = "weak" if one.health in ("chronic", "diabetes") else "lost"
        if one.health in ("cancer", "serious", "kidney"):
            one.tags.append("severe_illness")
    elif one.age >= 70:
        one.trouble = "old_age"
    if one.age >= 70:
        one.labour = "none"
    elif one.age >= 60 and one.labour == "ordinary":
        one.labour = "weak"
    if one.age >= 80:
        one.tags.append("aged")


def _drawn(rng: Random, table: tuple[tuple[str, int], ...]) -> str:
    return rng.choices([word for word, _ in table], [weight for _, weight in table])[0]

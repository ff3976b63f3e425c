"""The sentences that tell an organiser what is wrong in a playbook and what was expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake: `line` counted from 1, `path` as in `pairings[kin].load`."""

    line: int
    path: str
    problem: str
    expected: str

    def __str__(self) -> str:
        return f"{self.line}: {self.path}: {self.problem} {self.expected}"


class InvalidPlaybook(ValueError):
    """A playbook that cannot be used; `mistakes` names everything that is wrong."""

    def __init__(self, name: str, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(f"{name}:{mistake}" for mistake in mistakes))
        self.name = name
        self.mistakes = mistakes


# What a section says of itself through `wrong()`: problem, expected.
RULES = {
    "code": (
        gettext_lazy("The place is not a statistical area code."),
        gettext_lazy("Two to twelve digits, such as 211100."),
    ),
    "before_start": (
        gettext_lazy("The end lies before the start."),
        gettext_lazy("A day on or after the start."),
    ),
    "most_below_fewest": (
        gettext_lazy("The most is less than the fewest."),
        gettext_lazy("A number not below “fewest”."),
    ),
    "quota_twice": (
        gettext_lazy("One kind of organisation has two quotas."),
        gettext_lazy("One quota for each kind of organisation."),
    ),
    "load_for_anybody": (
        gettext_lazy("This rule says neither ranks nor a sort of unit."),
        gettext_lazy("Ranks, levels, unit_kinds or classes; for all others usual_load."),
    ),
    "share": (
        gettext_lazy("This is not a share."),
        gettext_lazy("More than 0 and at most 1, such as \"1/10\"."),
    ),
    "place_without_level": (
        gettext_lazy("A pair with a place does not say with which places."),
        gettext_lazy("“place_level” or “place_kinds”."),
    ),
    "place_not_helped": (
        gettext_lazy("Places are named, but the pair is not with a place."),
        gettext_lazy("helped = \"place\", or leave this out."),
    ),
    "red_before_warn": (
        gettext_lazy("The red alarm comes before the warning."),
        gettext_lazy("As many days as “gap_warn_days” or more."),
    ),
    "second_without_room": (
        gettext_lazy("Second helpers have a load, but a partner has only one helper."),
        gettext_lazy("helpers_each = { fewest = 1, most = 2 }, or leave this out."),
    ),
    "ends_another": (
        gettext_lazy("A reason of another side cannot end the helper at once."),
        gettext_lazy("side = \"helper\", or leave this out."),
    ),
    "rank_without_member": (
        gettext_lazy("Ranks are named, but the helper is not a member."),
        gettext_lazy("helper = \"member\", or neither ranks, load nor hardest."),
    ),
    "inside_without_households": (
        gettext_lazy("Only members paired with households can keep to the villages of their unit."),
        gettext_lazy("helper = \"member\" and helped = \"household\", or leave this out."),
    ),
    "day_or_weekday": (
        gettext_lazy("A monthly window needs a day or a weekday, and not both."),
        gettext_lazy("day = 15, or weekday = \"friday\" with nth = 1."),
    ),
    "months_or_window": (
        gettext_lazy("A rhythm needs “every_months” or a window, and not both."),
        gettext_lazy("every_months = 3, or window = \"spring_festival\"."),
    ),
    "task_without_measure": (
        gettext_lazy("Nobody could tell when this task is done."),
        gettext_lazy("“activity”, “output” or “form”."),
    ),
    "task_without_date": (
        gettext_lazy("This task is never due."),
        gettext_lazy("“window”, “phase” or “due”."),
    ),
    "options": (
        gettext_lazy("A choice needs options, and only a choice has them."),
        gettext_lazy("Options together with a type of choice."),
    ),
    "points_of_question": (
        gettext_lazy("Points are given to a question of the type “points”, and only to it."),
        gettext_lazy("type = \"points\" together with points = 10."),
    ),
    "limits": (
        gettext_lazy("Only numbers have limits."),
        gettext_lazy("type = \"whole\" or \"number\", or neither “low” nor “high”."),
    ),
    "limits_crossed": (
        gettext_lazy("The lower limit is above the upper one."),
        gettext_lazy("“low” at most as large as “high”."),
    ),
    "form_without_questions": (
        gettext_lazy("Nothing is asked in this form."),
        gettext_lazy("At least one [[forms.questions]]."),
    ),
    "place_level_of_form": (
        gettext_lazy("A form about places says which, and only such a form does."),
        gettext_lazy("about = \"place\" together with place_level = \"village\"."),
    ),
    "shown_when": (
        gettext_lazy("“shown_when” names no earlier question, or an answer it does not have."),
        gettext_lazy("An earlier question with fixed answers: { roads = [\"no\"] }."),
    ),
    "states_of_project": (
        gettext_lazy("Nobody could tell which of these projects are under way and which are done."),
        gettext_lazy("At least one state with stage = \"under_way\" and one with \"done\"."),
    ),
    "question_of_project": (
        gettext_lazy("A project is asked plainly: no points, conditions or encrypted answers."),
        gettext_lazy("Questions without points, compare, private and shown_when."),
    ),
    "nobody_asks": (
        gettext_lazy("Nobody could ask for this."),
        gettext_lazy("asked_for = [\"household\"], \"place\" or \"organisation\"."),
    ),
    "nobody_claims": (
        gettext_lazy("Nobody could claim this."),
        gettext_lazy("claimed_by = [\"member\"], \"team\" or \"organisation\"."),
    ),
    "pairing_without_visit": (
        gettext_lazy("A kind of pair is named, but this is no visit."),
        gettext_lazy("visits = \"household\", \"place\" or \"member\"."),
    ),
    "money": (
        gettext_lazy("This is not an amount in yuan."),
        gettext_lazy("Zero or more, with at most two decimals."),
    ),
    "value_without_source": (
        gettext_lazy("A value without its source convinces nobody."),
        gettext_lazy("“source”: where the value comes from."),
    ),
    "points_total": (
        gettext_lazy("The points of the items do not add up to the total."),
        gettext_lazy("Items whose points together give “total”."),
    ),
    "reason": (
        gettext_lazy("A red line is crossed without a reason."),
        gettext_lazy("“reason”: a sentence of ten characters or more, kept with the campaign."),
    ),
    "table_missing": (
        gettext_lazy("The figure does not say what it counts."),
        gettext_lazy("“over”: one of the snapshot tables."),
    ),
    "column_missing": (
        gettext_lazy("The figure does not say which column it adds up."),
        gettext_lazy("“column”: a column that holds numbers."),
    ),
    "distinct_without_count": (
        gettext_lazy("“distinct” is only for counting."),
        gettext_lazy("measure = \"count\", or no “distinct”."),
    ),
    "among_without_household": (
        gettext_lazy("The records counted here are not about households."),
        gettext_lazy("“over”: a table with a column “household”, or no “among”."),
    ),
    "among_no_households": (
        gettext_lazy("“among” names a figure that does not count households of the register."),
        gettext_lazy("A figure with over = \"households\" that counts rows."),
    ),
    "money_of_answers": (
        gettext_lazy("Money is counted in records of gifts; an answer is a number as it stands."),
        gettext_lazy("counts = \"items\" with the unit of the question."),
    ),
    "parts": (
        gettext_lazy("A figure made of figures names too few or too many of them."),
        gettext_lazy("“parts”: two or more figures, exactly two for a ratio."),
    ),
    "part_of_itself": (
        gettext_lazy("The figure is made of itself."),
        gettext_lazy("Parts that do not lead back to this figure."),
    ),
    "table_and_parts": (
        gettext_lazy("A figure made of figures counts no table of its own."),
        gettext_lazy("Either “parts” or “over”."),
    ),
    "outside_campaign": (
        gettext_lazy("The phase lies outside the campaign."),
        gettext_lazy("Days between the campaign's “starts” and “ends”."),
    ),
    "farm_unknown": (
        gettext_lazy("No such season is known for this region."),
        gettext_lazy("A season of the table in the guide, or an entry in [[farm_seasons]]."),
    ),
    "second_main": (
        gettext_lazy("There is already a main kind of pair."),
        gettext_lazy("main = true at one kind of pair at most."),
    ),
}  # fmt: skip


def listed(words: Iterable[str], *, most: int = 24) -> str:
    """Words as people list them; a long list is cut."""
    shown = list(words)
    return _(", ").join(shown[:most]) + (" …" if len(shown) > most else "")


def nearest(word: str, words: Iterable[str]) -> str:
    """“Perhaps X.” and what else there is."""
    known = list(words)
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    hint = _("Perhaps “%(word)s”.") % {"word": close[0]} if close else ""
    choice = _("One of: %(words)s.") % {"words": listed(known)} if known else _("Nothing yet.")
    return f"{hint} {choice}".strip()


def show_path(path: tuple[str | int, ...], document: Mapping[str, object]) -> str:
    """`("pairings", 0, "load")` as `pairings[kin].load`; entries without a key are numbered."""
    parts: list[str] = []
    here: object = document
    for step in path:
        here = _step(here, step)
        if isinstance(step, int):
            key = here.get("key") if isinstance(here, Mapping) else None
            parts[-1] += f"[{key if isinstance(key, str) else step + 1}]"
        else:
            parts.append(step)
    return ".".join(parts)


def _step(here: object, step: str | int) -> object:
    if isinstance(here, Mapping):
        return here.get(step)
    if isinstance(here, list) and isinstance(step, int) and step < len(here):
        return here[step]
    return None

"""An XLSForm as a form of the playbook; whatever cannot be taken as it stands is remarked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from jiedui.campaigns.playbook.reading import KEY
from jiedui.core.refusals import Refused
from jiedui.questionnaires.xlsform import columns, conditions
from jiedui.questionnaires.xlsform.conditions import Unsayable, Words
from jiedui.questionnaires.xlsform.tables import MOST_ROWS, Line, Remark, lines

SELECT = re.compile(
    r"(select_one|select one from|select one|select1|select_multiple|select multiple from"
    r"|select multiple|select all that apply from|select all that apply)\s+(\S+)"
    r"(\s+or[_ ](?:specify[_ ])?other)?",
    re.IGNORECASE,
)
GROUP = re.compile(r"(begin|end)[_ ](group|repeat|loop)", re.IGNORECASE)
YES, NO = ("yes", "true", "true()", "1"), ("no", "false", "false()", "0", "")
YES_NO_NAMES = {"yes": {"是", "yes"}, "no": {"否", "no"}}
LONGEST_KEY = 40


@dataclass(frozen=True)
class Found:
    """`raw` is the form as a table of `[[forms]]`; `remarks` say what was left out or changed."""

    raw: dict[str, Any]
    remarks: list[Remark]


@dataclass
class Choice:
    key: str
    name: dict[str, str]


@dataclass
class Group:
    name: dict[str, str] | None
    when: Words
    line: int


@dataclass
class Asked:
    """A question that has been read: by what name the sheet calls it, and its answers."""

    raw: dict[str, Any]
    words: dict[str, str]  # name of an answer in the sheet → here


@dataclass
class Reading:
    """What is known while the rows of `survey` are read from above."""

    choices: dict[str, dict[str, Choice]]
    remarks: list[Remark] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    asked: dict[str, Asked] = field(default_factory=dict)  # by their name in the sheet
    keys: set[str] = field(default_factory=set)
    purpose: dict[str, str] | None = None
    single: dict[str, list[int]] = field(default_factory=dict)  # sheet → rows in one language

    def remark(self, line: int, text: str, *, sheet: str = "survey") -> None:
        self.remarks.append(Remark(sheet, line, text))

    @property
    def multiple(self) -> set[str]:
        return {name for name, one in self.asked.items() if one.raw["type"] == "choices"}


def read(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Found:
    """The form in these sheets, by name. Raises `Refused` where there is none to be found."""
    by_name = {name.strip().casefold(): rows for name, rows in sheets.items()}
    if "survey" not in by_name:
        raise Refused(_("This is no XLSForm: it has no sheet called “survey”."))
    for name in ("survey", "choices", "settings"):
        if len(by_name.get(name, ())) > MOST_ROWS:
            raise Refused(
                _("The sheet “%(name)s” has more than %(most)s rows; that is no questionnaire.")
                % {"name": name, "most": MOST_ROWS}
            )
    now = Reading({})
    _read_choices(now, list(lines(by_name.get("choices", ()))))
    survey = list(lines(by_name["survey"]))
    if survey and not any("type" in line.cells for line in survey):
        raise Refused(_("The sheet “survey” has no column “type”."))
    for line in survey:
        _read_line(now, line)
    for group in now.groups:
        now.remark(group.line, _("The group that begins here has no end."))
    if not now.asked:
        raise Refused(_("The sheet “survey” has no question that can be asked here."))
    raw = _settings(now, next(lines(by_name.get("settings", ())), None))
    _say_languages(now)
    for name in sorted(set(by_name) - {"survey", "choices", "settings", columns.NOTES}):
        now.remark(0, _("This sheet is left out."), sheet=name)
    raw["questions"] = [one.raw for one in now.asked.values()]
    return Found(raw, now.remarks)


def _read_line(now: Reading, line: Line) -> None:
    kind = " ".join(line.take("type").split())
    if not kind:
        now.remark(line.number, _("A row without a type is left out."))
        return
    if match := GROUP.fullmatch(kind):
        _read_group(now, line, begins=match[1].casefold() == "begin", kind=match[2].casefold())
    elif kind.casefold() == "note":
        _read_note(now, line)
    else:
        _read_question(now, line, kind)
        return
    _say_left(now, line)


def _read_group(now: Reading, line: Line, *, begins: bool, kind: str) -> None:
    line.take("name")
    if not begins:
        if now.groups:
            now.groups.pop()
        else:
            now.remark(line.number, _("A group ends here that has not begun."))
        return
    if kind != "group":
        now.remark(line.number, _("What is repeated is asked once."))
    label = _text(now, line, "label")
    outer = now.groups[-1].name if now.groups else None
    if label and outer:
        label = {key: f"{outer[key]} · {label[key]}" for key in label}
    when = _when(now, line)
    above = now.groups[-1].when if now.groups else {}
    now.groups.append(Group(label or outer, _both(now, line, above, when), line.number))


def _read_note(now: Reading, line: Line) -> None:
    name, label = line.take("name"), _text(now, line, "label")
    if label and now.purpose is None and (name == columns.PURPOSE or not now.asked):
        now.purpose = label
    else:
        now.remark(line.number, _("A note is left out: %(text)s") % {"text": _short(label)})


def _short(label: dict[str, str] | None) -> str:
    return (label or {"zh": "—"})["zh"][:60]


def _read_question(now: Reading, line: Line, kind: str) -> None:
    match = SELECT.fullmatch(kind)
    base = kind.casefold()
    if match:
        one = match[1].casefold().startswith(("select_one", "select one", "select1"))
        base = "select_one" if one else "select_multiple"
    if base not in columns.USUAL_TYPES or (base.startswith("select") and not match):
        label = _text(now, line, "label")
        facts = {"type": kind[:60], "name": line.take("name")[:60], "text": _short(label)}
        now.remark(
            line.number,
            _("Questions of type “%(type)s” are not asked here: “%(name)s” (%(text)s) is left out.")
            % facts,
        )
        return
    choices = now.choices.get(match[2], {}) if match else {}
    if match and not choices:
        now.remark(
            line.number,
            _("The list “%(list)s” has no choices; the question is left out.")
            % {"list": match[2][:60]},
        )
        return
    if match and match[3]:
        now.remark(line.number, _("“Or other” is not offered; add a choice and a question."))
    _add(now, line, base, choices)
    _say_left(now, line)


def _add(now: Reading, line: Line, base: str, choices: dict[str, Choice]) -> None:
    name = line.take("name")
    type_ = _type(now, line, base, choices)
    label = _text(now, line, "label")
    if label is None:
        now.remark(line.number, _("The question has no text; its name stands there."))
        label = {"zh": name or "?", "en": name or "?"}
    unit = {key: line.whole(f"jiedui_unit_{key}") for key in ("zh", "en")}
    raw: dict[str, Any] = {"key": _key(now, line, name), "name": label, "type": type_}
    if all(unit.values()):
        raw["name"] = {key: text.removesuffix(f"（{unit[key]}）") for key, text in label.items()}
        raw["unit"] = unit
    if type_ in ("choice", "choices"):
        raw["options"] = [{"key": one.key, "name": one.name} for one in choices.values()]
    if hint := _text(now, line, "hint"):
        raw["hint"] = hint
    if now.groups and now.groups[-1].name:
        raw["group"] = now.groups[-1].name
    for column, key in (("required", "required"), ("jiedui_private", "private")):
        if _is_yes(now, line, column):
            raw[key] = True
    if compare := line.take("jiedui_compare"):
        raw["compare"] = compare
    _read_limits(now, line, raw)
    above = now.groups[-1].when if now.groups else {}
    if when := _both(now, line, above, _when(now, line)):
        raw["shown_when"] = when
    words = {one: choice.key for one, choice in choices.items()}
    now.asked[name or raw["key"]] = Asked(raw, words)


def _type(now: Reading, line: Line, base: str, choices: dict[str, Choice]) -> str:
    """The type here; several are one in ODK."""
    told = line.take("jiedui_type")
    usual: str = columns.USUAL_TYPES[base]
    odk = columns.ODK_TYPES[columns.USUAL_TYPES[base]]
    is_multiline = "multiline" in line.cells.get("appearance", "").split()
    if is_multiline and usual == "text":
        line.take("appearance")
        return "long_text"
    if told and columns.ODK_TYPES.get(told) == odk and _fits(told, choices):  # type: ignore[call-overload]
        return told
    if told:
        now.remark(
            line.number,
            _("The type was changed: “%(told)s” is not in force any more.") % {"told": told[:40]},
        )
    if usual == "choice" and _is_yes_no(choices):
        return "yes_no"
    return usual


def _fits(told: str, choices: dict[str, Choice]) -> bool:
    wanted = {"yes_no": ["yes", "no"], "scale5": ["5", "4", "3", "2", "1"]}.get(told)
    return wanted is None or list(choices) == wanted


def _is_yes_no(choices: dict[str, Choice]) -> bool:
    return choices.keys() == YES_NO_NAMES.keys() and all(
        text.casefold() in YES_NO_NAMES[name]
        for name, choice in choices.items()
        for text in choice.name.values()
    )


def _read_limits(now: Reading, line: Line, raw: dict[str, Any]) -> None:
    expression = line.take("constraint")
    is_points = raw["type"] == "points"
    low: int | None = None
    high: int | None = None
    try:
        if expression:
            if raw["type"] not in ("whole", "number", "points"):
                raise Unsayable
            low, high = conditions.limits(expression, is_whole=raw["type"] != "number")
    except Unsayable:
        now.remark(
            line.number,
            _("The constraint “%(text)s” is left out.") % {"text": expression[:80]},
        )
    if is_points and low == 0 and high and high <= 1000:
        raw["points"] = high
        return
    if is_points:
        now.remark(line.number, _("Points go from 0 to at most 1000: this is a number now."))
        raw["type"] = "whole"
    raw |= {key: value for key, value in (("low", low), ("high", high)) if value is not None}


def _when(now: Reading, line: Line) -> Words:
    """When this is asked, in our words; {} for always, also where it cannot be said."""
    expression = line.take("relevant")
    if not expression:
        return {}
    try:
        found = conditions.shown_when(expression, now.multiple)
        return {now.asked[name].raw["key"]: _words(now, name, words)
                for name, words in found.items()}  # fmt: skip
    except (Unsayable, KeyError):
        now.remark(
            line.number,
            _("The condition “%(text)s” is left out: it is asked always. Conditions name answers of"
              " earlier questions.") % {"text": expression[:80]},
        )  # fmt: skip
        return {}


def _words(now: Reading, name: str, words: tuple[str, ...]) -> tuple[str, ...]:
    asked = now.asked[name]
    if asked.raw["type"] in ("yes_no", "scale5"):
        if set(words) <= asked.words.keys():
            return words
    elif asked.words:
        return tuple(asked.words[word] for word in words)
    raise Unsayable


def _both(now: Reading, line: Line, above: Words, own: Words) -> Words:
    try:
        multiple = {one.raw["key"] for one in now.asked.values() if one.raw["type"] == "choices"}
        return conditions.joined(above, own, multiple)
    except Unsayable:
        now.remark(line.number, _("Its condition and that of its group cannot be met together."))
        return own


def _is_yes(now: Reading, line: Line, column: str) -> bool:
    word = line.take(column).casefold()
    if word not in (*YES, *NO):
        now.remark(
            line.number,
            _("“%(column)s” is neither yes nor no: “%(text)s” is left out.")
            % {"column": column, "text": word[:80]},
        )
    return word in YES


def _key(now: Reading, line: Line, name: str) -> str:
    key = free_key(name, now.keys)
    now.keys.add(key)
    if key != name:
        now.remark(
            line.number,
            _("“%(name)s” is called “%(key)s” here.") % {"name": name[:60], "key": key},
        )
    return key


def free_key(name: str, taken: set[str]) -> str:
    """A key near this name that is none of these."""
    key = name
    if not (KEY.fullmatch(name) and len(name) <= LONGEST_KEY):
        key = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
        key = (key if key[:1].isalpha() else f"q_{key}".strip("_"))[:LONGEST_KEY].strip("_")
    base, number = key, 1
    while key in taken:
        number += 1
        key = f"{base[: LONGEST_KEY - len(str(number)) - 1]}_{number}"
    return key


def _text(now: Reading, line: Line, base: str, *, sheet: str = "survey") -> dict[str, str] | None:
    """Both languages of a text; one that is alone stands for both."""
    found = line.take_text(base)
    if not found:
        others = [one for one in line.cells if one.startswith(f"{base}::")]
        if not others:
            return None
        found = {"": line.cells[others[0]]}
        line.read.add(others[0])
    chinese = found.get("zh") or found.get("") or found["en"]
    english = found.get("en") or found.get("") or chinese
    if not ("zh" in found and "en" in found):
        now.single.setdefault(sheet, []).append(line.number)
    return {"zh": chinese, "en": english}


def _say_languages(now: Reading) -> None:
    for sheet, rows in now.single.items():
        numbers = ", ".join(map(str, sorted(set(rows))))
        now.remark(
            0,
            _("Texts in one language stand for both; translate them. Rows: %(rows)s")
            % {"rows": numbers},
            sheet=sheet,
        )


def _say_left(now: Reading, line: Line, *, sheet: str = "survey") -> None:
    for column, text in line.left():
        now.remark(
            line.number,
            _("The column “%(column)s” is left out here: “%(text)s”")
            % {"column": column[:60], "text": text[:80]},
            sheet=sheet,
        )


def _read_choices(now: Reading, rows: list[Line]) -> None:
    for line in rows:
        list_name, name = line.take("list_name"), line.take("name")
        if not list_name or not name:
            now.remark(
                line.number, _("A choice without a list or a name is left out."), sheet="choices"
            )
            continue
        own = now.choices.setdefault(list_name, {})
        if name in own:
            now.remark(
                line.number,
                _("The choice “%(name)s” stands there twice; the first one counts.")
                % {"name": name[:60]},
                sheet="choices",
            )
            continue
        label = _text(now, line, "label", sheet="choices") or {"zh": name, "en": name}
        own[name] = Choice(free_key(name, {one.key for one in own.values()}), label)
        _say_left(now, line, sheet="choices")
    now.remarks += [
        Remark("choices", 0, _("“%(name)s” is called “%(key)s” here.") % {"name": name[:60],
               "key": one.key})
        for list_name, own in now.choices.items()
        if list_name != columns.SCALE5_LIST
        for name, one in own.items()
        if name != one.key
    ]  # fmt: skip


def _settings(now: Reading, line: Line | None) -> dict[str, Any]:
    line = line or Line(0, {})
    line.take("default_language")
    title = line.whole("form_title")
    wanted = line.take("form_id")
    key = free_key(wanted or "form", set())
    if wanted and key != wanted:
        now.remark(
            line.number,
            _("“%(name)s” is called “%(key)s” here.") % {"name": wanted[:60], "key": key},
            sheet="settings",
        )
    english = line.whole("jiedui_title_en") or title
    name = {"zh": title or key, "en": english or key}
    raw: dict[str, Any] = {"key": key, "name": name, "about": line.take("jiedui_about")}
    if not raw["about"]:
        raw["about"] = "household"
        now.remark(
            line.number,
            _("An XLSForm does not say what it is about: “household” stands there, change it."),
            sheet="settings",
        )
    if now.purpose:
        raw["purpose"] = now.purpose
    if level := line.take("jiedui_place_level"):
        raw["place_level"] = level
    for of in ("organisation_kinds", "team_kinds"):
        if kinds := line.take(f"jiedui_{of}").split():
            raw[of] = kinds
    if (filled_by := line.take("jiedui_filled_by")) and filled_by != "field":
        raw["filled_by"] = filled_by
    _say_left(now, line, sheet="settings")
    return raw

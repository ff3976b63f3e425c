"""A form that was read, as the text of `[[forms]]` to put into a playbook."""

from collections.abc import Iterator, Mapping
from typing import Any


def text(raw: Mapping[str, Any]) -> str:
    """The form as TOML, questions each under their own heading."""
    lines = ["[[forms]]", *_pairs(raw, without="questions")]
    for question in raw["questions"]:
        lines += ["", "[[forms.questions]]", *_pairs(question)]
    return "\n".join(lines) + "\n"


def _pairs(table: Mapping[str, Any], *, without: str = "") -> Iterator[str]:
    for key, value in table.items():
        if key == without:
            continue
        if key == "options":
            yield "options = ["
            yield from (f"  {_value(option)}," for option in value)
            yield "]"
        else:
            yield f"{key} = {_value(value)}"


def _value(value: Any) -> str:
    import tomlkit

    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_name(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return str(value) if isinstance(value, int) else tomlkit.string(value).as_string()


def _name(key: str) -> str:
    """A key of a table; one with points in it is quoted, or it would be a table in a table."""
    return f'"{key}"' if "." in key else key

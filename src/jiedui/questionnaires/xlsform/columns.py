"""The words of XLSForm that are used here. Columns of our own begin with `jiedui_`.

Other programs pass over columns they do not know; what ODK has no word for comes back by them.
"""

from collections.abc import Mapping

from jiedui.campaigns.playbook.forms import QuestionType

ZH, EN = "中文 (zh)", "English (en)"
PURPOSE = "jiedui_purpose"  # the note at the head that says what the form is for
NOTES = "jiedui"  # the sheet that says what ODK cannot do of it
YES_NO_LIST, SCALE5_LIST = "jiedui_yes_no", "jiedui_scale5"

SURVEY = (
    "type", "name", f"label::{ZH}", f"label::{EN}", f"hint::{ZH}", f"hint::{EN}", "required",
    "relevant", "constraint", "appearance", "jiedui_type", "jiedui_unit_zh", "jiedui_unit_en",
    "jiedui_private", "jiedui_compare",
)  # fmt: skip
CHOICES = ("list_name", "name", f"label::{ZH}", f"label::{EN}")
SETTINGS = (
    "form_title", "form_id", "default_language", "jiedui_title_en", "jiedui_about",
    "jiedui_place_level", "jiedui_organisation_kinds", "jiedui_team_kinds", "jiedui_filled_by",
)  # fmt: skip
OTHER_NAMES = {
    "relevance": "relevant", "list name": "list_name", "caption": "label", "value": "name",
    "command": "type", "tag": "name", "title": "form_title", "id_string": "form_id",
    "set_form_title": "form_title", "set_form_id": "form_id",
}  # fmt: skip

# What each type here is in ODK; several here are one there, and `jiedui_type` tells them apart.
ODK_TYPES: Mapping[QuestionType, str] = {
    "text": "text", "long_text": "text", "whole": "integer", "points": "integer",
    "number": "decimal", "day": "date", "yes_no": "select_one", "choice": "select_one",
    "scale5": "select_one", "choices": "select_multiple",
}  # fmt: skip
USUAL_TYPES: Mapping[str, QuestionType] = {
    "text": "text", "string": "text", "integer": "whole", "int": "whole", "decimal": "number",
    "date": "day", "select_one": "choice", "select_multiple": "choices",
}  # fmt: skip

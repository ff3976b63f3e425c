"""A setting that cannot be read ends the command with a sentence, not with a traceback."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("name", ["JIEDUI_PROCESSES", "JIEDUI_UPLOAD_MB", "JIEDUI_IDLE_MINUTES"])
@pytest.mark.parametrize("value", ["two", "-1", "1.5", "２"])
def test_a_number_is_written_in_digits(tmp_path, name, value):
    own = {**os.environ, "JIEDUI_DATA": str(tmp_path), name: value}
    own["DJANGO_SETTINGS_MODULE"] = "jiedui.settings"
    command = [sys.executable, "-c", "import jiedui.settings"]
    ended = subprocess.run(command, env=own, capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{name} is {value!r}: write a whole number in digits, such as")
    assert "Traceback" not in ended.stderr

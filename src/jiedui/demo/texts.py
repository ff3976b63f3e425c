"""The words demonstrations are made of, from texts.toml."""

import tomllib
from pathlib import Path
from typing import Any

TEXTS: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "texts.toml").read_text(encoding="utf-8")
)

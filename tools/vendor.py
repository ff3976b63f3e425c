"""Fetch the browser assets named in vendor.json; the version goes into every file name.

Needs npm, and only here: what it writes is committed, so nobody needs npm to run or to test.
"""

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "src/jiedui/web/static"
# A map file we do not ship would make Django's manifest storage refuse the whole page.
SOURCE_MAP = re.compile(r"\n?(//|/\*)# sourceMappingURL=\S+?(\s*\*/|$)", re.MULTILINE)


def main() -> None:
    pins = json.loads((ROOT / "tools/vendor.json").read_text("utf-8"))
    constants: dict[str, Path] = {}
    with tempfile.TemporaryDirectory() as folder:
        for package in pins["packages"]:
            print(f"{package['name']} {package['version']}")
            with tarfile.open(pack(package, Path(folder))) as archive:
                constants |= copy_files(package, archive)
                constants |= draw_sprite(package, archive, names=pins["icons"])
    write_constants({name: path for name, path in constants.items() if STATIC in path.parents})
    write_readme(pins["packages"], STATIC / "vendor/README.md")


def pack(package: dict[str, Any], folder: Path) -> Path:
    """Download one package and stop at once unless it is byte for byte the pinned one."""
    pinned = f"{package['name']}@{package['version']}"
    command = ["npm", "pack", pinned, "--silent", "--pack-destination", str(folder)]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        sys.exit("npm is not installed; it is needed only to refresh the vendored assets.")
    except subprocess.CalledProcessError as failed:
        sys.exit(f"npm could not fetch {pinned}: {failed.stderr.strip()}")
    path = folder / done.stdout.split()[-1]
    digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != package["integrity"]:
        sys.exit(f"{pinned} is not the pinned package: its integrity is sha512-{digest}.")
    return path


def copy_files(package: dict[str, Any], archive: tarfile.TarFile) -> dict[str, Path]:
    written = {}
    for constant, (source, pattern) in package.get("files", {}).items():
        text = SOURCE_MAP.sub("", read(archive, source))
        written[constant] = replace(pattern, package["version"], text.rstrip("\n") + "\n")
    return written


def draw_sprite(
    package: dict[str, Any], archive: tarfile.TarFile, *, names: list[str]
) -> dict[str, Path]:
    written = {}
    for constant, (folder, pattern) in package.get("sprite", {}).items():
        symbols = [symbol(name, read(archive, f"{folder}/{name}.svg")) for name in sorted(names)]
        text = "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>\n"])
        written[constant] = replace(pattern, package["version"], text)
    return written


def symbol(name: str, svg: str) -> str:
    """One icon of the sprite. The width of its stroke is left to the page (`.icon` in Tabler)."""
    paths = re.findall(r"<(?:path|circle|rect|line|ellipse|polyline|polygon)\b[^>]*/>", svg)
    visible = "".join(path for path in paths if 'd="M0 0h24v24H0z"' not in path)
    style = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'
    return f'<symbol id="{name}" viewBox="0 0 24 24" {style}>{visible}</symbol>'


def read(archive: tarfile.TarFile, name: str) -> str:
    try:
        member = archive.extractfile(f"package/{name}")
    except KeyError:
        member = None
    if member is None:
        sys.exit(f"{Path(str(archive.name)).name} holds no {name}.")
    return member.read().decode("utf-8")


def replace(pattern: str, version: str, text: str) -> Path:
    """Write the file and remove the one of the version before."""
    for old in ROOT.glob(pattern.replace("{version}", "[0-9]*")):
        old.unlink()
    path = ROOT / pattern.format(version=version)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def write_constants(constants: dict[str, Path]) -> None:
    lines = [
        '"""The vendored browser assets, named below STATIC_URL. Written by tools/vendor.py."""',
        "",
        *(f'{name} = "{path.relative_to(STATIC)}"' for name, path in sorted(constants.items())),
    ]
    (ROOT / "src/jiedui/web/vendored.py").write_text("\n".join(lines) + "\n", "utf-8")


def write_readme(packages: list[dict[str, Any]], path: Path) -> None:
    rows = [f"| {p['name']} | {p['version']} | {p['licence']} |" for p in packages]
    text = f"""# Vendored browser assets

Written by `make vendor` from the pins in `tools/vendor.json`; do not edit them by hand. To move to
another version, change the pin (`npm view PACKAGE@VERSION dist.integrity` prints the digest), run
`make vendor`, and commit what changed. Templates take the names from `jiedui/web/vendored.py`.

| package | version | licence |
|---|---|---|
{chr(10).join(rows)}

axe-core serves the tests only and lies in `tests/browser/vendor/`. An icon is used as
`<svg class="icon" aria-hidden="true"><use href="{{{{ sprite }}}}#home"/></svg>`; add its name to
the list `icons` in `tools/vendor.json` first. Map references are cut from the minified files,
nothing else is changed.
"""
    path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()

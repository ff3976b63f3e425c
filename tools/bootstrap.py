"""Make the environment with nothing but the Python that is there.

Without arguments: uv, pinned by hash, into .tools. With --link: the project itself into .venv, as a
path file and a console script; building a wheel would download build tools that no hash covers.
"""

import importlib.util
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
# The shell line lets the script work below a folder with blanks or a very long name.
SCRIPT = """#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys

from jiedui.cli import main

sys.exit(main())
"""


def main() -> None:
    if sys.argv[1:] == ["--link"]:
        link()
    else:
        install_uv()


def install_uv() -> None:
    refuse_if_unusable()
    print("Installing uv, the installer", flush=True)
    tools = ROOT / ".tools"
    venv.create(tools, with_pip=True, clear=True, symlinks=True)
    pip = [str(tools / "bin/python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
    quiet = ["--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
    done = subprocess.run([*pip, *quiet, "-r", str(ROOT / "requirements/uv.txt")])
    if done.returncode:
        sys.exit("uv could not be installed; is there a way to the package registry?")


def refuse_if_unusable() -> None:
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(
            f"jiedui needs Python 3.11 or newer; python3 is {found} here. "
            "Name a newer one: make run PYTHON=python3.11"
        )
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            "This Python cannot make environments: on Debian and Ubuntu the package python3-venv "
            "is missing (apt install python3-venv)."
        )


def link() -> None:
    """Let the interpreter running this find the project, and put `jiedui` beside it."""
    folder = Path(sys.prefix)
    site = folder / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    (site / "jiedui.pth").write_text(f"{ROOT / 'src'}\n", "utf-8")
    script = folder / "bin/jiedui"
    script.write_text(SCRIPT.format(python=folder / "bin/python"), "utf-8")
    script.chmod(0o755)


if __name__ == "__main__":
    main()

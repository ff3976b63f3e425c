"""Real processes on an installation of their own, killed where it hurts most.

Each ends itself by SIGKILL at a statement or a file that is named: who watches from outside comes
too late on a fast machine.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import installations

# What the killed process runs first: it ends itself at a point that is always the same.
DIE = "import os, signal\ndef die(): os.kill(os.getpid(), signal.SIGKILL)\n"
AT_STATEMENT = f"""{DIE}
from django.db.backends.signals import connection_created
def at_statement(beginning, nth):
    seen = []
    def watch(connection, **_more):
        def look(execute, sql, params, many, context):
            done = execute(sql, params, many, context)
            seen.extend([sql] if sql.startswith(beginning) else [])
            if len(seen) == nth:
                assert connection.in_atomic_block
                die()
            return done
        connection.execute_wrappers.append(look)
    connection_created.connect(watch, weak=False)
at_statement("""
AT_RENAME = f"""{DIE}
import sys
def at_rename(name):
    def look(event, arguments):
        if event == "os.rename" and os.path.basename(arguments[1]) == name:
            die()
    sys.addaudithook(look)
at_rename("""


class House:
    """An installation in a folder, and the processes started on it."""

    def __init__(self, data):
        self.data = data
        self.environment = {
            **os.environ, "JIEDUI_DATA": str(data), "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "jiedui.settings",
        }  # fmt: skip

    def start(self, *command):
        return subprocess.Popen(
            [sys.executable, *command], env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def jiedui(self, *arguments):
        return self.start("-m", "jiedui", *map(str, arguments))

    def python(self, code):
        return self.start("-c", f"import django\ndjango.setup()\n{code}")

    def done(self, process):
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        return out

    def ask(self, sql, *params):
        with closing(sqlite3.connect(self.data / "jiedui.sqlite3", timeout=20)) as base, base:
            return base.execute(sql, params).fetchall()

    def kill_at_statement(self, code, beginning, *, nth=1):
        """Run `code`, which dies in its transaction after the `nth` statement that begins so."""
        self._dies(self.python(f"{AT_STATEMENT}{beginning!r}, {nth})\n{code}"))

    def kill_at_rename(self, code, name):
        """Run `code` until it is about to give a file this name."""
        self._dies(self.python(f"{AT_RENAME}{name!r})\n{code}"))

    def _dies(self, process):
        _out, err = process.communicate(timeout=300)
        assert process.returncode == -signal.SIGKILL, err or "nothing killed it"

    def check(self):
        assert self.ask("PRAGMA integrity_check") == [("ok",)]
        facts = json.loads(self.done(self.jiedui("audit", "verify", "--json")))
        assert facts["broken"] is None
        return facts["entries"]

    def lease_runs_out(self):
        """What ninety seconds of waiting would do."""
        self.ask("UPDATE core_job SET lease = '2020-01-01' WHERE state = 'running'")

    def count(self, table):
        return self.ask(f"SELECT count(*) FROM {table}")[0][0]


def new_house(data, *, shared):
    """An installation with nothing in it."""
    return House(installations.copied(installations.empty(shared), data))


def copied(house, data):
    """Another installation with all that this one holds; nothing may run in either."""
    shutil.copytree(house.data, data)
    return House(data)

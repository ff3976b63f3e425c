"""Real processes on an installation of their own, killed where it hurts most."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import installations


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

    def is_locked(self):
        """Whether somebody is inside a transaction that writes."""
        base = sqlite3.connect(self.data / "jiedui.sqlite3", timeout=0, isolation_level=None)
        try:
            base.execute("BEGIN IMMEDIATE")
            base.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return True
        finally:
            base.close()
        return False

    def kill_when(self, process, condition):
        for _try in range(60_000):
            assert process.poll() is None, process.communicate()
            if condition():
                break
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL

    def kill_in_a_transaction(self, process, *, after=0.3, once=lambda: True):
        """Kill it well inside its long transaction: held still after so many seconds."""

        def is_inside():
            if not once() or not self.is_locked():
                return False
            time.sleep(after)
            process.send_signal(signal.SIGSTOP)  # so that it cannot end while we look
            if not self.is_locked():
                process.send_signal(signal.SIGCONT)
                return False
            return True

        self.kill_when(process, is_inside)

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

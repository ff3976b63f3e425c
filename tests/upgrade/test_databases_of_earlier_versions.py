"""The demonstration of an earlier version, upgraded by the command an operator runs."""

import json
import lzma
import os
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from installations import copied, empty, once

HERE = Path(__file__).parent
BEFORE = "panjin-2026-11-28"  # at a hundredth of its size


@pytest.fixture
def earlier(tmp_path):
    """The data folder as that version left it: database, key and snapshots."""
    return left_by_earlier(tmp_path / "earlier")


@pytest.fixture
def upgraded(shared, tmp_path):
    """The same folder after `jiedui migrate`, which is run once for all."""

    def make(folder):
        left_by_earlier(folder)
        copied(empty(shared) / "static", folder / "static")
        jiedui(folder, "migrate")

    return copied(once(shared, "upgraded", make), tmp_path / "upgraded")


def left_by_earlier(folder):
    (folder / "keys").mkdir(parents=True)
    (folder / "keys/fields.key").write_bytes((HERE / f"{BEFORE}.key").read_bytes())
    with tarfile.open(HERE / f"{BEFORE}.snapshots.tar.xz") as archive:
        archive.extractall(folder)  # our own
    with closing(database(folder)) as base:
        base.executescript(lzma.decompress((HERE / f"{BEFORE}.sql.xz").read_bytes()).decode())
    return folder


def database(folder):
    return sqlite3.connect(folder / "jiedui.sqlite3", isolation_level=None)


def ask(folder, sql, *params):
    with closing(database(folder)) as base:
        return base.execute(sql, params).fetchall()


def run(folder, *command, address=""):
    environment = {
        **os.environ, "JIEDUI_DATA": str(folder), "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "jiedui.settings",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True, timeout=600
    )


def jiedui(folder, *arguments):
    done = run(folder, "-m", "jiedui", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refusal(folder, *command, address=""):
    """The one sentence with which a command refuses the database."""
    done = run(folder, "-m", "jiedui", *(command or ["migrate"]), address=address)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_it_is_upgraded_with_all_it_holds(earlier, upgraded):
    tables = ("households_household", "households_person", "pairing_pair", "ledger_gift",
              "fieldwork_activity", "orgs_member")  # fmt: skip
    before = {name: ask(earlier, f"SELECT count(*) FROM {name}") for name in tables}
    jiedui(upgraded, "audit", "anchor")
    assert {name: ask(upgraded, f"SELECT count(*) FROM {name}") for name in tables} == before
    verdict = json.loads(jiedui(upgraded, "audit", "verify", "--json"))
    assert verdict["broken"] is None and verdict["entries"] >= 30
    counted = json.loads(jiedui(upgraded, "figures", "panjin", "--json"))
    figures = {one["key"]: one["value"] for one in counted}
    assert figures["visits.count"] > 1000
    assert json.loads(jiedui(upgraded, "pair", "panjin", "--json"))["certified"]


# Models of pairing that have another name, or belong to another app: their table then, and now.
MOVED = {
    "handover": "handover", "passedon": "handoverline", "telling": "notification",
    "telling_notices": "notification_notices", "wish": "changerequest", "proposal": "proposal",
    "proposedpair": "proposedpair", "keptplan": "storedplan",
}  # fmt: skip


def test_models_that_moved_bring_their_rows(earlier, upgraded):
    before = {old: ask(earlier, f"SELECT * FROM pairing_{old} ORDER BY id") for old in MOVED}
    assert all(before.values())
    for old, new in MOVED.items():
        assert ask(upgraded, f"SELECT * FROM pairing_{new} ORDER BY id") == before[old]


def test_the_chain_knows_records_by_the_name_they_had(upgraded):
    code = (
        "import django\ndjango.setup()\n"
        "from jiedui.core.histories import history\n"
        "from jiedui.handover.models import ChangeRequest\n"
        "for row in ChangeRequest.objects.all():\n"
        "    print(*(event.what for event in history(row, words={})))"
    )
    done = run(upgraded, "-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split().count("wish.asked") == 3
    # The seal of the stored plan is compared with what the chain says of "pairing.proposal".
    ((proposal,),) = ask(upgraded, "SELECT id FROM pairing_proposal")
    found = run(upgraded, "-m", "jiedui", "pair", "--replay", str(proposal), "--json")
    assert json.loads(found.stdout)["sealed"], found.stderr


def test_what_was_encrypted_can_still_be_read(upgraded):
    code = (
        "import django\ndjango.setup()\n"
        "from jiedui.households.models import Household\n"
        "print(sum(h.phone.startswith('1') for h in Household.objects.all()))"
    )
    done = run(upgraded, "-c", code)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 10


def test_a_database_of_a_newer_version_is_refused_and_left_alone(earlier):
    row = "('core', '9999_of_a_later_day', '2031-01-01')"
    ask(earlier, f"INSERT INTO django_migrations (app, name, applied) VALUES {row}")
    before = ask(earlier, "SELECT count(*) FROM django_migrations")
    assert "belongs to a newer version" in refusal(earlier)
    assert ask(earlier, "SELECT count(*) FROM django_migrations") == before


def test_a_database_whose_history_does_not_lead_here_is_refused(earlier):
    ask(earlier, "DELETE FROM django_migrations WHERE app = 'households'")
    assert "could not be upgraded" in refusal(earlier)


def test_a_playbook_this_version_cannot_read_is_named_with_its_line(earlier):
    changed = "replace(source, '[[windows]]', '[[wndows]]')"
    ask(earlier, f"UPDATE campaigns_campaign SET source = {changed}")
    said = refusal(earlier)
    assert "panjin" in said and "wndows" in said


COMMANDS = (
    ("audit", "anchor"),
    ("audit", "verify"),
    ("backup", "there.tar.gz"),
    ("figures", "panjin"),
    ("pair", "panjin"),
    ("verify", "1"),
    ("work",),
)


def refusals(folder, commands):
    """What each of these commands says, in one process that refuses them all."""
    code = (
        "import json, sys\nfrom click.testing import CliRunner\nfrom jiedui.cli import main\n"
        "done = [CliRunner().invoke(main, one) for one in json.loads(sys.argv[1])]\n"
        "print(json.dumps([(one.exit_code, one.stderr) for one in done]))"
    )
    done = run(folder, "-c", code, json.dumps(commands))
    assert done.returncode == 0, done.stderr
    for exit_code, said in json.loads(done.stdout):
        assert exit_code == 1
        assert "Traceback" not in said
        yield said


def test_every_command_is_told_that_an_earlier_database_is_to_be_upgraded_first(earlier):
    commands = [one for one in COMMANDS if one[0] != "backup"]
    for command, said in zip(commands, refusals(earlier, commands), strict=True):
        assert "jiedui migrate" in said, command


def test_where_no_installation_is_every_command_says_so_and_makes_none(tmp_path):
    folder = tmp_path / "nowhere"
    for command, said in zip(COMMANDS, refusals(folder, COMMANDS), strict=True):
        assert "no installation here yet" in said, command
    assert not (folder / "jiedui.sqlite3").exists()


@pytest.mark.parametrize("command", [("migrate",), ("audit", "verify")])
def test_a_file_that_is_no_database_is_told(tmp_path, command):
    (tmp_path / "jiedui.sqlite3").write_text("This is a letter." * 100, encoding="utf-8")
    assert "file is not a database" in refusal(tmp_path, *command)
    assert (tmp_path / "jiedui.sqlite3").read_text(encoding="utf-8").startswith("This is a letter.")


@pytest.mark.parametrize("command", [("migrate",), ("audit", "verify")])
def test_a_server_that_does_not_answer_is_told_without_its_password(tmp_path, command):
    address = "postgresql://somebody:a-secret@127.0.0.1:1/jiedui"
    said = refusal(tmp_path, *command, address=address)
    assert "Connection refused" in said
    assert "a-secret" not in said

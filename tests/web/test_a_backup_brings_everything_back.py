import json
import os
import subprocess
import sys
import tarfile
from functools import partial

import pytest

from installations import copied, empty


@pytest.fixture
def jiedui(tmp_path, shared):
    """The command itself, on an installation of its own."""

    def run(*arguments, ok=True):
        environment = {
            **os.environ,
            "JIEDUI_DATA": str(tmp_path / "data"),
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "jiedui.settings",
        }
        done = subprocess.run(
            [sys.executable, "-m", "jiedui", *map(str, arguments)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode == 0) == ok, done.stderr
        return done.stdout if ok else done.stdout + done.stderr

    copied(empty(shared), tmp_path / "data")
    return run


def test_a_backup_is_restored_into_an_empty_place(jiedui, tmp_path):
    (tmp_path / "data" / "files").mkdir()
    (tmp_path / "data" / "files" / "a.txt").write_text("甲")
    facts = json.loads(jiedui("backup", tmp_path / "b.tar.gz", "--with-keys", "--json"))
    (tmp_path / "data" / "files" / "a.txt").write_text("乙")
    jiedui("restore", tmp_path / "b.tar.gz")
    assert (tmp_path / "data" / "files" / "a.txt").read_text() == "甲"
    assert facts["has_keys"] is True
    assert json.loads(jiedui("audit", "verify", "--json"))["broken"] is None


def test_a_damaged_backup_is_refused_and_nothing_is_touched(jiedui, tmp_path):
    jiedui("backup", tmp_path / "b.tar.gz")
    whole = (tmp_path / "b.tar.gz").read_bytes()
    (tmp_path / "b.tar.gz").write_bytes(whole[: len(whole) // 2])
    before = (tmp_path / "data" / "jiedui.sqlite3").read_bytes()
    assert "b.tar.gz" in jiedui("restore", tmp_path / "b.tar.gz", ok=False)
    assert (tmp_path / "data" / "jiedui.sqlite3").read_bytes() == before


def test_an_altered_file_in_a_backup_is_named(jiedui, tmp_path):
    (tmp_path / "data" / "files").mkdir()
    (tmp_path / "data" / "files" / "a.txt").write_text("甲")
    jiedui("backup", tmp_path / "b.tar.gz")
    with tarfile.open(tmp_path / "b.tar.gz") as archive:
        archive.extractall(tmp_path / "c")
    (tmp_path / "c" / "files" / "a.txt").write_text("乙")
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "c", arcname=".")
    assert "files/a.txt" in jiedui("restore", tmp_path / "b.tar.gz", ok=False)


@pytest.mark.parametrize("kind", ["above", "absolute", "link", "twice"])
def test_an_archive_that_reaches_outside_is_no_backup(jiedui, tmp_path, kind):
    jiedui("backup", tmp_path / "b.tar.gz")
    with tarfile.open(tmp_path / "b.tar.gz") as archive:
        archive.extractall(tmp_path / "c")
    (tmp_path / "evil").write_text("乙")
    names = {"above": "../../evil2", "absolute": str(tmp_path / "evil2"), "twice": "manifest.json"}
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "c", arcname=".")
        if kind == "link":
            link = tarfile.TarInfo("files")
            link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path)
            archive.addfile(link)
        else:
            archive.add(tmp_path / "evil", arcname=names[kind], filter=partial(_named, names[kind]))
    before = (tmp_path / "data" / "jiedui.sqlite3").read_bytes()
    assert "b.tar.gz" in jiedui("restore", tmp_path / "b.tar.gz", "--replace", ok=False)
    assert not list(tmp_path.rglob("evil2"))
    assert (tmp_path / "data" / "jiedui.sqlite3").read_bytes() == before


def _named(name, member):
    member.name = name  # `add` itself takes the slash away
    return member


def test_the_keys_stay_out_unless_asked_for(jiedui, tmp_path):
    jiedui("backup", tmp_path / "b.tar.gz")
    with tarfile.open(tmp_path / "b.tar.gz") as archive:
        assert not [name for name in archive.getnames() if "keys" in name]


def test_an_unknown_campaign_is_said_with_those_there_are(jiedui):
    assert "none yet" in jiedui("figures", "nowhere", ok=False)


def test_a_playbook_with_a_mistake_is_named_by_line(jiedui, tmp_path):
    (tmp_path / "p.toml").write_text('[campaign]\nkey = "x"\nnonsense = 1\n')
    said = jiedui("playbook", "check", tmp_path / "p.toml", ok=False)
    assert "p.toml:3:" in said


def _with_an_entry(jiedui):
    jiedui("account", "add", "wu", "--role", "administrator", "--name", "吴敏")


@pytest.mark.parametrize("keys", ["missing", "wrong"])
def test_a_backup_without_its_key_is_refused_and_nothing_is_touched(jiedui, tmp_path, keys):
    _with_an_entry(jiedui)
    jiedui("backup", tmp_path / "b.tar.gz")
    key = tmp_path / "data" / "keys" / "fields.key"
    right = key.read_text()
    key.unlink() if keys == "missing" else key.write_text("ab" * 32)
    before = (tmp_path / "data" / "jiedui.sqlite3").read_bytes()
    assert "fields.key" in jiedui("restore", tmp_path / "b.tar.gz", "--replace", ok=False)
    assert (tmp_path / "data" / "jiedui.sqlite3").read_bytes() == before
    key.write_text(right)
    jiedui("restore", tmp_path / "b.tar.gz", "--replace")
    assert json.loads(jiedui("audit", "verify", "--json"))["broken"] is None


def test_a_cut_chain_is_told_and_not_backed_up(jiedui, tmp_path):
    import sqlite3

    _with_an_entry(jiedui)
    jiedui("backup", tmp_path / "b.tar.gz")
    with sqlite3.connect(tmp_path / "data" / "jiedui.sqlite3") as database:
        database.execute("DELETE FROM core_auditentry")
    assert json.loads(jiedui("audit", "verify", "--json", ok=False))["lost"] == 1
    assert "1" in jiedui("backup", tmp_path / "c.tar.gz", ok=False)
    jiedui("restore", tmp_path / "b.tar.gz", "--replace")
    facts = json.loads(jiedui("audit", "verify", "--json"))
    assert (facts["lost"], facts["entries"] > 0) == (None, True)


def test_an_older_backup_restored_is_no_cut(jiedui, tmp_path):
    _with_an_entry(jiedui)
    jiedui("backup", tmp_path / "b.tar.gz")
    jiedui("account", "reset", "wu")
    jiedui("restore", tmp_path / "b.tar.gz", "--replace")
    assert json.loads(jiedui("audit", "verify", "--json"))["lost"] is None


def test_every_file_is_for_the_own_account_alone(jiedui, tmp_path):
    (tmp_path / "data" / "old.txt").write_text("of an earlier version")
    (tmp_path / "data" / "old.txt").chmod(0o644)
    (tmp_path / "data").chmod(0o755)
    _with_an_entry(jiedui)
    seen = [tmp_path / "data", *(tmp_path / "data").rglob("*")]
    assert [one for one in seen if one.stat().st_mode & 0o077] == []


def test_lists_on_their_way_in_are_left_out(jiedui, tmp_path):
    (tmp_path / "data" / "uploads").mkdir()
    (tmp_path / "data" / "uploads" / "list").write_text("秦安 13998765432")
    jiedui("backup", tmp_path / "b.tar.gz")
    with tarfile.open(tmp_path / "b.tar.gz") as archive:
        assert not [name for name in archive.getnames() if "uploads" in name]


def test_a_chain_cut_with_its_anchor_is_told_by_a_backup_kept_elsewhere(jiedui, tmp_path):
    import sqlite3

    _with_an_entry(jiedui)
    jiedui("backup", tmp_path / "b.tar.gz")
    jiedui("account", "reset", "wu")
    assert "fit" in jiedui("audit", "verify", "--against", tmp_path / "b.tar.gz")
    with sqlite3.connect(tmp_path / "data" / "jiedui.sqlite3") as database:
        database.execute("DELETE FROM core_auditentry")
    (tmp_path / "data" / "audit.anchor").unlink()
    facts = json.loads(jiedui("audit", "verify", "--json", ok=False))
    assert (facts["lost"], facts["missing"]) == (None, "beginning")
    told = jiedui("audit", "verify", "--against", tmp_path / "b.tar.gz", ok=False)
    assert "cut off" in told


def test_an_anchor_taken_away_begins_anew_by_a_command(jiedui, tmp_path):
    _with_an_entry(jiedui)
    assert "audit.anchor" in jiedui("audit", "anchor", ok=False)
    (tmp_path / "data" / "audit.anchor").unlink()
    jiedui("account", "reset", "wu")
    assert "audit anchor" in jiedui("audit", "verify", ok=False)
    assert "audit.anchor" in jiedui("audit", "anchor")
    assert json.loads(jiedui("audit", "verify", "--json"))["missing"] == ""


def test_an_anchor_does_not_begin_beside_a_chain_that_was_cut(jiedui, tmp_path):
    import sqlite3

    _with_an_entry(jiedui)
    jiedui("account", "reset", "wu")
    (tmp_path / "data" / "audit.anchor").unlink()
    with sqlite3.connect(tmp_path / "data" / "jiedui.sqlite3") as database:
        database.execute("DELETE FROM core_auditentry WHERE id = 1")
    assert "does not fit" in jiedui("audit", "anchor", ok=False)
    assert not (tmp_path / "data" / "audit.anchor").exists()

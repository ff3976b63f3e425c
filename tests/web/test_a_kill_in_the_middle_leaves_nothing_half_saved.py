"""kill -9 in the middle of long work: nothing is half saved, and the next start goes on.

Real processes on an installation of their own; each is killed within a transaction, or while it
writes its files.
"""

import sys

import pytest
from killing import copied, new_house

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals and limits of Linux")

HOMES = 900
LIST = """
import io, random, xlsxwriter
out = io.BytesIO()
book = xlsxwriter.Workbook(out)
page = book.add_worksheet("户")
page.write_row(0, 0, ["户编号", "户主姓名", "行政村", "家庭人口", "户类型", "家庭住址"])
for n in range({homes}):
    name = "秦" + "安平和顺康宁福禄寿喜"[n % 10]
    home = random.randbytes(50).hex()  # does not shrink: a list this large is left to a job
    page.write_row(n + 1, 0, [f"K{{n:05d}}", name, {village!r}, 3, "低保户", home])
book.close()
"""
QUEUE = """
from jiedui.imports import actions
from jiedui.accounts.models import User
from jiedui.places.models import Place
village = Place.objects.filter(level="village", ended=None).first().name
exec(LIST.format(homes=HOMES, village=village))
user = User.objects.get(username__endswith="-office")
upload = actions.receive("households", "list.xlsx", [out.getvalue()], by=user)
actions.check(upload, by=user).delete()
actions.run_check(str(upload.pk), lambda *_done, **_total: None)
upload.refresh_from_db()
doubtful = upload.rows.filter(is_doubtful=True).values_list("pk", flat=True)
actions.decide(upload, list(doubtful), "new", by=user)
upload.refresh_from_db()
job = actions.apply(upload, by=user)
print(upload.pk, job and job.pk)
"""
# One turn of the worker, without its daily duties.
WORK = "from jiedui.web import jobs\njobs.load_runners()\njobs.reap()\njobs.run(jobs.claim())"
DEMO = "from jiedui.demo import loading\nloading.load('xiejiaji', scale=0.003)"
SNAPSHOT = """
from jiedui.campaigns.models import Campaign
from jiedui.figures import actions
print(actions.take(Campaign.objects.get()).key)
"""


@pytest.fixture(scope="module")
def empty(tmp_path_factory, shared):
    return new_house(tmp_path_factory.mktemp("empty") / "data", shared=shared)


@pytest.fixture(scope="module")
def loaded(empty, tmp_path_factory):
    house = copied(empty, tmp_path_factory.mktemp("loaded") / "data")
    house.done(house.python(DEMO))
    return house


@pytest.fixture
def house(loaded, tmp_path):
    """With a demonstration, and every test's own: they may run in any order."""
    return copied(loaded, tmp_path / "data")


def test_a_killed_demonstration_leaves_an_empty_house_and_loads_again(empty, tmp_path):
    house = copied(empty, tmp_path / "data")
    house.kill_at_statement(DEMO, 'INSERT INTO "fieldwork_activity"')
    assert house.count("campaigns_campaign") == house.count("places_place") == 0
    assert house.count("accounts_user") == house.count("core_auditentry") == 0
    house.done(house.python(DEMO))
    assert house.count("campaigns_campaign") == 1


def test_a_killed_snapshot_is_nowhere_and_the_next_one_is_whole(house):
    files = house.data / "snapshots"
    house.kill_at_statement(SNAPSHOT, 'INSERT INTO "figures_snapshot"')
    assert any(files.rglob("*.parquet"))
    assert house.count("figures_snapshot") == 0
    key = house.done(house.python(SNAPSHOT)).strip()
    assert house.ask("SELECT key FROM figures_snapshot") == [(key,)]
    assert house.done(house.python(SNAPSHOT)).strip() == key


def test_a_killed_import_is_whole_after_the_next_start(house):
    namespace = f"LIST, HOMES = {LIST!r}, {HOMES}\n"
    upload, job = house.done(house.python(namespace + QUEUE)).split()
    before, entries = house.count("households_household"), house.count("core_auditentry")
    state = "SELECT state, tries FROM core_job WHERE id = ?"
    house.kill_at_statement(WORK, 'INSERT INTO "households_household"', nth=3)
    # A list is written in portions, so that nobody waits: what is there is taken back first.
    assert before < house.count("households_household") < before + HOMES
    assert house.ask(state, job) == [("running", 1)]
    house.lease_runs_out()
    house.done(house.python(WORK))
    assert house.ask(state, job) == [("done", 2)]
    assert house.ask("SELECT state FROM imports_upload WHERE id = ?", upload) == [("applied",)]
    assert house.count("households_household") == before + HOMES
    assert house.check() > entries


def test_a_killed_backup_leaves_no_file_that_looks_whole_and_the_next_one_is(house):
    folder = house.data.parent / "kept"
    folder.mkdir()
    backup = f"from jiedui.cli import main\nmain(['backup', {str(folder / 'b.tar.gz')!r}])"
    house.kill_at_rename(backup, "b.tar.gz")
    assert "b.tar.gz" not in [path.name for path in folder.iterdir()]
    house.done(house.jiedui("backup", folder / "b.tar.gz"))
    # What the killed one left, a copy of the whole data, does not lie about either.
    assert [path.name for path in folder.iterdir()] == ["b.tar.gz"]
    house.done(house.jiedui("restore", folder / "b.tar.gz", "--replace"))


def test_a_full_disk_is_said_in_a_sentence_and_nothing_is_half_saved(house):
    """A limit on the size of files stands for the disk: writing past it fails as a full one."""
    folder = house.data.parent / "full"
    folder.mkdir()
    entries = house.count("core_auditentry")
    limit = "import resource, signal, sys\n"
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (90_000, 90_000))\n"
    limit += "from jiedui.cli import main\n"
    for arguments in (
        ["backup", str(folder / "b.tar.gz")], ["demo", "panjin", "--scale", "0.01"],
    ):  # fmt: skip
        process = house.start("-c", f"{limit}main({arguments!r})")
        _out, err = process.communicate(timeout=300)
        assert process.returncode == 1
        assert "Traceback" not in err, err[-2000:]
        assert "Error: " in err
    assert list(folder.iterdir()) == []
    assert house.check() == entries
    assert house.count("campaigns_campaign") == 1

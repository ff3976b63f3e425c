"""Small files that ask for gigabytes: a sentence, and no process of ours dies or grows."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.urls import reverse
from registers import send, work

from jiedui.imports import actions
from jiedui.imports.models import Upload
from jiedui.imports.reading import reader
from jiedui.imports.reading.refused_file import BadWorkbook
from jiedui.imports.reading.workbook import Limits

CASES = Path(__file__).parent / "cases"
FAR = [
    *("far_lower.xlsx", "far_otherpath.xlsx", "far_slash.xlsx"),
    *("ods_repeat_columns.ods", "ods_repeat_rows.ods", "xlsb_far.xlsb"),
]


# In a process of its own: a child is charged what its parent weighed when it was born, and the
# one that runs tests has loaded whole demonstrations.
READ = """
import resource, sys
from pathlib import Path
from jiedui.imports.reading import reader
from jiedui.imports.reading.refused_file import BadWorkbook

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    reader.read(Path(sys.argv[1]))
except BadWorkbook as refused:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    print(refused.msgids[0])
"""


@pytest.mark.parametrize("name", FAR)
def test_a_kilobyte_that_asks_for_gigabytes_gets_a_sentence(name):
    ran = subprocess.run(
        [sys.executable, "-c", READ, CASES / name], check=True, capture_output=True, text=True
    )
    grown, most, sentence = ran.stdout.split("\n", 2)
    assert "asks for more than" in sentence or "which is too much" in sentence
    assert int(grown) < 100 * 1024  # kilobytes
    assert int(most) <= Limits().memory // 1024


@pytest.mark.django_db
@pytest.mark.parametrize("name", FAR)
def test_its_sentence_is_the_answer_of_the_upload_and_nobody_tries_again(client, office, name):
    upload = send("households", (CASES / name).read_bytes(), by=office, name=name)
    assert upload.state == Upload.State.REFUSED
    assert not upload.path.exists()
    client.force_login(office)
    page = client.get(upload.get_absolute_url())
    assert upload.problem in page.content.decode()
    work()
    again = Upload.objects.get()
    assert (again.job, again.state) == (upload.job, Upload.State.REFUSED)


def test_a_file_that_takes_too_long_is_ended():
    rows = b"a,b,c\n" * 3_000_000
    begun = time.monotonic()
    with pytest.raises(BadWorkbook, match="asks for more than the 1 seconds"):
        reader.read(rows, limits=Limits(seconds=1, cells=10**9))
    assert time.monotonic() - begun < 30


def test_a_file_that_takes_too_much_memory_is_ended():
    rows = b"".join(b"%d,b,c\n" % n for n in range(600_000))
    with pytest.raises(BadWorkbook, match="asks for more than the 100 MB"):
        reader.read(rows, limits=Limits(memory=100 * 1024**2, cells=10**9))


def test_lists_are_read_beside_each_other():
    found = []
    rows = "村,户主\n" + "柳树村,秦安\n" * 2000
    threads = [
        threading.Thread(target=lambda: found.append(reader.read(rows.encode()))) for _n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(book.sheets[0].rows) for book in found] == [2001] * 4


@pytest.mark.django_db
def test_no_page_reads_a_file(client, office, willow_village, monkeypatch):
    def read(*_given, **_named):
        raise AssertionError("a file was read while a page waited for it")

    upload = send("households", b"\xef\xbb\xbf" + "村,户主\n柳树村,秦安".encode(), by=office)
    client.force_login(office)
    with monkeypatch.context() as watched:
        watched.setattr(reader, "read", read)
        for step in ("show", "start", "columns", "mistakes", "annotated", "doubles"):
            client.get(reverse(f"imports:{step}", args=[upload.pk]))
        for step in ("columns", "apply"):
            client.post(reverse(f"imports:{step}", args=[upload.pk]))
    work()


@pytest.mark.django_db
def test_of_two_who_apply_a_list_at_once_only_one_does(office, willow_village):
    upload = send("households", "村,户主\n柳树村,秦安".encode(), by=office)
    other = Upload.objects.get(pk=upload.pk)
    actions.apply(upload, by=office)
    with pytest.raises(actions.Refused):
        actions.apply(other, by=office)

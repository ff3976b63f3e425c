"""An installation on SQLite, copied into PostgreSQL by the command an operator runs."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from shutil import copytree
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="needs a PostgreSQL to copy into"
)


class House:
    """An installation in a folder, on SQLite unless the address of another database is given."""

    def __init__(self, data):
        self.data = data
        self.environment = {
            **os.environ, "JIEDUI_DATA": str(data), "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "jiedui.settings",
        }  # fmt: skip

    def run(self, *command, database="", ok=True, **more):
        environment = {**self.environment, "DATABASE_URL": database, **more}
        done = subprocess.run(
            [sys.executable, *map(str, command)], env=environment, capture_output=True, text=True
        )
        assert (done.returncode == 0) == ok, done.stdout + done.stderr
        assert "Traceback" not in done.stderr or not ok, done.stderr
        return done.stdout if ok else done.stdout + done.stderr

    def jiedui(self, *arguments, **more):
        return self.run("-m", "jiedui", *arguments, **more)

    def python(self, code, **more):
        return self.run("-c", f"import django\ndjango.setup()\n{code}", **more)

    def refused(self, database, **more):
        said = self.jiedui("copy-database", "--to", database, ok=False, **more)
        assert "Traceback" not in said, said
        return said

    @property
    def file(self):
        return self.data / "jiedui.sqlite3"


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    house = House(tmp_path_factory.mktemp("house"))
    house.jiedui("demo", "panjin", "--scale", 0.002)
    return house.data


@pytest.fixture
def house(demonstration, tmp_path):
    """A small demonstration of the test's own."""
    return House(copytree(demonstration, tmp_path / "house"))


@pytest.fixture
def empty(django_db_blocker, request):
    """The address of a new database, removed afterwards."""
    name, how = f"copy_{uuid4().hex[:12]}", getattr(request, "param", "")
    with django_db_blocker.unblock():
        facts = connection.settings_dict
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0 {how}")
        yield (
            f"postgresql://{facts['USER']}:{facts['PASSWORD']}@{facts['HOST']}:{facts['PORT']}/{name}"
        )
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


ACCOUNT = ("account", "add", "lishi", "--role", "administrator", "--name", "李石")
TABLES = "from django.db import connection\nprint(connection.introspection.table_names())"
# Every count, and every value of every row as the program reads it, ciphertexts unopened.
CONTENT = """
import hashlib, json
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
for model in apps.get_models(include_auto_created=True):
    names = [f.attname for f in model._meta.concrete_fields]
    seen, count = hashlib.sha256(), 0
    for row in model._base_manager.order_by("pk").values_list(*names):
        plain = [v.hex() if isinstance(v, bytes) else v for v in row]
        seen.update(json.dumps(plain, cls=DjangoJSONEncoder, sort_keys=True).encode())
        count += 1
    print(model._meta.db_table, count, seen.hexdigest())
"""
PAGES = """
from django.test import Client
from jiedui.accounts.models import User
from jiedui.households.models import Household
client = Client(headers={"host": "localhost"})
client.force_login(User.objects.filter(appointments__role="office")[0])
client.cookies
row = Household.objects.exclude(phone=b"").filter(ended=None)[0]
for page in ("/", "/households/", row.get_absolute_url(), "/pairs/", "/activities/", "/gifts/"):
    print(client.get(page).status_code)
print(row.phone.isdigit())
"""


def test_everything_arrives_and_goes_on(house, empty):
    before = house.file.read_bytes()
    facts = json.loads(house.jiedui("copy-database", "--to", empty, "--json"))
    assert house.file.read_bytes() == before
    assert facts["rows"] > 1000
    assert facts["configuration"].startswith("DATABASE_URL=postgresql://jiedui:***@")
    assert house.python(CONTENT, database=empty) == house.python(CONTENT)
    verdict = json.loads(house.jiedui("audit", "verify", "--json", database=empty))
    assert verdict["broken"] is None and verdict["lost"] is None
    assert (verdict["entries"], verdict["head"]) == (facts["audit_entries"], facts["audit_head"])
    assert house.python(PAGES, database=empty).split() == ["200"] * 6 + ["True"]
    house.jiedui(*ACCOUNT, database=empty)  # keys go on where they were


def test_a_database_that_is_not_empty_is_refused(house, empty):
    with psycopg.connect(empty, autocommit=True) as base:
        base.execute("CREATE TABLE theirs (x int)")
    assert "目标数据库不是空的" in house.refused(empty)
    assert house.python(TABLES, database=empty).strip() == "['theirs']"


def test_who_has_the_database_open_is_told_to_stop(house, empty):
    holder = subprocess.Popen(
        [sys.executable, "-c", OPEN, str(house.file)], stdout=subprocess.PIPE, stdin=subprocess.PIPE
    )
    holder.stdout.readline()
    try:
        assert "请先停止服务和后台进程" in house.refused(empty)
    finally:
        holder.communicate()
    assert house.python(TABLES, database=empty).strip() == "[]"


# As a server that nobody asks anything at the moment.
OPEN = """
import sqlite3, sys
base = sqlite3.connect(sys.argv[1])
base.execute("SELECT count(*) FROM core_job").fetchall()
print("open", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize(
    "url", ["", "mysql://a:b@127.0.0.1/c", "postgresql://127.0.0.1", "nonsense"]
)
def test_an_address_that_is_none_of_postgresql_is_refused(house, url):
    assert "PostgreSQL" in house.refused(url)


def test_a_database_that_cannot_be_reached_is_refused_without_its_password(house):
    said = house.refused("postgresql://jiedui:topsecret@127.0.0.1:9/jiedui")
    assert "连接不上" in said and "topsecret" not in said


def test_without_the_key_nothing_is_copied(house, empty):
    said = house.refused(empty, JIEDUI_KEY_FIELDS="ab" * 32)
    assert "keys/fields.key" in said
    assert house.python(TABLES, database=empty).strip() == "[]"


def test_what_postgresql_does_not_take_is_named_and_the_target_is_empty_again(house, empty):
    with closing(sqlite3.connect(house.file)) as base, base:
        base.execute("UPDATE orgs_member SET name = ? WHERE id = 1", ["长" * 99])
    said = house.refused(empty)
    assert "orgs_member" in said and "column name" in said
    assert house.python(TABLES, database=empty).strip() == "[]"


@pytest.mark.parametrize("empty", ["ENCODING 'LATIN1' LOCALE 'C'"], indirect=True)
def test_a_database_that_takes_no_chinese_is_refused(house, empty):
    assert "LATIN1" in house.refused(empty)
    assert house.python(TABLES, database=empty).strip() == "[]"


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("CREATE TABLE their_notes (x int)", "their_notes"),
        ("DELETE FROM django_migrations WHERE app = 'reports'", "jiedui migrate"),
    ],
)
def test_a_database_of_another_version_is_not_copied(house, empty, before, said):
    with closing(sqlite3.connect(house.file)) as base, base:
        base.execute(before)
    assert said in house.refused(empty)
    assert house.python(TABLES, database=empty).strip() == "[]"


def test_what_is_on_postgresql_already_is_not_copied(house, empty):
    house.jiedui("copy-database", "--to", empty)
    said = house.jiedui("copy-database", "--to", empty, database=empty, ok=False)
    assert "SQLite" in said and "Traceback" not in said


def test_a_broken_chain_is_not_copied(house, empty):
    with closing(sqlite3.connect(house.file)) as base, base:
        base.execute("UPDATE core_auditentry SET actor = 'x' WHERE id = 2")
    assert "第 2 条" in house.refused(empty)


def test_a_database_that_went_on_elsewhere_is_not_copied_again(house, empty):
    house.jiedui("copy-database", "--to", empty)
    house.jiedui(*ACCOUNT, database=empty)
    assert "已经复制过" in house.refused(empty)


def test_a_kill_in_the_middle_leaves_the_target_empty(house, empty):
    copying = subprocess.Popen(
        [sys.executable, "-m", "jiedui", "copy-database", "--to", empty],
        env=house.environment,
    )
    with psycopg.connect(empty, autocommit=True) as watch:
        for _try in range(6000):
            writing = watch.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
                " AND query LIKE 'COPY %'"
            ).fetchall()
            if writing:
                break
            time.sleep(0.01)
        copying.kill()
        assert copying.wait() == -signal.SIGKILL
    assert house.python(TABLES, database=empty).strip() == "[]"
    json.loads(house.jiedui("copy-database", "--to", empty, "--json"))

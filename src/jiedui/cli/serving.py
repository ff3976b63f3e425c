"""Serving an installation: the port, the database, the processes, and what is printed."""

import socket
import subprocess
import sys
from functools import cache
from ipaddress import ip_address

import click

from jiedui.cli.output import django_ready
from jiedui.cli.supervising import Child, python, supervise
from jiedui.cli.upgrading import upgrade

WAITING = 1024  # requests taken on at a time, those whose body is still to come among them
HEADER_SECONDS = 15  # a client may take to send the head of a request

OWN = """
  A campaign of your own lives apart from the demonstration (自己的活动另开一套):
    JIEDUI_DATA=~/jiedui .venv/bin/jiedui run --empty --port 8001"""

OPEN = """  Warning: listening on {host} without a proxy in front. Passwords would travel
  unencrypted, and whoever reaches this port can keep it busy. Put a proxy with a certificate
  before it, and set JIEDUI_PROXIES and JIEDUI_HTTPS (docs/operators/README.md, 3).
  注意：服务直接对外监听，前面没有反向代理。密码会明文传输，服务也容易被占满。请在前面加上带证书的反向代理。
"""

NOBODY = """  Nobody has an account here yet. Open the address and type this set-up code;
  it works until the first account is made, or until the next start.
  这里还没有任何账号。请打开上面的网址，输入开通码；开通以后、或再次启动以后作废。

      {code}
"""


UNANCHORED = """
  audit.anchor in the data folder is missing or was emptied: whether the end of the audit chain was
  cut off cannot be told. Find out why; compare with a backup: jiedui audit verify --against FILE.
  Then, or at once after an upgrade from a version that had none, begin it: jiedui audit anchor
  数据目录里的 audit.anchor 不见了或被清空，无法判断操作记录末尾是否被截去。请查明原因并与备份核对，
  再用 jiedui audit anchor 重新开始；从没有这个文件的旧版本升级上来的，直接执行即可。
"""


def check_port(host: str, port: int) -> None:
    """Granian shares ports (SO_REUSEPORT): a second server would start quietly beside the first."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"Port {port} on {host} is in use or may not be opened ({error.strerror}). "
                f"Stop the other program, or choose another port: jiedui run --port {port + 1}"
            ) from error


def prepare() -> None:
    django_ready()
    from django.conf import settings

    from jiedui.core import audit, binding, private
    from jiedui.web.gathering import gather

    settings.DATA.mkdir(parents=True, exist_ok=True)
    upgrade()
    private.tighten(settings.DATA)
    binding.bind_all()
    if audit.is_unanchored():
        click.echo(UNANCHORED, err=True)
    gather()


def serve(host: str, port: int) -> int:
    """Serve until told to stop; returns the exit status."""
    _print_accounts(host, port)
    _warn_of_the_open(host)
    from django.conf import settings

    from jiedui.core.models import Job

    compile_engine()
    server = Child(
        "The server for the pages",
        [
            *python("granian", "--interface", "asginl", "--host", host, "--port", str(port)),
            *("--workers", str(settings.PROCESSES), "--backpressure", str(WAITING)),
            *("--http1-header-read-timeout", str(HEADER_SECONDS * 1000)),
            *("--workers-kill-timeout", "3", "--respawn-failed-workers"),
            *("--no-ws", "--log-level", "warning", "jiedui.asgi:application"),
        ],
    )
    workers = [
        Child(
            f"The worker for {lane.label}",
            python("jiedui", "work", "--lane", lane.value, "--rests"),
        )
        for lane in Job.Lane
    ]
    return supervise(server, workers)


@cache
def compile_engine() -> None:
    """Beside what goes on, where it is not compiled yet: a minute that no first plan waits."""
    from jiedui.web.children import die_with_parent

    subprocess.Popen(python("jiedui.engines.matching"), preexec_fn=die_with_parent)


def _warn_of_the_open(host: str) -> None:
    """Without a proxy in front, slow or hostile clients reach this server itself."""
    from django.conf import settings

    if not settings.PROXIES and not is_loopback(host):
        click.echo(OPEN.format(host=host), err=True)


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _print_accounts(host: str, port: int) -> None:
    from jiedui.accounts import setup
    from jiedui.accounts.demonstration import demonstration_accounts

    click.echo(f"\n  jiedui: http://{host}:{port}/\n")
    if accounts := demonstration_accounts():
        click.echo("  Demonstration accounts (演示账号):")
        for one in accounts:
            click.echo(f"    {one.role:<16} {one.username:<26} {one.password}")
        click.echo(OWN)
    elif setup.is_empty():
        click.echo(NOBODY.format(code=setup.new_code()))
    click.echo("\n  Ctrl-C stops it. 按 Ctrl-C 停止。\n", nl=True)
    sys.stdout.flush()

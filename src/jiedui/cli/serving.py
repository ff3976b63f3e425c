"""Serving an installation: the port, the database, the processes, and what is printed."""

import socket
import subprocess
import sys

import click

from jiedui.cli.telling import django_ready

OWN = """
  A campaign of your own lives apart from the demonstration (自己的活动另开一套):
    JIEDUI_DATA=~/jiedui .venv/bin/jiedui run --empty --port 8001"""

NOBODY = """  Nobody has an account here yet. Open the address and type this set-up code;
  it works until the first account is made, or until the next start.
  这里还没有任何账号。请打开上面的网址，输入开通码；开通以后、或再次启动以后作废。

      {code}
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
    from django.core.management import call_command

    from jiedui.web.gathering import gather

    settings.DATA.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    gather()


def serve(host: str, port: int) -> None:
    _tell_accounts(host, port)
    from jiedui.web.children import die_with_parent

    worker = subprocess.Popen([sys.executable, "-m", "jiedui", "work"], preexec_fn=die_with_parent)
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host),
            *("--port", str(port), "--workers", "1", "--blocking-threads", "2"),
            *("--no-ws", "--log-level", "warning", "--respawn-failed-workers"),
            "jiedui.wsgi:application",
        ],
        preexec_fn=die_with_parent,
    )
    try:
        server.wait()
    except KeyboardInterrupt:
        click.echo("\nStopping; everything is saved.")
    finally:
        for child in (server, worker):
            child.terminate()
        for child in (server, worker):
            child.wait(timeout=20)


def _tell_accounts(host: str, port: int) -> None:
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

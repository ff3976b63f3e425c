"""The `jiedui` command. Each command calls an action and prints the result."""

import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from jiedui.cli.accounts import account
from jiedui.cli.output import (
    as_json,
    clean_texts,
    django_ready,
    find_campaign,
    hide_password,
    print_facts,
    progress_bar,
)
from jiedui.cli.pairing import pair
from jiedui.cli.serving import check_port, compile_engine, prepare
from jiedui.cli.serving import serve as start
from jiedui.cli.supervising import python
from jiedui.cli.upgrading import database_ready, refuse_what_is_newer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiedui.settings")


class Commands(click.Group):
    """Turns what our actions refuse into a sentence and exit status 1, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        from jiedui.core.refusals import Refused, of_the_connection, of_the_disk

        try:
            return super().invoke(ctx)
        except Refused as refused:
            raise click.ClickException(refused.sentence) from refused
        except Exception as error:
            if sentence := of_the_disk(error) or of_the_connection(error):
                raise click.ClickException(sentence) from error
            raise


@click.group(cls=Commands)
@click.version_option(package_name=None, version="0.1.0", prog_name="jiedui")
def main() -> None:
    """Paired-assistance and volunteer-service campaigns, from the first list to the last figure."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--demo", "name", default="panjin", show_default=True, help="Demonstration; or none.")
@click.option("--empty", is_flag=True, help="No demonstration: a campaign of your own.")
@click.option("--scale", default=1.0, show_default=True, help="Share of the published scale.")
def run(host: str, port: int, name: str, empty: bool, scale: float) -> None:
    """Migrate, load the demonstration into an empty installation, and serve."""
    check_port(host, port)
    _check_scale(scale)
    prepare()
    from jiedui.accounts import setup
    from jiedui.orgs.models import Organisation

    is_untouched = setup.is_empty() and not Organisation.objects.exists()
    if is_untouched and not empty and name != "none":
        _load_beside(name, scale=scale)
    sys.exit(start(host, port))


def _load_beside(name: str, *, scale: float) -> None:
    """Load a demonstration in a process of its own, which gives a gigabyte back when it ends.

    Its plans are left to the worker, which is about to start.
    """
    from jiedui.web.children import die_with_parent

    compile_engine()  # its last step asks for successors
    command = python("jiedui", "demo", name, "--scale", str(scale), "--plans-later")
    if status := subprocess.run(command, preexec_fn=die_with_parent).returncode:
        sys.exit(status)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
def serve(host: str, port: int) -> None:
    """Serve the installation as it is: the pages, and a worker for long jobs."""
    check_port(host, port)
    prepare()
    sys.exit(start(host, port))


@main.command()
def migrate() -> None:
    """Bring the database to the form this version needs, and gather the static files."""
    prepare()


@main.command()
@click.option(
    "--lane", type=click.Choice(["quick", "long"]), help="Only short work, or only long work."
)
@click.option("--rests", is_flag=True, hidden=True, help="End when idle; `serve` starts it anew.")
def work(lane: str | None, rests: bool) -> None:
    """Do jobs (imports, pairing, snapshots) until stopped; `serve` starts one for each lane."""
    database_ready()
    from jiedui.core.models import Job
    from jiedui.web import jobs

    jobs.work_until_stopped(lanes=[lane] if lane else Job.Lane.values, rests=rests)


@main.command()
@click.argument("name")
@click.option("--scale", default=1.0, show_default=True, help="Share of the published scale.")
@click.option("--seed", default=1, show_default=True, help="Same seed, same people.")
@click.option("--plans-later", is_flag=True, hidden=True, help="Leave plans to the worker.")
@as_json
def demo(name: str, scale: float, seed: int, plans_later: bool, as_json: bool) -> None:
    """Load the demonstration NAME (panjin, xiejiaji, or a file) beside what is there."""
    _check_scale(scale)
    prepare()
    summary = _load(name, scale=scale, seed=seed, plans_now=not plans_later)
    rows = sum(summary["rows"].values())
    sentence = f"{summary['name']}: {rows:,} records in {summary['seconds']:.0f} s"
    print_facts(summary | {"accounts": str(summary["accounts"])}, as_json=as_json, text=sentence)


main.add_command(account)


@main.group()
def playbook() -> None:
    """Playbooks: campaigns written down as data."""


@playbook.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def playbook_check(file: Path, as_json: bool) -> None:
    """Name every mistake in the playbook FILE, with its line, and whatever nothing reads yet."""
    django_ready()
    from jiedui.campaigns import playbook as playbooks

    mistakes = playbooks.check_file(file)
    warnings = [] if mistakes else playbooks.warn(file.read_text(encoding="utf-8"))
    facts = [
        {"line": m.line, "path": m.path, "problem": str(m.problem), "expected": str(m.expected),
         "warning": m in warnings}
        for m in [*mistakes, *warnings]
    ]  # fmt: skip
    lines = [
        f"{file}:{m['line']}: {'warning: ' if m['warning'] else ''}{m['path']}: {m['problem']}"
        f" {m['expected']}"
        for m in facts
    ]
    lines += [] if mistakes else [f"{file}: OK"]
    print_facts(facts, as_json=as_json, text="\n".join(lines))
    sys.exit(1 if mistakes else 0)


@main.command("import")
@click.argument("kind")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", is_flag=True, help="Apply when there is no mistake and nothing to decide.")
@click.option(
    "--layout", multiple=True, metavar="QUESTION=ANSWER", help="How the list is laid out."
)
@as_json
def import_(kind: str, file: Path, apply: bool, layout: tuple[str, ...], as_json: bool) -> None:
    """Read a list: KIND is organisations, members, households, people, needs or places."""
    database_ready()
    from jiedui.core import audit as chain
    from jiedui.imports import actions as imports

    with chain.through("import"):
        answers = dict(one.partition("=")[::2] for one in layout)
        facts = imports.import_file(kind, file, by=None, layout=answers, apply=apply)
    print_facts(facts, as_json=as_json, text="\n".join(f"{k}: {v}" for k, v in facts.items()))
    sys.exit(1 if facts["mistakes"] else 0)


main.add_command(pair)


@main.command()
@click.argument("campaign")
@click.argument("keys", nargs=-1)
@as_json
def figures(campaign: str, keys: tuple[str, ...], as_json: bool) -> None:
    """The figures of CAMPAIGN (all, or those named), from a fresh snapshot."""
    database_ready()
    from jiedui.figures import actions as counting

    facts = counting.figures_json(find_campaign(campaign).key, keys=list(keys) or None)
    lines = [f"{one['key']:<36} {one['value']!s:>18} {one['unit']}" for one in facts]
    print_facts(facts, as_json=as_json, text="\n".join(lines))


@main.command()
@click.argument("campaign")
@click.option("--kind", default="", help="Bulletin of the playbook; the first one if empty.")
@as_json
def bulletin(campaign: str, kind: str, as_json: bool) -> None:
    """Write a draft bulletin of CAMPAIGN with its figures filled in, and print it."""
    database_ready()
    from jiedui.reports import bulletins

    facts = bulletins.bulletin_json(find_campaign(campaign).key, kind=kind or None)
    print_facts(facts, as_json=as_json, text=facts["text"])


@main.command()
@click.argument("number", type=int)
@as_json
def verify(number: int, as_json: bool) -> None:
    """Recompute every figure of bulletin NUMBER from its snapshot; say equal or not."""
    database_ready()
    from jiedui.verification import check

    facts = check.verify_json(number)
    lines = [
        f"{'=' if one['equal'] else '≠'} {one['key']:<36} {one['value']} {one['recomputed']}"
        for one in facts["figures"]
    ]
    print_facts(facts, as_json=as_json, text="\n".join(lines))
    sys.exit(0 if facts["equal"] else 1)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--with-keys", is_flag=True, help="Put the keys in as well; guard such a file.")
@as_json
def backup(file: Path, with_keys: bool, as_json: bool) -> None:
    """Write the whole installation (database, files, snapshots) into FILE, a .tar.gz."""
    database_ready()
    from jiedui.web import backups

    manifest = backups.back_up(file.resolve(), with_keys=with_keys)
    _print_backup(manifest, file=file, as_json=as_json)


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Put it in the place of data that is here.")
@as_json
def restore(file: Path, replace: bool, as_json: bool) -> None:
    """Bring the backup in FILE back. Stop the server first."""
    django_ready()
    from jiedui.web import backups

    manifest = backups.restore(file.resolve(), replace=replace)
    _print_backup(manifest, file=file, as_json=as_json)


@main.command("copy-database")
@click.option(
    "--to", "url", required=True, envvar="JIEDUI_COPY_TO", metavar="URL", type=click.UNPROCESSED,
    help="postgresql://user:password@host:5432/name of an empty database.",
)  # fmt: skip
@as_json
def copy_database(url: str, as_json: bool) -> None:
    """Copy the database from SQLite into an empty PostgreSQL one. Stop the server first."""
    django_ready()
    from jiedui.web import database_copy

    refuse_what_is_newer()
    with progress_bar() as progress:
        copied = database_copy.copy_to(url, progress=progress)
    line = f"DATABASE_URL={hide_password(url)}"
    sentence = (
        f"{copied.rows:,} rows of {copied.tables} tables are there. All {copied.audit_entries:,}"
        f" audit entries fit. Head: {copied.audit_head[:16]}\n"
        f"Now put this line into the configuration, with the password, and start the server:\n"
        f"  {line}"
    )
    print_facts(asdict(copied) | {"configuration": line}, as_json=as_json, text=sentence)


def _print_backup(manifest: Any, *, file: Path, as_json: bool) -> None:
    facts = {
        "file": str(file),
        "made": manifest.made,
        "database": manifest.database,
        "files": len(manifest.files),
        "audit_entries": manifest.audit_entries,
        "audit_head": manifest.audit_head,
        "has_keys": manifest.has_keys,
    }
    sentence = f"{file}: {len(manifest.files)} files, {manifest.audit_entries} audit entries."
    print_facts(facts, as_json=as_json, text=sentence)


@main.group()
def audit() -> None:
    """The audit chain."""


@audit.command("verify")
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A backup kept elsewhere: the chain has to go on from where it was then.",
)
@as_json
def audit_verify(against: Path | None, as_json: bool) -> None:
    """Walk the audit chain; name the first entry that was altered or cut off, if any."""
    database_ready()
    from jiedui.reports import actions as reports
    from jiedui.web import backups

    verdict = reports.verified_chain(*([backups.end_of_chain(against)] if against else []))
    facts = asdict(verdict)
    sentence = f"All {verdict.entries} entries fit. Head: {verdict.head[:16]}"
    if verdict.broken:
        sentence = f"Entry {verdict.broken} does not fit the chain; {verdict.entries} before it do."
    elif verdict.lost:
        sentence = (
            f"Entry {verdict.lost} was written down outside the database and is gone: the end of"
            f" the chain was cut off. {verdict.entries} entries are left."
        )
    elif verdict.missing == "beginning":
        sentence = (
            f"There are accounts from before the first entry: the beginning of the chain is gone."
            f" {verdict.entries} entries are left."
        )
    elif verdict.missing == "anchor":
        sentence = (
            f"All {verdict.entries} entries fit, but audit.anchor in the data folder is missing:"
            " whether the end was cut off cannot be told. Compare with a backup (--against); then"
            " begin it anew: jiedui audit anchor."
        )
    print_facts(facts, as_json=as_json, text=sentence)
    sys.exit(0 if verdict.holds and not verdict.missing else 1)


@audit.command("anchor")
def audit_anchor() -> None:
    """Begin audit.anchor anew where it is missing; the chain keeps that this was done."""
    database_ready()
    from jiedui.core import audit as chain
    from jiedui.reports import actions as reports

    verdict = reports.verified_chain()
    if wrong := verdict.broken or verdict.lost:
        raise click.ClickException(
            f"Entry {wrong} of the chain does not fit, or is gone: look into that first"
            " (jiedui audit verify)."
        )
    chain.begin_anchor(by=None)
    click.echo(f"audit.anchor begins after {verdict.entries} entries; the chain says so.")


def _check_scale(scale: float) -> None:
    """Before anything is made for it."""
    django_ready()
    from jiedui.demo.loading import check_scale

    check_scale(scale)


def _load(name: str, *, scale: float, seed: int, plans_now: bool) -> dict[str, Any]:
    from jiedui.campaigns.models import Campaign
    from jiedui.core import audit as chain
    from jiedui.demo import loading
    from jiedui.figures import actions as counting

    with progress_bar() as progress, chain.through("demo"):
        facts = asdict(
            loading.load(name, scale=scale, seed=seed, progress=progress, plans_now=plans_now)
        )
        campaign = Campaign.objects.get(key=facts["campaign"])
        progress("snapshot", 0, 1)
        counting.take(campaign)
        progress("snapshot", 1, 1)
        # The worker counts every figure by place and month ahead of the first look.
        counting.refresh(campaign)
    return facts


clean_texts(main)

if __name__ == "__main__":
    main()

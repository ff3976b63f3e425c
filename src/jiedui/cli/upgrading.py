"""Bringing a database to this version, or saying in a sentence why that cannot be done."""

from pathlib import Path
from typing import Any

import click

from jiedui.cli.output import django_ready

NOTHING = (
    "There is no installation here yet. Begin one with `jiedui run`, or say with JIEDUI_DATA or "
    "DATABASE_URL where it is."
)


def upgrade() -> None:
    """Run the migrations, then look whether this version can read every playbook that is kept.

    Raises `ClickException` for a database of a newer version, one whose history does not fit, and
    a playbook this version cannot read; the first two leave the database as it was.
    """
    from django.core.management import call_command
    from django.db import DatabaseError
    from django.db.migrations.exceptions import InconsistentMigrationHistory

    refuse_what_is_newer()
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except (DatabaseError, InconsistentMigrationHistory) as error:
        raise click.ClickException(
            "This database could not be upgraded: it was made by a version whose history does not "
            f"lead here ({str(error).splitlines()[0]}). Restore the last backup, upgrade to the "
            "version that made it, then to this one; the changelog names the steps."
        ) from error
    _refuse_unreadable_playbooks()


def database_ready() -> None:
    """For commands that use the database as it is.

    Raises `ClickException` where there is none yet, and for one of another version.
    """
    django_ready()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    if _is_no_file(connection):  # to look into it would make it
        raise click.ClickException(NOTHING)
    executor = MigrationExecutor(connection)
    if not executor.loader.applied_migrations:
        raise click.ClickException(NOTHING)
    refuse_what_is_newer()
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise click.ClickException(
            "This database was left by an earlier version of jiedui. Make a backup with that "
            "version, or copy the data folder while nothing runs; then bring it to this one: "
            "jiedui migrate"
        )


def _is_no_file(connection: Any) -> bool:
    if connection.vendor != "sqlite" or connection.is_in_memory_db():
        return False
    return not Path(connection.settings_dict["NAME"]).exists()


def refuse_what_is_newer() -> None:
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    here = {config.label for config in apps.get_app_configs()}
    unknown = sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in here and (app, name) not in loader.disk_migrations
    )
    if unknown:
        raise click.ClickException(
            f"This database belongs to a newer version of jiedui: {unknown[0]} is not known here. "
            "Install that version, or restore a backup made by this one."
        )


def _refuse_unreadable_playbooks() -> None:
    from jiedui.campaigns.models import Campaign

    for campaign in Campaign.objects.select_related("playbook_text"):
        _ = campaign.playbook  # raises `Refused`, whose sentence the command prints

"""What every command shares: Django made ready, and facts printed as JSON or as a sentence."""

import gc
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click


class TypedText(click.ParamType):
    """A text typed into the command line, in the spelling that forms give it."""

    name = "text"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        from jiedui.engines import words

        text = words.clean(str(value))
        if character := words.unfit(text):
            self.fail(f"It has a character that cannot be shown (U+{ord(character):04X}).")
        return text


def clean_texts(command: click.Command) -> None:
    """Let every text of this command, and of those below it, be cleaned."""
    for param in command.params:
        if param.type is click.STRING:
            param.type = TypedText()
    for below in getattr(command, "commands", {}).values():
        clean_texts(below)


def django_ready() -> None:
    """Import all apps, without a collector that goes through them again and again meanwhile."""
    import django

    gc.disable()
    django.setup()
    gc.enable()


def print_facts(facts: Any, *, as_json: bool, text: str) -> None:
    """Print facts with stable keys as JSON, or the sentence for people."""
    if as_json:
        from django.core.serializers.json import DjangoJSONEncoder

        text = json.dumps(facts, ensure_ascii=False, cls=DjangoJSONEncoder)
    click.echo(text)


@contextmanager
def progress_bar() -> Iterator[Any]:
    """Give a function (stage, done, total): a bar for each stage on a terminal, else a line."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn()) as bar:
        tasks: dict[str, Any] = {}

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        bar.console.file = sys.stderr
        yield progress


def _lines() -> Callable[[str, int, int], None]:
    """For a log: a line for each stage that is done, with the seconds since the beginning."""
    began, printed = time.monotonic(), set[tuple[str, int]]()

    def progress(stage: str, done: int, total: int) -> None:
        if done >= total and (stage, total) not in printed:
            printed.add((stage, total))
            click.echo(f"{time.monotonic() - began:6.1f} s  {stage}: {total:,}", err=True)

    return progress


def hide_password(url: str) -> str:
    """The address of a database as it may stand on a screen."""
    return re.sub(r"(//[^:/@]*):[^@]*@", r"\1:***@", url)


def find_campaign(key: str) -> Any:
    """The campaign with this key; ends the command with a sentence when there is none."""
    from jiedui.campaigns.models import Campaign

    found = Campaign.objects.filter(key=key).first()
    if found is None:
        known = ", ".join(Campaign.objects.values_list("key", flat=True)) or "none yet"
        raise click.ClickException(f"No campaign is called {key}. There are: {known}")
    return found


as_json = click.option("--json", "as_json", is_flag=True, help="Print facts as JSON.")

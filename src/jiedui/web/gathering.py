"""Static files brought together once for each state of the sources: compressing takes seconds."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

UNUSED = ["django_htmx"]  # our own htmx is among the vendored files


def gather() -> bool:
    """Collect and compress the static files unless that has been done; False when it had been."""
    stamp = Path(settings.STATIC_ROOT) / ".state"
    state = _state()
    if stamp.exists() and stamp.read_text() == state:
        return False
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=UNUSED)
    stamp.write_text(state)
    return True


def _state() -> str:
    """A digest of names, sizes and times of all sources, and of how they are to be kept."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list(ignore_patterns=[]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()

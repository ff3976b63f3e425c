"""What the server serves: Django on threads, behind a reader of request bodies."""

import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiedui.settings")
django_application = get_wsgi_application()

from django.conf import settings  # noqa: E402  (apps must be ready first)
from django.urls import get_resolver  # noqa: E402

from jiedui.core import apart, collector  # noqa: E402
from jiedui.places import atlas_file  # noqa: E402
from jiedui.web.children import die_with_parent  # noqa: E402
from jiedui.web.page_threads import PageThreads  # noqa: E402
from jiedui.web.request_body import with_whole_bodies  # noqa: E402

THREADS = 4  # pages at work at a time in one process; more of them keep each other from working

application = with_whole_bodies(
    PageThreads(django_application, threads=THREADS).answer, most=settings.UPLOAD_MB << 20
)

# The server's worker process holds the port: it must not stay behind when the server is killed.
die_with_parent()


def prepare() -> None:
    """Load what the first visitor would wait for."""
    _ = get_resolver().url_patterns
    atlas_file.tree()
    collector.settle()


apart.begin()
threading.Thread(target=prepare, daemon=True).start()

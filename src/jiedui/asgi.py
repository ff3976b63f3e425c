"""What the server serves: Django on threads, behind a reader of request bodies."""

import gc
import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiedui.settings")
django_application = get_wsgi_application()

from a2wsgi import WSGIMiddleware  # noqa: E402  (apps must be ready first)
from django.conf import settings  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from jiedui.core import apart  # noqa: E402
from jiedui.places import atlas_file  # noqa: E402
from jiedui.web.children import die_with_parent  # noqa: E402
from jiedui.web.request_body import with_whole_bodies  # noqa: E402

THREADS = 4  # pages at work at a time in one process; more of them keep each other from working

application = with_whole_bodies(
    WSGIMiddleware(django_application, workers=THREADS),  # type: ignore[arg-type]
    most=settings.UPLOAD_MB << 20,
)

# The server's worker process holds the port: it must not stay behind when the server is killed.
die_with_parent()


def prepare() -> None:
    """Load what the first visitor would wait for.

    All that is loaded then stays. Left to the collector, going through it again and again would
    cost every tenth request a tenth of a second; and a page makes some ten thousand objects that
    go with it, so that looking for rings after every seven hundred finds none.
    """
    _ = get_resolver().url_patterns
    atlas_file.tree()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


apart.begin()
threading.Thread(target=prepare, daemon=True).start()

"""The door for WSGI servers."""

import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiedui.settings")
application = get_wsgi_application()

from jiedui.figures import duck  # noqa: E402  (apps must be ready first)
from jiedui.web.children import die_with_parent  # noqa: E402

# The server's worker process holds the port: it must not stay behind when the server is killed.
die_with_parent()

# The first import of the figure libraries takes seconds: paid now, not by the first visitor.
threading.Thread(target=duck.prepare, daemon=True).start()

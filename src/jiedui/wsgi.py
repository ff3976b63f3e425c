"""The door for WSGI servers that take in whole bodies themselves, or stand behind such a proxy."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiedui.settings")
application = get_wsgi_application()

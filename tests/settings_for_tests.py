"""The product's own settings, with keys and files in a folder of this run alone."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = tempfile.mkdtemp(prefix="jiedui-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["JIEDUI_DATA"] = _folder

from jiedui.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
Path(STATIC_ROOT).mkdir()

if DATABASES["default"]["ENGINE"] == "jiedui.core.sqlite":
    # Said outright: plug-ins of pytest know only Django's own engines.
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}

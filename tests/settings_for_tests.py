"""The product's own settings, with keys and files in a folder of this run alone."""

import os
import tempfile
from pathlib import Path

os.environ["JIEDUI_DATA"] = tempfile.mkdtemp(prefix="jiedui-tests-")

from jiedui.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
Path(STATIC_ROOT).mkdir()

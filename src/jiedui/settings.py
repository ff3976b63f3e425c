"""Settings, fed by environment variables; each is documented in docs/operators/settings.md."""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF

from jiedui.core.secrets import secret_key

# Whatever is written is for this account of the machine alone: 0600, folders 0700.
os.umask(0o077)
DATA = Path(os.environ.get("JIEDUI_DATA") or ".data").resolve()
DEBUG = os.environ.get("JIEDUI_DEBUG", "") == "1"
SECRET_KEY = secret_key(DATA, "session")
FIELD_KEY = secret_key(DATA, "fields")
ALLOWED_HOSTS = os.environ.get("JIEDUI_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("JIEDUI_ORIGINS", "").split(",") if o]
HTTPS = os.environ.get("JIEDUI_HTTPS", "") == "1"
SHAPES = os.environ.get("JIEDUI_SHAPES", "")


def _number(name: str, default: int) -> int:
    text = (os.environ.get(name) or str(default)).strip()
    if not (text.isascii() and text.isdecimal()):
        raise SystemExit(f"{name} is {text!r}: write a whole number in digits, such as {default}.")
    return int(text)


def _cores() -> int:
    """Those this process may use, where the system tells."""
    known = hasattr(os, "sched_getaffinity")
    return len(os.sched_getaffinity(0)) if known else os.cpu_count() or 1


PROXIES = _number("JIEDUI_PROXIES", 0)  # of one's own, in front of this server
UPLOAD_MB = _number("JIEDUI_UPLOAD_MB", 50)
# That serve pages. More than cores would only take turns, and each holds some 150 MB.
PROCESSES = max(1, _number("JIEDUI_PROCESSES", min(8, _cores())))
# Usual practice of GB/T 22239 checks (R22): 90 days, 30 minutes.
PASSWORD_DAYS = _number("JIEDUI_PASSWORD_DAYS", 90)  # 0: passwords do not age
IDLE_MINUTES = _number("JIEDUI_IDLE_MINUTES", 30)
IDLE_MINUTES_HELPER = max(IDLE_MINUTES, _number("JIEDUI_IDLE_MINUTES_HELPER", IDLE_MINUTES))

INSTALLED_APPS = [
    "jiedui.core",
    "jiedui.accounts",
    "jiedui.notices",
    "jiedui.places",
    "jiedui.orgs",
    "jiedui.households",
    "jiedui.campaigns",
    "jiedui.questionnaires",
    "jiedui.needs",
    "jiedui.pairing",
    "jiedui.handover",
    "jiedui.proposals",
    "jiedui.ledger",
    "jiedui.fieldwork",
    "jiedui.projects",
    "jiedui.supervision",
    "jiedui.figures",
    "jiedui.profiles",
    "jiedui.reports",
    "jiedui.verification",
    "jiedui.imports",
    "jiedui.home",
    "jiedui.web",
    "jiedui.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    # Outside everything that may answer by itself, so that its answers carry these headers too.
    "jiedui.core.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "jiedui.core.middleware.AddressMiddleware",
    "jiedui.core.middleware.SizeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Inside WhiteNoise, whose files lie compressed on the disk.
    "jiedui.core.middleware.CompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "jiedui.core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jiedui.accounts.middleware.SignInsMiddleware",
    "jiedui.accounts.setup.EmptyHouseMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "jiedui.core.middleware.OnePageMiddleware",
    "jiedui.core.middleware.AuditDoorMiddleware",
    "jiedui.core.middleware.ReadingMiddleware",
    "jiedui.core.middleware.SubmissionMiddleware",
    "jiedui.core.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "jiedui.urls"
WSGI_APPLICATION = "jiedui.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "jiedui.core.constant_parts.Loader",
                    ["django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "jiedui.web.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "jiedui.core.templatetags.jiedui"],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{DATA / 'jiedui.sqlite3'}",
        conn_max_age=600,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["ENGINE"] = "jiedui.core.sqlite"
    # IMMEDIATE: with Django's default most read-then-write requests fail under load ("locked").
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # The worker empties the log (core/sqlite/checkpoints.py); a write does so only past 32 MB.
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA wal_autocheckpoint=8000;"
            "PRAGMA cache_size=-16384;PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;"
        ),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "jiedui.accounts.passwords.NameValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "jiedui.accounts.passwords.ClassesValidator"},
    {"NAME": "jiedui.accounts.passwords.HistoryValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "web:home"
LOGOUT_REDIRECT_URL = "accounts:login"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Pages name every file with its digest, so that browsers keep it: the others are never asked for.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_ROOT = DATA / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
# Longer than any sign-in (`accounts.sessions`): of a form that stood open overnight, or over a
# holiday, it has to be known whose it was, to keep for them what was typed.
SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
MESSAGE_STORAGE = "jiedui.core.message_storage.MessageStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"refusals": {"()": "jiedui.core.logs.OneLineForRefusals"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["refusals"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
SILENCED_SYSTEM_CHECKS: list[str] = []

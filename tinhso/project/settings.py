"""Django's settings, all from `Config`."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from psycopg.conninfo import conninfo_to_dict

from tinhso.cli.postgres import ensure_running
from tinhso.project.config import ROOT, read
from tinhso.project.patience import PatientConnection

CONFIG = read(os.environ)

TINHSO_HOME = CONFIG.home
TINHSO_PACKS = CONFIG.packs
TINHSO_ORIGIN = CONFIG.origin
TINHSO_DEMO = CONFIG.demo
TINHSO_DEMO_OUTSIDE = CONFIG.demo_outside
TINHSO_OFFICERS_NEED_SECOND_FACTOR = CONFIG.officers_need_second_factor
TINHSO_SIGNING_PROVIDER = CONFIG.signing_provider
TINHSO_TIMESTAMP_URL = CONFIG.timestamp_url
TINHSO_PKCS11_MODULE = CONFIG.pkcs11_module
TINHSO_SEAL_PIN = CONFIG.seal_pin
TINHSO_REMOTE_SIGNING_URL = CONFIG.remote_signing_url
TINHSO_REMOTE_SIGNING_KEY = CONFIG.remote_signing_key
TINHSO_MAX_UPLOAD_BYTES = CONFIG.max_upload_bytes
TINHSO_CLAMD_SOCKET = CONFIG.clamd_socket
TINHSO_UPLOADS_UNTIL_PERCENT = CONFIG.uploads_until_percent
TINHSO_WRITES_UNTIL_PERCENT = CONFIG.writes_until_percent
TINHSO_DRAFT_DAYS = CONFIG.draft_days
TINHSO_WRITES_IN_TEN_MINUTES = CONFIG.writes_in_ten_minutes
TINHSO_PORTAL_URL = CONFIG.portal_url
TINHSO_PORTAL_KEY = CONFIG.portal_key
TINHSO_QUIET_HOURS = CONFIG.quiet_hours
TINHSO_SMS_URL = CONFIG.sms_url
TINHSO_SMS_KEY = CONFIG.sms_key
TINHSO_SMS_SENDER = CONFIG.sms_sender
TINHSO_SMS_ACCENTED = CONFIG.sms_accented
TINHSO_ZALO_URL = CONFIG.zalo_url
TINHSO_ZALO_TOKEN_URL = CONFIG.zalo_token_url
TINHSO_ZALO_APP = CONFIG.zalo_app
TINHSO_ZALO_SECRET = CONFIG.zalo_secret
TINHSO_ZALO_REFRESH = CONFIG.zalo_refresh
TINHSO_PUSH_SERVICES = CONFIG.push_services
TINHSO_PAYMENT_GATEWAY_URL = CONFIG.payment_gateway_url
TINHSO_PAYMENT_GATEWAY_CODE = CONFIG.payment_gateway_code
TINHSO_PAYMENT_GATEWAY_SECRET = CONFIG.payment_gateway_secret
TINHSO_NATIONAL_IDENTITY_URL = CONFIG.national_identity_url
TINHSO_NATIONAL_IDENTITY_CLIENT = CONFIG.national_identity_client
TINHSO_NATIONAL_IDENTITY_SECRET = CONFIG.national_identity_secret
TINHSO_BANK_NOTICE_KEY = CONFIG.bank_notice_key
TINHSO_BANK_APP_URL = CONFIG.bank_app_url
TINHSO_EXCHANGE_STAMP_HOURS = CONFIG.exchange_stamp_hours
TINHSO_BACKUP_FOLDER = CONFIG.backup_folder
TINHSO_BACKUP_RECIPIENTS = CONFIG.backup_recipients
TINHSO_BACKUP_KEEP_DAYS = CONFIG.backup_keep_days
TINHSO_BACKUP_EVERY_HOURS = CONFIG.backup_every_hours
TINHSO_DRILL_EVERY_DAYS = CONFIG.drill_every_days
TINHSO_LAKE_PLACE = CONFIG.lake_place
TINHSO_LAKE_ENDPOINT = CONFIG.lake_endpoint
TINHSO_LAKE_REGION = CONFIG.lake_region
TINHSO_LAKE_QUERY_SECONDS = CONFIG.lake_query_seconds
TINHSO_LAKE_QUERY_MEMORY_MB = CONFIG.lake_query_memory_mb
TINHSO_LAKE_QUERY_READS_MB = CONFIG.lake_query_reads_mb
TINHSO_OPENDATA_QUERY_SECONDS = CONFIG.opendata_query_seconds
TINHSO_OPENDATA_QUERY_MEMORY_MB = CONFIG.opendata_query_memory_mb
TINHSO_SPARK_PYTHON = CONFIG.spark_python
TINHSO_SPARK_MASTER = CONFIG.spark_master
TINHSO_SPARK_PROPERTIES = CONFIG.spark_properties
TINHSO_VENDOR = CONFIG.home / "vendor"
# The pages on which the rooms are joined; imported once all rooms are ready.
TINHSO_WIRING = [
    "tinhso.project.contents",
    "tinhso.project.reactions",
    "tinhso.project.publications",
    "tinhso.project.topics",
    "tinhso.project.calendars",
]

SECRET_KEY = CONFIG.secret_key
DEBUG = CONFIG.debug
ALLOWED_HOSTS = list(CONFIG.hosts)
ROOT_URLCONF = "tinhso.project.urls"
WSGI_APPLICATION = "tinhso.project.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.idp.oidc",
    "django_cotton.apps.SimpleAppConfig",
    "tinhso.kernel.events",
    "tinhso.kernel.audit",
    "tinhso.kernel.packs",
    "tinhso.places",
    "tinhso.people",
    "tinhso.security",
    "tinhso.documents",
    "tinhso.payments",
    "tinhso.notify",
    "tinhso.exchange",
    "tinhso.lake",
    "tinhso.registries",
    "tinhso.indicators",
    "tinhso.procedures",
    "tinhso.counters",
    "tinhso.opendata",
    "tinhso.foresight",
    "tinhso.operations",
    "tinhso.plans",
    "tinhso.jobs",
    "tinhso.web",
    "tinhso.project.apps.ProjectConfig",
]

MIDDLEWARE = [
    "tinhso.web.middleware.security_headers",
    "tinhso.web.middleware.without_nul",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Adds random bytes, so that a token cannot be guessed from the length (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "tinhso.web.middleware.keep_from_caches",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "tinhso.api.middleware.body_limit",
    "tinhso.api.iceberg.read_only",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "tinhso.web.middleware.keep_to_space",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tinhso.web.sessions.end_old_sessions",
    "tinhso.web.middleware.Refusals",
]


def _database(url: str) -> dict[str, Any]:
    """Translate a libpq URL for Django; connections come from a pool."""
    info = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": info.pop("dbname", "tinhso"),
        "USER": info.pop("user", ""),
        "PASSWORD": info.pop("password", ""),
        "HOST": info.pop("host", ""),
        "PORT": info.pop("port", ""),
        # A restart of the database must not meet people afterwards.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            # Nothing runs on for somebody who has given up.
            "options": "-c client_connection_check_interval=5000",
            **info,
            "pool": {
                "connection_class": PatientConnection,
                "min_size": 1,
                "max_size": 16,
                "timeout": 5,
                # Beyond it the pool would try ever more rarely, and come back late.
                "reconnect_timeout": 5,
            },
            # Statements are prepared on the server after their fifth use.
            "server_side_binding": True,
            "prepare_threshold": 5,
        },
    }


DATABASES = {"default": _database(CONFIG.database_url or ensure_running(CONFIG.home))}
# The disks that must not run full: of files and keys, and of the embedded database.
TINHSO_DISKS = [CONFIG.home]
if str(DATABASES["default"]["HOST"]).startswith("/"):
    TINHSO_DISKS += [Path(DATABASES["default"]["HOST"])]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [ROOT / "tinhso" / "web" / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_THOUSAND_SEPARATOR = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "tinhso" / "web" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "tinhso.web.templatetags.tinhso",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

STATIC_URL = "/static/"
STATIC_ROOT = CONFIG.home / "static"
STATICFILES_DIRS = [
    ROOT / "tinhso" / "web" / "static",
    *([TINHSO_VENDOR] if TINHSO_VENDOR.is_dir() else []),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# All servers count attempts in one place; else each would let as many through.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "security_cache",
    }
}

AUTH_USER_MODEL = "security.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    # Of machines' secrets, which are random.
    "tinhso.security.providers.passwords.RandomSecretHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "tinhso.security.providers.passwords.NothingOfOurs"},
]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "tinhso.security.providers.allauth.AccountAdapter"
MFA_ADAPTER = "tinhso.security.providers.allauth.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Keys cannot be guessed, and a whole office signs in from one address at eight.
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
# Limits count by address; without this all people are the one proxy.
ALLAUTH_TRUSTED_PROXY_COUNT = CONFIG.proxies
LOGIN_URL = "account_login"
# Others sign people in through us: OpenID Connect.
IDP_OIDC_ADAPTER = "tinhso.web.identity.Adapter"
IDP_OIDC_INTROSPECTION_ENABLED = True
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 600
# Of one day; beyond it people sign in again (configuration; no source).
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 24 * 3600
LOGIN_REDIRECT_URL = "/"

_SECURE = CONFIG.origin.startswith("https://")
# Browsers refuse `__Host-` cookies without TLS; on localhost the prefix must go.
_COOKIE_PREFIX = "__Host-" if _SECURE else ""
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}tinhso-session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SECURE
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}tinhso-csrf"
CSRF_COOKIE_HTTPONLY = SESSION_COOKIE_HTTPONLY = True
# Beyond either, people sign in again: so long without a page, so long in all.
TINHSO_SESSION_SILENCE = timedelta(minutes=CONFIG.session_silence_minutes)
TINHSO_SESSION_LENGTH = timedelta(hours=CONFIG.session_hours)
SESSION_COOKIE_AGE = int(TINHSO_SESSION_LENGTH.total_seconds())
CSRF_TRUSTED_ORIGINS = [CONFIG.origin]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
WHITENOISE_ALLOW_ALL_ORIGINS = False
# What was done may name people: it waits in the session, never in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20

FILE_UPLOAD_MAX_MEMORY_SIZE = CONFIG.max_upload_bytes
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]


def _mail(url: str) -> dict[str, Any]:
    """Translate `smtp://user:password@host:port` for Django; empty is the console."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,
    }


globals().update(_mail(CONFIG.smtp_url))
DEFAULT_FROM_EMAIL = CONFIG.mail_from

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "tinhso.project.logs.Lines"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            # Who tries it out reads it with their eyes.
            **({} if CONFIG.demo or CONFIG.debug else {"formatter": "lines"}),
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
}

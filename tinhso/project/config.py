"""The settings an operator makes, read once from the environment, typed, short.

Each stands in `docs/reference/settings.md`. A missing secret stops the start.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Those of Chrome, Firefox, Safari and Edge; a name with a dot before it, all under it.
PUSH_SERVICES = (
    "fcm.googleapis.com,updates.push.services.mozilla.com,"
    ".push.apple.com,.notify.windows.com"
)


@dataclass(frozen=True, slots=True)
class Config:
    """What `TINHSO_...` and `DATABASE_URL` say."""

    home: Path
    packs: Path
    secret_key: str
    database_url: str
    hosts: tuple[str, ...]
    origin: str
    proxies: int
    debug: bool
    demo: bool
    demo_outside: frozenset[str]
    officers_need_second_factor: bool
    smtp_url: str
    mail_from: str
    quiet_hours: tuple[time, time]
    sms_url: str
    sms_key: str
    sms_sender: str
    sms_accented: bool
    zalo_url: str
    zalo_token_url: str
    zalo_app: str
    zalo_secret: str
    zalo_refresh: str
    push_services: tuple[str, ...]
    signing_provider: str
    timestamp_url: str
    pkcs11_module: Path | None
    seal_pin: str
    remote_signing_url: str
    remote_signing_key: str
    max_upload_bytes: int
    clamd_socket: Path | None
    uploads_until_percent: float
    writes_until_percent: float
    draft_days: int
    writes_in_ten_minutes: int
    session_silence_minutes: int
    session_hours: int
    portal_url: str
    portal_key: str
    payment_gateway_url: str
    payment_gateway_code: str
    payment_gateway_secret: str
    national_identity_url: str
    national_identity_client: str
    national_identity_secret: str
    bank_notice_key: str
    bank_app_url: str
    exchange_stamp_hours: float
    backup_folder: Path | None
    backup_recipients: tuple[str, ...]
    backup_keep_days: int
    backup_every_hours: int
    drill_every_days: int
    lake_place: str
    lake_endpoint: str
    lake_region: str
    lake_query_seconds: int
    lake_query_memory_mb: int
    lake_query_reads_mb: int
    opendata_query_seconds: int
    opendata_query_memory_mb: int
    spark_python: Path
    spark_master: str
    spark_properties: Path | None


def read(environ: Mapping[str, str]) -> Config:
    """Read the configuration.

    :raises SystemExit: if no secret key is set and none was made by `make setup`.
    """
    home = Path(environ.get("TINHSO_HOME", ROOT / "var")).resolve()
    demo = _flag(environ, "TINHSO_DEMO", default=False)
    origin = environ.get("TINHSO_ORIGIN", "http://localhost:8000").rstrip("/")
    return Config(
        home=home,
        packs=Path(environ.get("TINHSO_PACKS", ROOT / "packs")).resolve(),
        secret_key=environ.get("TINHSO_SECRET_KEY") or _stored_secret(home),
        database_url=environ.get("DATABASE_URL", ""),
        hosts=tuple(
            environ.get("TINHSO_HOSTS", "localhost,127.0.0.1,testserver").split(",")
        ),
        origin=origin,
        proxies=int(environ.get("TINHSO_PROXIES", 0)),
        debug=_flag(environ, "TINHSO_DEBUG", default=False),
        demo=demo,
        demo_outside=frozenset(environ.get("TINHSO_DEMO_OUTSIDE", "all").split()),
        officers_need_second_factor=_flag(
            environ, "TINHSO_OFFICERS_NEED_SECOND_FACTOR", default=not demo
        ),
        smtp_url=environ.get("TINHSO_SMTP_URL", ""),
        mail_from=environ.get("TINHSO_MAIL_FROM", "khong-tra-loi@localhost"),
        quiet_hours=_hours(environ, "TINHSO_QUIET_HOURS", "21:00-07:00"),
        sms_url=_gateway(environ, "TINHSO_SMS_URL"),
        sms_key=environ.get("TINHSO_SMS_KEY", ""),
        sms_sender=environ.get("TINHSO_SMS_SENDER", ""),
        sms_accented=_flag(environ, "TINHSO_SMS_ACCENTED", default=False),
        zalo_url=_address(
            environ, "TINHSO_ZALO_URL", "https://business.openapi.zalo.me"
        ),
        zalo_token_url=_address(
            environ, "TINHSO_ZALO_TOKEN_URL", "https://oauth.zaloapp.com"
        ),
        zalo_app=environ.get("TINHSO_ZALO_APP", ""),
        zalo_secret=environ.get("TINHSO_ZALO_SECRET", ""),
        zalo_refresh=environ.get("TINHSO_ZALO_REFRESH", ""),
        push_services=tuple(
            one.strip().rstrip("/")
            for one in environ.get("TINHSO_PUSH_SERVICES", PUSH_SERVICES).split(",")
            if one.strip()
        ),
        signing_provider=environ.get("TINHSO_SIGNING_PROVIDER", "demo"),
        timestamp_url=environ.get("TINHSO_TIMESTAMP_URL", ""),
        pkcs11_module=_file(environ, "TINHSO_PKCS11_MODULE"),
        seal_pin=environ.get("TINHSO_SEAL_PIN", ""),
        remote_signing_url=environ.get("TINHSO_REMOTE_SIGNING_URL", "").rstrip("/"),
        remote_signing_key=environ.get("TINHSO_REMOTE_SIGNING_KEY", ""),
        max_upload_bytes=int(environ.get("TINHSO_MAX_UPLOAD_BYTES", 20 * 2**20)),
        clamd_socket=_file(environ, "TINHSO_CLAMD_SOCKET"),
        uploads_until_percent=_percent(environ, "TINHSO_UPLOADS_UNTIL_PERCENT", 90),
        writes_until_percent=_percent(environ, "TINHSO_WRITES_UNTIL_PERCENT", 95),
        draft_days=int(environ.get("TINHSO_DRAFT_DAYS", 90)),
        writes_in_ten_minutes=int(environ.get("TINHSO_WRITES_IN_TEN_MINUTES", 600)),
        session_silence_minutes=int(environ.get("TINHSO_SESSION_SILENCE_MINUTES", 60)),
        session_hours=int(environ.get("TINHSO_SESSION_HOURS", 12)),
        portal_url=environ.get("TINHSO_PORTAL_URL", "").rstrip("/"),
        portal_key=environ.get("TINHSO_PORTAL_KEY", ""),
        payment_gateway_url=environ.get("TINHSO_PAYMENT_GATEWAY_URL", ""),
        payment_gateway_code=environ.get("TINHSO_PAYMENT_GATEWAY_CODE", ""),
        payment_gateway_secret=environ.get("TINHSO_PAYMENT_GATEWAY_SECRET", ""),
        national_identity_url=environ.get("TINHSO_NATIONAL_IDENTITY_URL", "").rstrip(
            "/"
        ),
        national_identity_client=environ.get("TINHSO_NATIONAL_IDENTITY_CLIENT", ""),
        national_identity_secret=environ.get("TINHSO_NATIONAL_IDENTITY_SECRET", ""),
        bank_notice_key=environ.get("TINHSO_BANK_NOTICE_KEY", ""),
        bank_app_url=environ.get("TINHSO_BANK_APP_URL", ""),
        exchange_stamp_hours=float(environ.get("TINHSO_EXCHANGE_STAMP_HOURS", 4)),
        backup_folder=_file(environ, "TINHSO_BACKUP_FOLDER"),
        backup_recipients=tuple(environ.get("TINHSO_BACKUP_RECIPIENTS", "").split()),
        backup_keep_days=int(environ.get("TINHSO_BACKUP_KEEP_DAYS", 30)),
        backup_every_hours=int(environ.get("TINHSO_BACKUP_EVERY_HOURS", 26)),
        drill_every_days=int(environ.get("TINHSO_DRILL_EVERY_DAYS", 35)),
        lake_place=_bucket(environ, "TINHSO_LAKE_PLACE"),
        lake_endpoint=_address(
            environ, "TINHSO_LAKE_ENDPOINT", "https://s3.amazonaws.com"
        ),
        lake_region=environ.get("TINHSO_LAKE_REGION", "us-east-1"),
        lake_query_seconds=int(environ.get("TINHSO_LAKE_QUERY_SECONDS", 60)),
        lake_query_memory_mb=int(environ.get("TINHSO_LAKE_QUERY_MEMORY_MB", 2048)),
        lake_query_reads_mb=int(environ.get("TINHSO_LAKE_QUERY_READS_MB", 10_240)),
        opendata_query_seconds=int(environ.get("TINHSO_OPENDATA_QUERY_SECONDS", 10)),
        opendata_query_memory_mb=int(
            environ.get("TINHSO_OPENDATA_QUERY_MEMORY_MB", 512)
        ),
        spark_python=Path(
            environ.get("TINHSO_SPARK_PYTHON", ROOT / ".venv-spark" / "bin" / "python")
        ),
        spark_master=environ.get("TINHSO_SPARK_MASTER", "local[*]"),
        spark_properties=_file(environ, "TINHSO_SPARK_PROPERTIES"),
    )


def _flag(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = environ.get(name)
    return default if value is None else value.lower() in {"1", "yes", "true", "on"}


def _percent(environ: Mapping[str, str], name: str, unless_set: float) -> float:
    value = float(environ.get(name, unless_set))
    if not 0 < value <= 100:
        raise SystemExit(f"tinhso: {name} is a part of a disk, above 0 and up to 100")
    return value


def _bucket(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "").rstrip("/")
    if value and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{2,62}(/[\w.=-]+)*", value):
        raise SystemExit(f"tinhso: {name} is a bucket, as s3://lake/tables")
    return value


def _address(environ: Mapping[str, str], name: str, unless_set: str) -> str:
    value = environ.get(name, unless_set).rstrip("/")
    if not re.fullmatch(r"https?://[\w.-]+(:\d+)?", value):
        raise SystemExit(f"tinhso: {name} is an address, as https://s3.example:9000")
    return value


def _hours(environ: Mapping[str, str], name: str, unless_set: str) -> tuple[time, time]:
    parts = environ.get(name, unless_set).split("-")
    try:
        starts, ends = (time.fromisoformat(part.strip()) for part in parts)
    except ValueError:
        raise SystemExit(f"tinhso: {name} is from-until, as 21:00-07:00") from None
    return starts, ends


def _gateway(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "").rstrip("/")
    if value and not re.fullmatch(r"(https?|smpp)://\S+", value):
        raise SystemExit(
            f"tinhso: {name} is https://host, or smpp://user:password@host:port"
        )
    if value.startswith("http") and not environ.get("TINHSO_SMS_KEY"):
        raise SystemExit(f"tinhso: {name} needs TINHSO_SMS_KEY, which both sides share")
    return value


def _file(environ: Mapping[str, str], name: str) -> Path | None:
    value = environ.get(name)
    return Path(value) if value else None


def _stored_secret(home: Path) -> str:
    file = home / "keys" / "secret_key"
    if not file.is_file():
        raise SystemExit(
            "tinhso: set TINHSO_SECRET_KEY, or run `make setup` (for another home, as"
            " TINHSO_HOME says, `python -m tinhso.project.keys`) to make a key for"
            f" this machine ({file})."
        )
    return file.read_text("ascii").strip()

"""Where the tables lie: a folder of this machine, or a bucket of a store (S3).

Nothing here loads the engines, so a server may ask.
"""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tinhso.lake.types import StoreNotSetUp

SCHEME = "s3://"


@dataclass(frozen=True, slots=True)
class Key:
    """By which the store knows the platform."""

    name: str
    secret: str

    def __repr__(self) -> str:
        """Tell nobody's log."""
        return "Key(…)"


def warehouse() -> str:
    """Name the folder of all new tables, or the bucket and prefix: `s3://lake/tables`."""
    return settings.TINHSO_LAKE_PLACE or str(Path(settings.TINHSO_HOME) / "lake")


def is_stored(location: str) -> bool:
    """Tell whether a file lies in the store, and not on the disk."""
    return location.startswith(SCHEME)


def path_of(location: str) -> str:
    """Name a file as the store does: `bucket/prefix/name`."""
    return location.removeprefix(SCHEME)


def reached() -> dict[str, str]:
    """Tell an engine elsewhere, in Iceberg's words, where the store is; no key."""
    return {
        "s3.endpoint": settings.TINHSO_LAKE_ENDPOINT,
        "s3.region": settings.TINHSO_LAKE_REGION,
        "s3.path-style-access": "true",
    }


def key() -> Key:
    """Read the key in `keys/lake`: its name on the first line, its secret below.

    :raises StoreNotSetUp: if it is not there, or others on the machine read it.
    """
    path = Path(settings.TINHSO_HOME) / "keys" / "lake"
    lines = private_lines(path)
    if lines is None or len(lines) < 2:
        raise StoreNotSetUp(file=str(path))
    return Key(lines[0], lines[1])


def private_lines(path: Path) -> list[str] | None:
    """Read the lines of a file of keys; None unless it is there for its owner only."""
    try:
        if path.stat().st_mode & 0o077:
            return None
        return [line.strip() for line in path.read_text("utf-8").split("\n")]
    except FileNotFoundError:
        return None

"""A home with its own database, packs, people and a client; and its front-end files.

`python -m torture.prepare HOME` makes it and prints what clients need. It is a process
of its own, because Django is set up once a process and stays with one database. It
takes long, so that it is done once a run for each kind of home, and then copied.
"""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from bench.prepare_submissions import fill
from bench.submissions import Target

ROOT = Path(__file__).resolve().parents[1]
SECRET = "torture"
# A clock that jumps by 400 days must not find the client's key expired.
VALID_FOR = timedelta(days=4000)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Where the database is, and to whom clients submit."""

    home: Path
    url: str
    target: Target


def prepare(home: Path, *, root: Path = ROOT, **environment: str) -> Prepared:
    """Make database and home; the database is stopped again.

    root: of the sources, where they are another release's than this one.
    """
    model, printed = _model(root, tuple(environment.items()))
    # Not a copy by Python: whose the files of PostgreSQL are must be kept.
    subprocess.run(["cp", "-a", f"{model}/.", home], check=True)  # noqa: S607
    for name in ("vendor", "static", "fonts"):
        if (ROOT / "var" / name).is_dir() and not (home / name).exists():
            (home / name).symlink_to(ROOT / "var" / name)
    made = json.loads(printed)
    target = Target(made["token"], tuple(made["units"]), made["answers"])
    return Prepared(home, made["url"].replace(str(model), str(home)), target)


@cache
def _model(root: Path, environment: tuple[tuple[str, str], ...]) -> tuple[Path, str]:
    """Make a home to be copied, kept as long as this process; and what it printed."""
    home = Path(tempfile.mkdtemp(prefix="ts-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    home.chmod(0o755)
    result = subprocess.run(
        [sys.executable, "-m", "torture.prepare", str(home)],
        env=environment_of(home, **dict(environment)) | {"PYTHONPATH": str(root)},
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    return home, result.stdout.splitlines()[-1]


def environment_of(home: Path, **more: str) -> dict[str, str]:
    """Tell the environment of a platform at home there, away from any other."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("TINHSO_") and name != "DATABASE_URL"
    }
    return kept | {
        "TINHSO_HOME": str(home),
        "TINHSO_SECRET_KEY": SECRET,
        "DJANGO_SETTINGS_MODULE": "tinhso.project.settings",
        "PYTHONPATH": str(ROOT),
        # One client stands for a whole province here.
        "TINHSO_WRITES_IN_TEN_MINUTES": str(10**9),
        **more,
    }


def main(home: Path) -> None:
    """Fill the database of a home, which is stopped with this process."""
    made = fill(valid_for=VALID_FOR)
    from django.conf import settings  # noqa: PLC0415 - set up in `fill`

    values = settings.DATABASES["default"]
    url = f"postgresql://{values['USER']}:@/{values['NAME']}?host={values['HOST']}"
    print(json.dumps({**made, "url": url}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""`python -m torture.access_prepare HOME`: the people and things of the access walk.

A process of its own, because Django is set up once a process and stays with one
database. It prints what the walk needs, as JSON.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.prepare_submissions import fill
from torture.prepare import ROOT, environment_of

PORTAL = "portal-key-of-the-walk"


@dataclass(frozen=True)
class World:
    """What the walk needs: where, who comes with what, whose things are called how.

    comes: cookie and key by visitor. things, canaries: by set, by name. addresses: as
    the resolver has them.
    """

    url: str
    addresses: Mapping[str, str]
    comes: Mapping[str, Mapping[str, str]]
    things: Mapping[str, Mapping[str, str]]
    canaries: Mapping[str, Mapping[str, str]]


def prepare(home: Path) -> World:
    """Make the database of a home, with everybody in it; it is stopped again."""
    # Before it, because everybody signs in through the page.
    for name in ("vendor", "static", "fonts"):
        if (ROOT / "var" / name).is_dir() and not (home / name).exists():
            (home / name).symlink_to(ROOT / "var" / name)
    result = subprocess.run(
        [sys.executable, "-m", "torture.access_prepare", str(home)],
        env=environment_of(home, TINHSO_PORTAL_KEY=PORTAL),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return World(**json.loads(result.stdout.splitlines()[-1]))


def main() -> None:
    """Fill the database of a home, which is stopped with this process."""
    fill()
    from django.conf import settings  # noqa: PLC0415 - set up in `fill`

    from tinhso.kernel import clock  # noqa: PLC0415
    from torture.access_addresses import addresses  # noqa: PLC0415
    from torture.access_world import found  # noqa: PLC0415

    values = settings.DATABASES["default"]
    url = f"postgresql://{values['USER']}:@/{values['NAME']}?host={values['HOST']}"
    made: dict[str, Any] = found(clock.now())
    print(json.dumps({**made, "addresses": addresses(), "url": url}))


if __name__ == "__main__":
    main()

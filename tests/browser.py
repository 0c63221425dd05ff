"""The browser of the tests: an installed one, Debian's, or Playwright's own.

`python -m tests.browser` sees to it that there is one, and fails loudly otherwise.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests import softhsm, tools

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without these Chromium asks hosts of its maker for updates at every start.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """Find an executable; None if there is none yet."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or _playwrights_own()


def _playwrights_own() -> str | None:
    folder = Path(
        os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "~/.cache/ms-playwright")
    ).expanduser()
    found = sorted(folder.glob("chromium*/chrome-*/*chrom*"))
    return next((str(path) for path in found if os.access(path, os.X_OK)), None)


def _may_use_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt(*packages: str) -> None:
    subprocess.run(["apt-get", "update", "-qq"], check=True)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
    subprocess.run([*command, *packages], check=True)


def _install() -> None:
    if _may_use_apt():
        _apt("chromium")
    else:
        subprocess.run(
            [sys.executable, "-m", "playwright", "install", "chromium"], check=True
        )


def main() -> None:
    if find() is None:
        print("No browser found; installing one for the tests …", flush=True)
        _install()
    if shutil.which("pdfsig") is None and _may_use_apt():
        # A second opinion on signed PDFs; without it those tests say that they skip.
        _apt("poppler-utils")
    softhsm.install()
    tools.install()
    executable = find()
    if executable is None:
        sys.exit("The tests need a Chromium; none was found and none installed.")
    print(f"Browser: {executable}")


if __name__ == "__main__":
    main()

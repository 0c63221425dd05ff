"""A token in software, for the tests of PKCS#11: Debian's SoftHSM.

Where it is missing and cannot be installed, those tests skip and say why.
"""

import os
import shutil
import subprocess
from pathlib import Path

REASON = "softhsm2 is not installed; `apt-get install softhsm2`, or set SOFTHSM2_MODULE"
_PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)


def find():
    """Find the module; None if there is none, or nothing to make tokens with."""
    named = os.environ.get("SOFTHSM2_MODULE")
    found = [place for place in (named, *_PLACES) if place and Path(place).exists()]
    return Path(found[0]) if found and shutil.which("softhsm2-util") else None


def install():
    """Install it where that is allowed; say so where it is not."""
    if find() is not None:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        subprocess.run([*command, "softhsm2"], check=True)
    if find() is None:
        print(f"Tests of signing with tokens will skip: {REASON}", flush=True)


def make_tokens(folder, *labels, pin):
    """Make tokens below a folder, for this process: it reads its settings once."""
    settings = folder / "softhsm2.conf"
    (folder / "tokens").mkdir()
    settings.write_text(
        f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n"
        "log.level = ERROR\n"
    )
    os.environ["SOFTHSM2_CONF"] = str(settings)
    for label in labels:
        words = ["--init-token", "--free", "--label", label, "--so-pin", "87654321"]
        subprocess.run(
            ["softhsm2-util", *words, "--pin", pin], check=True, capture_output=True
        )

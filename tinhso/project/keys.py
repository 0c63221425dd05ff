"""Make the secret key of this machine, once: `python -m tinhso.project.keys`."""

import os
import secrets
from pathlib import Path

from tinhso.project.config import ROOT


def main() -> None:
    """Write `keys/secret_key` into the home folder unless it is there."""
    home = Path(os.environ.get("TINHSO_HOME", ROOT / "var"))
    file = home / "keys" / "secret_key"
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48), "ascii")


if __name__ == "__main__":
    main()
